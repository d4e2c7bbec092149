import { system } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { openOrder } from '../orders/open-order.ts';
import type { LineFields, OrderFields } from '../orders/orders.queries.ts';
import { settleUndelivered } from '../orders/settle-order.ts';

/** A line that weighed more than it was charged for, and by how much. */
export interface Heavier {
  line: LineFields;
  fen: Fen;
  grams: Grams;
  /** how long the buyer has to pay it */
  days: number;
}

/**
 * Asks a buyer for what weighed more: one order under a checkout of its own, paid like any other, with nothing to be
 * delivered. Who does not pay it in time has their goods all the same, and the merchant has given them away.
 *
 * @returns the order's id; null when there is nothing to ask for
 */
export async function askBalance(
  tx: Tx,
  now: Date,
  of: OrderFields,
  heavier: readonly Heavier[],
): Promise<string | null> {
  if (heavier.length === 0) return null;
  const { order } = await openOrder(tx, now, {
    ...{ county: of.county, person: of.person, shipRegion: of.ship_region, contact: of.contact_sealed },
    expiresAt: daysFrom(now, Math.min(...heavier.map((one) => one.days))),
    note: `订单 ${of.number} 实重补差`,
    balanceOf: of.id,
    lines: heavier.map(({ line, fen, grams }) => ({
      ...{ org: line.org, product: line.product, sku: line.sku, name: line.name, sku_name: '实重补差' },
      ...{ category: line.category, origin: line.origin, fen, grams },
    })),
  });
  return order;
}

/**
 * Balances that were paid are settled: there is nothing to pack, send or receive. Each in its own transaction.
 *
 * @returns how many
 * @throws Error after all were tried, when one could not be settled
 */
export async function settleBalances(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const paid = await at.db
    .selectFrom('trade.order')
    .select(['county', 'id'])
    .where('balance_of', 'is not', null)
    .where('state', '=', 'paid')
    .limit(500)
    .execute();
  let settled = 0;
  const failures: unknown[] = [];
  for (const { county, id } of paid) {
    if (signal?.aborted) break;
    try {
      await transact(at.db, (tx) =>
        settleUndelivered(tx, now, system, { county, order: id, reason: '补差，没有货要发' }),
      );
      settled++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} balances could not be settled`);
  return settled;
}
