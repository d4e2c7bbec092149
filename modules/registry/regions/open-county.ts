import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { countyView } from './counties.queries.ts';
import { openCounty } from './load-regions.ts';

/**
 * The platform opens a county of its region; one that is open already is answered as it is.
 *
 * @throws Refusal `not-allowed` outside the caller's region | `county-unknown` when no county has this code
 */
export async function openCountyAs(at: Context, by: Actor, input: { county: number }) {
  const over = by.memberships.some((m) => m.role === 'platform' && String(input.county).startsWith(m.region));
  if (!over) throw refusePlatform('not-allowed');
  return transact(at.db, async (tx) => {
    await openCounty(tx, input.county, at.clock.now());
    return countyView(tx, input.county);
  });
}
