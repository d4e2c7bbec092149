import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type OrderState, orderMoves } from './order-states.ts';
import { goodsOf, insertMoves, lockOrders, refundsAskedFor } from './orders.queries.ts';

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
  const { county, order, to, reason = null } = input;
  await moveOrders(tx, now, { county, to, reason, moves: [{ order, by }] });
}

/**
 * Moves orders to one state, each moved by somebody, by the same few statements however many they are.
 *
 * @param input.moves each order once
 * @throws Refusal `order-not-found` | `order-move-not-allowed`: none is moved then
 */
export async function moveOrders(
  tx: Tx,
  now: Date,
  input: {
    county: County;
    to: OrderState;
    reason?: string | null;
    moves: readonly { order: string; by: Pick<Actor, 'person'> }[];
  },
): Promise<void> {
  const { county, to, reason = null, moves } = input;
  if (moves.length === 0) return;
  const ids = moves.map((move) => move.order);
  const orders = await lockOrders(tx, county, ids);
  const moved = moves.map(({ order, by }) => {
    const from = orders.get(order)?.state;
    if (!from) throw refuse('order-not-found');
    if (!orderMoves.allows(from, to)) throw refuseMove(from, to);
    return { order, from, to, reason, by: by.person };
  });
  const instant = instants[to];
  await pipelined(tx, (one) =>
    Promise.all([
      one
        .updateTable('trade.order')
        .set({ state: to, ...(instant && { [instant]: now }) })
        .where('county', '=', county)
        .where('id', 'in', ids)
        .execute(),
      insertMoves(one, county, now, moved),
    ]),
  );
}

/**
 * Notes that the first parcel of each of some orders leaves, and locks the orders: from here on they cannot be cancelled
 * any more, even while their other parcels are still being packed.
 *
 * @param input.sending whose goods leave; each order once
 * @throws Refusal `order-not-found` | `order-move-not-allowed` | `case-open` while a refund of the sender's goods is asked for
 */
export async function noteSending(
  tx: Tx,
  now: Date,
  input: { county: County; sending: readonly { order: string; org: string }[] },
): Promise<void> {
  const { county, sending } = input;
  const ids = sending.map((one) => one.order);
  const orders = await lockOrders(tx, county, ids);
  const asked = await refundsAskedFor(tx, county, ids);
  for (const one of sending) {
    const state = orders.get(one.order)?.state;
    if (!state) throw refuse('order-not-found');
    if (state !== 'paid' && state !== 'packed') throw refuseMove(state, 'sent');
    if (asked.has(goodsOf(one))) throw refuse('case-open');
  }
  const first = ids.filter((id) => orders.get(id)?.sent_at === null);
  if (first.length === 0) return;
  await tx
    .updateTable('trade.order')
    .set({ sent_at: now })
    .where('county', '=', county)
    .where('id', 'in', first)
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
