import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogModule } from '#catalog';
import { testCallers } from '../../../test/callers.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { epcisOf, testDocument, testEvent } from '../../../test/fixtures-epcis.ts';
import { addTestGoods, packTestLot } from '../../../test/fixtures-goods.ts';
import { trace } from '../contract.ts';
import { traceModule } from '../index.ts';
import { tellFacts } from './tell-facts.ts';

const { at, url } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const { lot } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 10 });
await tellFacts(at);
const epcis = await epcisOf(at, url, county);
const { as, visitor } = await testCallers(at, [catalogModule, traceModule]);
const operator = as(of.operator, { trace }).trace;
const anyone = as(visitor, { trace }).trace;
const params = { gtin: goods.gtin, lot: lot.number };

// One as the class on a host of its own, one as a pack of it.
const tested = testEvent({
  eventTime: '2026-09-18T01:00:00Z',
  epcList: [],
  quantityList: [{ epcClass: `https://lab.example.com/01/${goods.gtin}/10/${lot.number}`, quantity: 2 }],
  bizStep: 'inspecting',
  readPoint: { id: 'urn:epc:id:sgln:4012345.00005.0' },
  'ex:by': '张三',
});
const carried = testEvent({
  eventTime: '2026-09-19T01:00:00Z',
  epcList: [`https://id.gs1.org/01/${goods.gtin}/10/${lot.number}/21/ABC`],
  bizStep: 'https://ns.example.com/steps/carried',
});

test('what the lot’s owner or the county report stands on its page, in the standard’s words only', async () => {
  assert.deepEqual(await anyone.outsideEvents({ params }), []);
  const job = await epcis.as(of.operator).capture(testDocument([carried, tested]));
  assert.equal(job.body.captured, 2);
  const seen = await anyone.outsideEvents({ params });
  assert.deepEqual(
    seen.map(({ bizStep, place, byOrg }) => [bizStep, place, byOrg !== '']),
    [
      ['inspecting', 'https://id.gs1.org/414/4012345000054', true],
      ['https://ns.example.com/steps/carried', null, true],
    ],
  );
  assert.ok(!JSON.stringify(seen).includes('张三'), 'no free text of a document');
  assert.deepEqual(await anyone.outsideEvents({ params: { gtin: goods.gtin, lot: 'P000000-0000' } }), []);
});

test('a stranger’s document shows to those who work on the lot, without its text, and on no public page', async () => {
  const stranger = { ...tested, eventTime: '2026-09-20T01:00:00Z', 'ex:by': '李四' };
  assert.equal((await epcis.as(of.otherMerchant).capture(testDocument([stranger]))).body.captured, 1);
  assert.equal((await anyone.outsideEvents({ params })).length, 2);
  const merchant = as(of.merchant, { trace }).trace;
  const { rows } = await merchant.traceEvents({ params: { county }, query: { lot: lot.id } });
  assert.deepEqual(
    rows.map((row) => [row.outside, Object.keys(row.document).length > 0]),
    [
      [true, false],
      [true, false],
      [true, false],
      [false, true],
    ],
    'newest first: three of others, and the packing',
  );
  await assert.rejects(
    () => as(of.otherMerchant, { trace }).trace.traceEvents({ params: { county }, query: { lot: lot.id } }),
    { code: 'lot-not-found' },
  );
});

test('what another declares wrong stays: neither what the county reported nor our own facts are anybody else’s', async () => {
  const { rows: ours } = await operator.traceEvents({ params: { county }, query: { outside: false } });
  const declared = (event: object) => ({
    ...event,
    errorDeclaration: { declarationTime: '2026-09-20T12:00:00Z', reason: 'did_not_occur' },
  });
  const packing = ours.find((row) => row.type === 'TransformationEvent');
  const job = await epcis
    .as(of.otherMerchant)
    .capture(testDocument([declared(tested), declared(packing?.document ?? {})]));
  assert.equal(job.body.captured, 2);
  assert.equal((await anyone.outsideEvents({ params })).length, 2);
  const { rows } = await operator.traceEvents({ params: { county }, query: { outside: false } });
  assert.ok(rows.every((row) => !row.declaredWrong));
});

test('what was declared wrong leaves the public page', async () => {
  const wrong = {
    ...tested,
    errorDeclaration: { declarationTime: '2026-09-21T00:00:00Z', reason: 'did_not_occur' },
  };
  assert.equal((await epcis.as(of.operator).capture(testDocument([wrong]))).body.captured, 1);
  assert.equal((await anyone.outsideEvents({ params })).length, 1);
  const { rows } = await operator.traceEvents({ params: { county }, query: { bizStep: 'inspecting', outside: true } });
  assert.deepEqual(
    rows.map((row) => row.declaredWrong),
    [false, true, true, true],
  );
});

test('events are found by type, step and identifier', async () => {
  const count = async (query: Parameters<typeof operator.traceEvents>[0]['query']) =>
    (await operator.traceEvents({ params: { county }, query })).total;
  assert.equal(await count({}), 8);
  assert.equal(await count({ type: 'TransformationEvent' }), 2);
  assert.equal(await count({ outside: false }), 2);
  assert.equal(await count({ q: `https://x.cn/01/${goods.gtin}/10/${lot.number}` }), 7);
  assert.equal(await count({ q: '没有' }), 0);
  const { rows } = await operator.traceEvents({ params: { county }, query: { type: 'TransformationEvent' } });
  assert.equal(rows[0]?.place, '新村', 'a place of ours by its name');
  assert.deepEqual(
    rows[0]?.things.map(({ role, quantity, unit }) => [role, quantity, unit]),
    [
      ['input', 5.5, 'KGM'],
      ['output', 10, null],
    ],
  );
});
