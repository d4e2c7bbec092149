import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { OrderSettled, SettledLine } from '../events.ts';
import { refundedOf } from '../settlement/refunded.queries.ts';
import { settlementPartsOf } from '../settlement/settlement-parts.ts';
import { moveOrder, moveOrders } from './move-order.ts';
import { allocationsOf, type LineFields, linesOf, ordersById } from './orders.queries.ts';

/**
 * Settles a paid order of which there is nothing to pack, send or receive.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function settleUndelivered(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order, reason }: { county: County; order: string; reason: string },
): Promise<void> {
  for (const to of ['packed', 'sent', 'received'] as const) {
    await moveOrder(tx, now, by, { county, order, to, reason });
  }
  await settleOrder(tx, now, by, { county, order });
}

/**
 * A received order's held money reaches its owners: every hold is posted and the order closes. The floors above are
 * told what each line moved, lot by lot.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function settleOrder(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string },
): Promise<void> {
  await settleOrders(tx, now, input.county, [{ order: input.order, by }]);
}

/**
 * Settles received orders, each received by somebody, by the same few statements however many they are.
 *
 * @param settling each order once
 * @throws Refusal `order-not-found` | `order-move-not-allowed`: none is settled then
 */
export async function settleOrders(
  tx: Tx,
  now: Date,
  county: County,
  settling: readonly { order: string; by: Actor }[],
): Promise<void> {
  await moveOrders(tx, now, { county, to: 'closed', moves: settling });
  const orders = settling.map(({ order }) => order);
  const [all, lines, heads] = await pipelined(tx, (one) =>
    Promise.all([
      settlementPartsOf(one, county, orders),
      linesOf(one, county, orders),
      ordersById(one, county, orders),
    ]),
  );
  const lineIds = lines.map((line) => line.id);
  const [allocations, refunded] = await pipelined(tx, (one) =>
    Promise.all([allocationsOf(one, county, lineIds), refundedOf(one, county, lineIds)]),
  );
  const parts = all.filter((part) => part.state === 'held');
  const person = new Map(settling.map(({ order, by }) => [order, by.person]));
  await transfer(
    tx,
    county,
    parts.map((part) => ({
      id: newId(),
      kind: 'post' as const,
      pending: part.hold,
      reason: 'order-part',
      evidenceKind: 'order',
      evidence: part.order,
      by: person.get(part.order) as string,
    })),
    now,
  );
  const partsByLine = Map.groupBy(parts, (part) => part.line);
  const lotsByLine = Map.groupBy(
    allocations.filter((a) => a.state === 'taken' && a.packs > a.back_packs),
    (a) => a.line,
  );
  const settledLine = (line: LineFields): SettledLine => {
    const own = partsByLine.get(line.id) ?? [];
    const sum = (some: typeof own) => some.reduce((fen, part) => fen + part.fen, 0);
    return {
      line: line.id,
      product: line.product,
      sku: line.sku,
      org: line.org,
      goodsFen: sum(own),
      freightFen: line.freight_fen - (refunded.get(line.id)?.freightFen ?? 0),
      householdFen: sum(own.filter((part) => part.part === 'household')),
      lots: (lotsByLine.get(line.id) ?? []).map(({ lot, packs, back_packs }) => ({
        lot,
        packs: packs - back_packs,
        grams: (packs - back_packs) * line.pack_grams,
      })),
    };
  };
  const linesByOrder = Map.groupBy(lines, (line) => line.order);
  const promises = new Map(heads.map((head) => [head.id, head.promise]));
  const events = orders.map(
    (order): OrderSettled => ({
      type: 'trade.order-settled',
      county,
      payload: {
        order,
        at: now.toISOString(),
        promise: promises.get(order) ?? null,
        lines: (linesByOrder.get(order) ?? []).map(settledLine),
      },
    }),
  );
  await pipelined(tx, (one) =>
    Promise.all([
      one
        .updateTable('trade.settlement_part')
        .set({ state: 'posted' })
        .where('county', '=', county)
        .where('order', 'in', orders)
        .where('state', '=', 'held')
        .execute(),
      tell(one, ...events),
    ]),
  );
}
