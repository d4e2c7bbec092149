import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balance, ensureAccounts } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { Refusal } from '#platform/errors.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  orderStateOf,
  type TestGoods,
} from '../../test/fixtures-trade.ts';
import { cancelOrder } from '../trade/orders/cancel-order.ts';
import type { CheckoutView } from '../trade/orders/checkout-view.ts';
import { expireCheckouts } from '../trade/orders/expire-checkouts.ts';
import { placeCheckout } from '../trade/orders/place-checkout.ts';
import { askRefunds } from '../trade/payment/ask-refunds.ts';
import { receiveNotice } from '../trade/payment/receive-notice.ts';
import { sandboxNotice } from '../trade/payment/sandbox-provider.ts';
import { startPayment } from '../trade/payment/start-payment.ts';
import { packOrder } from './parcels/pack-order.ts';
import { receiveOrder } from './parcels/receive-order.ts';
import { sendParcel } from './parcels/send-parcel.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { buyer, operator } = people;
const shop = await openTestShop(at, people);
const otherShop = await openSecondShop(at);
await addTestRule(at, shop.county);
await addTestRule(at, otherShop.county, { stationBp: 777, householdFenPerPack: 33 });
const otherOperator: Actor = {
  ...operator,
  memberships: operator.memberships.map((m) => ({ ...m, county: otherShop.county, region: String(otherShop.county) })),
};
const address = await addTestAddress(at, buyer);

type Step =
  | { act: 'place'; lines: [goods: number, packs: number][] }
  | { act: 'notify'; which: number; outcome: 'success' | 'failure'; wrong: boolean; times: number }
  | { act: 'wait'; minutes: number }
  | { act: 'cancel' | 'pack' | 'send' | 'receive' | 'advance'; which: number };

const which = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant('place' as const),
      lines: fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 })), { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('notify' as const),
      which,
      outcome: fc.constantFrom('success' as const, 'success' as const, 'failure' as const),
      wrong: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      times: fc.integer({ min: 1, max: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('wait' as const), minutes: fc.constantFrom(1, 8, 16) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('cancel' as const, 'pack' as const, 'send' as const, 'receive' as const),
      which,
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('cancel' as const), which }) },
  // The way most orders go; without it hardly any random walk would come to its end.
  { weight: 14, arbitrary: fc.record({ act: fc.constant('advance' as const), which }) },
);

/** A road to each end, walked every time: of forty random walks now and then none is refunded. */
const place: Step = { act: 'place', lines: [[0, 2]] };
const pay: Step = { act: 'notify', which: 0, outcome: 'success', wrong: false, times: 2 };
const advance: Step = { act: 'advance', which: 0 };
const roads: Record<string, Step[]> = {
  paid: [place, pay],
  cancelled: [place, { act: 'wait', minutes: 16 }],
  refunded: [place, pay, { act: 'cancel', which: 0 }],
  closed: [place, pay, advance, advance, advance],
};

const nextAct: Record<string, 'pack' | 'send' | 'receive'> = { paid: 'pack', packed: 'send', sent: 'receive' };

/** Everything that happened in one run: checkouts with the payments ever started for them. */
interface World {
  goods: TestGoods[];
  checkouts: { view: CheckoutView; payments: string[] }[];
}

async function walk(world: World, steps: readonly Step[]): Promise<void> {
  for (const one of steps) {
    try {
      await take(world, one);
    } catch (error) {
      // A refusal is a fine answer to a random wish; anything else is a bug.
      if (!(error instanceof Refusal)) throw error;
    }
  }
}

async function take({ goods, checkouts }: World, one: Step): Promise<void> {
  if (one.act === 'place') {
    const lines = one.lines.map(([i, packs]) => {
      const { county, sku } = goods[i] as TestGoods;
      return { county, sku, packs };
    });
    checkouts.push({ view: await placeCheckout(at, buyer, { lines, address }, null), payments: [] });
    return;
  }
  if (one.act === 'wait') {
    context.passTime(one.minutes * 60_000);
    await expireCheckouts(at);
    await askRefunds(at);
    return;
  }
  const checkout = checkouts[one.which % Math.max(1, checkouts.length)];
  if (!checkout) return;
  if (one.act === 'notify') {
    const started = await startPayment(at, buyer, { checkout: checkout.view.id, provider: 'sandbox' }, null).catch(
      () => null,
    );
    if (started && !checkout.payments.includes(started.payment)) checkout.payments.push(started.payment);
    const payment = checkout.payments[one.which % Math.max(1, checkout.payments.length)];
    if (!payment) return;
    const sent = sandboxNotice(at.sealer, {
      payment,
      amountFen: checkout.view.totalFen + (one.wrong ? 1 : 0),
      outcome: one.outcome,
      at: at.clock.now(),
    });
    for (let i = 0; i < one.times; i++) await receiveNotice(at, { provider: 'sandbox', ...sent });
    return;
  }
  const order = checkout.view.orders[one.which % checkout.view.orders.length] as CheckoutView['orders'][number];
  const { county, id } = order;
  const act = one.act === 'advance' ? nextAct[await orderStateOf(at.db, county, id)] : one.act;
  const staff = county === shop.county ? operator : otherOperator;
  if (act === 'cancel') await cancelOrder(at, buyer, { county, id, reason: '不想要了' }, null);
  if (act === 'pack') await packOrder(at, staff, { county, id }, null);
  if (act === 'receive') await receiveOrder(at, buyer, { county, id }, null);
  if (act === 'send') {
    const parcel = await at.db
      .selectFrom('fulfilment.parcel')
      .select(['id', 'number'])
      .where('order', '=', id)
      .executeTakeFirst();
    if (!parcel) return;
    await sendParcel(at, staff, { county, id: parcel.id, carrier: '顺丰', waybill: `${parcel.number}` }, null);
  }
}

async function freshGoods(): Promise<TestGoods[]> {
  const goods = [];
  for (const seller of [shop, shop, otherShop, otherShop]) {
    const one = await addTestGoods(at, seller, { priceFen: 1_999 });
    await addTestStock(at, one, { packs: 5, expiresOn: '2027-03-01' });
    await addTestStock(at, one, { packs: 4, expiresOn: '2027-01-01' });
    goods.push(one);
  }
  return goods;
}

async function assertMoneyHeld(): Promise<void> {
  for (const county of [shop.county, otherShop.county]) {
    const [account] = await at.db
      .transaction()
      .execute((tx) => ensureAccounts(tx, county, [{ kind: 'orders_received', owner: 'county' }]));
    const held = await at.db
      .selectFrom('trade.settlement_part')
      .select((e) => e.fn.sum<string | null>('fen').as('fen'))
      .where('county', '=', county)
      .where('state', '=', 'held')
      .executeTakeFirstOrThrow();
    assert.equal((await balance(at.db, county, account as string)).balance, Number(held.fen), `county ${county}`);
  }
}

test('whatever happens in whatever order, no pack and no fen is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }), async (steps) => {
      await walk({ goods: await freshGoods(), checkouts: [] }, steps);
      await assertSound(at.db);
      await assertMoneyHeld();
    }),
    { numRuns: 40, endOnFailure: true },
  );
});

test('there is a road to every end', async () => {
  for (const [state, steps] of Object.entries(roads)) {
    const world: World = { goods: await freshGoods(), checkouts: [] };
    await walk(world, steps);
    const order = world.checkouts[0]?.view.orders[0] as CheckoutView['orders'][number];
    assert.equal(await orderStateOf(at.db, order.county, order.id), state);
  }
  await assertSound(at.db);
  await assertMoneyHeld();
});

test('several walks at once', async () => {
  const goods = await freshGoods();
  const walks = fc.sample(fc.array(step, { minLength: 25, maxLength: 25 }), { numRuns: 8, seed: 20260917 });
  const checkouts: World['checkouts'] = [];
  await Promise.all(walks.map((steps) => walk({ goods, checkouts }, steps)));
  await assertSound(at.db);
  await assertMoneyHeld();
});
