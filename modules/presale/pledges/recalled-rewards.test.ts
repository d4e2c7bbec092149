import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfilmentModule } from '#fulfilment';
import { ledgerModule } from '#ledger';
import { traceModule } from '#trace';
import { tradeModule } from '#trade';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { carryEvents, openTestProject, pledgeTest } from '../../../test/fixtures-presale.ts';
import { rawWithPacks } from '../../../test/fixtures-recall.ts';
import {
  addTestGoods,
  addTestRule,
  assertSound,
  openTestShop,
  refusalOf,
  stockOf,
} from '../../../test/fixtures-trade.ts';
import { parcelById } from '../../fulfilment/parcels/parcels.queries.ts';
import { sendParcel } from '../../fulfilment/parcels/send-parcel.ts';
import { declareRecall } from '../../trace/recalls/declare-recall.ts';
import { orderView } from '../../trade/orders/order-view.ts';
import { decideRecalled } from '../../trade/recalls/decide-recalled.ts';
import { recallOrders, recallPreview, recallReport } from '../../trade/recalls/recall-report.ts';
import { settleRecalled } from '../../trade/recalls/settle-recalled.ts';
import { presaleModule } from '../index.ts';
import { closeProjects } from '../projects/close-projects.ts';
import { packPledge } from './deliver-pledge.ts';
import { pledgeView } from './pledge-views.ts';

const modules = [ledgerModule, traceModule, tradeModule, fulfilmentModule, presaleModule];
const { at, setTime } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, operator } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const START = '2026-09-17T06:00:00Z';
const END = '2026-09-26T16:00:00Z';
const sound = () => assertSound(at.db, modules);
const recall = async (lot: string, unshipped: 'refund' | 'hold') => {
  const words = { reason: '抽检农残超标', advice: '请不要食用' };
  const { id } = await declareRecall(at, operator, { county, lot, reach: 'descendants', unshipped, ...words }, null);
  await carryEvents(at, modules);
  return id;
};
let waybills = 0;

/** Two backers of a funded project, each owed two packs, and packs of one lot in stock. */
async function owing() {
  setTime(START);
  const goods = await addTestGoods(at, shop);
  const project = await openTestProject(at, people, goods, { goalFen: 10_000 });
  const pledges = [await pledgeTest(at, buyer, project), await pledgeTest(at, otherBuyer, project)];
  setTime(END);
  await closeProjects(at);
  await carryEvents(at, modules);
  const { raw, packed } = await rawWithPacks(at, people, goods, [10]);
  return { goods, raw, lot: packed[0] as string, pledges: pledges.map((one) => one.id) as [string, string] };
}
const pack = (id: string) => packPledge(at, merchant, { county, id }, null);
const send = (id: string) =>
  sendParcel(at, merchant, { county, id, carrier: '顺丰', waybill: `SF-HB-${++waybills}` }, null);
const deliveryOf = async (id: string) => (await pledgeView(at, operator, county, id)).delivery;

test('a recall finds rewards: who has theirs is told, what is packed is owed again and packed of another lot', async () => {
  const { goods, raw, pledges } = await owing();
  const [gone, packed] = pledges;
  await send((await pack(gone)).id);
  const parcel = await pack(packed);
  const preview = await recallPreview(at.db, operator, county, raw, 'descendants');
  assert.deepEqual([preview.ordersSent, preview.ordersWaiting, preview.buyers, preview.packsSent], [1, 1, 2, 2]);

  const id = await recall(raw, 'refund');
  assert.equal((await refusalOf(send(parcel.id))).code, 'lot-recalled');
  await settleRecalled(at);
  await carryEvents(at, modules);
  const found = (await recallOrders(at, operator, county, id, { size: 20 })).rows;
  assert.deepEqual(
    found.map((row) => [row.order, row.found, row.state]).sort(),
    [
      [gone, 'gone', 'told'],
      [packed, 'packed', 'replaced'],
    ].sort(),
  );
  for (const [by, pledge, state] of [
    [buyer, gone, 'told'],
    [otherBuyer, packed, 'replaced'],
  ] as const) {
    assert.equal((await pledgeView(at, by, county, pledge)).recalled, true);
    const [notice] = (await orderView(at, by, county, pledge)).recalls;
    assert.deepEqual([notice?.advice, notice?.packs[0]?.state], ['请不要食用', state]);
  }
  assert.equal((await parcelById(at.db, county, parcel.id))?.state, 'unpacked');
  assert.equal(await deliveryOf(packed), 'owed');
  assert.equal((await refusalOf(send(parcel.id))).code, 'parcel-move-not-allowed');
  // Money and households' part stay as they were: the goods are owed, of whatever lot.
  assert.equal((await pledgeView(at, otherBuyer, county, packed)).orderState, 'closed');
  assert.equal((await refusalOf(pack(packed))).code, 'reward-short');
  await rawWithPacks(at, people, goods, [4]);
  await send((await pack(packed)).id);
  await carryEvents(at, modules);
  assert.equal(await deliveryOf(packed), 'sent');
  const report = await recallReport(at, operator, county, id);
  assert.ok(report);
  await sound();
});

test('held, a reward comes out of its parcel whatever is decided; before that it neither leaves nor is packed twice', async () => {
  const { goods, raw, pledges } = await owing();
  const parcel = await pack(pledges[0]);
  await recall(raw, 'hold');
  assert.equal(await deliveryOf(pledges[0]), 'packed');
  const onHand = (await stockOf(at.db, goods)).onHand;
  await decideRecalled(at, operator, { county, order: pledges[0], decision: 'replace' }, null);
  // Before the news has come the parcel is there, and cannot leave.
  assert.equal((await refusalOf(send(parcel.id))).code, 'parcel-move-not-allowed');
  await carryEvents(at, modules);
  assert.equal(await deliveryOf(pledges[0]), 'owed');
  assert.equal((await stockOf(at.db, goods)).onHand, onHand + 2);
  await sound();
});

test('a parcel that leaves while its lot is called back has left and is told, or stays', async () => {
  const { raw, pledges } = await owing();
  const parcel = await pack(pledges[0]);
  const [sent] = await Promise.allSettled([send(parcel.id), recall(raw, 'refund')]);
  await settleRecalled(at);
  await carryEvents(at, modules);
  assert.equal(await deliveryOf(pledges[0]), sent?.status === 'fulfilled' ? 'sent' : 'owed');
  const [notice] = (await orderView(at, buyer, county, pledges[0])).recalls;
  assert.equal(notice?.packs[0]?.state, sent?.status === 'fulfilled' ? 'told' : 'replaced');
  await sound();
});
