import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** Where a household lived before, its last move first. The caller has seen the household in its scope. */
export async function movesOf(tx: Tx, county: County, household: string) {
  return tx
    .selectFrom('registry.household_move')
    .select(['from_village as from', 'to_village as to', 'on_day as onDay', 'reason', 'by_person', 'at'])
    .where('county', '=', county)
    .where('household', '=', household)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Households that left the villages of the transaction's scope since a time and did not come back.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function movedAwaySince(tx: Tx, county: County, since: Date): Promise<string[]> {
  const { rows } = await sql<{ household: string }>`
    select distinct v.household from registry.household_move v
     where v.county = ${county} and v.at >= ${since}
       and starts_with(v.from_village, current_setting('app.scope', true))
       and not exists (select from registry.household h where h.county = v.county and h.id = v.household)
     order by v.household`.execute(tx);
  return rows.map((row) => row.household);
}
