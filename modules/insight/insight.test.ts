import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benefitModule } from '#benefit';
import { insight } from '#insight/contract';
import type { Context } from '#platform/context.ts';
import { applyOnce, type Event } from '#platform/outbox.ts';
import { testCallers } from '../../test/callers.ts';
import { addTestHousehold, farVillage, openTestCounty, testContext, testVillage } from '../../test/fixtures.ts';
import {
  addTestOrder,
  addTestPackedLot,
  addTestPurchase,
  addTestSku,
  reverseTestPurchase,
} from '../../test/fixtures-benefit.ts';
import { insightModule } from './index.ts';

async function deliver(at: Context, event: Event & { id: string }): Promise<void> {
  for (const one of benefitModule.subscribers?.(at) ?? [])
    if (one.type === event.type) await applyOnce(at.db, one, event);
}

/** Two households of two townships sold walnuts on 17 September, one of them a second time by mistake; two orders were paid, one of them settled. */
async function aDay(t: Parameters<typeof testContext>[0]) {
  const { at } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  const far = await addTestHousehold(at, { county, village: farVillage, name: '王秀英', category: 'monitored' });
  const first = await addTestPurchase(at, of, { household: of.household, grams: 6_000, fenPerKg: 2_600 });
  const second = await addTestPurchase(at, of, { household: far, village: farVillage, grams: 3_000, fenPerKg: 2_801 });
  const mistake = await addTestPurchase(at, of, { household: of.household, grams: 9_000, fenPerKg: 2_600 });
  const reversal = await reverseTestPurchase(at, of, mistake);
  for (const event of [first.event, second.event, mistake.event, reversal]) await deliver(at, event);
  const sku = await addTestSku(at, of);
  const lot = await addTestPackedLot(at, of, { ...sku, packs: 16, from: [first, second] });
  const line = (packs: number) => ({ ...sku, unitFen: 3_980, freightFen: 1_000, lots: [{ lot, packs }] });
  await deliver(at, (await addTestOrder(at, of, [line(4)])).event);
  await addTestOrder(at, of, [line(1)], false);
  return { at, of, county, app: await testCallers(at, [insightModule], t) };
}

test('overview: refusals, then a day’s figures', async (t) => {
  const { of, county, app } = await aDay(t);
  for (const [by, code] of [
    [app.visitor, 'not-signed-in'],
    [of.buyer, 'not-allowed'],
    [of.keeper, 'not-allowed'],
    [of.merchant, 'not-allowed'],
  ] as const) {
    await assert.rejects(app.as(by, { insight }).insight.overview({ params: { county } }), { code });
  }
  const operator = app.as(of.operator, { insight }).insight;
  const ask = (query: { from?: string; to?: string }) => operator.overview({ params: { county }, query });
  await assert.rejects(ask({ from: '2026-09-18', to: '2026-09-17' }), { code: 'range-broken' });
  await assert.rejects(ask({ from: '2025-09-16', to: '2026-09-17' }), { code: 'range-broken' });
  await assert.rejects(ask({ from: '2026-13-01' }), { code: 'bad-input' });
  await assert.rejects(app.as(of.platform, { insight }).insight.overview({ params: { county: 420922 } }), {
    code: 'county-not-open',
  });

  const { days, townships, ...sums } = await ask({});
  assert.deepEqual(sums, {
    from: '2026-08-19',
    to: '2026-09-17',
    orders: 2,
    buyers: 1,
    provinces: 1,
    paidFen: 16_920 + 4_980,
    refundedFen: 0,
    toPack: 1,
    toSend: 0,
    toReview: 0,
    purchases: 2,
    boughtGrams: 9_000,
    householdFen: 24_003,
    households: 2,
    monitoredHouseholds: 1,
    liftedHouseholds: 1,
    shareBp: 3_546,
  });
  assert.equal(days.length, 30);
  assert.deepEqual(days.at(-1), {
    day: '2026-09-17',
    orders: 2,
    paidFen: 21_900,
    householdFen: 24_003,
    shareBp: 3_546,
  });
  assert.deepEqual(days[0], { day: '2026-08-19', orders: 0, paidFen: 0, householdFen: 0, shareBp: null });
  assert.deepEqual(
    townships.map(({ code, name, households, fen, boughtGrams }) => [code, name, households, fen, boughtGrams]),
    [
      ['621221107000', '店村镇', 1, 15_600, 6_000],
      ['621221102000', '红川镇', 1, 8_403, 3_000],
    ],
  );
  const before = await ask({ from: '2026-09-01', to: '2026-09-16' });
  assert.deepEqual([before.orders, before.purchases, before.households, before.shareBp], [0, 0, 0, null]);
  assert.equal(before.days.length, 16);
});

test('season: who stands behind the shop, for anybody', async (t) => {
  const { at, county, app } = await aDay(t);
  const anyone = app.as(app.visitor, { insight }).insight;
  await assert.rejects(anyone.season({ params: { county: 420922 } }), { code: 'county-not-open' });
  assert.deepEqual(await anyone.season({ params: { county } }), {
    villages: 2,
    households: 2,
    shareBp: 3_546,
    products: 1,
    lastWeighedAt: at.clock.now().toISOString(),
    inSeason: [{ crop: 'walnut', nameZh: '核桃', nameEn: 'Walnut', villages: 2, households: 2 }],
  });
});

test('village: what it sells; its money only where three households share it', async (t) => {
  const { at, of, county, app } = await aDay(t);
  const anyone = app.as(app.visitor, { insight }).insight;
  for (const [village, code] of [
    ['621221999999', 'region-code-broken'],
    ['500242001001', 'village-outside-county'],
    ['621221107000', 'region-code-broken'],
  ] as const) {
    await assert.rejects(anyone.village({ params: { county, village } }), { code }, village);
  }
  const seen = () => anyone.village({ params: { county, village: testVillage } });
  const { name, townshipName, households, boughtGrams, householdFen, crops } = await seen();
  assert.deepEqual(
    { name, townshipName, households, boughtGrams, householdFen, crops },
    {
      name: '新村',
      townshipName: '店村镇',
      households: 1,
      boughtGrams: 6_000,
      householdFen: null,
      crops: [{ crop: 'walnut', nameZh: '核桃', nameEn: 'Walnut', grams: 6_000 }],
    },
  );
  for (const who of ['李成林', '何玉梅']) {
    const household = await addTestHousehold(at, { county, village: testVillage, name: who });
    await deliver(at, (await addTestPurchase(at, of, { household, grams: 1_000, fenPerKg: 2_600 })).event);
  }
  assert.equal((await seen()).householdFen, 15_600 + 2 * 2_600);
});
