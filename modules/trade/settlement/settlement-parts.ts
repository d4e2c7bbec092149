import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** A part of an order's money. `line` is null for the freight; `org` for parts that belong to no organisation. */
export interface PartOfOrder {
  order: string;
  line: string | null;
  part: 'merchant' | 'station' | 'freight' | 'platform' | 'fund' | 'household';
  org: string | null;
  rule: string | null;
  fen: number;
  state: 'held' | 'posted' | 'voided';
  /** the pending transfer that holds it */
  hold: string;
}

/** Who gets what of each order's money, in fen; the parts of an order sum to what was paid for it. */
export async function settlementPartsOf(db: Db, county: County, orders: readonly string[]): Promise<PartOfOrder[]> {
  if (orders.length === 0) return [];
  return db
    .selectFrom('trade.settlement_part')
    .select(['order', 'line', 'part', 'org', 'rule', 'fen', 'state', 'hold'])
    .where('county', '=', county)
    .where('order', 'in', orders)
    .orderBy('order')
    .orderBy('id')
    .execute();
}
