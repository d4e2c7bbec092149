import type { Context } from '#platform/context.ts';
import { bankProvider } from '../bank/bank-provider.ts';
import { refuse } from '../refuse.ts';
import { stationProvider } from '../station-cash/station-provider.ts';
import { alipayProvider } from './alipay/alipay-provider.ts';
import type { PaymentOrder, PaymentProvider } from './payment-port.ts';
import { sandboxProvider } from './sandbox-provider.ts';
import { wechatProvider } from './wechat/wechat-provider.ts';

/** What makes each provider; null where it is not configured. */
const makers: Readonly<Record<string, (at: Context) => PaymentProvider | null>> = {
  wechat: (at) => {
    const settings = at.payments?.wechat;
    return settings
      ? wechatProvider(settings, { ...around(at, 'wechat'), clock: at.clock, ordersOf: ordersOf(at) })
      : null;
  },
  alipay: (at) => (at.payments?.alipay ? alipayProvider(at.payments.alipay, around(at, 'alipay')) : null),
  sandbox: (at) => (at.sandbox ? sandboxProvider(at) : null),
  // Always there: whether a county takes money by hand is for its own terms to say.
  bank: (at) => bankProvider(at.db),
  station: (at) => stationProvider(at.db),
};

const around = ({ publicUrl }: Context, name: string) => ({
  publicUrl,
  noticeUrl: `${publicUrl}/api/payment-notices/${name}`,
});

/** What a payment was begun for; nothing for one that is not known. */
const ordersOf = (at: Context) => async (payment: string) => {
  const row = await at.db.selectFrom('trade.payment').select('orders').where('id', '=', payment).executeTakeFirst();
  return (row?.orders ?? []) as unknown as PaymentOrder[];
};

// A provider keeps connections and certificates, so it is made once for all that share a context.
const made = new WeakMap<Context, Map<string, PaymentProvider | null>>();

/** Every provider that payments can be begun with, in the order they are offered. */
export const providersOf = (at: Context): PaymentProvider[] =>
  Object.keys(makers).flatMap((name) => find(at, name) ?? []);

/**
 * The provider of that name.
 *
 * @throws Refusal `provider-unknown`
 */
export function providerNamed(at: Context, name: string): PaymentProvider {
  const provider = find(at, name);
  if (!provider) throw refuse('provider-unknown', { provider: name });
  return provider;
}

function find(at: Context, name: string): PaymentProvider | null {
  const known = made.get(at) ?? new Map<string, PaymentProvider | null>();
  made.set(at, known);
  if (!known.has(name)) known.set(name, Object.hasOwn(makers, name) ? (makers[name]?.(at) ?? null) : null);
  return known.get(name) ?? null;
}
