import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestStock,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { setFreightRule } from '../freight/set-freight-rule.ts';
import { addSettlementRule, type NewRule, settlementRules } from './settlement-rules.ts';
import { statement } from './statement.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, operator, merchant, otherMerchant, keeper, courier, auditor } = people;
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 10_000 });
await addTestStock(at, walnut, { packs: 50 });
await addTestStock(at, honey, { packs: 50 });

const general: NewRule = {
  position: 100,
  name: '一般商品',
  basis: '县电商办 2026 年第 3 号',
  stationBp: 300,
  platformBp: 100,
  fundBp: 50,
  householdFenPerPack: 100,
  validFrom: '2026-01-01',
};
const add = (over: Partial<NewRule>) => addSettlementRule(at, operator, { ...general, ...over, county }, null);

test('a rule that gives away more than the whole, or names what is not there, is refused', async () => {
  assert.equal((await refusalOf(add({ stationBp: 9_000, platformBp: 900, fundBp: 101 }))).code, 'parts-above-whole');
  assert.equal((await refusalOf(add({ org: newId() }))).code, 'not-found');
  assert.equal((await refusalOf(add({ product: newId() }))).code, 'not-found');
  assert.deepEqual(await settlementRules(at.db, county), []);
});

test('orders keep the rule they were held by', async () => {
  const rule = await add({});
  const first = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, first.id);
  const better = await add({ position: 1, product: walnut.product, stationBp: 1_000, name: '核桃专项' });
  assert.equal(better.productName, '薄皮核桃');
  const second = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, second.id);
  const stations = await at.db
    .selectFrom('trade.settlement_part')
    .select(['rule', 'fen'])
    .where('part', '=', 'station')
    .orderBy('fen')
    .execute();
  assert.deepEqual(stations, [
    { rule: rule.id, fen: 119 },
    { rule: better.id, fen: 398 },
  ]);
});

test('a statement shows each receiver its own, and sums to what was paid', async () => {
  const checkout = await placeTest(at, buyer, [honey, 1]);
  await payTest(at, buyer, checkout.id);
  const all = await statement(at, operator, county, { size: 200 });
  const paid = 2 * (3980 + 800) + 10_000 + 800;
  assert.equal(
    all.rows.reduce((sum, row) => sum + row.fen, 0),
    paid,
  );
  assert.equal(
    all.totals.reduce((sum, total) => sum + total.heldFen, 0),
    paid,
  );
  assert.equal((await statement(at, auditor, county, {})).total, all.total);
  const seen = async (by: typeof merchant) =>
    (await statement(at, by, county, { size: 200 })).totals.map((t) => [t.part, t.orgName]);
  assert.deepEqual(await seen(merchant), [['merchant', '成县山里红核桃专业合作社']]);
  assert.deepEqual(await seen(otherMerchant), [['merchant', '成县鸡峰山农产品有限公司']]);
  assert.deepEqual(await seen(keeper), [['station', '店村镇新村服务站']]);
  assert.deepEqual(await seen(courier), [['freight', null]]);
  assert.deepEqual(await seen(stranger), []);
  assert.equal((await statement(at, operator, county, { month: '2026-08' })).total, 0);
  assert.equal((await statement(at, operator, county, { part: 'fund' })).totals.length, 1);
});

test('freight to a region that is not there is refused; set again it is changed, not doubled', async () => {
  const rule = { toRegion: '62', firstGrams: 1000, firstFen: 500, stepGrams: 500, stepFen: 100 };
  assert.equal((await refusalOf(setFreightRule(at, county, { ...rule, toRegion: '99' }))).code, 'region-code-broken');
  const set = await setFreightRule(at, county, rule);
  assert.deepEqual([set.toName, set.firstFen, set.freeFromFen], ['甘肃省', 500, null]);
  const again = await setFreightRule(at, county, { ...rule, firstFen: 300, freeFromFen: 9_900 });
  assert.deepEqual([again.id, again.firstFen, again.freeFromFen], [set.id, 300, 9_900]);
});
