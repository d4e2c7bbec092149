import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { requireHonest } from '#registry';
import { testCallers } from '../../../test/callers.ts';
import { addTestOrganisation, openTestCounty, stranger, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import {
  addTestOrder,
  addTestPackedLot,
  addTestPurchase,
  addTestSku,
  reverseTestPurchase,
} from '../../../test/fixtures-benefit.ts';
import { addTestGoods, breachesOf } from '../../../test/fixtures-goods.ts';
import { deliver } from '../../../test/fixtures-posting.ts';
import { moveProduct } from '../../catalog/products/move-product.ts';
import { signForOrganisation } from '../agreements/sign-agreement.ts';
import { benefit } from '../contract.ts';
import { benefitModule } from '../index.ts';
import { aidInvariants } from './aid-tests.invariants.ts';
import { aidPage, aidRecord, publicNotices, publicTests } from './aid-views.ts';
import { appealTests, decideAppeal } from './appeal.ts';
import { dishonestPage, putOnList, takeOffList } from './dishonest.ts';
import { testedProducts } from './grounds.queries.ts';
import { listingTests, listProduct } from './list-product.ts';
import { enterMarketPrice } from './market-prices.ts';
import { judgeProducts, runNightlyTests, testsSubscriber } from './run-tests.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, merchant, otherMerchant, operator, auditor, cadre } = of;
const { as, visitor } = await testCallers(at, [benefitModule]);
const today = '2026-09-17';

const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => {
    assert.equal((error as Refusal).code, code, String(error));
    return true;
  });
/** A product on sale of the other seller, whom the cooperative is a peer of. */
async function product(priceFen: number) {
  const made = await addTestSku(at, of, { priceFen });
  await at.db
    .updateTable('catalog.product')
    .set({ org: of.merchantOrg })
    .where('county', '=', county)
    .where('id', '=', made.product)
    .execute();
  return made.product;
}
const listing = async (id: string) =>
  (
    await at.db
      .selectFrom('catalog.product')
      .select('state')
      .where('county', '=', county)
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  ).state;
const seen = (market: string, fenPerKg: number, over: object = {}) =>
  enterMarketPrice(
    at,
    operator,
    {
      county,
      crop: 'walnut',
      category: 'nuts',
      grade: '一级',
      day: today,
      market,
      source: '当日询价',
      fenPerKg,
      ...over,
    },
    null,
  );
const record = (id: string, by: Actor = operator) => aidRecord(at, by, county, id);
/** What the price of a product is compared with, as of now. */
const listedPrice = (id: string) =>
  scoped(at.db, String(county), async (tx) => {
    const [run] = await judgeProducts(tx, county, today, await testedProducts(tx, county, ['on_sale', 'hidden'], [id]));
    return run?.rests.price ?? [];
  });
const appeal = (id: string, by: Actor = otherMerchant) => appealTests(at, by, { county, id, words: '是精品装' }, null);
const decide = (id: string, decision: 'upheld' | 'rejected', by: Actor = operator) =>
  decideAppeal(at, by, { county, id, decision, answer: '查过了' }, null);
const list = (over: Partial<Parameters<typeof putOnList>[2]> = {}, by: Actor = operator) =>
  putOnList(
    at,
    by,
    {
      ...{ county, org: of.merchantOrg, grounds: 'proven' as const, reason: '以次充好' },
      ...{ document: '成市监罚〔2026〕1号', endsOn: '2027-03-16', ...over },
    },
    null,
  );

await addTestAgreement(at, {
  ...{ county, org: of.merchantOrg, households: [{ household: of.household, village: testVillage }] },
  terms: { kind: 'employment', job: '分拣', per: 'day', fenPerUnit: 10_000 },
});

test('few peers: cannot say, never a pass or a fail; the seller is none of its own peers', async () => {
  const id = await product(9_999);
  await runNightlyTests(at);
  const [run] = (await record(id)).tests;
  assert.deepEqual([run?.quality, run?.price, run?.benefit], ['cannot_say', 'cannot_say', 'pass']);
  assert.equal(run?.restsOn.benefit.agreements.length, 1);
  // The cooperative bought in, packed and sold: its sales are a peer, and its notes by what its buyers paid for them.
  const own = await addTestSku(at, of, { priceFen: 2_000 });
  const bought = await addTestPurchase(at, of, { household: of.household, grams: 5_000, fenPerKg: 2_000 });
  const lot = await addTestPackedLot(at, of, { sku: own.sku, netGrams: 500, packs: 10, from: [bought] });
  const settled = await addTestOrder(at, of, [{ ...own, unitFen: 2_000, freightFen: 700, lots: [{ lot, packs: 10 }] }]);
  await deliver(at, settled.event);
  await seen('成县农贸市场', 5_000);
  await seen('成县农贸市场', 4_400);
  await seen('成县农贸市场', 9_000, { grade: '二级' });
  await runNightlyTests(at);
  const [price] = (await record(id)).tests[0]?.restsOn.price ?? [];
  assert.deepEqual(
    price?.peers.map((peer) => [peer.source, peer.fenPerKg]),
    [
      ['sales', 4_000],
      ['notes', 4_000],
      ['market', 4_400],
    ],
    'freight is no price of goods; of one market and day the last entry counts; another grade is no peer',
  );
  assert.deepEqual([price?.medianFenPerKg, price?.mostFenPerKg, price?.fenPerKg], [4_000, 5_200, 19_998]);
  const [mine] = (await record(own.product)).tests[0]?.restsOn.price ?? [];
  assert.deepEqual(
    mine?.peers.map((peer) => peer.source),
    ['market'],
    'no other has sold, so notes are no peers',
  );
  assert.equal((await record(own.product)).tests[0]?.benefit, 'pass', 'by the season’s purchases');
  await at.db
    .updateTable('catalog.product')
    .set({ state: 'draft' })
    .where('county', '=', county)
    .where('id', '=', id)
    .execute();
});

test('fail, warning, hidden, withdrawn: by deadlines, told in public, ended by a pass', async () => {
  const id = await product(4_000);
  await seen('陇南批发市场', 4_000);
  await seen('成县超市', 4_200);
  const stands = async () => [(await record(id)).state, await listing(id)];
  const event = { type: 'catalog.product-changed' as const, id: newId(), county, payload: { product: id } };
  await scoped(at.db, String(county), (tx) => testsSubscriber(at).apply(tx, event));
  assert.deepEqual(await stands(), ['warned', 'on_sale'], 'as soon as it is published');
  assert.equal((await record(id)).dueOn, '2026-09-24');
  setTime('2026-09-24T06:00:00Z');
  await runNightlyTests(at);
  assert.deepEqual(await stands(), ['warned', 'on_sale'], 'its last day');
  setTime('2026-09-25T06:00:00Z');
  await runNightlyTests(at);
  assert.deepEqual(await stands(), ['hidden', 'hidden']);
  assert.equal((await publicTests(at, county, id)).state, 'hidden');
  const notice = (await publicNotices(at, county)).rows.find((row) => row.product === id);
  assert.deepEqual(
    [notice?.orgName, notice?.failed, notice?.dueOn],
    ['成县鸡峰山农产品有限公司', ['price'], '2026-10-10'],
  );
  await at.db.updateTable('catalog.sku').set({ price_fen: 2_600 }).where('product', '=', id).execute();
  await runNightlyTests(at);
  assert.deepEqual(await stands(), ['clear', 'on_sale'], 'put right');
  await at.db.updateTable('catalog.sku').set({ price_fen: 4_000 }).where('product', '=', id).execute();
  for (const day of ['2026-09-26', '2026-10-05', '2026-10-22']) {
    setTime(`${day}T06:00:00Z`);
    await runNightlyTests(at);
  }
  assert.deepEqual(await stands(), ['withdrawn', 'withdrawn']);
  assert.deepEqual(await breachesOf(at, { ...benefitModule, invariants: aidInvariants }), []);
  setTime('2026-09-17T06:00:00Z');
});

test('an appeal is refused, in this order; while it is open nothing runs out; upheld it excuses', async (t) => {
  const id = await product(4_000);
  await runNightlyTests(at);
  const table: [string, () => Promise<unknown>, string][] = [
    ['no such product', () => appeal(newId()), 'product-not-found'],
    ['another seller', () => appeal(id, merchant), 'not-allowed'],
    ['nobody', () => appeal(id, stranger), 'not-allowed'],
    ['a decision on nothing', () => decide(newId(), 'upheld'), 'appeal-not-found'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
  const fine = await addTestSku(at, of, { priceFen: 2_000 });
  await runNightlyTests(at);
  await refuses(() => appealTests(at, merchant, { county, id: fine.product, words: '冤枉' }, null), 'not-failed');
  const opened = await appeal(id);
  await refuses(() => appeal(id), 'appeal-open');
  const asked = opened.appeals[0]?.id as string;
  const both: Actor = { ...operator, memberships: [...operator.memberships, ...otherMerchant.memberships] };
  await refuses(() => decide(asked, 'upheld', both), 'own-appeal');
  setTime('2026-12-01T06:00:00Z');
  await runNightlyTests(at);
  assert.equal((await record(id)).state, 'warned');
  assert.equal((await record(id)).appeals[0]?.overdue, true);
  const decided = await decide(asked, 'upheld');
  assert.deepEqual([decided.state, decided.appeals[0]?.excusedUntil], ['clear', '2027-03-01']);
  await refuses(() => decide(asked, 'rejected'), 'appeal-over');
  await seen('成县超市', 4_200, { day: '2026-12-01' });
  await seen('陇南批发市场', 4_000, { day: '2026-12-01' });
  await seen('成县农贸市场', 4_100, { day: '2026-12-01' });
  await runNightlyTests(at);
  const after = await record(id);
  assert.deepEqual([after.state, after.tests[0]?.price], ['clear', 'fail'], 'the verdict stays what it is');
  setTime('2026-09-17T06:00:00Z');
});

test('a market price is refused', async (t) => {
  const table: [string, () => Promise<unknown>, string][] = [
    ['no such crop', () => seen('集市', 1, { crop: 'durian' }), 'crop-unknown'],
    ['no such shelf', () => seen('集市', 1, { category: 'cars' }), 'category-unknown'],
    ['tomorrow', () => seen('集市', 1, { day: '2026-09-18' }), 'day-ahead'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
});

test('the list of dishonest operators: refused in this order, effective in every role, over by itself', async (t) => {
  const id = await product(2_000);
  const owner: Actor = { ...operator, memberships: [...operator.memberships, ...otherMerchant.memberships] };
  const table: [string, () => Promise<unknown>, string][] = [
    ['no such organisation', () => list({ org: newId() }), 'organisation-not-found'],
    ['one that sells nothing', () => list({ org: of.logistics }), 'organisation-not-found'],
    ['one’s own', () => list({}, owner), 'own-organisation'],
    ['over already', () => list({ endsOn: '2026-09-16' }), 'term-backwards'],
    ['for ever', () => list({ endsOn: '2036-09-16' }), 'term-too-long'],
    ['repeated, which it is not', () => list({ org: of.cooperative, grounds: 'repeated' }), 'not-repeated'],
    [
      'nothing to lift',
      () => takeOffList(at, operator, { county, id: newId(), reason: '弄错了' }, null),
      'listing-not-found',
    ],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
  const { listings } = await list();
  assert.deepEqual([listings[0]?.running, listings[0]?.orgName], [true, '成县鸡峰山农产品有限公司']);
  await refuses(() => list(), 'listed-already');
  assert.equal(await listing(id), 'hidden', 'its goods leave the shop at once');
  await refuses(() => requireHonest(at.db, county, of.merchantOrg, at.clock.now()), 'operator-dishonest');
  const agreement = await addTestAgreement(at, {
    ...{ county, org: of.merchantOrg, households: [{ household: of.household, village: testVillage }] },
    terms: { kind: 'startup', help: ['rent'], worthFen: 1 },
  });
  await refuses(
    () => signForOrganisation(at, otherMerchant, { county, id: agreement, version: 1 }, null),
    'operator-dishonest',
  );
  await runNightlyTests(at);
  assert.equal(await listing(id), 'hidden', 'however good the tests are');
  setTime('2027-03-17T06:00:00Z');
  await requireHonest(at.db, county, of.merchantOrg, at.clock.now());
  assert.equal((await dishonestPage(at, county)).listings[0]?.running, false);
  await refuses(
    () => takeOffList(at, operator, { county, id: listings[0]?.id as string, reason: '弄错了' }, null),
    'listing-over',
  );
  setTime('2026-09-17T06:00:00Z');
  const lifted = await takeOffList(at, operator, { county, id: listings[0]?.id as string, reason: '处罚撤销' }, null);
  assert.equal(lifted.listings[0]?.liftedBecause, '处罚撤销');
  assert.notEqual(await listing(id), 'hidden');
  assert.deepEqual(await breachesOf(at, { ...benefitModule, invariants: aidInvariants }), []);
});

test('who may read and do what', async () => {
  const all = await aidPage(at, auditor, county, {});
  assert.ok(all.total > 0 && all.rows.some((row) => row.org === of.merchantOrg));
  const own = await aidPage(at, merchant, county, {});
  assert.ok(
    own.rows.every((row) => row.org === of.cooperative),
    'a seller sees its own',
  );
  const params = { county };
  const anyone = as(visitor, { benefit }).benefit;
  assert.ok((await anyone.testNotices({ params })).tested > 0);
  await anyone.dishonest({ params });
  const denied = (work: Promise<unknown>) => assert.rejects(work, (error) => (error as Problem).status === 403);
  const body = { org: of.merchantOrg, grounds: 'proven' as const, reason: '以次充好', document: '文号', endsOn: today };
  await denied(as(cadre, { benefit }).benefit.putOnList({ params, body }));
  await denied(as(merchant, { benefit }).benefit.putOnList({ params, body }));
});

test('every invariant finds what it is there for', async (t) => {
  const id = await product(2_000);
  const breaches = () => breachesOf(at, { ...benefitModule, invariants: aidInvariants });
  await at.db
    .insertInto('benefit.aid_standing')
    .values({ county, product: id, state: 'hidden', failed: ['price'], due_on: today, since: at.clock.now() })
    .execute();
  const found = await breaches();
  assert.ok(
    found.some((line) => line.includes('where its moves lead')) && found.some((line) => line.includes('is on sale')),
  );
  await t.test('a move without a cause', async () => {
    await at.db
      .insertInto('benefit.aid_move')
      .values({
        ...{ county, id: newId(), product: id, from_state: 'clear', to_state: 'hidden', failed: ['price'] },
        ...{ due_on: today, test: null, appeal: null, by_person: 'test', at: at.clock.now() },
      })
      .execute();
    assert.ok((await breaches()).some((line) => line.includes('names a run')));
  });
});

test('the county puts on sale what passes, and what fails only with a reason that everybody reads', async () => {
  const shop = await addTestOrganisation(at, { county, kind: 'merchant', name: '没有带动的店' });
  const { product: id } = await addTestGoods(at, of, { draft: true, product: { org: shop, category: 'nut' } });
  const put = (over: { id?: string; despite?: string } = {}, by: Actor = operator) =>
    listProduct(at, by, { county, id, ...over }, null);
  const move = (to: 'review' | 'withdrawn' | 'draft', reason?: string) =>
    moveProduct(at, operator, { county, id, to, reason }, null);
  await refuses(() => put({ id: newId() }), 'product-not-found');
  await refuses(() => put(), 'product-move-not-allowed');
  await refuses(() => listingTests(at, county, id), 'product-not-found');
  await move('review');
  await refuses(() => put({}, otherMerchant), 'product-not-yours');
  await refuses(() => put({}, cadre), 'product-not-yours');
  const seenNow = await listingTests(at, county, id);
  assert.deepEqual([seenNow.benefit, seenNow.failed], ['fail', ['benefit']]);
  await refuses(() => put(), 'tests-failed');
  await refuses(() => put({ despite: '   ' }), 'tests-failed');
  assert.equal(await listing(id), 'review', 'nothing of a refused listing stays');

  const shown = await put({ despite: '协议正在签，先上架' });
  assert.deepEqual([shown.listing, shown.state, shown.failed], ['on_sale', 'warned', ['benefit']]);
  assert.deepEqual(
    shown.overrides.map((one) => [one.failed, one.reason]),
    [[['benefit'], '协议正在签，先上架']],
  );
  assert.equal(shown.tests[0]?.occasion, 'listed');
  assert.equal((await publicTests(at, county, id)).listedBecause, '协议正在签，先上架');

  await move('withdrawn', '协议没有签成');
  await move('draft');
  await move('review');
  await addTestAgreement(at, {
    ...{ county, org: shop, households: [{ household: of.household, village: testVillage }] },
    terms: { kind: 'employment', job: '打包', per: 'day', fenPerUnit: 10_000 },
  });
  const passed = await put({ despite: '不用写' });
  assert.deepEqual([passed.listing, passed.state, passed.overrides.length], ['on_sale', 'clear', 1]);
  assert.equal((await publicTests(at, county, id)).listedBecause, null, 'put right since');
  assert.deepEqual(await aidInvariants.at(-1)?.check(at.db), []);
});

test('a named variety is compared with the same variety only', async () => {
  const { product: id } = await addTestGoods(at, of, { product: { org: of.merchantOrg, variety: ' 清香 ' } });
  const price = async () => (await listedPrice(id))[0];
  assert.deepEqual((await price())?.peers, [], 'neither sales, notes nor market prices of no variety');
  for (const [market, fenPerKg] of [
    ['成县农贸市场', 5_000],
    ['陇南批发市场', 5_200],
    ['成县超市', 5_400],
  ] as const)
    await seen(market, fenPerKg, { category: 'nut', variety: '清香' });
  await seen('成县农贸市场', 9_000, { category: 'nut', variety: '鲁光' });
  assert.deepEqual([(await price())?.peers.length, (await price())?.medianFenPerKg], [3, 5_200]);
  const { product: plain } = await addTestGoods(at, of, { product: { org: of.merchantOrg } });
  assert.ok(!(await listedPrice(plain))[0]?.peers.some((peer) => [5_200, 5_400].includes(peer.fenPerKg)));
});

test('notes of a variety are its peers where there are enough of them, else it is said how few there are', async () => {
  const variety = '香玲';
  const own = await addTestSku(at, of, { priceFen: 2_000 });
  const named = await product(9_999);
  for (const id of [own.product, named])
    await at.db
      .updateTable('catalog.product')
      .set({ variety })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
  const weigh = (input: { grams: number; fenPerKg: number; variety?: string }) =>
    addTestPurchase(at, of, { household: of.household, ...input });
  const bought = await weigh({ grams: 5_000, fenPerKg: 2_000, variety });
  const lot = await addTestPackedLot(at, of, { sku: own.sku, netGrams: 500, packs: 10, from: [bought] });
  const settled = await addTestOrder(at, of, [{ ...own, unitFen: 2_000, freightFen: 0, lots: [{ lot, packs: 10 }] }]);
  await deliver(at, settled.event);
  const price = async () => {
    const [found] = await listedPrice(named);
    return [found?.fewNotes, ...(found?.peers ?? []).map((peer) => `${peer.source} ${peer.fenPerKg}`)];
  };
  assert.deepEqual(await price(), [1, 'sales 4000']);
  await weigh({ grams: 5_000, fenPerKg: 9_000, variety: '鲁光' });
  await weigh({ grams: 5_000, fenPerKg: 9_000 });
  const wrong = await weigh({ grams: 5_000, fenPerKg: 9_000, variety });
  await reverseTestPurchase(at, of, wrong);
  await weigh({ grams: 5_000, fenPerKg: 2_200, variety });
  assert.deepEqual(await price(), [2, 'sales 4000'], 'others, none named, and what was taken back do not count');
  await weigh({ grams: 5_000, fenPerKg: 2_400, variety });
  // 2,200 on the average at the scale, brought to the shop by 4,000 to 2,000.
  assert.deepEqual(await price(), [null, 'sales 4000', 'notes 4400']);
  assert.equal((await listedPrice(await product(9_999)))[0]?.fewNotes, null, 'who names none is compared with all');
});
