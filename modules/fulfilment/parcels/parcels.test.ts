import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { readCode } from '#trace';
import { addTestPerson, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  payTest,
  placeTest,
  refusalOf,
  stockOf,
  type TestGoods,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../../trade/orders/cancel-order.ts';
import { journey, journeyReader } from './journey.ts';
import { packOrder } from './pack-order.ts';
import { parcelFor, parcelPage, parcelsOfOrder } from './parcel-views.ts';
import { receiveLate, receiveOrder } from './receive-order.ts';
import { sendParcel } from './send-parcel.ts';
import { unpackParcels } from './unpack-parcels.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, keeper, operator, courier, auditor } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { name: '土蜂蜜', org: people.merchantOrg });
await addTestStock(at, walnut, { packs: 500 });
await addTestStock(at, honey, { packs: 500 });

const paid = async (...lines: (readonly [TestGoods, number])[]) => {
  const checkout = await placeTest(at, buyer, ...lines);
  await payTest(at, buyer, checkout.id);
  return checkout.orders[0]?.id as string;
};
const pack = (id: string, by = merchant, org?: string) => packOrder(at, by, { county, id, ...(org && { org }) }, null);
let waybills = 0;
const send = (id: string, by = merchant, waybill = `SF${String(++waybills).padStart(8, '0')}`) =>
  sendParcel(at, by, { county, id, carrier: '顺丰', waybill }, null);
const receive = (id: string, by: Actor = buyer) => receiveOrder(at, by, { county, id }, null);
const cancel = (id: string) => cancelOrder(at, buyer, { county, id, reason: '不想要了' }, null);
const stateOf = (id: string) => orderStateOf(at.db, county, id);
const placesOf = (parcel: string) =>
  at.db
    .selectFrom('fulfilment.parcel_pack')
    .select(['lot', 'first_pack as first', 'last_pack as last'])
    .where('parcel', '=', parcel)
    .orderBy('first_pack')
    .execute();

test('what cannot be packed, and by whom', async () => {
  const order = await paid([walnut, 1]);
  const cases: [name: string, act: () => Promise<unknown>, code: string][] = [
    ['no such order', () => pack(newId()), 'order-not-found'],
    ['a stranger', () => pack(order, stranger), 'order-not-found'],
    ['another seller', () => pack(order, otherMerchant), 'order-not-found'],
    ['another seller’s goods', () => pack(order, merchant, people.merchantOrg), 'not-allowed'],
    ['an auditor', () => pack(order, auditor), 'nothing-to-pack'],
    ['a courier', () => pack(order, courier, people.cooperative), 'not-allowed'],
    ['an organisation without goods in it', () => pack(order, operator, people.merchantOrg), 'nothing-to-pack'],
  ];
  for (const [name, act, code] of cases) assert.equal((await refusalOf(act())).code, code, name);
  const unpaid = (await placeTest(at, buyer, [walnut, 1])).orders[0]?.id as string;
  assert.equal((await refusalOf(pack(unpaid))).code, 'order-not-packable');
  await pack(order);
  assert.equal((await refusalOf(pack(order))).code, 'order-not-packable', 'twice');
});

test('packing takes the reserved packs and gives each its code', async () => {
  const goods = await addTestGoods(at, shop);
  const soon = await addTestStock(at, goods, { packs: 2, expiresOn: '2026-12-01' });
  const later = await addTestStock(at, goods, { packs: 9, expiresOn: '2027-03-01' });
  const order = await paid([goods, 3]);
  const parcel = await pack(order);
  assert.deepEqual(
    [parcel.number, parcel.packs, parcel.grams, parcel.state, parcel.packedIn],
    ['B260917-0002', 3, 3 * 550, 'packed', '甘肃省陇南市成县'],
  );
  assert.equal(await stateOf(order), 'packed');
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 8, reserved: 0 });
  const read = await Promise.all(
    parcel.codes.map((code) => readCode(at.db, at.sealer, code.gtin, code.lotNumber, code.serial)),
  );
  assert.deepEqual(
    new Set(read.map((code) => `${code?.lot} ${code?.pack}`)),
    new Set([`${soon} 1`, `${soon} 2`, `${later} 1`]),
  );
  assert.equal(
    parcel.codes[0]?.path,
    `/01/${goods.gtin}/10/${parcel.codes[0]?.lotNumber}/21/${parcel.codes[0]?.serial}`,
  );
  await assertSound(at.db);
});

test('one parcel per seller; the order is packed with the last and sent with the last', async () => {
  const order = await paid([walnut, 1], [honey, 2]);
  const first = await pack(order, keeper);
  assert.equal(first.org, people.cooperative, 'a keeper packs for whom the station buys');
  assert.equal(await stateOf(order), 'paid');
  await send(first.id, courier);
  assert.equal(await stateOf(order), 'paid');
  assert.equal((await refusalOf(cancel(order))).code, 'order-move-not-allowed', 'half of it is on its way');
  const second = await pack(order, otherMerchant);
  assert.equal(await stateOf(order), 'packed');
  assert.equal((await refusalOf(receive(order))).code, 'parcel-move-not-allowed');
  await send(second.id, otherMerchant);
  assert.equal(await stateOf(order), 'sent');
  assert.deepEqual(
    (await parcelsOfOrder(at, buyer, county, order)).map((p) => p.state),
    ['sent', 'sent'],
  );
  assert.deepEqual(
    (await parcelsOfOrder(at, merchant, county, order)).map((p) => p.id),
    [first.id],
    'its own parcel only',
  );
  await assertSound(at.db);
});

test('packers at once never share a place in a lot', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 30 });
  const orders = [];
  for (let i = 0; i < 10; i++) orders.push(await paid([goods, 3]));
  const parcels = await Promise.all(orders.map((order) => pack(order)));
  const places = (await Promise.all(parcels.map((parcel) => placesOf(parcel.id)))).flat();
  const taken = places.flatMap((p) => Array.from({ length: p.last - p.first + 1 }, (_, i) => p.first + i));
  assert.deepEqual(
    taken.sort((a, b) => a - b),
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  await assertSound(at.db);
});

test('packed, sent and received together: each gets its own answer, and who is refused hinders nobody', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 12 });
  const orders: string[] = [];
  for (let i = 0; i < 5; i++) orders.push(await paid([goods, 2]));
  const both = await paid([goods, 1], [honey, 1]);
  const codesOf = (results: PromiseSettledResult<unknown>[]) =>
    results.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code: string }).code));

  const [first, second] = orders as [string, string];
  const packing = await Promise.allSettled([
    ...orders.map((order) => pack(order)),
    ...[pack(first), pack(second, stranger), pack(newId())],
    ...[pack(both, merchant), pack(both, otherMerchant), pack(both, operator)],
  ]);
  assert.deepEqual(codesOf(packing), [
    ...orders.map(() => 'done'),
    ...['order-not-packable', 'order-not-found', 'order-not-found', 'done', 'done', 'order-not-packable'],
  ]);
  const parcels = packing.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const places = (await Promise.all(parcels.slice(0, 6).map((parcel) => placesOf(parcel.id)))).flat();
  const taken = places.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));
  assert.deepEqual(
    taken.sort((a, b) => a - b),
    Array.from({ length: 11 }, (_, i) => i + 1),
    'each place once',
  );
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 1, reserved: 0 });

  const [one, two, three, four, five, ours, theirs] = parcels.map((parcel) => parcel.id) as [string, ...string[]];
  await cancel(orders[4] as string);
  const sending = await Promise.allSettled([
    ...[send(one), send(two as string, stranger), send(two as string), send(one), send(newId())],
    ...[send(three as string, merchant, 'SAME-0001'), send(four as string, merchant, 'SAME-0001')],
    ...[send(five as string), send(ours as string), send(theirs as string, otherMerchant)],
  ]);
  assert.deepEqual(codesOf(sending), [
    ...['done', 'not-allowed', 'done', 'parcel-move-not-allowed', 'parcel-not-found'],
    ...['done', 'waybill-taken', 'order-move-not-allowed', 'done', 'done'],
  ]);
  await send(four as string);
  assert.equal(await stateOf(both), 'sent');

  const receiving = await Promise.allSettled([
    ...[receive(first), receive(second), receive(first), receive(both), receive(newId())],
    ...[receive(second, otherBuyer), receive(orders[4] as string)],
  ]);
  assert.deepEqual(codesOf(receiving), [
    ...['done', 'done', 'parcel-move-not-allowed', 'done', 'order-not-found'],
    ...['order-not-found', 'parcel-move-not-allowed'],
  ]);
  assert.deepEqual(await Promise.all([first, second, both].map(stateOf)), ['closed', 'closed', 'closed']);
  await assertSound(at.db);
});

test('what somebody says of goods that are not in their order weighs nothing', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 4 });
  const byWeight = await addTestGoods(at, shop);
  await addTestStock(at, byWeight, { packs: 4 });
  await at.db
    .insertInto('trade.sku_terms')
    .values({
      ...{ county, sku: byWeight.sku, min_packs: 1, step_packs: 1, hold_minutes: 15, by_weight: true },
      updated_at: at.clock.now(),
    })
    .execute();
  const [order, weighed] = [await paid([goods, 1]), await paid([byWeight, 1])];
  const line = await at.db
    .selectFrom('trade.order_line')
    .select('id')
    .where('order', '=', weighed)
    .executeTakeFirstOrThrow();
  const results = await Promise.allSettled([
    packOrder(at, merchant, { county, id: order, weights: [{ line: line.id, grams: 500 }] }, null),
    pack(weighed),
  ]);
  assert.equal(results[0]?.status, 'fulfilled');
  assert.equal((results[1] as PromiseRejectedResult).reason.code, 'weight-missing');
  assert.equal(await stateOf(weighed), 'paid');
});

test('packs of a refunded order are packed again with the codes they bear', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 4 });
  const first = await paid([goods, 3]);
  const parcel = await pack(first);
  await cancel(first);
  // The news has not come yet, and all four packs are sold.
  const second = await paid([goods, 4]);
  const again = await pack(second);
  assert.deepEqual(
    (await placesOf(again.id)).map((p) => [p.first, p.last]),
    [[1, 4]],
  );
  const unpacked = await parcelFor(at, operator, county, parcel.id);
  assert.deepEqual([unpacked.state, unpacked.packs, unpacked.codes], ['unpacked', 0, []]);
  await at.db.transaction().execute((tx) => unpackParcels(tx, county, first));
  assert.equal((await refusalOf(send(parcel.id))).code, 'parcel-move-not-allowed');
  await assertSound(at.db);
});

test('what cannot be sent', async () => {
  const order = await paid([walnut, 1], [honey, 1]);
  const mine = await pack(order);
  const theirs = await pack(order, otherMerchant);
  assert.equal((await refusalOf(send(newId()))).code, 'parcel-not-found');
  assert.equal((await refusalOf(send(mine.id, otherMerchant))).code, 'not-allowed');
  assert.equal((await refusalOf(send(mine.id, auditor))).code, 'not-allowed');
  await send(mine.id, merchant, 'SF-TAKEN-1');
  assert.equal((await refusalOf(send(mine.id))).code, 'parcel-move-not-allowed');
  assert.equal((await refusalOf(send(theirs.id, operator, 'SF-TAKEN-1'))).code, 'waybill-taken');
});

test('sending and cancelling at once: one of them happens', async () => {
  for (let i = 0; i < 5; i++) {
    const order = await paid([walnut, 1]);
    const parcel = await pack(order);
    const results = await Promise.allSettled([send(parcel.id), cancel(order)]);
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
    assert.ok(['sent', 'refunded'].includes(await stateOf(order)));
  }
  await assertSound(at.db);
});

test('receipt settles the order and tells what each line moved', async () => {
  const order = await paid([walnut, 2]);
  const parcel = await pack(order);
  assert.equal((await refusalOf(receive(order))).code, 'parcel-move-not-allowed', 'not before it left');
  await send(parcel.id);
  for (const by of [otherBuyer, merchant, operator]) {
    assert.equal((await refusalOf(receive(order, by))).code, 'order-not-found', by.name);
  }
  const results = await Promise.allSettled([receive(order), receive(order)]);
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  assert.equal(await stateOf(order), 'closed');
  const events = await at.db
    .selectFrom('platform.outbox')
    .select('payload')
    .where('type', '=', 'trade.order-settled')
    .execute();
  const [line, ...more] = events
    .map((e) => e.payload as { order: string; lines: { line: string; lots: object[] }[] })
    .filter((e) => e.order === order)
    .flatMap((e) => e.lines);
  assert.ok(line && more.length === 0);
  const { line: _, lots, ...told } = line;
  assert.deepEqual(told, {
    product: walnut.product,
    sku: walnut.sku,
    org: people.cooperative,
    goodsFen: 7960,
    freightFen: 1000,
    householdFen: 200,
  });
  assert.deepEqual(lots, [{ ...lots[0], packs: 2, grams: 1000 }]);
  await assertSound(at.db);
});

test('ten days after it left an order is received by itself', async () => {
  const order = await paid([walnut, 1], [honey, 1]);
  const first = await pack(order);
  const second = await pack(order, otherMerchant);
  await send(first.id);
  const left = at.clock.now().getTime();
  context.passTime(9 * 86_400_000);
  await send(second.id, otherMerchant);
  context.setTime(new Date(left + 10 * 86_400_000));
  await receiveLate(at);
  assert.equal(await stateOf(order), 'sent', 'its second parcel left only yesterday');
  context.passTime(9 * 86_400_000);
  assert.ok((await receiveLate(at)) >= 1);
  assert.equal(await stateOf(order), 'closed');
  assert.equal(await receiveLate(at), 0);
  await assertSound(at.db);
});

test('the journey of a pack names a province and nothing nearer', async () => {
  const journeys = journeyReader(at);
  const order = await paid([walnut, 2]);
  const parcel = await packOrder(at, merchant, { county, id: order, packedIn: '店村镇新村' }, null);
  const code = parcel.codes[0] as (typeof parcel.codes)[number];
  const scanned = { gtin: code.gtin, lot: code.lotNumber, serial: code.serial };
  const packedAt = at.clock.now();
  await send(parcel.id, merchant, 'SF-JOURNEY-1');
  assert.deepEqual(await journey(at, journeys, scanned), {
    packedAt,
    packedIn: '店村镇新村',
    sentAt: at.clock.now(),
    carrier: '顺丰',
    toProvince: '甘肃省',
    receivedAt: null,
    order: { paidFen: 3980 + 500 },
  });
  const wrong = code.serial.startsWith('0') ? `1${code.serial.slice(1)}` : `0${code.serial.slice(1)}`;
  assert.equal((await refusalOf(journey(at, journeys, { ...scanned, serial: wrong }))).code, 'code-false');
});

test('the list of parcels shows each seller its own', async () => {
  const own = await parcelPage(at.db, otherMerchant, county, { size: 200 });
  assert.ok(own.total > 0 && own.rows.every((parcel) => parcel.org === people.merchantOrg));
  const all = await parcelPage(at.db, auditor, county, { size: 200 });
  assert.ok(all.total > own.total);
  assert.deepEqual(
    (await parcelPage(at.db, operator, county, { q: 'SF-JOURNEY' })).rows.map((p) => p.waybill),
    ['SF-JOURNEY-1'],
  );
  const [one] = all.rows;
  const found = await parcelPage(at.db, operator, county, { q: one?.orderNumber as string });
  assert.ok(found.total > 0 && found.rows.every((parcel) => parcel.order === one?.order));
  assert.equal((await parcelPage(at.db, stranger, county, {})).total, 0);
  const elsewhere = await addTestPerson(at, { name: '外县' });
  assert.equal((await parcelPage(at.db, elsewhere, county, {})).total, 0);
});
