import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** A part of an order's money. `line` is null for the freight; `org` for parts that belong to no organisation. */
export interface PartOfOrder {
  order: string;
  line: string | null;
  part: 'merchant' | 'station' | 'freight' | 'platform' | 'fund' | 'levy' | 'household';
  org: string | null;
  rule: string | null;
  fen: Fen;
  state: 'held' | 'posted' | 'voided';
  /** the pending transfer that holds it, and the part's name */
  hold: string;
  /** what refunds took back from its owner's account after it was posted */
  backFen: Fen;
}

/**
 * Who gets what of each order's money, in fen. What stands of an order (`fen - backFen` of parts that are not voided)
 * sums to what was paid for it and not refunded, with what others bear of its price.
 */
export async function settlementPartsOf(db: Db, county: County, orders: readonly string[]): Promise<PartOfOrder[]> {
  if (orders.length === 0) return [];
  const { rows } = await sql<PartOfOrder>`
    select p."order", p.line, p.part, p.org, p.rule, p.fen, p.state, p.hold,
           case when p.state = 'posted' then
             coalesce((select sum(r.fen) from trade.part_reversal r where r.county = p.county and r.hold = p.hold), 0)
           else 0 end::bigint as "backFen"
      from trade.settlement_part p
     where p.county = ${county} and p."order" = any(${orders}::uuid[])
     order by p."order", p.hold`.execute(db);
  return rows;
}

/** What of a part stands: nothing of a voided one. */
export const standingOf = (part: PartOfOrder): Fen => (part.state === 'voided' ? 0 : part.fen - part.backFen);
