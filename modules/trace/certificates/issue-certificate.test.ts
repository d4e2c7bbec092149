import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { traceModule } from '../index.ts';
import { lotDetail } from '../lots/lot-detail.ts';
import { pack } from '../lots/pack.ts';
import { split } from '../operations/split.ts';
import { reversePurchase } from '../purchases/reverse-purchase.ts';
import { recordReport } from '../reports/record-report.ts';
import type { Basis } from './basis-kinds.ts';
import { certificatePage, certificateStatus } from './certificate-lookups.ts';
import { certificateDuty } from './duty-of-lots.ts';
import { issueCertificate, replaceCertificate } from './issue-certificate.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const issue = (by: typeof of.keeper, id: string, basis: Basis[] = ['quality_control']) =>
  issueCertificate(at, by, { county, id, basis }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);
let reports = 0;
const tested = (lot: string, kind: 'own_test' | 'outside_test' = 'own_test') =>
  recordReport(
    at,
    of.operator,
    {
      ...{ county, lot, kind, number: `R${++reports}`, lab: '县检测站', cma: '210000000001' },
      ...{ sampledOn: '2026-09-17', issuedOn: '2026-09-17' },
      items: [{ name: '毒死蜱', unit: 'mg/kg', most: '0.1', measured: null }],
    },
    null,
  );

const note = await weighInTest(at, of, { grams: 30_000 });
const empty = await weighInTest(at, of, { grade: '二级' });
await reversePurchase(at, of.keeper, { county, id: empty.id, reason: '记错了' }, null);
const recalled = await weighInTest(at, of, { grade: '三级' });
await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', recalled.lot).execute();

const refused: [code: string, by: typeof of.keeper, lot: string, basis?: Basis[]][] = [
  ['lot-not-found', of.operator, newId()],
  ['lot-not-yours', of.otherMerchant, note.lot],
  ['lot-not-yours', of.cadre, note.lot],
  ['lot-recalled', of.operator, recalled.lot],
  ['lot-empty', of.operator, empty.lot],
  ['report-missing', of.keeper, note.lot, ['quality_control', 'own_test']],
  ['report-missing', of.keeper, note.lot, ['outside_test']],
];
for (const [code, by, lot, basis] of refused) test(`refused: ${code}`, () => refuses(issue(by, lot, basis), code));

test('the certificate says what the rule asks for, binds its report, and closes the lot', async () => {
  const report = await tested(note.lot);
  const issued = await issue(of.keeper, note.lot, ['quality_control', 'own_test']);
  assert.match(issued.code, /^C621221-260917-0001-[0-9A-F]{8}$/);
  assert.deepEqual(
    { ...issued, statement: issued.statement.length > 20, code: '' },
    {
      number: 'C621221-260917-0001',
      code: '',
      lotNumber: note.lotNumber,
      issuerName: '成县山里红核桃专业合作社',
      contact: '联系人 13800000000',
      productName: '核桃（一级）',
      grams: 30_000,
      originName: '甘肃省陇南市成县店村镇新村',
      statement: true,
      basis: ['quality_control', 'own_test'],
      reports: [{ id: report.id, number: 'R1', lab: '县检测站' }],
      rule: '《农产品质量安全承诺达标合格证管理办法》（农业农村部令2025年第4号，2026年2月1日起施行）',
      issuedOn: '2026-09-17',
    },
  );
  await refuses(issue(of.keeper, note.lot), 'certificate-exists');
});

test('what is weighed in after it goes into a new lot of the same day', async () => {
  const later = await weighInTest(at, of, { grams: 1_000 });
  assert.notEqual(later.lot, note.lot);
  assert.equal(later.day, note.day);
});

test('a certificate is never edited', async () => {
  await assert.rejects(at.db.updateTable('trace.certificate').set({ grams: 1 }).execute(), /never edited/);
});

test('whoever looks it up needs number and check; one without the other finds nothing', async () => {
  const { certificate } = await lotDetail(at.db, at.sealer, of.keeper, county, note.lot);
  assert.ok(certificate);
  const { code, number } = certificate;
  const last = code.at(-1) === '0' ? '1' : '0';
  for (const wrong of [number, `${code.slice(0, -1)}${last}`, `${number}-00000000`, 'C', '', code.replace('C6', 'C1')])
    await refuses(certificateStatus(at.db, wrong), 'certificate-unknown');
  const found = await certificateStatus(at.db, ` ${code.toLowerCase()} `);
  assert.equal(found.state, 'valid');
  assert.equal(found.certificate.number, number);
  assert.deepEqual(
    found.reports.map((report) => report.passed),
    [true],
  );
});

test('a mistake is replaced by a new certificate that names the old one', async () => {
  const fresh = await weighInTest(at, of, { grams: 5_000, grade: '特级' });
  const replace = (by: typeof of.keeper, basis: Basis[] = ['quality_control']) =>
    replaceCertificate(at, by, { county, id: fresh.lot, basis, reason: '联系电话写错了' }, null);
  await refuses(replace(of.keeper), 'certificate-missing');
  const first = await issue(of.keeper, fresh.lot);
  await refuses(replace(of.otherMerchant), 'lot-not-yours');
  await refuses(replace(of.keeper, ['outside_test']), 'report-missing');
  await tested(fresh.lot, 'outside_test');
  const second = await replace(of.keeper, ['outside_test']);
  assert.notEqual(second.number, first.number);
  assert.equal(second.grams, first.grams);
  assert.deepEqual((await lotDetail(at.db, at.sealer, of.keeper, county, fresh.lot)).certificate, second);
  const old = await certificateStatus(at.db, first.code);
  assert.deepEqual([old.state, old.successors], ['replaced', [{ number: second.number, code: second.code }]]);
  assert.equal((await certificateStatus(at.db, second.code)).state, 'valid');
});

test('packed whole, the raw certificate leads to the packs’; a test of part of what was packed is no test of the packs', async () => {
  const goods = await addTestGoods(at, of);
  const one = await weighInTest(at, of, { grams: 10_000, grade: '统货' });
  const certified = await issue(of.keeper, one.lot);
  const two = await weighInTest(at, of, { grams: 10_000, grade: '小果' });
  await issue(of.keeper, two.lot);
  await tested(one.lot);
  const asked = {
    ...{ county, sku: goods.sku, packs: 20, lossGrams: 0, place: '分拣点' },
    inputs: [one, two].map(({ lot }) => ({ lot, grams: 5_000 })),
  };
  await refuses(pack(at, of.operator, { ...asked, basis: ['own_test'] }, null), 'report-missing');
  await tested(two.lot);
  const packed = await pack(at, of.operator, { ...asked, basis: ['own_test'] }, null);
  assert.equal(packed.certificate?.reports.length, 2);
  assert.equal((await certificateStatus(at.db, certified.code)).state, 'valid', 'half of it still lies there');
  const rest = await pack(
    at,
    of.operator,
    { ...asked, packs: 10, inputs: [{ lot: one.lot, grams: 5_000 }], basis: ['quality_control'] },
    null,
  );
  const standing = await certificateStatus(at.db, certified.code);
  assert.equal(standing.state, 'replaced');
  assert.deepEqual(
    standing.successors.map((one) => one.number).sort(),
    [packed.certificate?.number, rest.certificate?.number].sort(),
  );
  assert.match((await certificateStatus(at.db, rest.certificate?.code ?? '')).lotPath ?? '', /^\/01\/\d{14}\/10\/P/);
});

test('the same goods in another heap go on under the promise and the report they had', async () => {
  const lot = await weighInTest(at, of, { grams: 8_000, grade: '大果' });
  await tested(lot.lot);
  await issue(of.keeper, lot.lot, ['own_test']);
  const done = await split(at, of.keeper, { county, lot: lot.lot, grams: [3_000] }, null);
  const part = done.outputs.find((one) => one.grams === 3_000)?.id ?? '';
  const { certificate } = await lotDetail(at.db, at.sealer, of.keeper, county, part);
  assert.deepEqual(certificate?.basis, ['own_test']);
  assert.equal(certificate?.reports.length, 1);
});

test('a failed report calls the lot back, and its certificate says so', async () => {
  const lot = await weighInTest(at, of, { grams: 6_000, grade: '青皮' });
  const issued = await issue(of.keeper, lot.lot);
  const failed = await recordReport(
    at,
    of.keeper,
    {
      ...{ county, lot: lot.lot, kind: 'own_test', number: 'F1', lab: '服务站快检' },
      ...{ sampledOn: '2026-09-17', issuedOn: '2026-09-17' },
      items: [{ name: '毒死蜱', unit: 'mg/kg', most: '0.1', measured: '0.2' }],
    },
    null,
  );
  assert.equal(failed.passed, false);
  assert.ok(failed.recall);
  const standing = await certificateStatus(at.db, issued.code);
  assert.deepEqual([standing.state, standing.successors], ['recalled', []]);
});

test('the duty is explained with its article', async () => {
  const duty = await certificateDuty(at, of.keeper, county, note.lot);
  assert.equal(duty.must, 'must');
  assert.match(duty.article, /第三十九条/);
  const pepper = await weighInTest(at, of, { grams: 2_000, crop: 'pepper', fenPerKg: 6_000 });
  assert.deepEqual((await certificateDuty(at, of.keeper, county, pepper.lot)).must, 'free');
  await refuses(certificateDuty(at, of.otherMerchant, county, note.lot), 'lot-not-found');
});

test('kept two years to the day, then listed as due, and still there', async () => {
  const due = async () =>
    (await certificatePage(at, of.operator, county, { due: true, page: 1, size: 50 })).rows.length;
  setTime('2028-09-17T15:59:59Z');
  assert.equal(await due(), 0);
  setTime('2028-09-17T16:00:00Z');
  assert.ok((await due()) > 0);
  setTime('2026-09-17T06:00:00Z');
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule), []));
