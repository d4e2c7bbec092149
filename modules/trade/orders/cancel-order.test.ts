import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerModule } from '#ledger';
import { membershipsIn } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  orderStateOf,
  payTest,
  placeTest,
  refusalOf,
  stockOf,
  takeTest,
} from '../../../test/fixtures-trade.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { cancelOrder } from './cancel-order.ts';
import type { CheckoutView } from './checkout-view.ts';
import { moveOrder, noteSending } from './move-order.ts';
import type { OrderState } from './order-states.ts';
import { settleOrder } from './settle-order.ts';

const { at } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, operator, merchant, auditor, courier } = people;
const shop = await openTestShop(at, people);
const otherShop = await openSecondShop(at);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const tea = await addTestGoods(at, otherShop);
await addTestStock(at, walnut, { packs: 200 });
await addTestStock(at, tea, { packs: 200 });

// Orders are moved on here without parcels, so fulfilment would miss some.
const rooms = [ledgerModule, tradeModule];

type Row = CheckoutView['orders'][number];
const cancel = (order: Row, by = buyer) =>
  cancelOrder(at, by, { county: order.county, id: order.id, reason: '不想要了' }, null);
const here = (checkout: CheckoutView) => checkout.orders.find((order) => order.county === county) as Row;
const there = (checkout: CheckoutView) => checkout.orders.find((order) => order.county !== county) as Row;
const paid = async () => {
  const checkout = await placeTest(at, buyer, [walnut, 2]);
  await payTest(at, buyer, checkout.id);
  return here(checkout);
};
const stateOf = (order: Row) => orderStateOf(at.db, order.county, order.id);
/** Moves an order on past the acts of fulfilment. */
const push = (order: Row, ...to: OrderState[]) =>
  at.db.transaction().execute(async (tx) => {
    const by = operator;
    for (const state of to) {
      if (state === 'packed') await takeTest(tx, at.clock.now(), by, { county, order: order.id, org: shop.org });
      if (state === 'closed') await settleOrder(tx, at.clock.now(), by, { county, order: order.id });
      else await moveOrder(tx, at.clock.now(), by, { county, order: order.id, to: state });
    }
  });

test('who may not cancel', async () => {
  const order = await paid();
  assert.equal((await refusalOf(cancel({ ...order, id: newId() }))).code, 'order-not-found');
  const cases = [
    [otherBuyer, 'order-not-found'],
    [stranger, 'order-not-found'],
    [people.otherMerchant, 'order-not-found'],
    [merchant, 'not-allowed'],
    [auditor, 'not-allowed'],
    [courier, 'not-allowed'],
  ] as const;
  for (const [by, code] of cases) {
    const who =
      membershipsIn(by, county)
        .map((m) => m.role)
        .join() || by.name;
    assert.equal((await refusalOf(cancel(order, by))).code, code, who);
  }
  assert.equal(await stateOf(order), 'paid');
});

test('an order that has left or is over is not cancelled', async () => {
  const orders: [OrderState, Row][] = [];
  for (const [state, way] of [
    ['sent', ['packed', 'sent']],
    ['closed', ['packed', 'sent', 'received', 'closed']],
  ] as const) {
    const order = await paid();
    await push(order, ...way);
    orders.push([state, order]);
  }
  const refunded = await paid();
  await cancel(refunded);
  orders.push(['refunded', refunded]);
  const cancelled = here(await placeTest(at, buyer, [walnut, 1]));
  await cancel(cancelled);
  orders.push(['cancelled', cancelled]);
  for (const [state, order] of orders) {
    const refusal = await refusalOf(cancel(order));
    assert.deepEqual([refusal.code, refusal.detail.state], ['order-move-not-allowed', state]);
    assert.equal(await stateOf(order), state);
  }
});

test('once its first parcel has left, an order that is still being packed is not cancelled', async () => {
  const order = await paid();
  await at.db
    .transaction()
    .execute((tx) => noteSending(tx, at.clock.now(), { county, sending: [{ order: order.id, org: shop.org }] }));
  assert.equal((await refusalOf(cancel(order))).code, 'order-move-not-allowed');
  assert.equal(await stateOf(order), 'paid');
});

test('unpaid: the orders of the checkout are cancelled together and their packs are free', async () => {
  const before = [await stockOf(at.db, walnut), await stockOf(at.db, tea)];
  const checkout = await placeTest(at, buyer, [walnut, 3], [tea, 1]);
  await cancel(there(checkout));
  assert.deepEqual([await stateOf(here(checkout)), await stateOf(there(checkout))], ['cancelled', 'cancelled']);
  assert.deepEqual([await stockOf(at.db, walnut), await stockOf(at.db, tea)], before);
  await assertSound(at.db, rooms);
});

test('paid: one order alone goes back, with its money and its packs', async () => {
  await askRefunds(at);
  const before = [await stockOf(at.db, walnut), await stockOf(at.db, tea)];
  const checkout = await placeTest(at, buyer, [walnut, 3], [tea, 1]);
  const payment = await payTest(at, buyer, checkout.id);
  await cancel(here(checkout));
  assert.deepEqual([await stateOf(here(checkout)), await stateOf(there(checkout))], ['refunded', 'paid']);
  assert.deepEqual(await stockOf(at.db, walnut), before[0]);
  const parts = await at.db
    .selectFrom('trade.settlement_part')
    .select('state')
    .where('order', '=', here(checkout).id)
    .execute();
  assert.ok(parts.length > 1 && parts.every((part) => part.state === 'voided'));
  assert.equal(await askRefunds(at), 1);
  assert.equal(await askRefunds(at), 0, 'each is asked for once');
  const stateOfPayment = async () =>
    (await at.db.selectFrom('trade.payment').select('state').where('id', '=', payment).executeTakeFirstOrThrow()).state;
  assert.equal(await stateOfPayment(), 'paid', 'half of it is still the other county’s');
  await cancel(there(checkout), buyer);
  await askRefunds(at);
  assert.equal(await stateOfPayment(), 'refunded');
  await assertSound(at.db, rooms);
});

test('packed: packs that were taken out return; the operator may cancel too', async () => {
  const before = await stockOf(at.db, walnut);
  const order = await paid();
  await push(order, 'packed');
  assert.deepEqual(await stockOf(at.db, walnut), { ...before, onHand: before.onHand - 2 });
  await cancel(order, operator);
  assert.equal(await stateOf(order), 'refunded');
  assert.deepEqual(await stockOf(at.db, walnut), before);
});

test('several cancellations and a payment at once: one of them happens', async () => {
  for (let i = 0; i < 5; i++) {
    const checkout = await placeTest(at, buyer, [walnut, 1], [tea, 1]);
    const results = await Promise.allSettled([
      cancel(here(checkout)),
      payTest(at, buyer, checkout.id),
      cancel(there(checkout)),
    ]);
    assert.ok(results.some((result) => result.status === 'fulfilled'));
    const states = [await stateOf(here(checkout)), await stateOf(there(checkout))];
    assert.ok(
      states.every((state) => ['cancelled', 'paid', 'refunded'].includes(state)),
      states.join(),
    );
  }
});
