import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** Packs left per SKU on a day: on hand, not reserved, of lots on sale that outlive the day. SKUs without any are missing. */
export async function availableBySku(
  db: Db,
  county: County,
  skus: readonly string[],
  day: string,
): Promise<Map<string, { available: number; nearestExpiry: string }>> {
  if (skus.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.stock')
    .select(['sku', sql<number>`sum(on_hand - reserved)::int`.as('available')])
    .select((e) => e.fn.min('expires_on').as('nearestExpiry'))
    .where('county', '=', county)
    .where('sku', 'in', skus)
    .where('state', '=', 'on_sale')
    .where('expires_on', '>', day)
    .whereRef('on_hand', '>', 'reserved')
    .groupBy('sku')
    .execute();
  return new Map(rows.map(({ sku, ...rest }) => [sku, rest]));
}

export interface OpenLot {
  sku: string;
  lot: string;
  available: number;
}

/** The lots that can be sold of some SKUs, oldest expiry first, as they stand now. */
export async function openLots(db: Db, county: County, skus: readonly string[], day: string): Promise<OpenLot[]> {
  return lotsToSell(db, county, skus, day).execute();
}

/** The lots a SKU's packs would come from on a day, oldest expiry first; then the newest it ever had, with none left. */
export async function lotsToExpect(db: Db, county: County, skus: readonly string[], day: string): Promise<OpenLot[]> {
  const { rows } = await sql<OpenLot>`
    select sku, lot, available from (
      select sku, lot, expires_on,
             case when state = 'on_sale' and expires_on > ${day}::date then on_hand - reserved else 0 end as available
        from trade.stock where county = ${county} and sku = any(${skus}::uuid[])) s
     order by sku, available = 0, case when available > 0 then expires_on end, expires_on desc, lot`.execute(db);
  return rows;
}

/**
 * The same, locked to the end of the transaction. Locked in one sorted order; whoever waited for a row sees it as the
 * one before left it.
 */
export async function lockOpenLots(tx: Tx, county: County, skus: readonly string[], day: string): Promise<OpenLot[]> {
  return lotsToSell(tx, county, skus, day).forUpdate().execute();
}

const lotsToSell = (db: Db, county: County, skus: readonly string[], day: string) =>
  db
    .selectFrom('trade.stock')
    .select(['sku', 'lot', sql<number>`on_hand - reserved`.as('available')])
    .where('county', '=', county)
    .where(sql<boolean>`sku = any(${skus}::uuid[])`)
    .where('state', '=', 'on_sale')
    .where('expires_on', '>', day)
    .whereRef('on_hand', '>', 'reserved')
    .orderBy('sku')
    .orderBy('expires_on')
    .orderBy('lot');
