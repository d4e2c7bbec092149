import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addPackedLot,
  addTestGoods,
  assertSound,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { stockLot } from './stock-lot.ts';
import { availabilityOf, stockPage } from './stock-views.ts';
import { stopExpired } from './stop-expired.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, merchant, otherMerchant, operator, keeper, buyer, auditor } = people;
const shop = await openTestShop(at, people);
const goods = await addTestGoods(at, shop);
const stock = (lot: string, by = merchant) => stockLot(at, by, { county, lot }, null);

test('what cannot be put on sale, and by whom', async () => {
  const lot = await addPackedLot(at, goods, { packs: 5 });
  assert.equal((await refusalOf(stock(newId()))).code, 'lot-not-found');
  for (const by of [otherMerchant, keeper, buyer, stranger, auditor]) {
    assert.equal((await refusalOf(stock(lot, by))).code, 'not-allowed', by.name);
  }
  const cases: [why: string, lot: string][] = [
    ['还没有承诺达标合格证', await addPackedLot(at, goods, { packs: 5, certified: false })],
    ['已召回', await addPackedLot(at, goods, { packs: 5, state: 'recalled' })],
    ['已过保质期', await addPackedLot(at, goods, { packs: 5, expiresOn: '2026-09-17' })],
  ];
  for (const [why, lot] of cases) {
    const refusal = await refusalOf(stock(lot));
    assert.deepEqual([refusal.code, refusal.detail.why], ['lot-not-stockable', why]);
  }
  assert.equal((await stockPage(at.db, operator, county, {})).total, 0);
});

test('a lot comes into stock once and whole', async () => {
  const lot = await addPackedLot(at, goods, { packs: 5 });
  const results = await Promise.allSettled([stock(lot), stock(lot, operator), stock(lot)]);
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  assert.equal((await refusalOf(stock(lot))).code, 'lot-already-stocked');
  const left = await at.db
    .selectFrom('trace.lot')
    .select('grams_on_hand')
    .where('id', '=', lot)
    .executeTakeFirstOrThrow();
  assert.equal(left.grams_on_hand, 0);
  const [row] = (await stockPage(at.db, merchant, county, {})).rows;
  assert.deepEqual(
    [row?.productName, row?.skuName, row?.orgName, row?.onHand, row?.reserved, row?.state],
    ['薄皮核桃', '一斤装', '成县山里红核桃专业合作社', 5, 0, 'on_sale'],
  );
  assert.equal((await stockPage(at.db, otherMerchant, county, {})).total, 0);
  assert.equal((await stockPage(at.db, operator, county, { q: '核桃' })).total, 1);
  assert.equal((await stockPage(at.db, operator, county, { q: '茶' })).total, 0);
  await assertSound(at.db);
});

test('availability: left, sold, soonest expiry', async () => {
  const checkout = await placeTest(at, buyer, [goods, 2]);
  const open = { sku: goods.sku, available: 3, sold: 0, nearestExpiry: '2027-06-01' };
  assert.deepEqual(await availabilityOf(at.db, at.clock.now(), county, goods.product), [open]);
  await payTest(at, buyer, checkout.id);
  assert.deepEqual(await availabilityOf(at.db, at.clock.now(), county, goods.product), [{ ...open, sold: 2 }]);
  assert.deepEqual(await availabilityOf(at.db, at.clock.now(), county, newId()), []);
});

test('a lot is off sale from the day it expires', async () => {
  context.setTime('2027-05-31T15:59:00Z');
  assert.equal(await stopExpired(at), 0);
  context.setTime('2027-05-31T16:00:00Z');
  assert.equal((await availabilityOf(at.db, at.clock.now(), county, goods.product))[0]?.available, 0);
  assert.equal(await stopExpired(at), 1);
  assert.equal((await stockPage(at.db, operator, county, {})).rows[0]?.state, 'stopped');
});
