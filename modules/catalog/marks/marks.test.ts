import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods } from '../../../test/fixtures-goods.ts';
import { moveProduct } from '../products/move-product.ts';
import { type MarkName, markKinds } from './mark-kinds.ts';
import { badgesOf, claimViews } from './mark-views.ts';
import { listMarks } from './marks.queries.ts';
import { moveMark, type NewMark, recordMark } from './record-mark.ts';
import { setClaims } from './set-claims.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative, merchant, operator } = of;
const goods = await addTestGoods(at, of);
const green: NewMark = {
  ...{ county, kind: 'green_food', org: cooperative, crop: 'walnut', number: 'LB-18-26090000001A' },
  ...{ validFrom: '2026-01-01', validUntil: '2026-12-31' },
};
const record = (by: typeof merchant, more: Partial<NewMark> = {}) => recordMark(at, by, { ...green, ...more }, null);
const claim = (kinds: MarkName[], by = merchant) => setClaims(at, by, { county, id: goods.product, kinds });
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

const refused: [code: string, by: typeof merchant, more: Partial<NewMark>][] = [
  ['product-not-yours', of.otherMerchant, {}],
  ['mark-kind-not-yours', merchant, { kind: 'county_brand', number: '成品牌1号' }],
  ['seller-unknown', operator, { org: of.station }],
  ['crop-unknown', merchant, { crop: 'nothing' }],
  ['product-not-found', merchant, { product: newId() }],
  ['mark-product-other', merchant, { product: goods.product, crop: 'pear' }],
  ['mark-number-odd', merchant, { number: 'LB-1' }],
  ['mark-issuer-missing', merchant, { kind: 'organic', number: '123OP2600045' }],
  ['mark-until-missing', merchant, { validUntil: null }],
  ['mark-days-broken', merchant, { validUntil: '2025-12-31' }],
  ['mark-days-broken', merchant, { validUntil: '2029-01-02' }],
  ['paper-unknown', merchant, { file: 'mark/ab/x.pdf' }],
];
for (const [i, [code, by, more]] of refused.entries()) {
  test(`refused (${i + 1}): ${code}`, () => refuses(record(by, more), code));
}

test('numbers look as their issuers print them', () => {
  for (const [kind, number, right] of [
    ['green_food', 'LB-15-19012700330A', true],
    ['green_food', 'GF621221190033', true],
    ['green_food', 'GF62122119003', false],
    ['organic', '123OP2600045', true],
    ['organic', 'OP2600045', false],
    ['geographical', 'AGI01234', true],
    ['geographical', '第1234567号', true],
    ['geographical', 'AGI1', false],
    ['county_brand', '成品牌〔2026〕1号', true],
    ['county_brand', '-', false],
  ] as const)
    assert.equal(markKinds[kind].number.pattern.test(number), right, number);
});

test('a claim needs a certificate that the county has approved', async () => {
  await refuses(claim(['green_food']), 'claim-without-certificate');
  const mark = await record(merchant);
  assert.equal(mark.state, 'review');
  await refuses(record(operator), 'mark-exists');
  await refuses(claim(['green_food']), 'claim-without-certificate');
  await refuses(moveMark(at, operator, { county, id: mark.id, to: 'returned' }, null), 'mark-needs-reason');
  await moveMark(at, operator, { county, id: mark.id, to: 'approved' }, null);
  await refuses(moveMark(at, operator, { county, id: mark.id, to: 'returned' }, null), 'mark-move-not-allowed');
  await refuses(claim(['green_food'], of.otherMerchant), 'product-not-yours');
  assert.deepEqual(await badgesOf(at.db, county, goods.product, '2026-09-17'), [], 'not claimed, not shown');
  assert.deepEqual(await claim(['green_food']), [
    { kind: 'green_food', valid: true, validUntil: '2026-12-31', soon: false },
  ]);
  assert.equal((await badgesOf(at.db, county, goods.product, '2026-09-17'))[0]?.number, green.number);
});

test('it ends at midnight in China: the claim stays, buyers see it no more, its seller is told', async () => {
  const seen = async () => (await badgesOf(at.db, county, goods.product, day())).length;
  const day = () => new Date(at.clock.now().getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
  setTime('2026-12-31T15:59:59Z');
  assert.equal(await seen(), 1);
  assert.deepEqual((await claimViews(at.db, county, goods.product, day()))[0]?.soon, true);
  setTime('2026-12-31T16:00:00Z');
  assert.equal(await seen(), 0);
  assert.deepEqual(await claimViews(at.db, county, goods.product, day()), [
    { kind: 'green_food', valid: false, validUntil: null, soon: false },
  ]);
  const ending = await listMarks(at.db, county, { endingBy: '2027-01-30', page: 1, size: 5 });
  assert.equal(ending.total, 1);
  // What is there may stay, to be shown again with a new certificate; nothing is added on the strength of an old one.
  await claim(['green_food']);
  await record(operator, { number: 'LB-18-27010000001A', validFrom: '2027-01-01', validUntil: '2029-12-31' });
  assert.equal(await seen(), 1);
  setTime('2026-09-17T06:00:00Z');
});

test('a certificate for one product covers no other', async () => {
  const other = await addTestGoods(at, of, { product: { nameZh: '另一种核桃' } });
  const own = { number: '123OP2600045', issuer: '示例认证机构' };
  await record(operator, { kind: 'organic', product: goods.product, ...own });
  await claim(['green_food', 'organic']);
  await refuses(
    setClaims(at, operator, { county, id: other.product, kinds: ['organic'] }),
    'claim-without-certificate',
  );
});

test('withdrawn, it is shown no more, and the product does not go on sale again with it', async () => {
  const { rows } = await listMarks(at.db, county, { kind: 'organic', page: 1, size: 5 });
  await moveMark(at, operator, { county, id: rows[0]?.id ?? '', to: 'withdrawn', reason: '被发证机构撤销' }, null);
  assert.deepEqual(
    (await badgesOf(at.db, county, goods.product, '2026-09-17')).map((badge) => badge.kind),
    ['green_food'],
  );
  const to = (state: 'withdrawn' | 'draft' | 'review', reason?: string) =>
    moveProduct(at, operator, { county, id: goods.product, to: state, reason }, null);
  await to('withdrawn', '换包装');
  await to('draft');
  await refuses(to('review'), 'claim-without-certificate');
  await claim(['green_food']);
  await to('review');
});

test('words that claim a mark need it too', async () => {
  const draft = await addTestGoods(at, of, { draft: true, product: { storyZh: '我们的核桃是有机产品。' } });
  await refuses(moveProduct(at, merchant, { county, id: draft.product, to: 'review' }, null), 'words-claim-mark');
});
