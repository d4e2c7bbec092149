import { type Selectable, sql } from 'kysely';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { inEnglish, namesInEnglish } from '../prices/names-in-english.ts';
import type { OrderState } from './order-states.ts';

export type OrderFields = Selectable<DB['trade.order']>;
export type LineFields = Selectable<DB['trade.order_line']>;
export type AllocationFields = Selectable<DB['trade.allocation']>;

export async function orderById(db: Db, county: County, id: string): Promise<OrderFields | undefined> {
  return db.selectFrom('trade.order').selectAll().where('county', '=', county).where('id', '=', id).executeTakeFirst();
}

export async function ordersById(db: Db, county: County, ids: readonly string[]): Promise<OrderFields[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('trade.order').selectAll().where('county', '=', county).where('id', 'in', ids).execute();
}

/** The order, locked to the end of the transaction. */
export async function lockOrder(tx: Tx, county: County, id: string): Promise<OrderFields | undefined> {
  return tx
    .selectFrom('trade.order')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Orders of a county by their id, locked in one sorted order to the end of the transaction. */
export async function lockOrders(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, OrderFields>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('trade.order')
    .selectAll()
    .where('county', '=', county)
    .where('id', 'in', ids)
    .orderBy('id')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The lines that were bought. Those sent again for a case (`after-sale/send-again.ts`) are no part of what is charged. */
export async function linesOf(db: Db, county: County, orders: readonly string[]): Promise<LineFields[]> {
  if (orders.length === 0) return [];
  return db
    .selectFrom('trade.order_line')
    .selectAll()
    .where('county', '=', county)
    .where('order', 'in', orders)
    .where('replaces', 'is', null)
    .orderBy('order')
    .orderBy('position')
    .execute();
}

export async function allocationsOf(db: Db, county: County, lines: readonly string[]): Promise<AllocationFields[]> {
  if (lines.length === 0) return [];
  return db
    .selectFrom('trade.allocation')
    .selectAll()
    .where('county', '=', county)
    .where('line', 'in', lines)
    .orderBy('line')
    .orderBy('lot')
    .execute();
}

export interface OrderMoved {
  order: string;
  from: OrderState;
  to: OrderState;
  reason: string | null;
  by: string | null;
}

/** Lines of orders' histories. */
export async function insertMoves(tx: Tx, county: County, at: Date, moves: readonly OrderMoved[]): Promise<void> {
  if (moves.length === 0) return;
  await sql`
    insert into trade.order_move (county, id, "order", from_state, to_state, reason, by_person, at)
    select ${county}::int, m.*, ${at}::timestamptz
      from unnest(${plainArray(moves.map(newId))}::uuid[], ${plainArray(moves.map((m) => m.order))}::uuid[],
             ${textArray(moves.map((m) => m.from))}::text[], ${textArray(moves.map((m) => m.to))}::text[],
             ${textArray(moves.map((m) => m.reason))}::text[], ${textArray(moves.map((m) => m.by))}::text[]) m`.execute(
    tx,
  );
}

/** Why lines cost less than their list price, in the order the discounts were given. */
export async function discountsOf(
  db: Db,
  county: County,
  lines: readonly string[],
): Promise<Map<string, ReturnType<typeof inEnglish>[]>> {
  if (lines.length === 0) return new Map();
  const rows = await db
    .selectFrom('trade.line_discount')
    .select(['line', 'kind', 'rule', 'name', 'fen', 'bearer'])
    .where('county', '=', county)
    .where('line', 'in', lines)
    .orderBy('line')
    .orderBy('position')
    .execute();
  const english = await namesInEnglish(db, county, [...new Set(rows.map((row) => row.rule))]);
  const byLine = Map.groupBy(rows, (row) => row.line);
  return new Map(
    [...byLine].map(([line, own]) => [line, own.map(({ line: _, ...discount }) => inEnglish(discount, english))]),
  );
}

/** Names an organisation's goods in an order. */
export const goodsOf = (one: { order: string; org: string }): string => `${one.order} ${one.org}`;

/** Whose goods in some orders a refund is asked for and not answered (`goodsOf`): on their way, they could not be left out. */
export async function refundsAskedFor(tx: Tx, county: County, orders: readonly string[]): Promise<Set<string>> {
  if (orders.length === 0) return new Set();
  const rows = await tx
    .selectFrom('trade.after_sale_case')
    .select(['order', 'org'])
    .where('county', '=', county)
    .where('order', 'in', orders)
    .where('kind', '=', 'refund')
    .where('state', 'in', ['applied', 'disputed'])
    .execute();
  return new Set(rows.map(goodsOf));
}
