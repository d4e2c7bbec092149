import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { makeSealer } from '#platform/secrets.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
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
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import type { CheckoutView } from '../orders/checkout-view.ts';
import { checkoutView } from '../orders/checkout-view.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { askRefunds } from './ask-refunds.ts';
import { applyWaitingNotices, receiveNotice } from './receive-notice.ts';
import { sandboxPay } from './sandbox-pay.ts';
import { sandboxNotice } from './sandbox-provider.ts';
import { startPayment } from './start-payment.ts';

const context = await testContext();
const { at } = context;
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const otherShop = await openSecondShop(at);
const { buyer, otherBuyer } = county;
const walnut = await addTestGoods(at, shop);
const tea = await addTestGoods(at, otherShop, { priceFen: 2580 });
await addTestStock(at, walnut, { packs: 500 });
await addTestStock(at, tea, { packs: 500 });
await addTestRule(at, shop.county);

const start = async (checkout: CheckoutView) =>
  (await startPayment(at, buyer, { checkout: checkout.id, provider: 'sandbox' }, null)).payment;

interface Said {
  outcome?: 'success' | 'failure';
  amountFen?: number;
  id?: string;
}
const notice = (payment: string, checkout: CheckoutView, over: Said = {}) =>
  sandboxNotice(at.sealer, {
    payment,
    amountFen: checkout.totalFen,
    outcome: 'success',
    at: at.clock.now(),
    ...over,
  });
const send = (sent: { raw: string; headers: Record<string, string> }) =>
  receiveNotice(at, { provider: 'sandbox', ...sent });
const tell = (payment: string, checkout: CheckoutView, over: Said = {}) => send(notice(payment, checkout, over));

const storedNotices = async (): Promise<number> =>
  Number(
    (
      await at.db
        .selectFrom('trade.payment_notice')
        .select((e) => e.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );
const stateOfPayment = async (id: string) =>
  (await at.db.selectFrom('trade.payment').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
const statesOf = (checkout: CheckoutView) =>
  Promise.all(checkout.orders.map((order) => orderStateOf(at.db, order.county, order.id)));

test('notices that are refused are not kept', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  const good = notice(payment, checkout);
  const forged = sandboxNotice(makeSealer('another secret that is long enough'), {
    payment,
    amountFen: checkout.totalFen,
    outcome: 'success',
    at: at.clock.now(),
  });
  const signed = (raw: string) => {
    const headers = { 'sandbox-timestamp': '1', 'sandbox-nonce': 'n' };
    const signature = at.sealer.sign('sandbox-notice', `1\nn\n${raw}\n`).toString('base64url');
    return { raw, headers: { ...headers, 'sandbox-signature': signature } };
  };
  const before = await storedNotices();
  const cases: [name: string, sent: { raw: string; headers: Record<string, string> }, code: string][] = [
    ['signed with another key', forged, 'notice-forged'],
    ['without a signature', { raw: good.raw, headers: {} }, 'notice-forged'],
    ['with a changed body', { ...good, raw: good.raw.replace('success', 'failure') }, 'notice-forged'],
    ['with a space more', { ...good, raw: `${good.raw} ` }, 'notice-forged'],
    ['with another time', { ...good, headers: { ...good.headers, 'sandbox-timestamp': '1' } }, 'notice-forged'],
    ['signed but no JSON', signed('success'), 'notice-broken'],
    ['signed but empty', signed('{}'), 'notice-broken'],
    ['signed, with an amount of words', signed(good.raw.replace(String(checkout.totalFen), '"all"')), 'notice-broken'],
  ];
  for (const [name, sent, code] of cases) assert.equal((await refusalOf(send(sent))).code, code, name);
  const unknown = await refusalOf(receiveNotice(at, { provider: 'nobody', ...good }));
  assert.equal(unknown.code, 'provider-unknown');
  assert.equal(await storedNotices(), before);
  assert.deepEqual(await statesOf(checkout), ['placed']);
});

test('a notice of a payment that is not ours is kept and refused', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const before = await storedNotices();
  assert.equal((await refusalOf(tell(newId(), checkout))).code, 'payment-not-found');
  assert.equal(await storedNotices(), before + 1);
});

test('success pays every order of the checkout and holds its money', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 2], [tea, 3]);
  const payment = await start(checkout);
  assert.equal(await tell(payment, checkout), 'paid');
  assert.deepEqual(await statesOf(checkout), ['paid', 'paid']);
  const paid = await checkoutView(at.db, at.clock.now(), buyer.person, checkout.id);
  assert.deepEqual(
    [paid.state, paid.payment],
    ['paid', { id: payment, provider: 'sandbox', state: 'paid', sandbox: true }],
  );
  const order = checkout.orders.find((o) => o.county === shop.county);
  const parts = await at.db
    .selectFrom('trade.settlement_part')
    .select(['part', 'org', 'fen', 'state'])
    .where('order', '=', order?.id as string)
    .orderBy('fen', 'desc')
    .execute();
  assert.deepEqual(parts, [
    { part: 'merchant', org: county.cooperative, fen: 7_402, state: 'held' },
    { part: 'freight', org: null, fen: 1_000, state: 'held' },
    { part: 'station', org: county.station, fen: 239, state: 'held' },
    { part: 'household', org: null, fen: 200, state: 'held' },
    { part: 'platform', org: null, fen: 79, state: 'held' },
    { part: 'fund', org: null, fen: 40, state: 'held' },
  ]);
  await assertSound(at.db);
});

test('repeats change nothing: the same notice, another one, many at once', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  const first = notice(payment, checkout);
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, i) => (i % 2 ? send(first) : tell(payment, checkout))),
  );
  const told = answers.filter((outcome) => outcome === 'paid').length;
  assert.ok(told >= 1, 'somebody paid it');
  assert.ok(answers.every((outcome) => outcome === 'paid' || outcome === 'repeated'));
  assert.equal(await tell(payment, checkout, { outcome: 'failure' }), 'repeated', 'a failure that was overtaken');
  assert.deepEqual(await statesOf(checkout), ['paid']);
  await assertSound(at.db);
});

test('a wrong amount is kept for people and changes nothing', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  for (const amountFen of [checkout.totalFen - 1, checkout.totalFen + 1, 0]) {
    assert.equal(await tell(payment, checkout, { amountFen }), 'wrong-amount');
  }
  assert.deepEqual([await stateOfPayment(payment), await statesOf(checkout)], ['pending', ['placed']]);
  assert.equal(await tell(payment, checkout), 'paid', 'the right one still counts');
});

test('failure, then success: the money that came counts', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  assert.equal(await tell(payment, checkout, { outcome: 'failure' }), 'failed');
  assert.equal(await stateOfPayment(payment), 'closed');
  assert.equal(await tell(payment, checkout), 'paid');
  assert.deepEqual(await statesOf(checkout), ['paid']);
  await assertSound(at.db);
});

test('two payments of one checkout: the second goes back whole', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1], [tea, 1]);
  const first = await start(checkout);
  assert.equal(await start(checkout), first, 'an open payment is given again');
  await tell(first, checkout, { outcome: 'failure' });
  const second = await start(checkout);
  assert.notEqual(second, first);
  assert.equal(await tell(second, checkout), 'paid');
  assert.equal(await tell(first, checkout), 'paid-twice');
  assert.equal(await tell(first, checkout), 'repeated');
  await askRefunds(at);
  assert.deepEqual([await stateOfPayment(first), await stateOfPayment(second)], ['refunded', 'paid']);
  assert.deepEqual(await statesOf(checkout), ['paid', 'paid']);
  await assertSound(at.db);
});

test('success after expiry takes the packs again while they are there', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 3 });
  const checkout = await placeTest(at, buyer, [goods, 2], [tea, 1]);
  const payment = await start(checkout);
  context.passTime(15 * 60_000);
  await expireCheckouts(at);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 3, reserved: 0 });
  assert.deepEqual(await statesOf(checkout), ['cancelled', 'cancelled']);
  assert.equal(await tell(payment, checkout), 'paid-late');
  assert.deepEqual(await statesOf(checkout), ['paid', 'paid']);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 3, reserved: 2 });
  await assertSound(at.db);
});

test('success after expiry goes back at once when somebody else has the packs', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 2 });
  const checkout = await placeTest(at, buyer, [goods, 2], [tea, 1]);
  const payment = await start(checkout);
  context.passTime(16 * 60_000);
  await expireCheckouts(at);
  await placeTest(at, otherBuyer, [goods, 1]);
  assert.equal(await tell(payment, checkout), 'returned');
  assert.deepEqual(await statesOf(checkout), ['refunded', 'refunded']);
  assert.equal(await stateOfPayment(payment), 'refunding');
  await askRefunds(at);
  assert.equal(await stateOfPayment(payment), 'refunded');
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 2, reserved: 1 });
  assert.equal(await tell(payment, checkout), 'repeated');
  await assertSound(at.db);
});

test('success after the buyer cancelled goes back, also when the packs are there', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  const order = checkout.orders[0] as CheckoutView['orders'][number];
  await cancelOrder(at, buyer, { county: order.county, id: order.id, reason: '不想要了' }, null);
  assert.equal(await tell(payment, checkout), 'returned');
  assert.deepEqual(await statesOf(checkout), ['refunded']);
  await assertSound(at.db);
});

test('a notice that was stored but not applied is taken up by the job, once', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payment = await start(checkout);
  const { raw, headers } = notice(payment, checkout);
  await at.db
    .insertInto('trade.payment_notice')
    .values({
      id: newId(),
      provider: 'sandbox',
      notice: JSON.parse(raw).id,
      body: raw,
      headers: JSON.stringify(headers),
      received_at: at.clock.now(),
    })
    .execute();
  assert.equal(await applyWaitingNotices(at), 0, 'not while its receiver may still be at it');
  context.passTime(30_000);
  assert.equal(await applyWaitingNotices(at), 1);
  assert.deepEqual(await statesOf(checkout), ['paid']);
  assert.equal(await applyWaitingNotices(at), 0);
});

test('a notice is kept whole, without the secrets of our own doors', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const sent = notice(await start(checkout), checkout);
  await send({ raw: sent.raw, headers: { ...sent.headers, cookie: 'cart=1', authorization: 'x' } });
  const row = await at.db
    .selectFrom('trade.payment_notice')
    .select(['body', 'headers', 'outcome'])
    .where('notice', '=', JSON.parse(sent.raw).id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(row, { body: sent.raw, headers: sent.headers, outcome: 'paid' });
});

test('starting a payment', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const begin = (by = buyer, provider = 'sandbox', id = checkout.id) =>
    startPayment(at, by, { checkout: id, provider }, null);
  assert.equal((await refusalOf(begin(buyer, 'nobody'))).code, 'provider-unknown');
  assert.equal((await refusalOf(begin(buyer, 'sandbox', newId()))).code, 'checkout-not-found');
  assert.equal((await refusalOf(begin(otherBuyer))).code, 'checkout-not-found');
  const started = await begin();
  assert.deepEqual([started.amountFen, started.payPath], [checkout.totalFen, `/pay/${checkout.id}`]);
  assert.equal(
    (await refusalOf(sandboxPay(at, otherBuyer, { payment: started.payment, outcome: 'success' }))).code,
    'payment-not-found',
  );
  context.passTime(15 * 60_000);
  assert.equal((await refusalOf(begin())).code, 'checkout-closed', 'over by the clock, before the job has come');
  assert.equal(
    (await refusalOf(sandboxPay(at, buyer, { payment: started.payment, outcome: 'success' }))).code,
    'checkout-closed',
  );
  const other = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, other.id);
  assert.equal((await refusalOf(begin(buyer, 'sandbox', other.id))).code, 'checkout-paid');
});

test('several requests to pay at once begin one payment', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const payments = await Promise.all([1, 2, 3, 4].map(() => start(checkout)));
  assert.equal(new Set(payments).size, 1);
});

test('expiry ends what is due, and only that', async () => {
  const due = await placeTest(at, buyer, [walnut, 1]);
  context.passTime(14 * 60_000 + 59_000);
  const fresh = await placeTest(at, buyer, [walnut, 1]);
  await expireCheckouts(at);
  assert.deepEqual(await statesOf(due), ['placed']);
  context.passTime(1_000);
  await Promise.all([expireCheckouts(at), expireCheckouts(at)]);
  assert.deepEqual([await statesOf(due), await statesOf(fresh)], [['cancelled'], ['placed']]);
  await assertSound(at.db);
});

test('a stored notice that cannot be applied does not hold up those behind it', async () => {
  const checkout = await placeTest(at, buyer, [walnut, 1]);
  const good = notice(await start(checkout), checkout);
  const keep = (id: string, headers: object) =>
    at.db
      .insertInto('trade.payment_notice')
      .values({
        id: newId(),
        provider: 'sandbox',
        notice: id,
        body: good.raw,
        headers: JSON.stringify(headers),
        received_at: at.clock.now(),
      })
      .execute();
  await keep('signed with a secret that is no more', {});
  context.passTime(1_000);
  await keep(JSON.parse(good.raw).id, good.headers);
  context.passTime(30_000);
  await assert.rejects(applyWaitingNotices(at), /1 notices could not be applied/);
  assert.deepEqual(await statesOf(checkout), ['paid']);
});
