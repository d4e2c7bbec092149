import { system } from '#platform/actor.ts';
import { dayOf, daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type Tx, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { moveOrder } from '../orders/move-order.ts';
import type { LineFields, OrderFields } from '../orders/orders.queries.ts';
import { settleOrder } from '../orders/settle-order.ts';

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
  const { county } = of;
  const [checkout, order] = [newId(), newId()];
  const fen = heavier.reduce((sum, one) => sum + one.fen, 0);
  const expiresAt = daysFrom(now, Math.min(...heavier.map((one) => one.days)));
  await tx
    .insertInto('trade.checkout')
    .values({
      id: checkout,
      person: of.person,
      state: 'open',
      total_fen: fen,
      counties: [county],
      orders: [order],
      created_at: now,
      expires_at: expiresAt,
    })
    .execute();
  const day = dayOf(now).slice(2).replaceAll('-', '');
  await tx
    .insertInto('trade.order')
    .values({
      county,
      id: order,
      number: `${day}-${String(await nextNumber(tx, county, `order ${day}`)).padStart(4, '0')}`,
      checkout,
      person: of.person,
      state: 'placed',
      goods_fen: fen,
      freight_fen: 0,
      total_fen: fen,
      grams: heavier.reduce((sum, one) => sum + one.grams, 0),
      ship_region: of.ship_region,
      contact_sealed: of.contact_sealed,
      buyer_note: `订单 ${of.number} 实重补差`,
      placed_at: now,
      balance_of: of.id,
    })
    .execute();
  await tx
    .insertInto('trade.order_line')
    .values(
      heavier.map(({ line, ...one }, i) => ({
        county,
        id: newId(),
        order,
        position: i + 1,
        org: line.org,
        product: line.product,
        sku: line.sku,
        name: line.name,
        sku_name: '实重补差',
        category: line.category,
        origin: line.origin,
        packs: 1,
        // Not to be packed: it went with the order whose balance this is.
        dropped_packs: 1,
        pack_grams: one.grams,
        unit_fen: one.fen,
        goods_fen: one.fen,
        freight_fen: 0,
      })),
    )
    .execute();
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
      await transact(at.db, (tx) => settle(tx, now, county, id));
      settled++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} balances could not be settled`);
  return settled;
}

async function settle(tx: Tx, now: Date, county: County, order: string): Promise<void> {
  const reason = '补差，没有货要发';
  for (const to of ['packed', 'sent', 'received'] as const) {
    await moveOrder(tx, now, system, { county, order, to, reason });
  }
  await settleOrder(tx, now, system, { county, order });
}
