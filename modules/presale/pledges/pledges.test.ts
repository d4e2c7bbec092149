import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfilmentModule } from '#fulfilment';
import { balance, ensureAccounts, ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { addTestPerson, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import { testNotice } from '../../../test/fixtures-house.ts';
import { carryEvents, openTestProject, pledgeTest } from '../../../test/fixtures-presale.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  payTest,
  refusalOf,
  stockOf,
} from '../../../test/fixtures-trade.ts';
import { packOrder } from '../../fulfilment/parcels/pack-order.ts';
import { sendParcel } from '../../fulfilment/parcels/send-parcel.ts';
import { afterSaleOf } from '../../trade/after-sale/case-views.ts';
import { cancelOrder } from '../../trade/orders/cancel-order.ts';
import { expireCheckouts } from '../../trade/orders/expire-checkouts.ts';
import { orderView } from '../../trade/orders/order-view.ts';
import { askRefunds } from '../../trade/payment/ask-refunds.ts';
import { receiveNotice } from '../../trade/payment/receive-notice.ts';
import { startPayment } from '../../trade/payment/start-payment.ts';
import { settlementPartsOf } from '../../trade/settlement/settlement-parts.ts';
import { presaleModule } from '../index.ts';
import { cancelProject, closeProjects } from '../projects/close-projects.ts';
import { publicProject } from '../projects/project-views.ts';
import { backProject, returnPledge } from './back-project.ts';
import { packPledge, receivePledge, receivePledgesLate, thankPledge } from './deliver-pledge.ts';
import { myPledges, overduePledges, pledgeView, projectPledges } from './pledge-views.ts';
import { refundPledge } from './refund-pledge.ts';

const modules = [ledgerModule, tradeModule, fulfilmentModule, presaleModule];
const { at, setTime } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, operator, auditor } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const START = '2026-09-17T06:00:00Z';
/** the last day is over */
const END = '2026-09-26T16:00:00Z';

const one = (id: string) => ({ county, id });
const owed = async (kind: 'merchant' | 'fund' | 'shop_share' | 'share_back', owner = 'county') => {
  const [account] = await at.db.transaction().execute((tx) => ensureAccounts(tx, county, [{ kind, owner }]));
  return (await balance(at.db, county, account as string)).balance;
};
const partsOf = async (order: string) =>
  (await settlementPartsOf(at.db, county, [order]))
    .map(({ part, fen, state, rule }) => [part, fen, state, rule])
    .sort();
const sound = () => assertSound(at.db, modules);
const end = async () => {
  setTime(END);
  await closeProjects(at);
  await carryEvents(at, modules);
};
const begin = (t: { after(fn: () => void): void }) => {
  setTime(START);
  t.after(() => setTime(START));
};
/** A project whose goal is reached: one backer has ten of the first tier. */
async function funded(t: { after(fn: () => void): void }) {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  const pledge = await pledgeTest(at, buyer, project, { n: 10 });
  const thanks = await pledgeTest(at, otherBuyer, project, { tier: 1 });
  await end();
  return { project, pledge: pledge.id, thanks: thanks.id };
}

test('what cannot be pledged is refused, in this order', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut, { opensOn: '2026-09-18' });
  const [mine, theirs] = [await addTestAddress(at, buyer), await addTestAddress(at, otherBuyer)];
  const tier = project.tiers[0]?.id as string;
  const ask = (over: object = {}, by = buyer) =>
    backProject(at, by, { county, id: project.id, tier, n: 1, address: mine, ...over }, null);
  const refused = async (code: string, over: object = {}, by = buyer) =>
    assert.equal((await refusalOf(ask(over, by))).code, code);
  await refused('county-not-open', { county: 110101 });
  await refused('project-not-found', { id: newId() });
  await refused('project-not-begun');
  setTime('2026-09-18T06:00:00Z');
  await refused('pledge-own-project', {}, merchant);
  await refused('tier-not-found', { tier: newId() });
  await refused('address-needed', { address: undefined });
  await refused('address-not-found', { address: theirs });
  await refused('tier-limit', { tier: project.tiers[1]?.id, n: 6 });
  await refused('tier-sold-out', { n: 21 }, buyer);
  await ask({ n: 19 });
  const left = await refusalOf(ask({ n: 2, address: theirs }, otherBuyer));
  assert.deepEqual([left.code, left.detail.left], ['tier-sold-out', 1]);
  setTime(END);
  await refused('project-ended');
  await end();
  await refused('project-ended');
  await sound();
});

test('who is owed thanks gives no address, and none is kept even of one that was given', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  const tier = project.tiers[1]?.id as string;
  const address = await addTestAddress(at, buyer);
  const pledges = [
    await backProject(at, buyer, { county, id: project.id, tier, n: 1 }, null),
    await backProject(at, buyer, { county, id: project.id, tier, n: 1, address, note: '加油' }, null),
  ];
  for (const pledge of pledges) {
    assert.deepEqual([pledge.contact, pledge.shipRegionName, pledge.goods], [null, null, false]);
    const order = await orderView(at, buyer, county, pledge.id);
    assert.deepEqual([order.contact, order.shipRegion, order.shipRegionName], [null, null, null]);
    await payTest(at, buyer, pledge.checkout);
  }
  assert.equal((await pledgeView(at, buyer, county, pledges[1]?.id as string)).note, '加油');
  assert.equal(
    (await refusalOf(packOrder(at, merchant, one(pledges[0]?.id as string), null))).code,
    'order-not-packable',
  );
  await returnPledge(at, buyer, { ...one(pledges[0]?.id as string), reason: '改主意了' }, null);
  await pledgeTest(at, otherBuyer, project, { n: 10 });
  await end();
  assert.equal(
    (await refusalOf(packPledge(at, merchant, one(pledges[1]?.id as string), null))).code,
    'nothing-to-send',
  );
  const back = await refundPledge(at, operator, { ...one(pledges[1]?.id as string), reason: '没有致谢' }, null);
  assert.equal(back.orderState, 'refunded');
  await sound();
});

test('a pledge is held for whom the project says, whatever the rules of the county', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  const pledge = await pledgeTest(at, buyer, project, { n: 3, pay: false });
  assert.deepEqual([pledge.fen, pledge.orderState, pledge.delivery], [30_000, 'placed', null]);
  assert.equal((await publicProject(at, county, project.id)).raisedFen, 0);
  await payTest(at, buyer, pledge.checkout);
  assert.deepEqual(await partsOf(pledge.id), [
    ['fund', 1_500, 'held', null],
    ['household', 16_500, 'held', null],
    ['merchant', 12_000, 'held', null],
  ]);
  const seen = await publicProject(at, county, project.id);
  assert.deepEqual([seen.raisedFen, seen.backers, seen.tiers[0]?.left], [30_000, 1, 17]);
  assert.equal(
    (await afterSaleOf(at, buyer, county, pledge.id)).lines[0]?.options.some((of) => of.why === null),
    false,
  );
  await sound();
});

test('the last place of a tier is had once; a button pressed twice pledges once', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut, {
    tiers: [
      {
        ...{ nameZh: '一份', nameEn: '', priceFen: 10_000, costFen: 0, owed: null, places: 1, limit: 1 },
      },
    ],
  });
  const tier = project.tiers[0]?.id as string;
  const backers = await Promise.all(['甲', '乙', '丙', '丁'].map((name) => addTestPerson(at, { name })));
  const addresses = await Promise.all(backers.map((by) => addTestAddress(at, by)));
  const ask = (i: number, key: Parameters<typeof backProject>[3] = null) =>
    backProject(at, backers[i] as Actor, { county, id: project.id, tier, n: 1, address: addresses[i] as string }, key);
  const outcomes = await Promise.allSettled(backers.map((_, i) => ask(i)));
  assert.equal(outcomes.filter((of) => of.status === 'fulfilled').length, 1);
  // Unpaid, the place is free again when the checkout's time is over.
  setTime('2026-09-17T06:20:00Z');
  await expireCheckouts(at);
  const key = { scope: 'test', key: newId(), hash: 'a' };
  const twins = await Promise.all([ask(1, key), ask(1, key)]);
  assert.equal(twins[0].id, twins[1].id);
  assert.equal((await projectPledges(at, merchant, { county, id: project.id })).total, 2);
  await sound();
});

test('money that comes late finds its place again while the project is open, and goes back afterwards', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  const [again, gone] = [
    await pledgeTest(at, buyer, project, { pay: false }),
    await pledgeTest(at, otherBuyer, project, { pay: false }),
  ];
  const begun = async (by: Actor, checkout: string) =>
    (await startPayment(at, by, { checkout, provider: 'sandbox' }, null)).payment;
  const [first, second] = [await begun(buyer, again.checkout), await begun(otherBuyer, gone.checkout)];
  setTime('2026-09-17T07:00:00Z');
  await expireCheckouts(at);
  assert.equal((await publicProject(at, county, project.id)).tiers[0]?.left, 20);
  const came = (payment: string) =>
    receiveNotice(at, { provider: 'sandbox', ...testNotice(at, { payment, amountFen: 10_000 }) });
  assert.equal(await came(first), 'paid-late');
  assert.equal(await orderStateOf(at.db, county, again.id), 'paid');
  assert.equal((await publicProject(at, county, project.id)).tiers[0]?.left, 19);
  await sound();
  await end();
  assert.equal(await came(second), 'returned');
  assert.equal(await orderStateOf(at.db, county, gone.id), 'refunded');
  assert.equal(await orderStateOf(at.db, county, again.id), 'refunded');
  await askRefunds(at);
  await sound();
});

test('a checkout that is open at the end is closed with the project', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  setTime('2026-09-26T15:55:00Z');
  const pledge = await pledgeTest(at, buyer, project, { pay: false });
  assert.equal(new Date(pledge.expiresAt).toISOString(), '2026-09-26T16:00:00.000Z');
  await end();
  assert.equal(await orderStateOf(at.db, county, pledge.id), 'cancelled');
  assert.equal((await publicProject(at, county, project.id)).state, 'failed');
  await sound();
});

test('a backer takes a pledge back until the end, and not afterwards', async (t) => {
  begin(t);
  const project = await openTestProject(at, people, walnut);
  const [paid, unpaid, kept] = [
    await pledgeTest(at, buyer, project),
    await pledgeTest(at, buyer, project, { pay: false }),
    await pledgeTest(at, buyer, project, { n: 10 }),
  ];
  const back = (by: Actor, id: string) => returnPledge(at, by, { ...one(id), reason: '改主意了' }, null);
  assert.equal((await refusalOf(back(otherBuyer, paid.id))).code, 'pledge-not-found');
  assert.equal((await back(buyer, paid.id)).orderState, 'refunded');
  assert.equal((await back(buyer, unpaid.id)).orderState, 'cancelled');
  assert.equal((await refusalOf(back(buyer, paid.id))).code, 'pledge-not-paid');
  assert.equal((await publicProject(at, county, project.id)).tiers[0]?.left, 10);
  assert.equal((await pledgeView(at, buyer, county, kept.id)).returnable, true);
  setTime(END);
  assert.equal((await refusalOf(back(buyer, kept.id))).code, 'project-ended');
  assert.equal(
    (await refusalOf(cancelOrder(at, buyer, { ...one(kept.id), reason: '不要了' }, null))).code,
    'promise-over',
  );
  await end();
  assert.equal((await pledgeView(at, buyer, county, kept.id)).returnable, false);
  await sound();
});

test('goal reached: every pledge is posted, and what is owed is owed from then on', async (t) => {
  const before = [await owed('merchant', people.cooperative), await owed('fund'), await owed('shop_share')];
  const { project, pledge, thanks } = await funded(t);
  const seen = await publicProject(at, county, project.id);
  assert.deepEqual([seen.state, seen.raisedFen, seen.backers], ['funded', 102_000, 2]);
  const after = [await owed('merchant', people.cooperative), await owed('fund'), await owed('shop_share')];
  assert.deepEqual(
    after.map((fen, i) => fen - (before[i] as number)),
    [40_000, 5_100, 56_900],
  );
  assert.deepEqual(
    (await Promise.all([pledge, thanks].map((id) => pledgeView(at, buyer, county, id).catch(() => null)))).map(
      (of) => of?.delivery,
    ),
    ['owed', undefined],
  );
  await closeProjects(at);
  assert.equal(await owed('shop_share'), after[2]);
  await sound();
});

test('goal missed, or the project cancelled: every pledge goes back whole', async (t) => {
  begin(t);
  const [missed, cancelled] = [await openTestProject(at, people, walnut), await openTestProject(at, people, walnut)];
  const pledges = [
    await pledgeTest(at, buyer, missed, { n: 9 }),
    await pledgeTest(at, otherBuyer, missed, { tier: 1, n: 4 }),
    await pledgeTest(at, buyer, cancelled, { n: 12 }),
  ];
  const unpaid = await pledgeTest(at, otherBuyer, cancelled, { pay: false });
  await cancelProject(at, operator, { ...one(cancelled.id), reason: '遭了雹灾' }, null);
  assert.equal(await orderStateOf(at.db, county, unpaid.id), 'cancelled');
  await closeProjects(at);
  await end();
  assert.deepEqual(
    (await Promise.all([missed, cancelled].map((of) => publicProject(at, county, of.id)))).map((of) => [
      of.state,
      of.raisedFen,
    ]),
    [
      ['failed', 98_000],
      ['cancelled', 120_000],
    ],
  );
  for (const { id } of pledges) assert.equal(await orderStateOf(at.db, county, id), 'refunded');
  const mine = await myPledges(at, buyer, { size: 100 });
  assert.equal(mine.rows.find((row) => row.id === pledges[0]?.id)?.orderState, 'refunded');
  await askRefunds(at);
  await sound();
});

test('what is owed is packed with its codes, sent and received; then the project is delivered', async (t) => {
  const { project, pledge, thanks } = await funded(t);
  const refused = async (code: string, act: Promise<unknown>) => assert.equal((await refusalOf(act)).code, code);
  await refused('pledge-not-found', packPledge(at, merchant, one(newId()), null));
  await refused('not-allowed', packPledge(at, otherMerchant, one(pledge), null));
  await refused('nothing-to-send', packPledge(at, merchant, one(thanks), null));
  await refused('goods-to-send', thankPledge(at, merchant, { ...one(pledge), words: '谢谢' }, null));
  await refused('delivery-move-not-allowed', receivePledge(at, buyer, one(pledge), null));
  const short = await refusalOf(packPledge(at, merchant, one(pledge), null));
  assert.deepEqual([short.code, short.detail.missing], ['reward-short', 20]);

  await addTestStock(at, walnut, { packs: 60 });
  assert.equal((await pledgeView(at, merchant, county, pledge)).contact?.name, '林小满');
  assert.equal((await pledgeView(at, auditor, county, pledge)).contact, null);
  const parcel = await packPledge(at, merchant, one(pledge), null);
  assert.equal(parcel.codes.length, 20);
  assert.equal((await stockOf(at.db, walnut)).onHand, 40);
  await refused('delivery-move-not-allowed', packPledge(at, merchant, one(pledge), null));
  await sound();
  await sendParcel(at, merchant, { county, id: parcel.id, carrier: '顺丰', waybill: 'SF0000001' }, null);
  await carryEvents(at, modules);
  const sent = await pledgeView(at, buyer, county, pledge);
  assert.deepEqual([sent.delivery, sent.parcel?.waybill], ['sent', 'SF0000001']);
  await refused('pledge-not-found', receivePledge(at, otherBuyer, one(pledge), null));
  await receivePledge(at, buyer, one(pledge), null);
  await closeProjects(at);
  assert.equal((await publicProject(at, county, project.id)).state, 'funded');
  await thankPledge(at, merchant, { ...one(thanks), words: '谢谢你，烘干房十月完工' }, null);
  await closeProjects(at);
  assert.equal((await publicProject(at, county, project.id)).state, 'delivered');
  await refused('pledge-received', refundPledge(at, operator, { ...one(pledge), reason: '没收到' }, null));
  await sound();
});

test('what was sent long ago counts as received', async (t) => {
  const { pledge } = await funded(t);
  await addTestStock(at, walnut, { packs: 20 });
  const parcel = await packPledge(at, merchant, one(pledge), null);
  await sendParcel(at, merchant, { county, id: parcel.id, carrier: '顺丰', waybill: 'SF0000002' }, null);
  await carryEvents(at, modules);
  await receivePledgesLate(at);
  assert.equal((await pledgeView(at, buyer, county, pledge)).delivery, 'sent');
  setTime('2026-10-07T00:00:00Z');
  await receivePledgesLate(at);
  assert.equal((await pledgeView(at, buyer, county, pledge)).delivery, 'received');
  await sound();
});

test('what is not delivered by the promised day is listed, and the county pays it back at the organiser’s cost', async (t) => {
  const { project, pledge, thanks } = await funded(t);
  assert.equal((await overduePledges(at, operator, county, {})).total, 0);
  setTime('2026-11-30T16:00:00Z');
  const late = await overduePledges(at, operator, county, { size: 200 });
  assert.ok(late.rows.some((row) => row.id === pledge && row.overdue));
  assert.equal((await overduePledges(at, otherMerchant, county, {})).total, 0);

  const accounts = async () => [
    await owed('merchant', people.cooperative),
    await owed('fund'),
    await owed('shop_share'),
    await owed('share_back'),
  ];
  const before = await accounts();
  const stock = (await stockOf(at.db, walnut)).onHand;
  await addTestStock(at, walnut, { packs: 20 });
  await packPledge(at, merchant, one(pledge), null);
  const paidBack = await refundPledge(at, operator, { ...one(pledge), reason: '过期两天还没发' }, null);
  assert.deepEqual([paidBack.orderState, paidBack.delivery], ['refunded', null]);
  await carryEvents(at, modules);
  assert.equal((await stockOf(at.db, walnut)).onHand, stock + 20);
  const after = await accounts();
  assert.deepEqual(
    after.map((fen, i) => fen - (before[i] as number)),
    [-100_000, 0, 0, 0],
  );
  assert.equal(
    (await refusalOf(refundPledge(at, operator, { ...one(pledge), reason: '再退一次' }, null))).code,
    'pledge-not-paid',
  );
  await thankPledge(at, merchant, { ...one(thanks), words: '谢谢' }, null);
  await closeProjects(at);
  assert.equal((await publicProject(at, county, project.id)).state, 'delivered');
  assert.equal((await refusalOf(pledgeView(at, stranger, county, pledge))).code, 'pledge-not-found');
  await askRefunds(at);
  await sound();
});
