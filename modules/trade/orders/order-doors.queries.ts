import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';

/** Numbers of orders by their id. */
export async function orderNumbers(db: Db, county: County, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.order')
    .select(['id', 'number'])
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.number]));
}

/** Orders with `part` in their number, the newest 200. */
export async function ordersNumbered(db: Db, county: County, part: string): Promise<string[]> {
  const rows = await db
    .selectFrom('trade.order')
    .select('id')
    .where('county', '=', county)
    .where('number', 'like', `%${part.replace(/[%_\\]/g, '\\$&')}%`)
    .orderBy('placed_at', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => row.id);
}

/** What order lines were sold as, by their id. */
export async function skusOfLines(
  db: Db,
  county: County,
  lines: readonly string[],
): Promise<Map<string, { sku: string; name: string; skuName: string }>> {
  if (lines.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.order_line')
    .select(['id', 'sku', 'name', 'sku_name as skuName'])
    .where('county', '=', county)
    .where('id', 'in', lines)
    .execute();
  return new Map(rows.map(({ id, ...line }) => [id, line]));
}

/**
 * What buyers paid for lines, by line, their part of the freight included; without those that are not paid, or no longer.
 * Goods that were sent again were paid for with the line they replace.
 */
export async function paidForLines(
  db: Db,
  county: County,
  lines: readonly string[],
): Promise<Map<string, { fen: Fen; packs: number }>> {
  const rows = await db
    .selectFrom('trade.order_line as of')
    .innerJoin('trade.order_line as l', (join) =>
      join.onRef('l.county', '=', 'of.county').on((e) => e('l.id', '=', e.fn.coalesce('of.replaces', 'of.id'))),
    )
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'l.county').onRef('o.id', '=', 'l.order'))
    .select(['of.id', 'l.goods_fen', 'l.freight_fen', 'l.packs'])
    .where('of.county', '=', county)
    .where('of.id', 'in', lines)
    // Who backs a project does not pay for packs.
    .where('o.promise', 'is', null)
    .where('o.state', 'in', ['paid', 'packed', 'sent', 'received', 'closed'])
    .execute();
  return new Map(rows.map((row) => [row.id, { fen: row.goods_fen + row.freight_fen, packs: row.packs }]));
}

/** The packs of orders' bought lines that are out of stock for it, by line and lot; those that came back are not. */
export async function packsTaken(
  db: Db,
  county: County,
  orders: readonly string[],
): Promise<{ line: string; lot: string; packs: number }[]> {
  if (orders.length === 0) return [];
  const rows = await db
    .selectFrom('trade.allocation as a')
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'a.county').onRef('l.id', '=', 'a.line'))
    .select(['a.line', 'a.lot', 'a.packs', 'a.back_packs'])
    .where('l.county', '=', county)
    .where('l.order', 'in', orders)
    .where('l.replaces', 'is', null)
    .where('a.state', '=', 'taken')
    .execute();
  return rows.map(({ line, lot, packs, back_packs }) => ({ line, lot, packs: packs - back_packs }));
}

/** Which of some orders are to be delivered without some of their packs, because these were refunded. */
export async function ordersWithDrops(db: Db, county: County, orders: readonly string[]): Promise<Set<string>> {
  if (orders.length === 0) return new Set();
  const rows = await db
    .selectFrom('trade.order_line')
    .select('order')
    .distinct()
    .where('county', '=', county)
    .where('order', 'in', orders)
    .where('dropped_packs', '>', 0)
    .execute();
  return new Set(rows.map((row) => row.order));
}

/** The organisations that still have packs of an order to put into a parcel. */
export async function waitingOrgs(db: Db, county: County, order: string): Promise<string[]> {
  const rows = await db
    .selectFrom('trade.order_line as l')
    .innerJoin('trade.allocation as a', (join) => join.onRef('a.county', '=', 'l.county').onRef('a.line', '=', 'l.id'))
    .select('l.org')
    .distinct()
    .where('l.county', '=', county)
    .where('l.order', '=', order)
    .where('l.replaces', 'is', null)
    .where('a.state', '=', 'reserved')
    .orderBy('l.org')
    .execute();
  return rows.map((row) => row.org);
}
