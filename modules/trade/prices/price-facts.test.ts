import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, openTestShop, refusalOf } from '../../../test/fixtures-trade.ts';
import { readPriceFacts } from './price-facts.queries.ts';
import { quotaKey } from './price-facts.ts';

const { at } = await testContext();
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { name: '土蜂蜜', priceFen: 9900 });

test('a county that is not open has no prices', async () => {
  assert.equal((await refusalOf(readPriceFacts(at.db, 450181, [], at.clock.now()))).code, 'county-not-open');
});

test('the facts of many orders at once', async () => {
  const terms = { min_packs: 2, step_packs: 1, buyer_packs: 6, hold_minutes: 5, by_weight: false };
  await at.db
    .insertInto('trade.sku_terms')
    .values({ county: shop.county, sku: walnut.sku, ...terms, updated_by: null, updated_at: at.clock.now() })
    .execute();
  for (const [holder, used] of [
    ['lin', 2],
    ['wang', 3],
  ] as const) {
    await at.db
      .insertInto('trade.quota')
      .values({ county: shop.county, subject: walnut.sku, holder, most: 6, used })
      .execute();
  }
  const facts = await readPriceFacts(
    at.db,
    shop.county,
    [
      { person: 'lin', coupons: [], lines: [{ sku: walnut.sku }, { sku: honey.sku }, { sku: newId() }] },
      { person: 'lin', coupons: [], lines: [{ sku: walnut.sku }] },
      { person: null, coupons: [], lines: [{ sku: honey.sku }] },
    ],
    at.clock.now(),
  );
  assert.equal(facts.countyName, '成县');
  assert.deepEqual(new Set(facts.skus.keys()), new Set([walnut.sku, honey.sku]));
  assert.deepEqual(
    [...facts.terms],
    [[walnut.sku, { minPacks: 2, stepPacks: 1, buyerPacks: 6, holdMinutes: 5, byWeight: false }]],
  );
  assert.deepEqual([...facts.used], [[quotaKey(walnut.sku, 'lin'), 2]]);
  assert.deepEqual(facts.freightRules, [
    {
      toRegion: '',
      firstGrams: 1000,
      firstFen: 800,
      stepGrams: 500,
      stepFen: 200,
      freeFromFen: null,
      coldFirstFen: 0,
      coldStepFen: 0,
      freeCoversCold: false,
    },
  ]);
});
