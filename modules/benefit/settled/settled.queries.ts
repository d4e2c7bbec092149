import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { LotShare } from './share-out.ts';

/**
 * Counts packs of lots as settled, lots in one sorted order; each lot's row stays locked to the end of the transaction.
 *
 * @returns how many packs of each lot were settled before
 */
export async function claimPacks(
  tx: Tx,
  county: County,
  packs: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const lots = [...packs.keys()].sort();
  const { rows } = await sql<{ lot: string; packs: number }>`
    insert into benefit.lot_settled as s (county, lot, packs)
    select ${county}::int, n.lot, n.packs
      from unnest(${lots}::uuid[], ${lots.map((lot) => packs.get(lot))}::int[]) n (lot, packs)
    on conflict (county, lot) do update set packs = s.packs + excluded.packs
    returning s.lot, s.packs`.execute(tx);
  return new Map(rows.map((row) => [row.lot, row.packs - (packs.get(row.lot) as number)]));
}

export interface LineShareRow extends LotShare {
  line: string;
  order: string;
  product: string;
  sku: string;
  org: string;
}

export async function insertLineShares(tx: Tx, county: County, rows: readonly LineShareRow[], at: Date): Promise<void> {
  const all = <K extends keyof LineShareRow>(key: K) => rows.map((row) => row[key]);
  await sql`
    insert into benefit.line_share (county, line, lot, "order", product, sku, org, packs, grams, paid_fen, purchase_fen,
      shop_fen, merchant_fen, station_fen, freight_fen, platform_fen, fund_fen, at)
    select ${county}::int, n.*, ${at}::timestamptz
      from unnest(${all('line')}::uuid[], ${all('lot')}::uuid[], ${all('order')}::uuid[], ${all('product')}::uuid[],
        ${all('sku')}::uuid[], ${all('org')}::uuid[], ${all('packs')}::int[], ${all('grams')}::bigint[],
        ${all('paid')}::bigint[], ${all('purchase')}::bigint[], ${all('shop')}::bigint[], ${all('merchant')}::bigint[],
        ${all('station')}::bigint[], ${all('freight')}::bigint[], ${all('platform')}::bigint[],
        ${all('fund')}::bigint[]) n`.execute(tx);
}

/** A line's shares as they were written when it was settled, lot by lot. */
export async function lineSharesById(db: Db, county: County, line: string): Promise<LineShareRow[]> {
  const { rows } = await sql<LineShareRow>`
    select line, lot, "order", product, sku, org, packs, grams, paid_fen as paid, purchase_fen as purchase,
           shop_fen as shop, merchant_fen as merchant, station_fen as station, freight_fen as freight,
           platform_fen as platform, fund_fen as fund
      from benefit.line_share where county = ${county} and line = ${line} order by lot`.execute(db);
  return rows;
}

export function lineSharesOf(db: Db, county: County, order: string) {
  return db
    .selectFrom('benefit.line_share')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', order)
    .orderBy('line')
    .orderBy('lot')
    .execute();
}
