import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { system } from '#platform/actor.ts';
import { transact } from '#platform/db.ts';
import { testApp } from '../../../test/app.ts';
import { WechatEmulator } from '../../../test/emulators/wechat.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { creditTest, type linesOf, linesOfOwner, mattersOf, standingOf } from '../../../test/fixtures-payouts.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  placeTest,
} from '../../../test/fixtures-trade.ts';
import { tradeModule } from '../index.ts';
import { moveOrder } from '../orders/move-order.ts';
import { settleOrder } from '../orders/settle-order.ts';
import { shortId } from '../payment/provider-names.ts';
import { startPayment } from '../payment/start-payment.ts';
import { addPayee } from './add-payee.ts';
import { approveBatch } from './approve-batch.ts';
import { batchView } from './batch-views.ts';
import { keepReceivers } from './keep-receivers.ts';
import { prepareBatch } from './prepare-batch.ts';
import { recallPayment } from './record-result.ts';
import { sendPayouts } from './send-payouts.ts';
import { shareOrders } from './share-orders.ts';

const DAY = 24 * 60 * 60_000;
const context = await testContext();
const { at } = context;
const wechat = await WechatEmulator.start({ after }, at.clock);
at.payments = { wechat: wechat.settings(), alipay: null };
const app = await testApp(at, [tradeModule], async () => ({ person: null, memberships: [] }));
const of = await openTestCounty(at);
const { county, operator, keeper, buyer, village } = of;
const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const shop = await openTestShop(at, of);
await addTestRule(at, county);

let made = 0;
async function seller() {
  const account = `19000${String(++made).padStart(5, '0')}`;
  const org = await addTestOrganisation(at, { county, kind: 'merchant', name: `商家${made}` });
  const goods = await addTestGoods(at, shop, { org, priceFen: 10_000 });
  await addTestStock(at, goods, { packs: 20 });
  await addPayee(
    at,
    operator,
    {
      county,
      ownerKind: 'organisation',
      owner: org,
      kind: 'merchant',
      provider: 'wechat',
      account,
      holder: '某某公司',
    },
    null,
  );
  await keepReceivers(at);
  return { org, goods, account };
}
const notices = () =>
  wechat.notices.send(async (sent) => {
    const { raw: payload, headers } = sent;
    const answer = await app.inject({ method: 'POST', url: '/api/payment-notices/wechat', payload, headers });
    return { status: answer.statusCode, body: answer.body };
  });
async function closedOrder(goods: Awaited<ReturnType<typeof addTestGoods>>): Promise<string> {
  const checkout = await placeTest(at, buyer, [goods, 1]);
  const way = { provider: 'wechat', method: 'native' as const, clientIp: '203.0.113.9' };
  const { payment } = await startPayment(at, buyer, { ...way, checkout: checkout.id }, null);
  wechat.pay(shortId(payment));
  await notices();
  const order = checkout.orders[0]?.id as string;
  await transact(at.db, async (tx) => {
    const now = at.clock.now();
    for (const to of ['packed', 'sent', 'received'] as const) await moveOrder(tx, now, system, { county, order, to });
    await settleOrder(tx, now, system, { county, order });
  });
  return order;
}
const partsOf = (order: string) =>
  at.db.selectFrom('trade.sharing_part').select(['fen', 'state', 'why']).where('order', '=', order).execute();
const sharingOf = (order: string) =>
  at.db
    .selectFrom('trade.order_sharing')
    .select(['state', 'cap_fen'])
    .where('order', '=', order)
    .executeTakeFirstOrThrow();
const later = (minutes: number) => context.passTime(minutes * 60_000);

test('sharing at WeChat Pay: processing, then finished; the rest let go; never above the cap', async () => {
  const { org, goods, account } = await seller();
  assert.ok(wechat.receivers.has(account));
  const order = await closedOrder(goods);
  await shareOrders(at);
  assert.deepEqual(
    (await partsOf(order)).map((part) => part.state),
    ['under_way'],
  );
  await assertSound(at.db);
  wechat.endShares();
  later(2);
  await shareOrders(at);
  const { cap_fen } = await sharingOf(order);
  assert.deepEqual(await partsOf(order), [{ fen: cap_fen, state: 'paid', why: null }]);
  await shareOrders(at);
  wechat.endShares();
  later(2);
  await shareOrders(at);
  assert.equal((await sharingOf(order)).state, 'finished');
  const { creditedFen, balanceFen } = await standingOf(at.db, county, 'merchant', org);
  assert.equal(creditedFen - balanceFen, cap_fen);
  await assertSound(at.db);
});

test('a receiver who fails: the money is back, and it is asked for again under another number', async () => {
  const { org, goods, account } = await seller();
  const order = await closedOrder(goods);
  await shareOrders(at);
  wechat.endShares({ [account]: 'PAYER_ACCOUNT_ABNORMAL' });
  later(2);
  await shareOrders(at);
  assert.deepEqual(
    (await partsOf(order)).map((part) => [part.state, part.why]),
    [['failed', 'PAYER_ACCOUNT_ABNORMAL']],
  );
  assert.equal((await standingOf(at.db, county, 'merchant', org)).underWayFen, 0);
  later(60);
  await shareOrders(at);
  wechat.endShares();
  later(2);
  await shareOrders(at);
  assert.deepEqual((await partsOf(order)).map((part) => part.state).sort(), ['failed', 'paid']);
  await assertSound(at.db);
});

test('no answer to a request to share: the same one is asked for again', async () => {
  const { goods } = await seller();
  const order = await closedOrder(goods);
  const numbers = async () =>
    (await at.db.selectFrom('trade.sharing').select('id').where('order', '=', order).execute()).map((row) => row.id);
  wechat.faults.next('POST /v3/profitsharing/orders', 'answer-lost');
  await shareOrders(at);
  const before = await numbers();
  assert.equal(before.length, 1);
  later(2);
  await shareOrders(at);
  wechat.endShares();
  later(6);
  await shareOrders(at);
  assert.deepEqual(
    (await partsOf(order)).map((part) => part.state),
    ['paid'],
  );
  assert.equal((await numbers())[0], before[0]);
});

test('after thirty days the money has thawed: nothing is shared, and people were told before', async () => {
  const { goods } = await seller();
  const checkout = await placeTest(at, buyer, [goods, 1]);
  const way = { provider: 'wechat', method: 'native' as const, clientIp: '203.0.113.9' };
  const { payment } = await startPayment(at, buyer, { ...way, checkout: checkout.id }, null);
  wechat.pay(shortId(payment));
  await notices();
  const order = checkout.orders[0]?.id as string;
  context.passTime(28 * DAY);
  await shareOrders(at);
  assert.ok((await mattersOf(at.db, county)).some((m) => m.kind === 'thaw-near' && m.subject === order));
  context.passTime(3 * DAY);
  await transact(at.db, async (tx) => {
    const now = at.clock.now();
    for (const to of ['packed', 'sent', 'received'] as const) await moveOrder(tx, now, system, { county, order, to });
    await settleOrder(tx, now, system, { county, order });
  });
  await shareOrders(at);
  assert.deepEqual([(await sharingOf(order)).state, await partsOf(order)], ['thawed', []]);
  assert.ok(!(await mattersOf(at.db, county)).some((m) => m.subject === order));
});

test('transfers: confirmed by the receiver, failed, taken back; each by its own name and number', async () => {
  wechat.balance = 1_000_000;
  const households = [];
  for (const fen of [1_000, 250_000, 3_000]) {
    const holder = `户主${++made}`;
    const owner = await addTestHousehold(at, { county, village, name: holder });
    const account = `oHousehold${String(made).padStart(18, '0')}`;
    await addPayee(
      at,
      keeper,
      { county, ownerKind: 'household', owner, holder, kind: 'wallet', provider: 'wechat', account },
      null,
    );
    await creditTest(at, county, { kind: 'household', owner }, fen);
    households.push({ owner, holder });
  }
  const [paid, failed, recalled] = households as [
    { owner: string; holder: string },
    { owner: string },
    { owner: string },
  ];
  const batch = await prepareBatch(at, operator, { county, ownerKind: 'household' }, null);
  const { version, totalFen } = await batchView(at, second, county, batch);
  await approveBatch(at, second, { county, id: batch, version, totalFen }, null);
  await sendPayouts(at);
  const lineOf = async ({ owner }: { owner: string }) =>
    (await linesOfOwner(at.db, county, owner)).at(-1) as Awaited<ReturnType<typeof linesOf>>[number];
  const numbers = await Promise.all([paid, failed, recalled].map(async (one) => shortId((await lineOf(one)).id)));
  for (const number of numbers) wechat.moveTransfer(number, 'WAIT_USER_CONFIRM');
  later(2);
  await sendPayouts(at);
  const waiting = await lineOf(paid);
  assert.deepEqual([waiting.state, waiting.confirm !== null], ['confirming', true]);
  assert.equal(wechat.nameOf(numbers[0] as string), paid.holder);

  wechat.moveTransfer(numbers[0] as string, 'SUCCESS');
  wechat.moveTransfer(numbers[1] as string, 'FAIL', 'PAYEE_ACCOUNT_ABNORMAL');
  await notices();
  await sendPayouts(at);
  assert.deepEqual([(await lineOf(paid)).state, (await lineOf(failed)).state], ['paid', 'failed']);
  await recallPayment(at, operator, { county, id: (await lineOf(recalled)).id });
  assert.equal((await lineOf(recalled)).state, 'confirming', 'it is still being taken back');
  wechat.moveTransfer(numbers[2] as string, 'CANCELLED');
  await notices();
  later(61);
  await sendPayouts(at);
  assert.equal((await lineOf(recalled)).state, 'failed');
  assert.deepEqual(
    await Promise.all(
      [paid, failed, recalled].map(
        async ({ owner }) => (await standingOf(at.db, county, 'household', owner)).balanceFen,
      ),
    ),
    [0, 250_000, 3_000],
  );
  assert.equal((await batchView(at, operator, county, batch)).state, 'done');
});
