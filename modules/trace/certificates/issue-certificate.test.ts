import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { weighInTest } from '../../../test/fixtures-goods.ts';
import { reversePurchase } from '../purchases/reverse-purchase.ts';
import { issueCertificate } from './issue-certificate.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const issue = (by: typeof of.keeper, id: string) =>
  issueCertificate(at, by, { county, id, basis: ['quality_control', 'own_test'] }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

const note = await weighInTest(at, of, { grams: 30_000 });
const empty = await weighInTest(at, of, { grade: '二级' });
await reversePurchase(at, of.keeper, { county, id: empty.id, reason: '记错了' }, null);
const recalled = await weighInTest(at, of, { grade: '三级' });
await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', recalled.lot).execute();

const refused: [code: string, by: typeof of.keeper, lot: string][] = [
  ['lot-not-found', of.operator, newId()],
  ['lot-not-yours', of.otherMerchant, note.lot],
  ['lot-not-yours', of.cadre, note.lot],
  ['lot-recalled', of.operator, recalled.lot],
  ['lot-empty', of.operator, empty.lot],
];
for (const [code, by, lot] of refused) test(`refused: ${code}`, () => refuses(issue(by, lot), code));

test('the certificate says what the rule asks for, and closes the lot', async () => {
  const issued = await issue(of.keeper, note.lot);
  assert.deepEqual(
    { ...issued, statement: issued.statement.length > 20 },
    {
      number: 'C621221-260917-0001',
      lotNumber: note.lotNumber,
      issuerName: '成县山里红核桃专业合作社',
      contact: '联系人 13800000000',
      productName: '核桃（一级）',
      grams: 30_000,
      originName: '甘肃省陇南市成县店村镇新村',
      statement: true,
      basis: ['quality_control', 'own_test'],
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
