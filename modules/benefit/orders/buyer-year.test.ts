import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOnce } from '#platform/outbox.ts';
import {
  addTestHousehold,
  farVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestOrder, addTestPackedLot, addTestPurchase, addTestSku } from '../../../test/fixtures-benefit.ts';
import { benefitModule } from '../index.ts';
import { buyerYear } from './buyer-year.ts';

test('a buyer’s own year: villages, ways, and households from three up', async (t) => {
  const { at } = await testContext(t);
  const of = await openTestCounty(at);
  const { county, buyer } = of;
  const sku = await addTestSku(at, of);
  const order = async (households: readonly { household: string; village: string }[]) => {
    const from = [];
    for (const one of households) from.push(await addTestPurchase(at, of, { ...one, grams: 3_000, fenPerKg: 2_000 }));
    const lot = await addTestPackedLot(at, of, { ...sku, packs: 6 * households.length, from });
    const line = { ...sku, unitFen: 3_980, freightFen: 1_000, lots: [{ lot, packs: 2 }], household: 200 };
    const { event } = await addTestOrder(at, of, [line]);
    for (const one of benefitModule.subscribers?.(at) ?? [])
      if (one.type === event.type) await applyOnce(at.db, one, event);
  };
  const mine = { household: of.household, village: testVillage };
  const far = await addTestHousehold(at, { county, village: farVillage, name: '王秀英' });

  assert.deepEqual((await buyerYear(at, buyer, {})).years, []);
  await order([mine, { household: far, village: farVillage }]);
  const two = await buyerYear(at, buyer, {});
  assert.deepEqual(
    [two.year, two.orders, two.paidFen, two.households, two.householdFen, two.shareBp],
    [2026, 1, 8_960, null, null, null],
    'of two households no number is told',
  );
  assert.deepEqual(two.mechanisms, ['industry', 'shop']);
  assert.deepEqual(
    two.villages.map((one) => one.households),
    [null, null],
  );

  const third = await addTestHousehold(at, { county, village: testVillage, name: '李春生' });
  const fourth = await addTestHousehold(at, { county, village: testVillage, name: '赵国强' });
  await order([third, fourth].map((household) => ({ household, village: testVillage })));
  const four = await buyerYear(at, buyer, {});
  assert.deepEqual([four.orders, four.paidFen, four.households], [2, 17_920, 4]);
  assert.ok((four.householdFen ?? 0) > 400);
  assert.deepEqual(
    four.villages.map((one) => [one.village, one.households]),
    [
      [testVillage, 3],
      [farVillage, null],
    ],
  );
  assert.equal((await buyerYear(at, buyer, { year: 2025 })).orders, 0);
  assert.equal((await buyerYear(at, stranger, {})).orders, 0, 'somebody else’s orders are theirs');
});
