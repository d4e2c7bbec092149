import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, packTestLot, weighInTest } from '../../../test/fixtures-goods.ts';
import { findRecall, lotsOfRecall } from '../recalls/recalls.queries.ts';
import { type NewReport, recordReport, withdrawReport } from './record-report.ts';
import { publicReports, reportPage } from './report-views.ts';
import { coveringReports } from './reports.queries.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const note = await weighInTest(at, of, { grams: 30_000 });
const good = { name: '毒死蜱', unit: 'mg/kg', most: '0.1', measured: null };
const bad = { name: '克百威', unit: 'mg/kg', most: null, measured: '0.013' };
const asked: NewReport = {
  ...{ county, lot: note.lot, kind: 'outside_test', number: 'W2026-0917', lab: '示例检测中心', cma: '210000000001' },
  ...{ sampledOn: '2026-09-17', issuedOn: '2026-09-17', items: [good] },
};
const record = (by: typeof of.keeper, more: Partial<NewReport> = {}) =>
  recordReport(at, by, { ...asked, ...more }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

const refused: [code: string, by: typeof of.keeper, more: Partial<NewReport>][] = [
  ['lot-not-found', of.operator, { lot: newId() }],
  ['lot-not-yours', of.otherMerchant, {}],
  ['report-cma-missing', of.keeper, { cma: null }],
  ['report-dates-broken', of.keeper, { sampledOn: '2026-09-16' }],
  ['report-dates-broken', of.keeper, { issuedOn: '2026-09-18' }],
  ['report-file-unknown', of.keeper, { file: 'report/../secret' }],
  ['report-file-unknown', of.keeper, { file: `report/ab/${'ab'.repeat(32)}.pdf` }],
];
for (const [i, [code, by, more]] of refused.entries()) {
  test(`refused (${i + 1}): ${code}`, () => refuses(record(by, more), code));
}

test('a report that passed stands for its lot, is read by its owner and the county, and is recorded once', async () => {
  const report = await record(of.merchant);
  assert.deepEqual([report.passed, report.recall, report.items[0]?.most], [true, null, '0.1']);
  await refuses(record(of.operator), 'report-exists');
  const page = { page: 1, size: 10 };
  assert.equal((await reportPage(at.db, of.otherMerchant, county, page)).total, 0);
  assert.equal((await reportPage(at.db, of.auditor, county, page)).total, 1);
  assert.deepEqual(await coveringReports(at.db, county, note.lot, 'outside_test'), [report.id]);
  assert.deepEqual(await coveringReports(at.db, county, note.lot, 'own_test'), []);
  const own = await record(of.keeper, { kind: 'own_test', number: 'K1' });
  assert.equal(own.cma, null, 'an own test has no laboratory to accredit');
  await refuses(withdrawReport(at, of.operator, { county, id: newId(), reason: '录错了' }, null), 'report-not-found');
  await withdrawReport(at, of.operator, { county, id: own.id, reason: '录错了' }, null);
  await refuses(
    withdrawReport(at, of.operator, { county, id: own.id, reason: '录错了' }, null),
    'report-already-withdrawn',
  );
  assert.deepEqual(await coveringReports(at.db, county, note.lot, 'own_test'), []);
  assert.deepEqual(
    (await publicReports(at.db, county, note.lot)).map((one) => one.number),
    ['W2026-0917'],
  );
});

test('a failed one stops the lot and all that was made of it, in the same act', async () => {
  const goods = await addTestGoods(at, of);
  const { note: bought, lot } = await packTestLot(at, of, { ...goods, packs: 20 });
  const report = await record(of.keeper, { lot: bought.lot, number: 'W2', items: [good, bad] });
  assert.deepEqual(
    report.items.map((item) => item.passed),
    [true, false],
  );
  const recall = await findRecall(at.db, county, report.recall ?? '');
  assert.match(recall?.reason ?? '', /检测不合格：示例检测中心 W2，克百威/);
  assert.deepEqual(await lotsOfRecall(at.db, county, report.recall ?? ''), [bought.lot, lot.id].sort());
  const again = await record(of.keeper, { lot: lot.id, number: 'W3', items: [bad] });
  assert.equal(again.recall, null, 'it is recalled already');
  assert.deepEqual(
    (await publicReports(at.db, county, lot.id)).map((one) => one.passed),
    // the raw lot of the day is the one that was tested before, too
    [false, false, true],
  );
});
