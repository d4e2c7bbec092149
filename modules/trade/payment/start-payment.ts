import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { type CheckoutFields, lockCheckout } from '../orders/close-checkout.ts';
import { refuse } from '../refuse.ts';
import { closeAtProvider } from './close-at-provider.ts';
import { openByHand } from './open-by-hand.ts';
import type { PaymentMethod, PaymentOrder, PaymentProvider, Started } from './payment-port.ts';
import { providerNamed } from './providers.ts';
import { soonest } from './when-to-ask.ts';

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

/** A payment as it was begun; times as texts, since it is kept as the answer to the key. */
interface Begun {
  payment: string;
  checkout: string;
  amountFen: Fen;
  expiresAt: string;
  orders: readonly PaymentOrder[];
  started: Started | null;
  /** begun earlier in other ways and still open */
  others: readonly { payment: string; provider: string }[];
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
  if (method === 'jsapi' && !input.openid) throw refuse('openid-missing');
  const begun = await once(at.db, key, (tx) => begin(tx, at.clock.now(), by, { ...input, provider, method }));
  for (const other of begun.others) {
    if ((await closeAtProvider(at, other)) === 'paid') throw refuse('checkout-paid');
  }
  const go = await startAt(at, provider, begun, { ...input, method });
  const { payment, checkout, amountFen } = begun;
  return { payment, provider: provider.name, method, amountFen, payPath: `/pay/${checkout}`, go };
}

async function begin(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { checkout: string; provider: PaymentProvider; method: PaymentMethod; payerName?: string },
): Promise<Begun> {
  const { provider, method } = input;
  const checkout = await lockCheckout(tx, input.checkout);
  if (checkout?.person !== by.person) throw refuse('checkout-not-found');
  if (checkout.state === 'paid') throw refuse('checkout-paid');
  if (checkout.state === 'closed' || checkout.expires_at <= now) throw refuse('checkout-closed');
  const before = await tx
    .selectFrom('trade.payment')
    .select(['id', 'provider', 'method', 'state', 'expires_at', 'orders', 'started', 'started_at'])
    .where('checkout', '=', checkout.id)
    .execute();
  const open = before.filter((p) => p.state === 'pending');
  const same = open.find((p) => p.provider === provider.name && p.method === method);
  const others = open.filter((p) => p !== same && p.provider !== 'sandbox');
  const begun = {
    checkout: checkout.id,
    amountFen: checkout.total_fen,
    others: others.map((p) => ({ payment: p.id, provider: p.provider })),
  };
  if (same) {
    return {
      ...begun,
      payment: same.id,
      expiresAt: (same.expires_at ?? checkout.expires_at).toISOString(),
      orders: (same.orders ?? []) as unknown as PaymentOrder[],
      started: stillGood(same.started_at, now) ? (same.started as unknown as Started | null) : null,
    };
  }
  // The sandbox is asked for nothing but a page, so it need not be told what it is for.
  const orders = provider.sandbox ? [] : await ordersOf(tx, checkout);
  const payment = newId();
  const byHand = method === 'transfer' || method === 'cash';
  const expiresAt = byHand
    ? await openByHand(tx, now, by, { checkout, payment, kind: method, payerName: input.payerName ?? null })
    : provider.sandbox || before.length > 0
      ? checkout.expires_at
      : await keepHeld(tx, now, checkout);
  await tx
    .insertInto('trade.payment')
    .values({
      id: payment,
      checkout: checkout.id,
      provider: provider.name,
      method,
      amount_fen: checkout.total_fen,
      state: 'pending',
      created_at: now,
      ...(!provider.sandbox && {
        expires_at: expiresAt,
        orders: JSON.stringify(orders),
        // People bring this money; until one of them writes it down there is nothing to ask about.
        ask_at: byHand ? null : soonest(now, 0),
      }),
    })
    .execute();
  return { ...begun, payment, expiresAt: expiresAt.toISOString(), orders, started: null };
}

/**
 * Who begins to pay in the last minutes gets time to finish at the provider: WeChat Pay takes no payment that ends
 * within a minute, and people need some to find their card. Only once for a checkout, so that nobody can hold packs by
 * beginning over and over.
 *
 * @returns until when the packs are held
 */
async function keepHeld(tx: Tx, now: Date, checkout: CheckoutFields): Promise<Date> {
  const least = new Date(now.getTime() + 5 * 60_000);
  if (checkout.expires_at >= least) return checkout.expires_at;
  await tx.updateTable('trade.checkout').set({ expires_at: least }).where('id', '=', checkout.id).execute();
  return least;
}

/** The address of a payment in a phone's browser is good for five minutes; a little less than that is given again. */
const stillGood = (startedAt: Date | null, now: Date) =>
  startedAt !== null && now.getTime() - startedAt.getTime() < 4 * 60_000;

async function ordersOf(tx: Tx, checkout: CheckoutFields): Promise<PaymentOrder[]> {
  const orders: PaymentOrder[] = [];
  for (const county of [...checkout.counties].sort((a, b) => a - b)) {
    const rows = await tx
      .selectFrom('trade.order')
      .select(['county', 'id as order', 'number', 'total_fen as fen'])
      .where('county', '=', county)
      .where('checkout', '=', checkout.id)
      .orderBy('id')
      .execute();
    orders.push(...rows);
  }
  return orders;
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
