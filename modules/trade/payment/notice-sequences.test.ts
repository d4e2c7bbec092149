import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { testApp } from '../../../test/app.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
} from '../../../test/fixtures-trade.ts';
import { tradeModule } from '../index.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { type CheckoutState, checkoutMoves } from '../orders/checkout-states.ts';
import type { CheckoutView } from '../orders/checkout-view.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { type OrderState, orderMoves } from '../orders/order-states.ts';
import { placeCheckout } from '../orders/place-checkout.ts';
import { askRefunds } from './ask-refunds.ts';
import { type PaymentState, paymentMoves } from './payment-states.ts';
import { receiveNotice } from './receive-notice.ts';
import { sandboxNotice } from './sandbox-provider.ts';
import { startPayment } from './start-payment.ts';

// Sequences of everything a provider can say, in any order, side by side in one database. What should come of each is
// told by a model that knows the graphs and the rules of this file and nothing of the code. Named in every failure.
const SEED = Number(process.env.NOTICE_SEED ?? randomInt(1_000_000_000));
// `npm run faults` plays 10,000; here every run plays others.
const SEQUENCES = Number(process.env.NOTICE_SEQUENCES ?? 1_500);
/** so many sequences take their steps together */
const BATCH = 1000;
const AT_ONCE = 48;
/** the provider is asked for refunds after each of these steps */
const ASKED_AFTER = [3, 6];

type Step =
  | { do: 'start' }
  | { do: 'say'; outcome: 'success' | 'failure'; payment: number; copies: number }
  | { do: 'wrong-amount'; payment: number; by: number }
  | { do: 'wrong-order'; of: 'checkout' | 'order' | 'nobody' }
  | { do: 'repeat'; which: number; copies: number }
  | { do: 'forged'; payment: number; how: 'key' | 'body' | 'bare' }
  | { do: 'expire' }
  | { do: 'cancel' };

const index = fc.nat({ max: 7 });
const copies = fc.constantFrom(1, 1, 1, 3);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: 'start' }) },
  {
    weight: 7,
    arbitrary: fc.record({
      do: fc.constant('say' as const),
      outcome: fc.constantFrom('success' as const, 'success' as const, 'failure' as const),
      payment: index,
      copies,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wrong-amount' as const),
      payment: index,
      by: fc.constantFrom(-1, 1, 100, -10_000, 1_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wrong-order' as const),
      of: fc.constantFrom('checkout' as const, 'order' as const, 'nobody' as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('repeat' as const), which: index, copies }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('forged' as const),
      payment: index,
      how: fc.constantFrom('key' as const, 'body' as const, 'bare' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'expire' }) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'cancel' }) },
);
/** A payment that failed and a second one: nothing else leads to two that could both be paid. */
const twoPayments: Step[] = [{ do: 'say', outcome: 'failure', payment: 0, copies: 1 }, { do: 'start' }];
const sequence = fc.record({
  /** gone: what was ordered is no longer sold, so that money that comes late cannot have it */
  goods: fc.constantFrom('there' as const, 'gone' as const),
  counties: fc.constantFrom(1, 1, 2),
  steps: fc
    .tuple(fc.constantFrom([], [], [], twoPayments), fc.array(step, { minLength: 2, maxLength: 6 }))
    .map(([first, then]) => [...first, ...then]),
});
type Sequence = typeof sequence extends fc.Arbitrary<infer T> ? T : never;

interface Sent {
  id: string;
  raw: string;
  headers: Record<string, string>;
}

/** What one checkout should be, by the rules alone. */
class Model {
  readonly view: CheckoutView;
  checkout: CheckoutState = 'open';
  orders: { id: string; county: number; fen: number; state: OrderState }[];
  payments: { id: string; state: PaymentState }[] = [];
  /** by the notice's number */
  outcomes = new Map<string, string>();
  sent: Sent[] = [];
  #endedBy: 'time' | 'person' = 'time';
  /** orders whose money is asked back, and of which payment */
  #asked = new Map<string, string>();
  #back = new Map<string, string>();
  #there: boolean;

  constructor(view: CheckoutView, there: boolean) {
    this.view = view;
    this.#there = there;
    this.orders = view.orders.map(({ id, county, totalFen: fen }) => ({ id, county, fen, state: 'placed' }));
  }

  started(id: string): void {
    if (!this.payments.some((one) => one.id === id)) this.payments.push({ id, state: 'pending' });
  }

  /** @returns what should come of a notice about a payment */
  say(payment: string, outcome: 'success' | 'failure', right: boolean): string {
    const of = this.payments.find((one) => one.id === payment);
    if (!of) return 'payment-not-found';
    if (of.state !== 'pending' && of.state !== 'closed') return 'repeated';
    if (outcome === 'failure') {
      if (of.state === 'closed') return 'repeated';
      this.#move(of, 'closed');
      return 'failed';
    }
    if (!right) return 'wrong-amount';
    if (this.orders.some(({ state }) => state === 'paid' || state === 'refunded')) {
      this.#move(of, 'refunding');
      return 'paid-twice';
    }
    const late = this.checkout === 'closed';
    if (late && !(this.#endedBy === 'time' && this.#there)) {
      this.#move(of, 'refunding');
      for (const order of this.orders) this.#refund(order, of.id);
      return 'returned';
    }
    this.#end('paid');
    this.#move(of, 'paid');
    for (const other of this.payments) if (other.state === 'pending') this.#move(other, 'closed');
    for (const order of this.orders) this.#moveOrder(order, 'paid');
    return late ? 'paid-late' : 'paid';
  }

  ends(by: 'time' | 'person'): void {
    this.#endedBy = by;
    this.#end('closed');
    for (const order of this.orders) this.#moveOrder(order, 'cancelled');
    for (const payment of this.payments) if (payment.state === 'pending') this.#move(payment, 'closed');
  }

  /** The buyer wants the first order no longer. @returns whether that may be */
  cancel(): boolean {
    const [first] = this.orders as [Model['orders'][number]];
    if (first.state === 'placed') this.ends('person');
    else if (first.state === 'paid') {
      this.#refund(first, this.payments.find(({ state }) => state === 'paid')?.id as string);
    } else return false;
    return true;
  }

  /** The provider gives back everything it was asked for. */
  refunded(): void {
    for (const [order, payment] of this.#asked) this.#back.set(order, payment);
    this.#asked.clear();
    for (const payment of this.payments) {
      const back = this.orders.filter(({ id }) => this.#back.get(id) === payment.id);
      const whole = payment.state === 'refunding' || (payment.state === 'paid' && back.length === this.orders.length);
      if (whole) this.#move(payment, 'refunded');
    }
  }

  /** orders whose money went back, or is asked back */
  get refunds(): number {
    return this.#asked.size + this.#back.size;
  }

  #refund(order: Model['orders'][number], payment: string): void {
    this.#moveOrder(order, 'refunded');
    this.#asked.set(order.id, payment);
  }

  #move(payment: Model['payments'][number], to: PaymentState): void {
    paymentMoves.require(payment.state, to);
    payment.state = to;
  }

  #moveOrder(order: Model['orders'][number], to: OrderState): void {
    orderMoves.require(order.state, to);
    order.state = to;
  }

  #end(to: CheckoutState): void {
    checkoutMoves.require(this.checkout, to);
    this.checkout = to;
  }
}

const { at } = await testContext();
const county = await openTestCounty(at);
const shops = [await openTestShop(at, county), await openSecondShop(at)] as const;
const { buyer } = county;
const address = await addTestAddress(at, buyer);
for (const shop of shops) await addTestRule(at, shop.county);
const there = [await stocked(shops[0], 3980), await stocked(shops[1], 2580)] as const;
const somebodyElse = makeSealer('a secret of somebody else, long enough');
const app = await testApp(at, [tradeModule], async () => ({ person: null, memberships: [] }));

async function stocked(shop: (typeof shops)[number], priceFen: number) {
  const goods = await addTestGoods(at, shop, { priceFen });
  await addTestStock(at, goods, { packs: 2 * SEQUENCES + BATCH });
  return goods;
}

test(`${SEQUENCES} sequences of notices (seed ${SEED}): every state is one the graph allows, and the money is right`, async (t) => {
  const all = fc.sample(sequence, { numRuns: SEQUENCES, seed: SEED });
  const seen = new Map<string, number>();
  const money = new Map<number, number>();
  let notices = 0;
  let refunds = 0;
  for (let from = 0; from < all.length; from += BATCH) {
    const models = await playBatch(all.slice(from, from + BATCH), from);
    for (const model of models) {
      notices += model.outcomes.size;
      refunds += model.refunds;
      for (const outcome of model.outcomes.values()) seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
      for (const { county, fen, state } of model.orders) {
        if (state === 'paid') money.set(county, (money.get(county) ?? 0) + fen);
      }
    }
    await standsAs(models);
    await moneyIs(money);
    const kept = await sql<{ notices: number; refunds: number }>`
      select (select count(*) from trade.payment_notice) as notices, (select count(*) from trade.refund) as refunds`.execute(
      at.db,
    );
    assert.deepEqual(kept.rows[0], { notices, refunds }, 'each notice is kept once, each refund asked for once');
  }
  t.diagnostic(JSON.stringify(Object.fromEntries([...seen].sort())));
  for (const outcome of [
    ...['paid', 'paid-late', 'returned', 'paid-twice', 'failed', 'repeated', 'wrong-amount', 'payment-not-found'],
  ]) {
    assert.ok(seen.has(outcome), `no sequence met ${outcome}`);
  }
  await assertSound(at.db);
});

/** Every sequence of the batch takes its first step, then every one its second, and so on. */
async function playBatch(batch: readonly Sequence[], from: number): Promise<Model[]> {
  // What is gone later is there when it is ordered.
  const gone = [await stocked(shops[0], 3980), await stocked(shops[1], 2580)] as const;
  const models: Model[] = [];
  await inLanes(batch, async (one, i) => {
    const goods = (one.goods === 'gone' ? gone : there).slice(0, one.counties);
    const lines = goods.map(({ county, sku }) => ({ county, sku, packs: 1 }));
    const view = await placeCheckout(at, buyer, { lines, address }, null);
    const model = new Model(view, one.goods === 'there');
    models[i] = model;
    await begin(model);
  });
  await at.db
    .updateTable('catalog.sku')
    .set({ on_sale: false })
    .where(
      'id',
      'in',
      gone.map(({ sku }) => sku),
    )
    .execute();
  for (let round = 0; round < 8; round++) {
    const ending = models.filter((model, i) => batch[i]?.steps[round]?.do === 'expire' && model.checkout === 'open');
    if (ending.length > 0) {
      const ids = ending.map(({ view }) => view.id);
      await sql`update trade.checkout set expires_at = ${at.clock.now()} where id = any(${ids}::uuid[])`.execute(at.db);
      await expireCheckouts(at);
      for (const model of ending) model.ends('time');
    }
    await inLanes(batch, async ({ steps }, i) => {
      const step = steps[round];
      if (!step) return;
      const model = models[i] as Model;
      await take(step, model, (from + i) % 7 === 0 ? overHttp : direct).catch((error: unknown) => {
        const lived = JSON.stringify(batch[i]?.steps.slice(0, round + 1));
        throw new Error(`sequence ${from + i} of seed ${SEED}: ${error}; ${lived}`, { cause: error });
      });
    });
    if (!ASKED_AFTER.includes(round)) continue;
    while ((await askRefunds(at)) > 0);
    for (const model of models) model.refunded();
    await standsAs(models);
  }
  return models;
}

async function begin(model: Model): Promise<void> {
  try {
    const ask = { checkout: model.view.id, provider: 'sandbox' };
    model.started((await startPayment(at, buyer, ask, null)).payment);
  } catch (error) {
    const code = model.checkout === 'paid' ? 'checkout-paid' : 'checkout-closed';
    if (!(error instanceof Refusal) || model.checkout === 'open') throw error;
    assert.equal(error.code, code);
  }
}

/** @returns what came of a notice: its outcome, or the code it was refused with */
type Tell = (sent: Pick<Sent, 'raw' | 'headers'>) => Promise<string>;

const direct: Tell = async ({ raw, headers }) => {
  try {
    return await receiveNotice(at, { provider: 'sandbox', raw, headers });
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

const overHttp: Tell = async ({ raw, headers }) => {
  const answer = await app.inject({ method: 'POST', url: '/api/payment-notices/sandbox', headers, payload: raw });
  if (answer.statusCode >= 400) return JSON.parse(answer.body).code;
  const stored = await at.db
    .selectFrom('trade.payment_notice')
    .select('outcome')
    .where('notice', '=', JSON.parse(raw).id)
    .executeTakeFirstOrThrow();
  return String(stored.outcome);
};

async function take(step: Step, model: Model, tell: Tell): Promise<void> {
  const letter = (payment: string, outcome: 'success' | 'failure', amountFen: number): Sent => {
    const id = newId();
    return { id, ...sandboxNotice(at.sealer, { id, payment, amountFen, outcome, at: at.clock.now() }) };
  };
  const payment = (n: number) => model.payments[n % model.payments.length]?.id as string;
  const total = model.view.totalFen;
  const send = async (sent: Sent, expected: string, copies = 1) => {
    model.sent.push(sent);
    model.outcomes.set(sent.id, expected);
    const said = await Promise.all(Array.from({ length: copies }, () => tell(sent)));
    for (const one of said) assert.equal(one, expected);
  };
  switch (step.do) {
    case 'start':
      return begin(model);
    case 'say': {
      const id = payment(step.payment);
      return send(letter(id, step.outcome, total), model.say(id, step.outcome, true), step.copies);
    }
    case 'wrong-amount': {
      const id = payment(step.payment);
      return send(letter(id, 'success', Math.max(0, total + step.by)), model.say(id, 'success', false));
    }
    case 'wrong-order': {
      const { id, orders } = model.view;
      const stranger = { checkout: id, order: orders[0]?.id as string, nobody: newId() }[step.of];
      return send(letter(stranger, 'success', total), model.say(stranger, 'success', true));
    }
    case 'repeat': {
      const sent = model.sent[step.which % Math.max(1, model.sent.length)];
      if (sent) await send(sent, model.outcomes.get(sent.id) as string, step.copies);
      return;
    }
    case 'forged': {
      const good = letter(payment(step.payment), 'success', total);
      const forged = {
        key: () => sandboxNotice(somebodyElse, { ...JSON.parse(good.raw), at: at.clock.now() }),
        body: () => ({ ...good, raw: good.raw.replace(`${total}`, `${total}0`) }),
        bare: () => ({ raw: good.raw, headers: { 'content-type': 'application/json' } }),
      }[step.how]();
      assert.equal(await tell(forged), 'notice-forged');
      return;
    }
    case 'cancel': {
      const [order] = model.view.orders as [CheckoutView['orders'][number]];
      const cancelled = cancelOrder(at, buyer, { county: order.county, id: order.id, reason: '买错了' }, null);
      const said = await cancelled.then(
        () => 'done',
        (error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)),
      );
      assert.equal(said, model.cancel() ? 'done' : 'order-move-not-allowed');
    }
  }
}

/** All states and outcomes in the database are those of the models. */
async function standsAs(models: readonly Model[]): Promise<void> {
  const ids = models.map(({ view }) => view.id);
  const states = async (table: 'checkout' | 'order' | 'payment') => {
    const { rows } = await sql<{ id: string; state: string }>`
      select id, state from ${sql.table(`trade.${table}`)}
       where ${sql.ref(table === 'checkout' ? 'id' : 'checkout')} = any(${ids}::uuid[])`.execute(at.db);
    return new Map(rows.map(({ id, state }) => [id, state]));
  };
  const [checkouts, orders, payments] = [await states('checkout'), await states('order'), await states('payment')];
  const { rows } = await sql<{ notice: string; outcome: string }>`
    select notice, outcome from trade.payment_notice
     where notice = any(${models.flatMap((model) => [...model.outcomes.keys()])}::text[])`.execute(at.db);
  const outcomes = new Map(rows.map(({ notice, outcome }) => [notice, outcome]));
  for (const [i, model] of models.entries()) {
    const stored = {
      checkout: checkouts.get(model.view.id),
      orders: model.orders.map(({ id }) => orders.get(id)),
      payments: model.payments.map(({ id }) => payments.get(id)),
      outcomes: [...model.outcomes.keys()].map((id) => outcomes.get(id)?.replace('unknown', 'not-found')),
    };
    const right = {
      checkout: model.checkout,
      orders: model.orders.map(({ state }) => state),
      payments: model.payments.map(({ state }) => state),
      outcomes: [...model.outcomes.values()],
    };
    assert.deepEqual(stored, right, `sequence ${i} of its batch`);
  }
}

/** The money with the provider, received for orders and held for its owners is that of paid orders, county by county. */
async function moneyIs(money: ReadonlyMap<number, number>): Promise<void> {
  for (const { county } of shops) {
    const { rows } = await sql<{ clearing: number; received: number; held: number }>`
      select (select coalesce(sum(debits_posted - credits_posted), 0)::bigint from ledger.account
               where county = ${county} and kind = 'provider_clearing') as clearing,
             (select coalesce(sum(credits_posted - debits_posted), 0)::bigint from ledger.account
               where county = ${county} and kind = 'orders_received') as received,
             (select coalesce(sum(fen), 0)::bigint from trade.settlement_part
               where county = ${county} and state = 'held') as held`.execute(at.db);
    const fen = money.get(county) ?? 0;
    assert.deepEqual(rows[0], { clearing: fen, received: fen, held: fen }, `money of ${county}`);
  }
}

/** Many at once, as requests come, and the first failure ends all. */
async function inLanes<T>(all: readonly T[], work: (one: T, i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < all.length; i = next++) await work(all[i] as T, i);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
