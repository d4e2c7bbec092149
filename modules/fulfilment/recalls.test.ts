import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { traceModule } from '#trace';
import { tradeModule } from '#trade';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import { hearRecalls, rawWithPacks } from '../../test/fixtures-recall.ts';
import {
  addTestGoods,
  addTestRule,
  assertSound,
  openTestShop,
  orderStateOf,
  payTest,
  placeTest,
  refusalOf,
} from '../../test/fixtures-trade.ts';
import { lose } from '../trace/operations/lose.ts';
import { split } from '../trace/operations/split.ts';
import { declareRecall } from '../trace/recalls/declare-recall.ts';
import { liftRecall } from '../trace/recalls/lift-recall.ts';
import { recallPage } from '../trace/recalls/recall-views.ts';
import { orderView } from '../trade/orders/order-view.ts';
import { closeRecall } from '../trade/recalls/close-recall.ts';
import { decideRecalled } from '../trade/recalls/decide-recalled.ts';
import { destroyRecalled } from '../trade/recalls/destroy-recalled.ts';
import { readNotice } from '../trade/recalls/read-notice.ts';
import { recallLots, recallOrders, recallPreview, recallReport } from '../trade/recalls/recall-report.ts';
import { recallSheet } from '../trade/recalls/recall-sheet.ts';
import { settleRecalled } from '../trade/recalls/settle-recalled.ts';
import { availabilityOf } from '../trade/stock/stock-views.ts';
import { fulfilmentModule } from './index.ts';
import { packOrder } from './parcels/pack-order.ts';
import { sendParcel } from './parcels/send-parcel.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator, merchant, otherMerchant, keeper, cadre, buyer, otherBuyer } = of;
const shop = await openTestShop(at, of);
await addTestRule(at, county);
const sound = () => assertSound(at.db, [ledgerModule, traceModule, tradeModule, fulfilmentModule]);

const words = { reason: '抽检农残超标', advice: '请不要食用，等待退款' };
const recall = (lot: string, by: Actor = operator, over: Partial<Parameters<typeof declareRecall>[2]> = {}) =>
  declareRecall(at, by, { county, lot, reach: 'descendants', unshipped: 'refund', ...words, ...over }, null);
const goodsWith = async (...packs: number[]) => {
  const goods = await addTestGoods(at, shop);
  return { goods, ...(await rawWithPacks(at, of, goods, packs)) };
};
const bought = async (by: Actor, ...lines: Parameters<typeof placeTest>[2][]) => {
  const checkout = await placeTest(at, by, ...lines);
  await payTest(at, by, checkout.id);
  return checkout.orders[0]?.id as string;
};
const packed = (order: string) => packOrder(at, operator, { county, id: order, org: shop.org }, null);
let waybills = 0;
const sent = async (order: string) => {
  const parcel = await packed(order);
  await sendParcel(at, operator, { county, id: parcel.id, carrier: '邮政', waybill: `YZ${++waybills}00` }, null);
};
const report = (id: string, by: Actor = operator) => recallReport(at, by, county, id);

test('refused: who may not, what is not there, what is recalled already', async () => {
  const { raw, packed: lots } = await goodsWith(5);
  assert.equal((await refusalOf(recall(newId()))).code, 'lot-not-found');
  for (const by of [otherMerchant, keeper, cadre]) {
    assert.equal((await refusalOf(recall(raw, by))).code, 'lot-not-yours', by.name);
  }
  const declared = await recall(raw, merchant);
  assert.equal(declared.number, 'R260917-0001');
  assert.equal(declared.lots, 2);
  for (const lot of [raw, ...lots]) assert.equal((await refusalOf(recall(lot))).code, 'lot-recalled');
  assert.equal(
    (await refusalOf(liftRecall(at, operator, { county, id: newId(), reason: '误发' }, null))).code,
    'recall-not-found',
  );
  const close = () => closeRecall(at, operator, { county, id: declared.id, report: '还没有查清就结案' }, null);
  assert.equal((await refusalOf(close())).code, 'recall-move-not-allowed');
  assert.equal((await refusalOf(report(declared.id, otherMerchant))).code, 'recall-not-found');
  assert.equal((await refusalOf(recallPreview(at.db, otherMerchant, county, raw, 'lot'))).code, 'lot-not-found');
  await hearRecalls(at);
  await sound();
});

test('from the declaration on nothing leaves, also before stock has heard of it', async () => {
  const { goods, raw } = await goodsWith(10);
  const waiting = await bought(buyer, [goods, 1]);
  const inParcel = await bought(buyer, [goods, 1]);
  const parcel = await packed(inParcel);
  await recall(raw, operator, { unshipped: 'hold' });
  assert.equal((await refusalOf(packed(waiting))).code, 'lot-recalled');
  const send = sendParcel(at, operator, { county, id: parcel.id, carrier: '邮政', waybill: 'YZ-RECALL' }, null);
  assert.equal((await refusalOf(send)).code, 'lot-recalled');
  assert.equal((await refusalOf(split(at, operator, { county, lot: raw, grams: [100] }, null))).code, 'lot-recalled');
  await hearRecalls(at);
  assert.equal((await availabilityOf(at.db, at.clock.now(), county, goods.product))[0]?.available, 0);
  await sound();
});

test('forward to every order and buyer, backward to every note: unpaid is cancelled, waiting refunded, sent is told', async () => {
  const { goods, raw, packed: lots } = await goodsWith(6, 20);
  const other = await goodsWith(9);
  const unpaid = (await placeTest(at, otherBuyer, [goods, 1])).orders[0]?.id as string;
  const gone = await bought(buyer, [goods, 2]);
  await sent(gone);
  const inParcel = await bought(buyer, [goods, 1]);
  await packed(inParcel);
  const waiting = await bought(otherBuyer, [goods, 4], [other.goods, 2]);

  const preview = await recallPreview(at.db, operator, county, raw, 'descendants');
  assert.deepEqual(
    [preview.lots, preview.packedLots, preview.ordersSent, preview.ordersWaiting, preview.buyers, preview.packsSent],
    [3, 2, 1, 3, 2, 2],
  );
  assert.deepEqual([preview.households, preview.notes, preview.villages, preview.gramsOnHand], [1, 1, 1, 1_000]);

  const { id } = await recall(raw);
  await hearRecalls(at);
  assert.equal((await report(id)).recall.state, 'informed');
  // The rest of the order that waits goes on; its recalled packs are off it and paid back.
  assert.ok((await settleRecalled(at)) >= 3);
  assert.equal(await settleRecalled(at), 0);
  assert.equal(await orderStateOf(at.db, county, unpaid), 'cancelled');
  assert.equal(await orderStateOf(at.db, county, inParcel), 'refunded');
  assert.equal(await orderStateOf(at.db, county, waiting), 'paid');
  const view = await orderView(at, otherBuyer, county, waiting);
  assert.deepEqual(
    view.lines.map((line) => [line.packs, line.droppedPacks]),
    [
      [4, 4],
      [2, 0],
    ],
  );
  assert.equal(view.recalled, true);
  await packed(waiting);

  const told = await orderView(at, buyer, county, gone);
  assert.equal(told.recalls[0]?.advice, words.advice);
  assert.equal(told.recalls[0]?.packs[0]?.state, 'told');
  assert.equal(told.recalls[0]?.seenAt, null);
  assert.equal((await refusalOf(readNotice(at, otherBuyer, { county, id: gone }))).code, 'order-not-found');
  await readNotice(at, buyer, { county, id: gone });

  const whole = await report(id);
  assert.deepEqual(
    whole.lines.map((line) => [line.found, line.state, line.orders, line.packs]),
    [
      ['gone', 'told', 1, 2],
      ['packed', 'refunded', 1, 1],
      ['unpaid', 'cancelled', 1, 1],
      ['waiting', 'refunded', 1, 4],
    ],
  );
  assert.equal(whole.missingGrams, 0);
  assert.deepEqual(
    [whole.grams.packed, whole.grams.withBuyers, whole.grams.onShelf, whole.told.seen],
    [13_000, 1_000, 12_000, 1],
  );
  assert.deepEqual(
    whole.villages.map((one) => [one.villageName, one.notes, one.households]),
    [['新村', 1, 1]],
  );

  // Got rid of: what lies in the raw lot, and what lies on the shelf.
  await lose(at, operator, { county, lot: raw, grams: 1_000, reason: '召回销毁' }, null);
  const first = lots[0] as string;
  const destroy = (packs: number, by: Actor = operator, lot = first) =>
    destroyRecalled(at, by, { county, recall: id, lot, packs }, null);
  assert.equal((await refusalOf(destroy(1, otherMerchant))).code, 'lot-not-in-recall');
  assert.equal((await refusalOf(destroy(1, operator, other.packed[0]))).code, 'lot-not-in-recall');
  assert.equal((await refusalOf(destroy(7))).code, 'destroy-too-many');
  const left = (await recallLots(at, operator, county, id, {})).rows.find((one) => one.id === first)?.shelfPacks ?? 0;
  await destroy(left, merchant);
  const after = await report(id);
  assert.equal(after.grams.destroyed, left * 500);
  assert.equal(after.missingGrams, 0);
  assert.equal(after.raw.gramsLost, 1_000);
  const orders = await recallOrders(at, operator, county, id, { state: 'told' });
  assert.deepEqual([orders.total, orders.rows[0]?.province], [1, '甘肃省']);
  assert.equal((await recallSheet(at, operator, county, id, 'zh')).bytes.subarray(0, 2).toString(), 'PK');
  const closed = await closeRecall(at, operator, { county, id, report: '已退款 5 件，销毁完毕，告知一位买家。' }, null);
  assert.equal(closed.state, 'closed');
  assert.equal(
    (await refusalOf(liftRecall(at, operator, { county, id, reason: '误发' }, null))).code,
    'recall-move-not-allowed',
  );
  await sound();
});

test('held: the seller refunds, or sends of another lot; until then the recall cannot be closed', async () => {
  const { goods, raw } = await goodsWith(3);
  const one = await bought(buyer, [goods, 1]);
  const two = await bought(otherBuyer, [goods, 2]);
  const three = await rawWithPacks(at, of, goods, [1]);
  const { id } = await recall(raw, operator, { unshipped: 'hold' });
  await hearRecalls(at);
  assert.equal(await settleRecalled(at), 0);
  const decide = (order: string, decision: 'refund' | 'replace', by: Actor = merchant) =>
    decideRecalled(at, by, { county, order, decision }, null);
  assert.equal((await refusalOf(decide(newId(), 'refund'))).code, 'order-not-found');
  assert.equal((await refusalOf(decide(one, 'refund', otherMerchant))).code, 'recall-nothing-held');
  assert.equal((await refusalOf(decide(two, 'replace'))).code, 'stock-short');
  assert.equal(
    (await refusalOf(closeRecall(at, operator, { county, id, report: '还有订单没处理完呢' }, null))).code,
    'recall-orders-held',
  );
  await decide(one, 'replace');
  const view = await orderView(at, operator, county, one);
  assert.deepEqual(
    view.lines[0]?.lots.map((lot) => lot.lot),
    three.packed,
  );
  await packed(one);
  await decide(two, 'refund');
  assert.equal(await orderStateOf(at.db, county, two), 'refunded');
  assert.equal((await refusalOf(decide(two, 'refund'))).code, 'recall-nothing-held');
  await closeRecall(at, operator, { county, id, report: '两单都处理完了，没有发出过。' }, null);
  await sound();
});

test('one lot only; and a mistake is lifted: sold again, held orders go on, the buyer reads that it is over', async () => {
  const { goods, packed: lots } = await goodsWith(4, 5);
  const order = await bought(buyer, [goods, 1]);
  const { id } = await recall(lots[0] as string, operator, { reach: 'lot', unshipped: 'hold' });
  await hearRecalls(at);
  assert.equal((await availabilityOf(at.db, at.clock.now(), county, goods.product))[0]?.available, 5);
  await liftRecall(at, operator, { county, id, reason: '送错了样品' }, null);
  await hearRecalls(at);
  assert.equal((await availabilityOf(at.db, at.clock.now(), county, goods.product))[0]?.available, 8);
  const [notice] = (await orderView(at, buyer, county, order)).recalls;
  assert.deepEqual([notice?.lifted, notice?.packs[0]?.state], [true, 'lifted']);
  await packed(order);
  assert.equal((await recallPage(at.db, county, 'all', { state: 'lifted', page: 1, size: 20 })).total, 1);
  await sound();
});

test('a lot in two recalls stays recalled until both are lifted', async () => {
  const { raw, packed: lots } = await goodsWith(2);
  const small = await recall(lots[0] as string, operator, { reach: 'lot' });
  const big = await recall(raw);
  await hearRecalls(at);
  await liftRecall(at, operator, { county, id: big.id, reason: '原料没有问题' }, null);
  await hearRecalls(at);
  const state = async (id: string) =>
    (await at.db.selectFrom('trace.lot').select('state').where('id', '=', id).executeTakeFirstOrThrow()).state;
  assert.deepEqual([await state(raw), await state(lots[0] as string)], ['closed', 'recalled']);
  await liftRecall(at, operator, { county, id: small.id, reason: '也没有问题' }, null);
  await hearRecalls(at);
  assert.equal(await state(lots[0] as string), 'closed');
  await sound();
});

test('lifted before stock heard of it: nothing is stopped', async () => {
  const { goods, raw } = await goodsWith(2);
  const { id } = await recall(raw);
  await liftRecall(at, operator, { county, id, reason: '点错了批次' }, null);
  await hearRecalls(at);
  assert.equal((await availabilityOf(at.db, at.clock.now(), county, goods.product))[0]?.available, 2);
});

test('a recall and an operation at once: what is made of a recalled lot is recalled, or is not made', async () => {
  for (let i = 0; i < 6; i++) {
    const { raw } = await goodsWith(1);
    const [made] = await Promise.allSettled([
      split(at, operator, { county, lot: raw, grams: [500] }, null),
      recall(raw, operator),
    ]);
    if (made.status !== 'fulfilled') continue;
    const id = made.value.outputs[0]?.id as string;
    const lot = await at.db.selectFrom('trace.lot').select('state').where('id', '=', id).executeTakeFirstOrThrow();
    assert.equal(lot.state, 'recalled');
  }
  await hearRecalls(at);
});

test('orders placed while a recall is declared are hit by it as well', async () => {
  const { goods, raw } = await goodsWith(30);
  const all = await Promise.allSettled([
    ...Array.from({ length: 8 }, () => bought(buyer, [goods, 1])),
    recall(raw).then(() => hearRecalls(at)),
    ...Array.from({ length: 8 }, () => bought(otherBuyer, [goods, 1])),
  ]);
  await hearRecalls(at);
  await settleRecalled(at);
  const left = await at.db
    .selectFrom('trade.allocation')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('sku', '=', goods.sku)
    .where('state', '=', 'reserved')
    .executeTakeFirstOrThrow();
  assert.equal(Number(left.n), 0, `${all.filter((one) => one.status === 'fulfilled').length} were placed`);
  await sound();
});
