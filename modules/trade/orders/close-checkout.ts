import type { Selectable } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Tx } from '#platform/db.ts';
import { paymentMoves } from '../payment/payment-states.ts';
import { checkoutMoves } from './checkout-states.ts';
import { moveOrder } from './move-order.ts';
import { lockOrder, type OrderFields } from './orders.queries.ts';
import { releaseOrder } from './release-order.ts';

export type CheckoutFields = Selectable<DB['trade.checkout']>;

/** A checkout, locked: whoever pays, cancels or lets one expire begins here, so that only one of them does. */
export async function lockCheckout(tx: Tx, id: string): Promise<CheckoutFields | undefined> {
  return tx.selectFrom('trade.checkout').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** All orders of a checkout, locked county by county in ascending order. */
export async function lockAllOrders(tx: Tx, checkout: CheckoutFields): Promise<OrderFields[]> {
  const orders: OrderFields[] = [];
  const places = checkout.counties.map((county, i) => ({ county, id: checkout.orders[i] as string }));
  for (const { county, id } of places.sort((a, b) => a.county - b.county)) {
    const order = await lockOrder(tx, county, id);
    if (!order) throw new Error(`checkout ${checkout.id} has no order in county ${county}`);
    orders.push(order);
  }
  return orders;
}

/**
 * Ends an unpaid checkout, which the caller has locked: its orders are cancelled together, since one payment was to
 * cover them all; their packs are free again and its open payments closed.
 */
export async function closeCheckout(
  tx: Tx,
  now: Date,
  by: Actor,
  checkout: CheckoutFields,
  reason: string,
): Promise<void> {
  for (const order of await lockAllOrders(tx, checkout)) {
    await moveOrder(tx, now, by, { county: order.county, order: order.id, to: 'cancelled', reason });
    await releaseOrder(tx, now, by, order);
  }
  checkoutMoves.require(checkout.state, 'closed');
  await tx.updateTable('trade.checkout').set({ state: 'closed' }).where('id', '=', checkout.id).execute();
  await tx
    .updateTable('trade.payment')
    .set({ state: 'closed' })
    .where('checkout', '=', checkout.id)
    .where('state', 'in', paymentMoves.into('closed'))
    .execute();
}
