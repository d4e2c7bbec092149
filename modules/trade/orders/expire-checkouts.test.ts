import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, addTestStock, openTestShop, orderStateOf, placeTest } from '../../../test/fixtures-trade.ts';
import { expireCheckouts } from './expire-checkouts.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { name: '土蜂蜜' });
for (const goods of [walnut, honey]) await addTestStock(at, goods, { packs: 10 });

test('a checkout that cannot be ended does not hold up those behind it, and ends when it can', async () => {
  const first = await placeTest(at, people.buyer, [walnut, 1]);
  const second = await placeTest(at, people.buyer, [honey, 1]);
  assert.equal(await expireCheckouts(at), 0, 'not before its time');
  const reserve = (packs: number) =>
    at.db.updateTable('trade.stock').set({ reserved: packs }).where('sku', '=', walnut.sku).execute();
  await reserve(0);
  context.passTime(16 * 60_000);
  await assert.rejects(expireCheckouts(at), /1 checkouts could not be ended/);
  const state = (checkout: typeof first) => orderStateOf(at.db, shop.county, checkout.orders[0]?.id as string);
  assert.deepEqual([await state(first), await state(second)], ['placed', 'cancelled']);
  await reserve(1);
  assert.equal(await expireCheckouts(at), 1);
  assert.equal(await state(first), 'cancelled');
});
