import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { refuseMove } from '../orders/move-order.ts';
import { allocationsOf, lockOrder, type OrderFields } from '../orders/orders.queries.ts';
import type { LineToPack } from '../orders/take-for-parcel.ts';
import { refuse } from '../refuse.ts';
import { moveStock } from '../stock/move-stock.ts';
import { openShelf } from '../stock/shelf.ts';
import { lockOpenLots } from '../stock/stock.queries.ts';

/** What a parcel of a promise needs to be packed; or how much is missing, and nothing was taken. */
export type RewardToPack = { shipRegion: string; lines: LineToPack[] } | { missing: number };

/**
 * Takes what a settled promise owes out of stock, oldest expiry first, as a line of the same order that replaces what
 * was promised. It costs nothing, carries no freight and is no part of what is settled. The lots' stock rows stay
 * locked, so that whoever hands out codes does it alone.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function takeForPromise(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string; line: string; sku: string; packs: number },
): Promise<RewardToPack> {
  const { county, packs } = input;
  const order = await lockOrder(tx, county, input.order);
  if (!order?.promise) throw refuse('order-not-found');
  if (order.state !== 'closed') throw refuseMove(order.state, 'packed');
  if (!order.ship_region) throw new Error(`order ${order.number} owes goods and has no address`);
  const sku = (await skusById(tx, county, [input.sku])).get(input.sku);
  if (!sku) throw new Error(`promise ${order.promise} owes SKU ${input.sku}, which is not there`);
  const line = newId();
  const lots = await lockOpenLots(tx, county, [sku.id], dayOf(now));
  const { chosen, short } = openShelf(lots).take([{ line, sku: sku.id, packs }]);
  if (short[0]) return { missing: short[0].wanted - short[0].available };
  const { last } = await tx
    .selectFrom('trade.order_line')
    .select((e) => e.fn.max('position').as('last'))
    .where('county', '=', county)
    .where('order', '=', order.id)
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('trade.order_line')
    .values({
      ...{ county, id: line, order: order.id, position: Number(last) + 1, org: sku.org, product: sku.product },
      ...{ sku: sku.id, name: sku.nameZh, sku_name: sku.skuNameZh, category: sku.category, origin: sku.origin, packs },
      ...{ pack_grams: sku.netGrams, unit_fen: sku.priceFen, goods_fen: 0, freight_fen: 0, replaces: input.line },
    })
    .execute();
  await tx
    .insertInto('trade.allocation')
    .values(chosen.map((c) => ({ county, ...c, state: 'taken' as const })))
    .execute();
  await moveStock(tx, {
    county,
    kind: 'taken',
    steps: chosen.map((c) => ({ sku: c.sku, lot: c.lot, onHand: -c.packs, reserved: 0 })),
    evidence: { kind: 'order', id: order.id },
    by: by.person,
    at: now,
    locked: true,
  });
  await tell(tx, stockChanged(county, [sku.product]));
  const allocations = chosen.map(({ lot, packs: n }) => ({ lot, packs: n }));
  const { netGrams: packGrams, grossGrams } = sku;
  return {
    shipRegion: order.ship_region,
    lines: [{ line, sku: sku.id, packs, packGrams, grossGrams, allocations }],
  };
}

/**
 * Whether what was promised may leave: not when it was paid back since it was packed, or called back out of its parcel.
 * Locks its order.
 */
export async function promiseMayLeave(tx: Tx, county: County, id: string): Promise<boolean> {
  const order = await lockOrder(tx, county, id);
  return order?.state === 'closed' && (await rewardsPacked(tx, county, id)).length > 0;
}

/** Lines of what an order is a promise for that are out of stock and have not left; what a case sends again is none. */
export async function rewardsPacked(tx: Tx, county: County, order: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('trade.allocation as a')
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'a.county').onRef('l.id', '=', 'a.line'))
    .select('a.line')
    .distinct()
    .where('l.county', '=', county)
    .where('l.order', '=', order)
    .where('l.replaces', 'is not', null)
    .where('l.after_sale', 'is', null)
    .where('a.sent_at', 'is', null)
    .where('a.state', '=', 'taken')
    .execute();
  return rows.map((row) => row.line);
}

/** What was taken for a promise and never left is in stock again; its lines stay on record without packs. */
export async function putRewardsBack(tx: Tx, now: Date, by: Actor, order: OrderFields): Promise<void> {
  const { county } = order;
  const lines = await tx
    .selectFrom('trade.order_line')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', order.id)
    .where('replaces', 'is not', null)
    .where('after_sale', 'is', null)
    .orderBy('position')
    .execute();
  const ids = lines.map((line) => line.id);
  const taken = (await allocationsOf(tx, county, ids)).filter((a) => a.state === 'taken');
  if (taken.length === 0) return;
  await moveStock(tx, {
    county,
    kind: 'returned',
    steps: taken.map((a) => ({ sku: a.sku, lot: a.lot, onHand: a.packs, reserved: 0 })),
    evidence: { kind: 'order', id: order.id },
    by: by.person,
    at: now,
  });
  await tx
    .updateTable('trade.allocation')
    .set({ state: 'released' })
    .where('county', '=', county)
    .where('line', 'in', ids)
    .execute();
  for (const line of lines) {
    await tx
      .updateTable('trade.order_line')
      .set({ dropped_packs: line.packs })
      .where('county', '=', county)
      .where('id', '=', line.id)
      .execute();
  }
  await tell(
    tx,
    stockChanged(
      county,
      lines.map((line) => line.product),
    ),
  );
}
