import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { stationsOf } from '#registry';
import { qrSvg } from '#trace';
import { openRemittanceSum } from '../bank/remittances.queries.ts';
import { refuse } from '../refuse.ts';
import { payCodeOf } from './open-by-hand.ts';
import { byHandWays, payTermsOf } from './pay-terms.ts';
import { askProvider } from './payment-browser.ts';
import type { PaymentMethod } from './payment-port.ts';
import { providersOf } from './providers.ts';
import { openidOf, signsIn } from './wechat/wechat-sign-in.ts';

interface Way {
  provider: string;
  method: PaymentMethod;
  sandbox: boolean;
}

/**
 * What the buyer sees on the page of a payment: the ways that are open for this checkout, the payment as it stands (the
 * one that brought money, or else the newest), and what is to be written or told when it is made by hand.
 *
 * @throws Refusal `checkout-not-found`
 */
export async function paySight(at: Context, by: Actor, id: string) {
  const { db } = at;
  const checkout = await db
    .selectFrom('trade.checkout')
    .selectAll()
    .where('id', '=', id)
    .where('person', '=', by.person)
    .executeTakeFirst();
  if (!checkout) throw refuse('checkout-not-found');
  const payments = await db
    .selectFrom('trade.payment')
    .selectAll()
    .where('checkout', '=', id)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const payment =
    payments.find((p) => p.state === 'paid') ??
    payments.find((p) => p.state === 'refunding' || p.state === 'refunded') ??
    payments.find((p) => p.state === 'pending') ??
    payments[0];
  const [county, ...others] = checkout.counties;
  const only = county !== undefined && others.length === 0 ? county : null;
  const terms = only === null ? undefined : await payTermsOf(db, only);
  return {
    ways: waysOf(at, byHandWays(terms, by)),
    payment: payment
      ? {
          id: payment.id,
          provider: payment.provider,
          method: payment.method as PaymentMethod,
          sandbox: payment.provider === 'sandbox',
          state: payment.state,
          startedAt: payment.created_at,
          go: payment.started,
          ...(await returnedOf(at, checkout.counties, payment)),
        }
      : null,
    wechat: signsIn(at) ? ((await openidOf(at, by.person)) ? ('known' as const) : ('unknown' as const)) : null,
    late: await cameLate(at, checkout.counties, id),
    ...(await byHand(at, only, payment, terms)),
  };
}

function waysOf(at: Context, open: readonly ('transfer' | 'cash')[]): Way[] {
  return providersOf(at).flatMap(({ name, sandbox, methods }) =>
    methods
      .filter((method) => (method !== 'transfer' && method !== 'cash') || open.includes(method))
      .map((method) => ({ provider: name, method, sandbox })),
  );
}

async function byHand(
  at: Context,
  county: County | null,
  payment: { id: string; method: string; state: string } | undefined,
  terms: Awaited<ReturnType<typeof payTermsOf>>,
) {
  const none = { transfer: null, cash: null };
  if (county === null || !payment || (payment.method !== 'transfer' && payment.method !== 'cash')) return none;
  const code = await payCodeOf(at.db, county, payment.id);
  if (!code || !terms) return none;
  if (payment.method === 'cash') {
    const stations = payment.state === 'pending' ? await stationsOf(at.db, county) : [];
    return { transfer: null, cash: { code: code.code, stations } };
  }
  return {
    cash: null,
    transfer: {
      bankName: terms.bank_name ?? '',
      accountName: terms.account_name ?? '',
      accountNumber: terms.account_number ?? '',
      code: code.code,
      payerName: code.payer_name,
      arrivedFen: code.state === 'open' ? await openRemittanceSum(at.db, county, code.code) : code.fen,
    },
  };
}

async function returnedOf(
  at: Context,
  counties: readonly County[],
  payment: { id: string; state: string; amount_fen: number },
) {
  let returnedFen = 0;
  let open = false;
  for (const county of counties) {
    const rows = await at.db
      .selectFrom('trade.refund')
      .select(['fen', 'state'])
      .where('county', '=', county)
      .where('payment', '=', payment.id)
      .execute();
    for (const row of rows) {
      returnedFen += row.fen;
      open ||= row.state !== 'done';
    }
  }
  // A second payment of a checkout goes back whole and belongs to no order.
  if (returnedFen === 0 && (payment.state === 'refunding' || payment.state === 'refunded')) {
    return { returnedFen: payment.amount_fen, returned: payment.state === 'refunded' };
  }
  return { returnedFen, returned: returnedFen > 0 && !open };
}

async function cameLate(at: Context, counties: readonly County[], checkout: string): Promise<boolean> {
  for (const county of counties) {
    const move = await at.db
      .selectFrom('trade.order_move as m')
      .innerJoin('trade.order as o', (j) => j.onRef('o.county', '=', 'm.county').onRef('o.id', '=', 'm.order'))
      .select('m.id')
      .where('m.county', '=', county)
      .where('o.checkout', '=', checkout)
      .where('m.from_state', '=', 'cancelled')
      .where('m.to_state', '=', 'paid')
      .executeTakeFirst();
    if (move) return true;
  }
  return false;
}

/**
 * The buyer wants to know what became of the payment: its provider is asked now, and what it says is taken in.
 *
 * @returns what it said; null when it did not answer, or when there is nobody to ask
 * @throws Refusal `checkout-not-found`
 */
export async function askMine(at: Context, by: Actor, id: string) {
  const { payment } = await paySight(at, by, id);
  if (!payment || (payment.state !== 'pending' && payment.state !== 'closed')) return { said: null };
  return askProvider(at, { payment: payment.id, provider: payment.provider });
}

/**
 * The code that the payment app scans, as an SVG.
 *
 * @throws Refusal `checkout-not-found` | `payment-not-found`
 */
export async function paymentQr(db: Db, by: Actor, id: string): Promise<string> {
  const open = await db
    .selectFrom('trade.payment as p')
    .innerJoin('trade.checkout as c', 'c.id', 'p.checkout')
    .select('p.started')
    .where('c.id', '=', id)
    .where('c.person', '=', by.person)
    .where('p.state', '=', 'pending')
    .orderBy('p.created_at', 'desc')
    .executeTakeFirst();
  const started = open?.started as unknown as { kind: string; text?: string } | null | undefined;
  if (started?.kind !== 'qr' || !started.text) throw refuse('payment-not-found');
  return qrSvg(started.text);
}
