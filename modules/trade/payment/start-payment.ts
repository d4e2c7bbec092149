import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { OnceKey } from '#platform/db.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { type Begun, beginPayment } from './begin-payments.ts';
import { closeAtProvider } from './close-at-provider.ts';
import type { PaymentMethod, PaymentProvider, Started } from './payment-port.ts';
import { providerNamed } from './providers.ts';
import { openidOf } from './wechat/wechat-sign-in.ts';

export interface StartedPayment {
  payment: string;
  provider: string;
  method: PaymentMethod;
  amountFen: Fen;
  /** the shop's page of this checkout, where the buyer sees how it stands */
  payPath: string;
  /** where the buyer goes on to pay */
  go: Started;
}

export interface StartAsk {
  checkout: string;
  provider: string;
  /** absent: the provider's first */
  method?: PaymentMethod;
  openid?: string;
  clientIp?: string | null;
  /** who will send the bank transfer */
  payerName?: string;
}

/**
 * Begins to pay one's checkout. While a payment with a provider by the same method is open it is given again, so that
 * a second press of the button cannot make a second payment. One by another method is first closed at its provider;
 * when that cannot be had for certain both stay open, and the second that is paid goes back by itself.
 *
 * The provider is asked after the payment is written down and outside of the transaction: whatever becomes of its
 * answer, we know what to ask about.
 *
 * @throws Refusal `provider-unknown` | `payment-method-unknown` | `openid-missing` | `checkout-not-found` |
 *   `checkout-paid` | `checkout-closed` | `payment-provider-busy` | `payment-provider-refused` |
 *   `by-hand-one-county` | `by-hand-not-offered`
 */
export async function startPayment(
  at: Context,
  by: Actor,
  input: StartAsk,
  key: OnceKey | null,
): Promise<StartedPayment> {
  const provider = providerNamed(at, input.provider);
  const method = input.method ?? (provider.methods[0] as PaymentMethod);
  if (!provider.methods.includes(method)) throw refuse('payment-method-unknown', { method });
  // A mini program knows who it is used by; of others it is what WeChat has told.
  const openid = method === 'jsapi' ? (input.openid ?? (await openidOf(at, by.person))) : undefined;
  if (method === 'jsapi' && !openid) throw refuse('openid-missing');
  const begun = await beginPayment(at, { ...input, by, key, provider, method });
  for (const other of begun.others) {
    if ((await closeAtProvider(at, other)) === 'paid') throw refuse('checkout-paid');
  }
  const go = await startAt(at, provider, begun, { ...input, openid, method });
  const { payment, checkout, amountFen } = begun;
  return { payment, provider: provider.name, method, amountFen, payPath: `/pay/${checkout}`, go };
}

async function startAt(
  at: Context,
  provider: PaymentProvider,
  begun: Begun,
  input: StartAsk & { method: PaymentMethod },
): Promise<Started> {
  if (begun.started) return begun.started;
  const numbers = begun.orders.map((order) => order.number).join('、');
  const started = await provider.start({
    ...begun,
    method: input.method,
    expiresAt: new Date(begun.expiresAt),
    description: `山货订单 ${numbers}`,
    clientIp: input.clientIp ?? null,
    openid: input.openid ?? null,
  });
  // The shop's own page is nothing to remember.
  if (started.kind === 'page') return started;
  await at.db
    .updateTable('trade.payment')
    .set({ started: JSON.stringify(started), started_at: at.clock.now() })
    .where('id', '=', begun.payment)
    .execute();
  return started;
}
