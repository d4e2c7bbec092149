import { skusById } from '#catalog';
import { system } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Tx } from '#platform/db.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { checkoutMoves } from '../orders/checkout-states.ts';
import { claimAgain, claimsStillFree } from '../orders/claims.ts';
import { type CheckoutFields, lockAllOrders, lockCheckout } from '../orders/close-checkout.ts';
import { moveOrder } from '../orders/move-order.ts';
import { linesOf, type OrderFields } from '../orders/orders.queries.ts';
import { promiseOpen } from '../promises/promises.queries.ts';
import { holdAll, type Posting } from '../settlement/hold-all.ts';
import { moveStock } from '../stock/move-stock.ts';
import { type Chosen, openShelf } from '../stock/shelf.ts';
import { lockOpenLots } from '../stock/stock.queries.ts';
import { askBack, bookMoney } from './money-back.ts';
import type { PaymentNotice } from './payment-port.ts';
import { type PaymentState, paymentMoves } from './payment-states.ts';

export type NoticeOutcome =
  /** the checkout is paid */
  | 'paid'
  /** it had expired; its packs were still there and are taken again */
  | 'paid-late'
  /** it was over and stays so; the money goes back */
  | 'returned'
  /** another payment had paid it; the money goes back */
  | 'paid-twice'
  /** the payment did not come about */
  | 'failed'
  /** said before, by this notice or another */
  | 'repeated'
  /** another amount than was asked for: nothing is done, people have to look */
  | 'wrong-amount'
  | 'payment-unknown'
  /** of a refund: done, or refused, which people have to look at */
  | 'refund-done'
  | 'refund-refused'
  /** of a refund or payout that is asked for again at once, so that the provider's word and its answer agree */
  | 'to-be-asked'
  /** nothing that concerns us */
  | 'kept';

/** What came of a notice, and the money to be posted for it. */
export interface AppliedNotice {
  outcome: NoticeOutcome;
  postings: readonly Posting[];
}

const nothingPosted = (outcome: NoticeOutcome): AppliedNotice => ({ outcome, postings: [] });

/**
 * What a verified notice changes, but for the posting of its money, which the caller does last in the transaction.
 * Locks the checkout before everything else, as paying, cancelling and expiring do, so that notices of one payment are
 * applied one after another, in whatever order they come.
 */
export async function applyNotice(tx: Tx, now: Date, provider: string, notice: PaymentNotice): Promise<AppliedNotice> {
  const known = await tx
    .selectFrom('trade.payment')
    .select('checkout')
    .where('id', '=', notice.payment)
    .where('provider', '=', provider)
    .executeTakeFirst();
  const checkout = known && (await lockCheckout(tx, known.checkout));
  if (!checkout) return nothingPosted('payment-unknown');
  const payment = await tx
    .selectFrom('trade.payment')
    .selectAll()
    .where('id', '=', notice.payment)
    .forUpdate()
    .executeTakeFirstOrThrow();

  if (!paymentMoves.allows(payment.state, 'paid')) return nothingPosted('repeated');
  if (notice.outcome === 'failure') {
    if (!paymentMoves.allows(payment.state, 'closed')) return nothingPosted('repeated');
    await tx.updateTable('trade.payment').set({ state: 'closed' }).where('id', '=', payment.id).execute();
    return nothingPosted('failed');
  }
  if (notice.amountFen !== payment.amount_fen) return nothingPosted('wrong-amount');

  const paid = {
    id: payment.id,
    state: payment.state,
    provider,
    number: notice.providerNumber,
    fen: payment.amount_fen,
  };
  const orders = await lockAllOrders(tx, checkout);
  // Also when the first one was itself given back: its orders are over for good.
  if (orders.some((order) => order.state !== 'placed' && order.state !== 'cancelled')) {
    return { outcome: 'paid-twice', postings: await returnSecondPayment(tx, now, orders, paid) };
  }
  const late = checkout.state === 'closed';
  if (late && !(await retake(tx, now, checkout, orders))) {
    return { outcome: 'returned', postings: await returnLatePayment(tx, now, orders, paid) };
  }
  const postings = await payCheckout(tx, now, checkout, orders, paid);
  return { outcome: late ? 'paid-late' : 'paid', postings };
}

interface Paid {
  id: string;
  /** what it is so far */
  state: PaymentState;
  provider: string;
  number: string | null;
  fen: number;
}

async function payCheckout(
  tx: Tx,
  now: Date,
  checkout: CheckoutFields,
  orders: readonly OrderFields[],
  payment: Paid,
): Promise<Posting[]> {
  checkoutMoves.require(checkout.state, 'paid');
  await tx.updateTable('trade.checkout').set({ state: 'paid' }).where('id', '=', checkout.id).execute();
  await tx
    .updateTable('trade.payment')
    .set({ state: 'closed' })
    .where('checkout', '=', checkout.id)
    .where('id', '<>', payment.id)
    .where('state', 'in', paymentMoves.into('closed'))
    .execute();
  await setPayment(tx, payment, 'paid', now);
  const postings: Posting[] = [];
  for (const order of orders) {
    await markPayment(tx, order, payment.id);
    await moveOrder(tx, now, system, { county: order.county, order: order.id, to: 'paid' });
    postings.push(await holdAll(tx, now, order.county, [{ order, provider: payment.provider }]));
  }
  return postings;
}

/**
 * Reserves the packs of an expired checkout once more, from whatever lots have them now, and what it had used of limits.
 * Not when its buyer had cancelled it, nor when something is no longer sold.
 *
 * @returns whether all of it was there; if not, nothing is taken
 */
async function retake(tx: Tx, now: Date, checkout: CheckoutFields, orders: readonly OrderFields[]): Promise<boolean> {
  if (!(await expired(tx, orders))) return false;
  const taken: { order: OrderFields; chosen: Chosen[]; products: string[] }[] = [];
  for (const order of orders) {
    // A promise that is over takes no money any more.
    if (order.promise !== null && !(await promiseOpen(tx, order.county, order.promise, now))) return false;
    if (!(await claimsStillFree(tx, order.county, order.id))) return false;
    // Neither a promise nor a balance for weighed goods has anything to be taken.
    if (order.promise !== null) continue;
    const lines = await linesOf(tx, order.county, [order.id]);
    const ids = lines.map((line) => line.sku);
    const skus = await skusById(tx, order.county, ids);
    if (ids.some((id) => !skus.get(id)?.onSale)) return false;
    const lots = await lockOpenLots(tx, order.county, ids, dayOf(now));
    const { chosen, short } = openShelf(lots).take(
      lines.map((line) => ({ line: line.id, sku: line.sku, packs: line.packs - line.dropped_packs })),
    );
    if (short.length > 0) return false;
    taken.push({ order, chosen, products: lines.map((line) => line.product) });
  }
  for (const { order, chosen, products } of taken.filter((one) => one.chosen.length > 0)) {
    const { county } = order;
    await moveStock(tx, {
      county,
      kind: 'reserved',
      steps: chosen.map((c) => ({ sku: c.sku, lot: c.lot, onHand: 0, reserved: c.packs })),
      evidence: { kind: 'order', id: order.id },
      by: checkout.person,
      at: now,
      locked: true,
    });
    // The same lot may have been reserved and released for the same line before.
    await tx
      .insertInto('trade.allocation')
      .values(chosen.map((c) => ({ county, ...c, state: 'reserved' as const })))
      .onConflict((c) =>
        c
          .columns(['county', 'line', 'lot'])
          .doUpdateSet((e) => ({ packs: e.ref('excluded.packs'), state: e.ref('excluded.state') })),
      )
      .execute();
    await tell(tx, stockChanged(county, products));
  }
  for (const order of orders) await claimAgain(tx, order.county, order.id);
  return true;
}

/** Whether it was time that cancelled the orders, and not a person. */
async function expired(tx: Tx, orders: readonly OrderFields[]): Promise<boolean> {
  for (const order of orders) {
    const move = await tx
      .selectFrom('trade.order_move')
      .select('by_person')
      .where('county', '=', order.county)
      .where('order', '=', order.id)
      .where('to_state', '=', 'cancelled')
      .executeTakeFirst();
    if (move?.by_person !== system.person) return false;
  }
  return true;
}

/** Money for orders that are over: booked in and out again, order by order, and asked back. */
async function returnLatePayment(tx: Tx, now: Date, orders: readonly OrderFields[], payment: Paid): Promise<Posting[]> {
  const postings: Posting[] = [];
  await setPayment(tx, payment, 'refunding', now);
  for (const order of orders) {
    const { county } = order;
    const reason = '付款到得太晚，原路退回';
    await markPayment(tx, order, payment.id);
    await moveOrder(tx, now, system, { county, order: order.id, to: 'refunded', reason });
    const flow = { county, provider: payment.provider, fen: order.total_fen, by: null };
    const transfers = await bookMoney(tx, { ...flow, evidenceKind: 'order', evidence: order.id }, ['in', 'back']);
    postings.push({ county, transfers });
    await askBack(tx, now, system, order, { payment, reason });
  }
  return postings;
}

/** A second payment of a checkout: it belongs to no order and goes back whole. */
async function returnSecondPayment(
  tx: Tx,
  now: Date,
  orders: readonly OrderFields[],
  payment: Paid,
): Promise<Posting[]> {
  const postings: Posting[] = [];
  await setPayment(tx, payment, 'refunding', now);
  for (const order of orders) {
    const flow = { county: order.county, provider: payment.provider, fen: order.total_fen, by: null };
    const transfers = await bookMoney(tx, { ...flow, evidenceKind: 'payment', evidence: payment.id }, ['in', 'back']);
    postings.push({ county: order.county, transfers });
  }
  return postings;
}

async function setPayment(tx: Tx, payment: Paid, state: 'paid' | 'refunding', now: Date): Promise<void> {
  paymentMoves.require(payment.state, state);
  await tx
    .updateTable('trade.payment')
    .set({ state, paid_at: now, provider_number: payment.number })
    .where('id', '=', payment.id)
    .execute();
}

async function markPayment(tx: Tx, order: OrderFields, payment: string): Promise<void> {
  await tx
    .updateTable('trade.order')
    .set({ payment })
    .where('county', '=', order.county)
    .where('id', '=', order.id)
    .execute();
}
