import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { lockCheckout } from '../orders/close-checkout.ts';
import { refuse } from '../refuse.ts';
import { providerNamed } from './providers.ts';

export interface StartedPayment {
  payment: string;
  provider: string;
  amountFen: Fen;
  payPath: string;
}

/**
 * Begins to pay one's checkout. While a payment with a provider is open it is given again, so that a second press of
 * the button cannot make a second payment.
 *
 * @throws Refusal `provider-unknown` | `checkout-not-found` | `checkout-paid` | `checkout-closed`
 */
export async function startPayment(
  at: Context,
  by: Actor,
  input: { checkout: string; provider: string },
  key: OnceKey | null,
): Promise<StartedPayment> {
  const provider = providerNamed(at, input.provider);
  return once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const checkout = await lockCheckout(tx, input.checkout);
    if (checkout?.person !== by.person) throw refuse('checkout-not-found');
    if (checkout.state === 'paid') throw refuse('checkout-paid');
    if (checkout.state === 'closed' || checkout.expires_at <= now) throw refuse('checkout-closed');
    const open = await tx
      .selectFrom('trade.payment')
      .select('id')
      .where('checkout', '=', checkout.id)
      .where('provider', '=', provider.name)
      .where('state', '=', 'pending')
      .executeTakeFirst();
    const payment = open?.id ?? newId();
    if (!open) {
      await tx
        .insertInto('trade.payment')
        .values({
          id: payment,
          checkout: checkout.id,
          provider: provider.name,
          amount_fen: checkout.total_fen,
          state: 'pending',
          created_at: now,
        })
        .execute();
    }
    const amountFen = checkout.total_fen;
    const { payPath } = await provider.start({ payment, checkout: checkout.id, amountFen });
    return { payment, provider: provider.name, amountFen, payPath };
  });
}
