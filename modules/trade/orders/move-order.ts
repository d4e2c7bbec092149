import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type OrderState, orderMoves } from './order-states.ts';
import { insertMove, lockOrder, refundAskedFor } from './orders.queries.ts';

/** Which instant of an order a state fixes. */
const instants: Partial<Record<OrderState, 'paid_at' | 'sent_at' | 'received_at' | 'closed_at'>> = {
  paid: 'paid_at',
  sent: 'sent_at',
  received: 'received_at',
  closed: 'closed_at',
};

/**
 * Moves an order along the graph of order-states.ts and writes the move down. Only the state: what a move means for
 * stock and money is the caller's act, in the same transaction.
 *
 * @param now when it happened
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function moveOrder(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string; to: OrderState; reason?: string | null },
): Promise<void> {
  const order = await lockOrder(tx, input.county, input.order);
  if (!order) throw refuse('order-not-found');
  const from = order.state;
  if (!orderMoves.allows(from, input.to)) throw refuseMove(from, input.to);
  const instant = instants[input.to];
  await tx
    .updateTable('trade.order')
    .set({ state: input.to, ...(instant && { [instant]: now }) })
    .where('county', '=', input.county)
    .where('id', '=', input.order)
    .execute();
  await insertMove(tx, {
    county: input.county,
    order: input.order,
    from,
    to: input.to,
    reason: input.reason ?? null,
    by: by.person,
    at: now,
  });
}

/**
 * Notes that the first parcel of an order leaves, and locks the order: from here on it cannot be cancelled any more,
 * even while its other parcels are still being packed.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed` | `case-open` while a refund of the sender's goods is asked for
 */
export async function noteSending(
  tx: Tx,
  now: Date,
  input: { county: County; order: string; org: string },
): Promise<void> {
  const order = await lockOrder(tx, input.county, input.order);
  if (!order) throw refuse('order-not-found');
  if (order.state !== 'paid' && order.state !== 'packed') throw refuseMove(order.state, 'sent');
  if (await refundAskedFor(tx, input.county, order.id, input.org)) throw refuse('case-open');
  if (order.sent_at !== null) return;
  await tx
    .updateTable('trade.order')
    .set({ sent_at: now })
    .where('county', '=', input.county)
    .where('id', '=', input.order)
    .execute();
}

/**
 * Notes which packs leave with a parcel. From here on they are not dropped from their line any more.
 *
 * @param packs what is in the parcel; the caller has the order locked
 */
export async function noteLeft(
  tx: Tx,
  now: Date,
  input: { county: County; packs: readonly { line: string; lot: string }[] },
): Promise<void> {
  await sql`
    update trade.allocation a set sent_at = ${now}
      from unnest(${input.packs.map((pack) => pack.line)}::uuid[], ${input.packs.map((pack) => pack.lot)}::uuid[])
           as p (line, lot)
     where a.county = ${input.county} and a.line = p.line and a.lot = p.lot and a.state = 'taken'`.execute(tx);
}

/** The refusal in the words of the states, as a person knows them. */
export const refuseMove = (from: OrderState, to: OrderState) =>
  refuse('order-move-not-allowed', { from: orderMoves.states[from].zh, to: orderMoves.states[to].zh, state: from });
