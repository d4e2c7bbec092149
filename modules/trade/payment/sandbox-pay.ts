import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type CheckoutView, checkoutView } from '../orders/checkout-view.ts';
import { refuse } from '../refuse.ts';
import { receiveNotice } from './receive-notice.ts';
import { noteDeed, sandboxNotice } from './sandbox-provider.ts';

/**
 * The sandbox's pay page: its buyer says how the payment ends, and the sandbox sends the notice a provider would send,
 * through the same door.
 *
 * @throws Refusal `provider-unknown` | `payment-not-found` | `checkout-closed`
 */
export async function sandboxPay(
  at: Context,
  by: Actor,
  input: { payment: string; outcome: 'success' | 'failure' },
): Promise<CheckoutView> {
  const payment = await at.db
    .selectFrom('trade.payment as p')
    .innerJoin('trade.checkout as c', 'c.id', 'p.checkout')
    .select(['p.id', 'p.checkout', 'p.amount_fen', 'c.state', 'c.expires_at'])
    .where('p.id', '=', input.payment)
    .where('p.provider', '=', 'sandbox')
    .where('c.person', '=', by.person)
    .executeTakeFirst();
  if (!payment) throw refuse('payment-not-found');
  const now = at.clock.now();
  if (payment.state === 'closed' || (payment.state === 'open' && payment.expires_at <= now)) {
    throw refuse('checkout-closed');
  }
  if (input.outcome === 'success') {
    const deed = { ours: payment.id, payment: payment.id, fen: payment.amount_fen };
    await noteDeed(at.db, { kind: 'payment', ...deed, at: now });
  }
  const { raw, headers } = sandboxNotice(at.sealer, {
    payment: payment.id,
    amountFen: payment.amount_fen,
    outcome: input.outcome,
    at: now,
  });
  await receiveNotice(at, { provider: 'sandbox', raw, headers });
  return checkoutView(at.db, now, by.person, payment.checkout);
}
