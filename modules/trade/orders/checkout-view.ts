import type { Db } from '#platform/db.ts';
import type { Fen } from '#platform/money.ts';
import type { PaymentState } from '../payment/payment-states.ts';
import { refuse } from '../refuse.ts';
import type { CheckoutState } from './checkout-states.ts';
import { type OrderRowView, orderRows } from './order-rows.ts';
import { type OrderFields, orderById } from './orders.queries.ts';

export interface CheckoutView {
  id: string;
  state: CheckoutState;
  totalFen: Fen;
  expiresAt: Date;
  /** the one that paid, or else the newest */
  payment: { id: string; provider: string; state: PaymentState; sandbox: boolean } | null;
  orders: OrderRowView[];
}

/**
 * A checkout of one's own. One whose time is over reads as closed also in the moment before its packs are freed.
 *
 * @throws Refusal `checkout-not-found`
 */
export async function checkoutView(db: Db, now: Date, person: string, id: string): Promise<CheckoutView> {
  const checkout = await db
    .selectFrom('trade.checkout')
    .selectAll()
    .where('id', '=', id)
    .where('person', '=', person)
    .executeTakeFirst();
  if (!checkout) throw refuse('checkout-not-found');
  const payments = await db
    .selectFrom('trade.payment')
    .select(['id', 'provider', 'state'])
    .where('checkout', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const payment = payments.find((p) => !['pending', 'closed'].includes(p.state)) ?? payments[0];
  const orders: OrderFields[] = [];
  for (const [i, county] of checkout.counties.entries()) {
    const order = await orderById(db, county, checkout.orders[i] as string);
    if (order) orders.push(order);
  }
  return {
    id,
    state: checkout.state === 'open' && checkout.expires_at <= now ? 'closed' : checkout.state,
    totalFen: checkout.total_fen,
    expiresAt: checkout.expires_at,
    payment: payment ? { ...payment, sandbox: payment.provider === 'sandbox' } : null,
    orders: await orderRows(db, orders),
  };
}
