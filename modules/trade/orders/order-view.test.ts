import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { addTestPerson, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  openSecondShop,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from './cancel-order.ts';
import { countyOrders, myOrders } from './order-lists.ts';
import { orderView } from './order-view.ts';
import { quote } from './quote.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, keeper, operator, platform, courier, auditor, cadre } =
  people;
const shop = await openTestShop(at, people);
const otherShop = await openSecondShop(at);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { name: '土蜂蜜', org: people.merchantOrg });
const tea = await addTestGoods(at, otherShop, { name: '苦荞茶' });
for (const goods of [walnut, honey, tea]) await addTestStock(at, goods, { packs: 100 });

const both = await placeTest(at, buyer, [walnut, 1], [honey, 2]);
await at.db.updateTable('trade.order').set({ buyer_note: '放门卫' }).where('checkout', '=', both.id).execute();
await payTest(at, buyer, both.id);
const order = both.orders[0]?.id as string;
const only = (await placeTest(at, otherBuyer, [walnut, 1])).orders[0]?.id as string;
const away = (await placeTest(at, buyer, [tea, 1])).orders[0];

test('an order is there for its buyer and for the staff it concerns', async () => {
  // Whoever looks after one township has no say over the county's orders.
  const ofTownship = { org: people.centre, region: people.village.slice(0, 9) };
  const townOperator = await addTestPerson(at, { ...ofTownship, name: '镇运营', role: 'operator' });
  const townAuditor = await addTestPerson(at, { ...ofTownship, name: '镇审计', role: 'auditor' });
  assert.equal((await countyOrders(at.db, townOperator, county, {})).total, 0);
  for (const by of [otherBuyer, stranger, cadre, people.purchaser, townOperator, townAuditor]) {
    assert.equal((await refusalOf(orderView(at, by, county, order))).code, 'order-not-found', by.name);
  }
  assert.equal(
    (await refusalOf(orderView(at, otherMerchant, county, only))).code,
    'order-not-found',
    'none of its goods',
  );
  assert.equal((await refusalOf(orderView(at, buyer, county, newId()))).code, 'order-not-found');
  assert.equal(
    (await refusalOf(orderView(at, operator, away?.county as number, away?.id as string))).code,
    'order-not-found',
    'another county',
  );
});

test('the contact is whole for the buyer and for those who pack and send, masked for others', async () => {
  const whole = { name: '林小满', phone: '13912345678', street: '文昌路 8 号', regionName: '甘肃省陇南市成县' };
  const masked = { name: '林＊＊', phone: '139****5678', street: '＊＊＊', regionName: '甘肃省陇南市成县' };
  const cases: [Actor, object][] = [
    [buyer, whole],
    [merchant, whole],
    [otherMerchant, whole],
    [keeper, whole],
    [operator, whole],
    [courier, whole],
    [platform, masked],
    [auditor, masked],
  ];
  for (const [by, contact] of cases) {
    const view = await orderView(at, by, county, order);
    assert.deepEqual(view.contact, contact, by.name);
    assert.equal(view.buyerNote, contact === whole ? '放门卫' : null, by.name);
  }
  const { id, county: where } = (await placeTest(at, buyer, [walnut, 1])).orders[0] as { id: string; county: number };
  assert.deepEqual((await orderView(at, merchant, where, id)).contact, masked, 'not before it is paid');
  await cancelOrder(at, buyer, { county: where, id, reason: '不想要了' }, null);
  assert.deepEqual((await orderView(at, operator, where, id)).contact, masked, 'nor when it is over');
});

test('who gets what is shown to staff, each organisation its own', async () => {
  const parts = async (by: Actor) =>
    new Set((await orderView(at, by, county, order)).parts.map((p) => `${p.part} ${p.orgName}`));
  assert.deepEqual(await parts(buyer), new Set());
  assert.deepEqual(await parts(otherMerchant), new Set(['merchant 成县鸡峰山农产品有限公司']));
  assert.equal((await parts(auditor)).size, 7);
  const view = await orderView(at, operator, county, order);
  assert.equal(
    view.parts.reduce((sum, part) => sum + part.fen, 0),
    view.totalFen,
  );
  assert.equal(view.parts.find((part) => part.part === 'station')?.ruleName, '一般商品');
  assert.deepEqual(
    view.moves.map((move) => [move.from, move.to]),
    [
      [null, 'placed'],
      ['placed', 'paid'],
    ],
  );
  assert.deepEqual(
    view.lines.map((line) => [line.name, line.packs, line.lots.map((lot) => lot.packs)]),
    [
      ['薄皮核桃', 1, [1]],
      ['土蜂蜜', 2, [2]],
    ],
  );
});

test('lists: a buyer’s own over all counties; a seller’s with its goods; filters', async () => {
  const mine = await myOrders(at.db, buyer, { size: 50 });
  assert.deepEqual(new Set(mine.rows.map((row) => row.county)), new Set([county, otherShop.county]));
  assert.equal((await myOrders(at.db, buyer, { state: 'paid' })).rows[0]?.id, order);
  assert.equal((await myOrders(at.db, stranger, {})).total, 0);
  const all = await countyOrders(at.db, operator, county, {});
  assert.equal(all.total, 3);
  assert.deepEqual(
    (await countyOrders(at.db, otherMerchant, county, {})).rows.map((row) => row.id),
    [order],
  );
  assert.equal((await countyOrders(at.db, merchant, county, {})).total, 3);
  assert.deepEqual(
    (await countyOrders(at.db, operator, county, { q: '蜂蜜' })).rows.map((row) => row.id),
    [order],
  );
  assert.equal((await countyOrders(at.db, operator, county, { q: '260917-000' })).total, 3);
  assert.equal((await countyOrders(at.db, operator, county, { q: '%' })).total, 0);
  assert.equal((await countyOrders(at.db, operator, county, { from: '2026-09-18' })).total, 0);
  assert.equal((await countyOrders(at.db, operator, county, { from: '2026-09-17', to: '2026-09-17' })).total, 3);
  assert.equal((await countyOrders(at.db, operator, county, { page: 2, size: 2 })).rows.length, 1);
});

test('a quote says price, freight and what is left, and holds nothing', async () => {
  const ask = (region: string, ...lines: (readonly [typeof walnut, number])[]) =>
    quote(
      at,
      { person: null, memberships: [] },
      { region, lines: lines.map(([goods, packs]) => ({ county: goods.county, sku: goods.sku, packs })) },
    );
  assert.equal((await refusalOf(ask('621200000000', [walnut, 1]))).code, 'region-code-broken');
  assert.equal((await refusalOf(ask('621221000000', [{ ...walnut, sku: newId() }, 1]))).code, 'sku-not-on-sale');
  const priced = await ask('621221000000', [walnut, 3], [tea, 500]);
  assert.deepEqual(
    priced.orders.map((o) => [o.countyName, o.goodsFen, o.freightFen, o.lines[0]?.available]),
    [
      ['酉阳土家族苗族自治县', 500 * 3980, 800 + 548 * 200, 99],
      ['成县', 3 * 3980, 1200, 98],
    ],
  );
  assert.equal(priced.totalFen, priced.goodsFen + priced.freightFen);
  assert.equal(priced.freightKnown, true);
  // A cart is priced the same way before anybody has said where to.
  const lines = [{ county: walnut.county, sku: walnut.sku, packs: 3 }];
  const nowhere = await quote(at, { person: null, memberships: [] }, { lines });
  assert.deepEqual(
    [nowhere.goodsFen, nowhere.freightFen, nowhere.totalFen, nowhere.freightKnown],
    [3 * 3980, 0, 3 * 3980, false],
  );
});
