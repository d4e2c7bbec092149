import { sql } from 'kysely';
import type { Tx } from '#platform/db.ts';

/** A household that somebody helps, alone or with its village. */
export interface PairedHousehold {
  household: string;
  code: string;
  village: string;
  category: string;
  /** those who help it on that day */
  helpers: string[];
}

/**
 * Households that a running pairing names, or whose village one names, as far as the transaction's scope shows them.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 * @param day YYYY-MM-DD
 */
export async function pairedHouseholds(tx: Tx, county: number, day: string): Promise<PairedHousehold[]> {
  const { rows } = await sql<PairedHousehold>`
    select h.id as household, h.code, h.village, h.category, array_agg(distinct p.helper_name) as helpers
      from registry.pairing p
      join registry.household h
        on h.county = p.county and h.village = p.village and (p.household is null or p.household = h.id)
     where p.county = ${county} and p.since <= ${day}::date and (p.until is null or p.until >= ${day}::date)
       and h.state = 'active'
     group by h.id, h.code, h.village, h.category
     order by h.code`.execute(tx);
  return rows;
}
