import type { Selectable } from 'kysely';
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

/** One line of an order's history. */
export async function insertMove(
  tx: Tx,
  move: {
    county: County;
    order: string;
    from: OrderState;
    to: OrderState;
    reason: string | null;
    by: string | null;
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('trade.order_move')
    .values({
      county: move.county,
      id: newId(),
      order: move.order,
      from_state: move.from,
      to_state: move.to,
      reason: move.reason,
      by_person: move.by,
      at: move.at,
    })
    .execute();
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

/** Whether a refund of an organisation's goods in an order is asked for and not answered: on their way, they could not be left out. */
export async function refundAskedFor(tx: Tx, county: County, order: string, org: string): Promise<boolean> {
  const asked = await tx
    .selectFrom('trade.after_sale_case')
    .select('id')
    .where('county', '=', county)
    .where('order', '=', order)
    .where('org', '=', org)
    .where('kind', '=', 'refund')
    .where('state', 'in', ['applied', 'disputed'])
    .executeTakeFirst();
  return asked !== undefined;
}
