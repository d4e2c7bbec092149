import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdFiles, organisationsById } from '#registry';
import { buyerOf } from '#trace';
import { agreementsHolding } from '../agreements/holding.ts';
import { householdFile } from '../entries/household-file.ts';
import { readerScope } from '../entries/readers.ts';
import { refuse } from '../refuse.ts';
import { gramsCovered } from './cover-note.ts';

/**
 * The floor prices that hold for a household now, as a scale shows them: by buyer, crop and grade, with the grams that
 * are left of the agreed quantity.
 *
 * @param station only those with whom it buys for
 *
 * @throws Refusal `household-not-found`, also for a household outside the reader's region
 */
export async function agreedFloors(
  at: Context,
  by: Actor,
  { county, household, station }: { county: County; household: string; station?: string },
) {
  const now = at.clock.now();
  return scoped(at.db, readerScope(by, county), async (tx) => {
    const file = await householdFile(tx, county, household);
    if (!file) throw refuse('household-not-found');
    const files = await householdFiles(tx, county, file.household);
    const scale = station === undefined ? undefined : (await organisationsById(tx, county, [station])).get(station);
    const buyer = scale ? buyerOf(scale) : null;
    const { rows } = await sql<{ org: string; crop: string; grade: string }>`
      select distinct a.org, v.terms->>'crop' as crop, v.terms->>'grade' as grade
        from benefit.agreement_party p
        join benefit.agreement a on a.county = p.county and a.id = p.agreement and a.kind = 'industry' and a.over_at is null
        join benefit.agreement_version v on v.county = a.county and v.agreement = a.id
       where p.county = ${county}
         and (p.household = any(${files}::uuid[]) or p.household is null and p.village = ${file.village})
         and (${station === undefined} or a.org = ${buyer}::uuid)
       order by 1, 2, 3`.execute(tx);
    const floors = [];
    for (const { org, crop, grade } of rows) {
      const asked = { kind: 'industry' as const, at: now, org, terms: { crop, grade }, households: [file] };
      const held = (await agreementsHolding(tx, county, asked)).get(file.household);
      if (typeof held !== 'object') continue;
      const used = await gramsCovered(tx, county, held.agreement, files);
      floors.push({
        ...{ agreement: held.agreement, number: held.number, org, crop, grade },
        ...{ floorFenPerKg: held.terms.floorFenPerKg, leftGrams: Math.max(0, held.terms.grams - used) },
      });
    }
    return floors;
  });
}
