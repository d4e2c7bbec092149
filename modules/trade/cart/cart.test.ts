import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestStock,
  openSecondShop,
  openTestShop,
  placeTest,
  refusalOf,
  type TestGoods,
} from '../../../test/fixtures-trade.ts';
import { cartView } from './cart-view.ts';
import { changeCart, findCart } from './change-cart.ts';
import { tidyCarts } from './tidy-carts.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const shop = await openTestShop(at, people);
const otherShop = await openSecondShop(at);
const walnut = await addTestGoods(at, shop);
const scarce = await addTestGoods(at, shop, { name: '土蜂蜜', priceFen: 9900 });
const gone = await addTestGoods(at, shop, { name: '花椒' });
const tea = await addTestGoods(at, otherShop, { name: '苦荞茶', priceFen: 2580 });
await addTestStock(at, walnut, { packs: 100 });
await addTestStock(at, scarce, { packs: 2 });
await addTestStock(at, gone, { packs: 10 });
await addTestStock(at, tea, { packs: 50 });
const offSale = (goods: TestGoods, onSale = false) =>
  at.db.updateTable('catalog.sku').set({ on_sale: onSale }).where('id', '=', goods.sku).execute();
await offSale(gone);

const guest: Caller = { person: null, memberships: [] };
const line = (goods: TestGoods, packs: number, add = false) => ({ county: goods.county, sku: goods.sku, packs, add });
const put = (cart: string | undefined, goods: TestGoods, packs: number, by: Caller = guest) =>
  changeCart(at, cart, by, line(goods, packs), null);
const add = (cart: string | undefined, goods: TestGoods, packs: number, by: Caller = guest) =>
  changeCart(at, cart, by, line(goods, packs, true), null);
const show = (cart: string | undefined) => cartView(at.db, at.clock.now(), cart);
const packsIn = async (cart: string | undefined) =>
  (await show(cart)).counties.flatMap((c) => c.lines.map((l) => [l.nameZh, l.packs]));

test('what does not go into a cart', async () => {
  const cases: [name: string, act: () => Promise<unknown>, code: string, detail?: object][] = [
    ['a SKU that is not there', () => put(undefined, { ...walnut, sku: newId() }, 1), 'sku-not-on-sale'],
    ['a SKU off sale', () => put(undefined, gone, 1), 'sku-not-on-sale', { name: '花椒 一斤装' }],
    ['more than there is', () => put(undefined, scarce, 3), 'stock-short', { name: '土蜂蜜 一斤装', available: 2 }],
  ];
  for (const [name, act, code, detail] of cases) {
    const refusal = await refusalOf(act());
    assert.equal(refusal.code, code, name);
    if (detail) assert.deepEqual(refusal.detail, detail, name);
  }
  const cart = await add(undefined, scarce, 1);
  assert.equal((await refusalOf(add(cart, scarce, 2))).code, 'stock-short', 'what is in it already counts');
});

test('put, add, change, remove', async () => {
  const cart = await put(undefined, walnut, 2);
  assert.equal(await add(cart, walnut, 3), cart);
  await put(cart, tea, 1);
  assert.deepEqual(await packsIn(cart), [
    ['苦荞茶', 1],
    ['薄皮核桃', 5],
  ]);
  const view = await show(cart);
  assert.deepEqual(
    [view.packs, view.goodsFen, view.counties.map((c) => [c.countyName, c.goodsFen])],
    [
      6,
      5 * 3980 + 2580,
      [
        ['酉阳土家族苗族自治县', 2580],
        ['成县', 5 * 3980],
      ],
    ],
  );
  await put(cart, walnut, 1);
  await put(cart, tea, 0);
  assert.deepEqual(await packsIn(cart), [['薄皮核桃', 1]]);
  await Promise.all([1, 2, 3, 4].map(() => add(cart, walnut, 1)));
  assert.deepEqual(await packsIn(cart), [['薄皮核桃', 5]], 'additions at once are all counted');
  assert.deepEqual(await show(undefined), { counties: [], packs: 0, goodsFen: 0 });
});

test('a cart gone out of stock or off sale says so, counts only what can be bought, and can be tidied', async () => {
  const goods = await addTestGoods(at, shop, { name: '柿饼' });
  await addTestStock(at, goods, { packs: 3 });
  const cart = await put(undefined, goods, 3);
  await put(cart, walnut, 1);
  await placeTest(at, people.otherBuyer, [goods, 2]);
  let [first] = (await show(cart)).counties;
  assert.deepEqual(
    first?.lines.map((l) => [l.packs, l.available, l.onSale]),
    [
      [1, 100, true],
      [3, 1, true],
    ],
  );
  assert.equal(first?.goodsFen, 3980);
  assert.equal((await refusalOf(add(cart, goods, 1))).code, 'stock-short');
  await put(cart, goods, 2);
  await offSale(goods);
  [first] = (await show(cart)).counties;
  assert.deepEqual(
    first?.lines.map((l) => l.onSale),
    [true, false],
  );
  await put(cart, goods, 1);
  await put(cart, goods, 0);
  assert.deepEqual(await packsIn(cart), [['薄皮核桃', 1]]);
});

test('a guest’s cart goes into the member’s when they sign in, once', async () => {
  const by = await addTestPerson(at, { name: '买家丙' });
  assert.deepEqual(await findCart(at, { by, cookie: null }), { cart: undefined, merged: false });
  const own = await put(undefined, walnut, 2, by);
  const cookie = await put(undefined, walnut, 3);
  await put(cookie, tea, 1);
  const found = await Promise.all([1, 2, 3].map(() => findCart(at, { by, cookie })));
  assert.ok(found.every(({ cart, merged }) => cart === own && merged));
  assert.deepEqual(await packsIn(own), [
    ['苦荞茶', 1],
    ['薄皮核桃', 5],
  ]);
  assert.deepEqual(await findCart(at, { by: guest, cookie }), { cart: undefined, merged: false }, 'gone for guests');
  const stranger = await addTestPerson(at, { name: '买家丁' });
  assert.equal(
    (await findCart(at, { by: stranger, cookie: own })).cart,
    undefined,
    'a member’s cart is nobody’s to take',
  );
  assert.equal((await findCart(at, { by: guest, cookie: own })).cart, undefined);
  assert.equal(await put(undefined, walnut, 1, by), own, 'one cart per member');
});

test('guests’ carts are forgotten when their cookie has gone, members’ are kept', async () => {
  const someone = await addTestPerson(at, { name: '常客' });
  const left = await put(undefined, walnut, 1);
  const own = await put(undefined, walnut, 1, someone);
  context.passTime(61 * 86_400_000);
  const fresh = await put(undefined, walnut, 0);
  assert.ok((await tidyCarts(at)) >= 1);
  const carts = await at.db.selectFrom('trade.cart').select('id').where('id', 'in', [left, own, fresh]).execute();
  assert.deepEqual(new Set(carts.map((cart) => cart.id)), new Set([own, fresh]));
  assert.deepEqual(await packsIn(left), []);
});
