import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { testApp } from '../../../test/app.ts';
import { AlipayEmulator } from '../../../test/emulators/alipay.ts';
import type { SentNotice } from '../../../test/emulators/faults.ts';
import { WechatEmulator } from '../../../test/emulators/wechat.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  orderStateOf,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { tradeModule } from '../index.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import type { CheckoutView } from '../orders/checkout-view.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { askPayments } from './ask-payments.ts';
import { askRefundAgain } from './ask-refund-again.ts';
import { askRefunds } from './ask-refunds.ts';
import type { PaymentMethod } from './payment-port.ts';
import { shortId } from './provider-names.ts';
import { providersOf } from './providers.ts';
import { refundPage } from './refund-list.ts';
import { type StartedPayment, startPayment } from './start-payment.ts';

const context = await testContext();
const { at } = context;
const wechat = await WechatEmulator.start({ after }, at.clock);
const alipay = await AlipayEmulator.start({ after }, at.clock);
at.payments = { wechat: wechat.settings(), alipay: alipay.settings() };
const app = await testApp(at, [tradeModule], async () => ({ person: null, memberships: [] }));

const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const otherShop = await openSecondShop(at);
const { buyer } = county;
const walnut = await addTestGoods(at, shop);
const tea = await addTestGoods(at, otherShop, { priceFen: 2580 });
await addTestStock(at, walnut, { packs: 500 });
await addTestStock(at, tea, { packs: 500 });
await addTestRule(at, shop.county);

/** Every way to pay: what it is paid with, how its emulator is played, over one county or two. */
interface Way {
  provider: 'wechat' | 'alipay';
  method: PaymentMethod;
  counties: 1 | 2;
}
const ways: Way[] = [
  { provider: 'wechat', method: 'jsapi', counties: 1 },
  { provider: 'wechat', method: 'h5', counties: 1 },
  { provider: 'wechat', method: 'native', counties: 1 },
  { provider: 'wechat', method: 'jsapi', counties: 2 },
  { provider: 'wechat', method: 'h5', counties: 2 },
  { provider: 'wechat', method: 'native', counties: 2 },
  { provider: 'alipay', method: 'wap', counties: 1 },
  { provider: 'alipay', method: 'page', counties: 2 },
];
const two: Way[] = ways.filter(({ counties }) => counties === 2).slice(-2);
const nameOf = ({ provider, method, counties }: Way) => `${provider} ${method}, ${counties} counties`;
const emulatorOf = ({ provider }: Pick<Way, 'provider'>) => (provider === 'wechat' ? wechat : alipay);

const place = ({ counties }: Pick<Way, 'counties'>) =>
  counties === 1 ? placeTest(at, buyer, [walnut, 1]) : placeTest(at, buyer, [walnut, 1], [tea, 1]);
const start = (checkout: CheckoutView, { provider, method }: Pick<Way, 'provider' | 'method'>) =>
  startPayment(at, buyer, { checkout: checkout.id, provider, method, openid: 'oBuyer', clientIp: '203.0.113.9' }, null);

/** The buyer pays at the provider; the notice waits there. */
function payAt(way: Pick<Way, 'provider'>, started: StartedPayment): void {
  if (way.provider === 'alipay') openAt(started);
  emulatorOf(way).pay(shortId(started.payment));
}
function openAt(started: StartedPayment): void {
  assert.ok(started.go.kind === 'redirect');
  alipay.open(started.go.url);
}
const deliver = (provider: string) => async (sent: SentNotice) => {
  const url = `/api/payment-notices/${provider}`;
  const answer = await app.inject({ method: 'POST', url, payload: sent.raw, headers: sent.headers });
  return { status: answer.statusCode, body: answer.body };
};
const sendAll = (way: Pick<Way, 'provider'>) => emulatorOf(way).notices.send(deliver(way.provider));
const statesOf = (checkout: CheckoutView) =>
  Promise.all(checkout.orders.map((order) => orderStateOf(at.db, order.county, order.id)));
const paymentRow = (id: string) =>
  at.db.selectFrom('trade.payment').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const refundRows = (payment: string) =>
  at.db.selectFrom('trade.refund').selectAll().where('payment', '=', payment).orderBy('county').execute();
const all = (checkout: CheckoutView, state: string) => checkout.orders.map(() => state);
const passMinutes = (n: number) => context.passTime(n * 60_000);
async function pay(way: Way) {
  const checkout = await place(way);
  const started = await start(checkout, way);
  payAt(way, started);
  assert.equal(await sendAll(way), 1);
  assert.deepEqual(await statesOf(checkout), all(checkout, 'paid'));
  return { checkout, started, payment: started.payment };
}

test('what is configured is offered, and what people take in by hand', () => {
  assert.deepEqual(
    providersOf(at).map(({ name, methods }) => [name, methods.length]),
    [
      ['wechat', 3],
      ['alipay', 2],
      ['sandbox', 1],
      ['bank', 1],
      ['station', 1],
    ],
  );
});

for (const way of ways) {
  test(`${nameOf(way)}: from the start to a paid order, once, however often it is told`, async () => {
    const checkout = await place(way);
    const started = await start(checkout, way);
    assert.deepEqual(await start(checkout, way), started, 'a second press gives the same');
    payAt(way, started);
    const emulator = emulatorOf(way);
    const notice = emulator.paymentNotice(shortId(started.payment));
    const first = await deliver(way.provider)(notice);
    assert.deepEqual(first, { status: 200, body: way.provider === 'wechat' ? '{"code":"SUCCESS"}' : 'success' });
    assert.deepEqual(await statesOf(checkout), all(checkout, 'paid'));
    assert.equal((await deliver(way.provider)(notice)).status, 200, 'the same again');
    assert.equal(await sendAll(way), 1, 'and once more, signed anew');
    await askPayments(at);
    const stored = await at.db
      .selectFrom('trade.payment_notice')
      .select(['outcome', 'body'])
      .where('provider', '=', way.provider)
      .where('body', '=', notice.raw)
      .execute();
    assert.deepEqual(stored, [{ outcome: 'paid', body: notice.raw }], 'kept whole, once');
    assert.equal((await refusalOf(start(checkout, way))).code, 'checkout-paid');
    await assertSound(at.db);
  });

  test(`${nameOf(way)}: a notice that is lost is asked for; one that comes after all is a repeat`, async () => {
    const checkout = await place(way);
    const started = await start(checkout, way);
    if (way.provider === 'alipay') openAt(started);
    assert.equal(await askPayments(at), 0, 'not yet due');
    context.passTime(15_000);
    assert.equal(await askPayments(at), 0);
    assert.equal((await paymentRow(started.payment)).asks, 1);
    emulatorOf(way).pay(shortId(started.payment));
    const late = emulatorOf(way).paymentNotice(shortId(started.payment));
    emulatorOf(way).notices.lose();
    context.passTime(15_000);
    assert.equal(await askPayments(at), 1);
    assert.deepEqual(await statesOf(checkout), all(checkout, 'paid'));
    assert.equal((await paymentRow(started.payment)).ask_at, null);
    assert.equal((await deliver(way.provider)(late)).status, 200);
    passMinutes(10);
    assert.equal(await askPayments(at), 0);
    await assertSound(at.db);
  });
}

for (const way of two) {
  test(`${nameOf(way)}: notices that are not believed change nothing, and the provider sends again`, async () => {
    const checkout = await place(way);
    const started = await start(checkout, way);
    payAt(way, started);
    const emulator = emulatorOf(way);
    emulator.notices.lose();
    const good = emulator.paymentNotice(shortId(started.payment));
    const refused = [
      emulator.forge(good),
      { ...good, raw: `${good.raw} ` },
      way.provider === 'wechat'
        ? wechat.noticeOf({ mchid: '1900000000', out_trade_no: shortId(started.payment), trade_state: 'SUCCESS' })
        : alipay.paymentNotice(shortId(started.payment), { app_id: '2021000000000000' }),
    ];
    for (const sent of refused) {
      const { status, body } = await deliver(way.provider)(sent);
      assert.equal(status, 401);
      assert.match(body, way.provider === 'wechat' ? /^\{"code":"FAIL","message":"/ : /^fail$/);
    }
    if (way.provider === 'wechat') {
      passMinutes(6);
      assert.equal((await deliver('wechat')(good)).status, 401, 'replayed after six minutes');
    }
    assert.deepEqual(await statesOf(checkout), all(checkout, 'placed'));
    emulator.notices.add(() => emulator.forge(good));
    assert.equal(await sendAll(way), 0);
    assert.equal(emulator.notices.waiting.length, 1, 'sent again later');
    emulator.notices.lose();
    assert.equal((await deliver(way.provider)(emulator.paymentNotice(shortId(started.payment)))).status, 200);
    assert.deepEqual(await statesOf(checkout), all(checkout, 'paid'));
  });

  test(`${nameOf(way)}: another amount than was asked for changes nothing and is kept for people`, async () => {
    const checkout = await place(way);
    const { payment } = await start(checkout, way);
    const number = shortId(payment);
    const sent =
      way.provider === 'wechat'
        ? wechat.noticeOf({
            combine_mchid: wechat.mchid,
            combine_out_trade_no: number,
            sub_orders: [{ trade_state: 'SUCCESS', transaction_id: 't', amount: { total_amount: 1 } }],
          })
        : alipay.noticeOf({ out_trade_no: number, trade_status: 'TRADE_SUCCESS', total_amount: '0.01', trade_no: 't' });
    assert.equal((await deliver(way.provider)(sent)).status, 200);
    assert.deepEqual(await statesOf(checkout), all(checkout, 'placed'));
    const kept = await at.db
      .selectFrom('trade.payment_notice')
      .select('outcome')
      .where('body', '=', sent.raw)
      .execute();
    assert.deepEqual(kept, [{ outcome: 'wrong-amount' }]);
  });

  test(`${nameOf(way)}: a refund whose answer is lost is asked for under its name and paid once`, async () => {
    const { checkout, payment } = await pay(way);
    const [first] = checkout.orders as [CheckoutView['orders'][number]];
    await cancelOrder(at, buyer, { county: first.county, id: first.id, reason: '不要了' }, null);
    const where = way.provider === 'wechat' ? 'POST /v3/refund' : 'alipay.trade.refund';
    emulatorOf(way).faults.next(where, 'answer-lost', ...(way.provider === 'wechat' ? [] : (['answer-lost'] as const)));
    await assert.rejects(askRefunds(at), /1 refunds could not be asked for/);
    const [unclear] = await refundRows(payment);
    assert.deepEqual([unclear?.state, unclear?.tries], ['asked', 0], 'unclear is not failed');
    assert.equal(await askRefunds(at), 0, 'not asked again at once');
    passMinutes(1);
    await askRefunds(at);
    if (way.provider === 'wechat') {
      assert.deepEqual(
        (await refundRows(payment)).map((row) => [row.state, row.taken_at !== null]),
        [['asked', true]],
      );
      wechat.endRefunds();
      assert.equal(await sendAll(way), 1);
    }
    const [done] = await refundRows(payment);
    assert.equal(done?.state, 'done');
    const made = emulatorOf(way)
      .refundsOf(shortId(payment))
      .map((refund) => refund.fen);
    assert.deepEqual(made, [first.totalFen], 'paid once, and only this order');
    assert.equal((await paymentRow(payment)).state, 'paid', 'the other order is still paid for');
    const second = checkout.orders[1] as CheckoutView['orders'][number];
    await cancelOrder(at, buyer, { county: second.county, id: second.id, reason: '也不要了' }, null);
    await askRefunds(at);
    wechat.endRefunds();
    wechat.notices.lose();
    alipay.notices.lose();
    passMinutes(1);
    await askRefunds(at);
    assert.equal((await paymentRow(payment)).state, 'refunded');
    await assertSound(at.db);
  });

  test(`${nameOf(way)}: another way closes the first; what was paid already is found`, async () => {
    const checkout = await place(way);
    const first = await start(checkout, way);
    if (way.provider === 'alipay') openAt(first);
    const otherMethod = way.provider === 'wechat' ? 'h5' : 'wap';
    const second = await start(checkout, { provider: way.provider, method: otherMethod });
    assert.notEqual(second.payment, first.payment);
    assert.equal((await paymentRow(first.payment)).state, 'closed');
    assert.equal(emulatorOf(way).isOpen(shortId(first.payment)), false);
    payAt(way, second);
    emulatorOf(way).notices.lose();
    const third = start(checkout, { provider: way.provider, method: way.method });
    assert.equal((await refusalOf(third)).code, 'checkout-paid', 'the money had come before it was closed');
    assert.deepEqual(await statesOf(checkout), all(checkout, 'paid'));
    await assertSound(at.db);
  });

  test(`${nameOf(way)}: two ways both paid, since closing was unclear: the second goes back whole`, async () => {
    const checkout = await place(way);
    const first = await start(checkout, way);
    if (way.provider === 'alipay') openAt(first);
    const where = way.provider === 'wechat' ? '/close' : 'alipay.trade.close';
    emulatorOf(way).faults.next(where, { code: way.provider === 'wechat' ? 'SYSTEM_ERROR' : 'ACQ.SYSTEM_ERROR' });
    const second = await start(checkout, { provider: way.provider, method: way.provider === 'wechat' ? 'h5' : 'wap' });
    assert.equal((await paymentRow(first.payment)).state, 'pending');
    emulatorOf(way).pay(shortId(first.payment));
    payAt(way, second);
    emulatorOf(way).notices.reverse();
    assert.equal(await sendAll(way), 2);
    const states = await Promise.all([first, second].map(async (one) => (await paymentRow(one.payment)).state));
    assert.deepEqual(states, ['refunding', 'paid']);
    await askRefunds(at);
    if (way.provider === 'wechat') {
      wechat.endRefunds();
      assert.equal(await sendAll(way), 2, 'one for each order of the payment');
      await askRefunds(at);
    }
    assert.equal((await paymentRow(first.payment)).state, 'refunded');
    const back = emulatorOf(way).refundsOf(shortId(first.payment));
    assert.equal(
      back.reduce((sum, refund) => sum + refund.fen, 0),
      checkout.totalFen,
    );
    emulatorOf(way).notices.lose();
    await assertSound(at.db);
  });

  test(`${nameOf(way)}: a checkout that is over is closed at the provider; money of its last second still counts`, async () => {
    const abandoned = await place(way);
    const open = await start(abandoned, way);
    if (way.provider === 'alipay') openAt(open);
    const lucky = await place(way);
    const paid = await start(lucky, way);
    context.passTime(14 * 60_000 + 59_000);
    payAt(way, paid);
    emulatorOf(way).notices.lose();
    context.passTime(1_000);
    await expireCheckouts(at);
    assert.deepEqual(
      [await statesOf(abandoned), await statesOf(lucky)],
      [all(abandoned, 'cancelled'), all(lucky, 'cancelled')],
    );
    passMinutes(60);
    assert.equal(await askPayments(at), 1);
    assert.deepEqual(await statesOf(lucky), all(lucky, 'paid'), 'its packs were still there');
    assert.equal((await paymentRow(open.payment)).ask_at, null, 'closed for good');
    assert.equal(emulatorOf(way).isOpen(shortId(open.payment)), false);
    await assertSound(at.db);
  });
}

test('a provider that is silent leaves the payment open: the next press is the same payment', async () => {
  const way: Way = { provider: 'wechat', method: 'native', counties: 1 };
  const checkout = await place(way);
  wechat.faults.next('POST /v3/pay/transactions/native', { code: 'SYSTEM_ERROR' });
  assert.equal((await refusalOf(start(checkout, way))).code, 'payment-provider-busy');
  const first = await at.db
    .selectFrom('trade.payment')
    .select(['id', 'state'])
    .where('checkout', '=', checkout.id)
    .execute();
  assert.deepEqual(
    first.map((row) => row.state),
    ['pending'],
  );
  wechat.faults.next('POST /v3/pay/transactions/native', 'answer-lost');
  assert.equal((await refusalOf(start(checkout, way))).code, 'payment-provider-busy');
  context.passTime(15_000);
  wechat.faults.next('GET /v3/pay', 'forged');
  assert.equal(await askPayments(at), 0);
  assert.equal((await paymentRow(first[0]?.id as string)).state, 'pending', 'unclear is not failed');
  const started = await start(checkout, way);
  assert.equal(started.payment, first[0]?.id);
  payAt(way, started);
  assert.equal(await sendAll(way), 1);
  assert.deepEqual(await statesOf(checkout), ['paid']);
});

test('who begins to pay in the last minutes has five to finish, once', async () => {
  const way: Way = { provider: 'wechat', method: 'native', counties: 1 };
  const checkout = await place(way);
  context.passTime(14 * 60_000);
  const started = await start(checkout, way);
  context.passTime(4 * 60_000);
  await expireCheckouts(at);
  assert.deepEqual(await statesOf(checkout), ['placed'], 'the packs are still held');
  assert.ok(wechat.isOpen(shortId(started.payment)));
  await start(checkout, { provider: 'wechat', method: 'h5' });
  context.passTime(60_000);
  await expireCheckouts(at);
  assert.deepEqual(await statesOf(checkout), ['cancelled'], 'another way to pay does not hold them any longer');
});

test('the same key gives the same payment, and asks at growing intervals', async () => {
  const way: Way = { provider: 'wechat', method: 'native', counties: 1 };
  const checkout = await place(way);
  const key = { scope: 'test', key: newId(), hash: 'h' };
  const begin = () => startPayment(at, buyer, { checkout: checkout.id, provider: 'wechat', method: 'native' }, key);
  const [one, again] = [await begin(), await begin()];
  assert.deepEqual(one, again);
  const gaps: number[] = [];
  for (let i = 0; i < 5; i++) {
    const { ask_at } = await paymentRow(one.payment);
    gaps.push(((ask_at as Date).getTime() - at.clock.now().getTime()) / 1000);
    context.setTime(ask_at as Date);
    await askPayments(at);
  }
  assert.deepEqual(gaps, [15, 15, 30, 60, 120]);
});

test('a refund that is refused is seen with its reason, and an operator asks again', async () => {
  const way: Way = { provider: 'wechat', method: 'native', counties: 1 };
  const { checkout, payment } = await pay(way);
  const [order] = checkout.orders as [CheckoutView['orders'][number]];
  await cancelOrder(at, buyer, { county: order.county, id: order.id, reason: '不要了' }, null);
  const id = (await refundRows(payment))[0]?.id as string;
  const again = () => askRefundAgain(at, { county: order.county, id }, null);
  assert.equal(
    (await refusalOf(askRefundAgain(at, { county: order.county, id: newId() }, null))).code,
    'refund-not-found',
  );
  assert.equal((await refusalOf(again())).code, 'refund-not-failed');
  wechat.faults.next('POST /v3/refund', { code: 'NOT_ENOUGH', message: '基本账户余额不足' });
  await askRefunds(at);
  const [failed] = await refundRows(payment);
  assert.deepEqual([failed?.state, failed?.why], ['failed', 'NOT_ENOUGH 基本账户余额不足']);
  const seen = (await refundPage(at.db, order.county, { state: 'failed' })).rows.find((row) => row.id === id);
  assert.equal(seen?.refused, 'NOT_ENOUGH 基本账户余额不足');
  wechat.faults.next('GET /v3/refund', { code: 'SYSTEM_ERROR' });
  assert.equal((await refusalOf(again())).code, 'payment-provider-busy', 'how the old one stands must be known first');
  assert.equal((await again()).state, 'asked');
  await askRefunds(at);
  wechat.endRefunds('CLOSED');
  assert.equal(await sendAll(way), 1);
  assert.equal((await refundRows(payment))[0]?.state, 'failed', 'closed at the provider');
  await again();
  await askRefunds(at);
  wechat.endRefunds('ABNORMAL');
  passMinutes(1);
  await askRefunds(at);
  const abnormal = (await refundRows(payment))[0];
  assert.match(abnormal?.why ?? '', /ABNORMAL/);
  await again();
  assert.equal(
    (await refundRows(payment))[0]?.tries,
    abnormal?.tries,
    'open at the provider: never under another name',
  );
  wechat.notices.lose();
  for (const refund of wechat.refundsOf(shortId(payment))) if (refund.status === 'ABNORMAL') refund.status = 'SUCCESS';
  passMinutes(1);
  await askRefunds(at);
  assert.equal((await refundRows(payment))[0]?.state, 'done', 'its people have finished it');
  assert.equal((await paymentRow(payment)).state, 'refunded');
  await assertSound(at.db);
});
