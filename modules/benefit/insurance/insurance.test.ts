import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balance, findAccount } from '#ledger';
import { keepPaper } from '#platform/papers.ts';
import { openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import { addTestPurchase, reverseTestPurchase } from '../../../test/fixtures-benefit.ts';
import { assertSound, deliver } from '../../../test/fixtures-posting.ts';
import { insuranceClaims, insurancePaper } from './insurance-views.ts';
import { type NewPayment, recordInsurancePayment, reverseInsurancePayment } from './record-insurance-payment.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative, household, merchant, operator, otherMerchant } = of;
const paper = await keepPaper(at.files, 'insurance', Buffer.from('%PDF-1.7 赔款通知书'));
const elsewhere = await keepPaper(at.files, 'report', Buffer.from('%PDF-1.7 检测报告'));

await addTestAgreement(at, {
  ...{ county, org: cooperative, households: [{ household, village: testVillage }] },
  ...{ signedAt: new Date('2026-03-01T00:00:00Z') },
  terms: {
    ...{ kind: 'industry', crop: 'walnut', grade: '一级', floorFenPerKg: 2_000, grams: 100_000, season: '2026' },
    bearer: 'insurance',
  },
});
const weigh = async (grams: number) => {
  const note = await addTestPurchase(at, of, { household, grams, fenPerKg: 1_800, day: '2026-09-17' });
  await deliver(at, note.event);
  return note;
};
const pay = (over: Partial<NewPayment> = {}, by = merchant) =>
  recordInsurancePayment(
    at,
    by,
    {
      ...{ county, org: cooperative, insurer: '人保财险成县支公司', reference: 'PC2026-0001', day: '2026-09-17' },
      ...{ fen: 1_000, file: paper?.name ?? '', words: '', ...over },
    },
    null,
  );
const account = async (kind: 'insurance_claim' | 'buyer_cash') => {
  const id = await findAccount(at.db, county, { kind, owner: cooperative });
  return id ? (await balance(at.db, county, id)).balance : 0;
};

test('a payment of an insurer that is refused', async (t) => {
  await t.test('before anything is claimed', () => assert.rejects(pay(), { code: 'claim-not-found' }));
  await weigh(10_000);
  await pay();
  const table: [string, () => Promise<unknown>, string][] = [
    ['by somebody else’s staff', () => pay({}, otherMerchant), 'not-allowed'],
    ['on a day that has not come', () => pay({ day: '2026-09-18' }), 'payment-day-ahead'],
    ['without its paper', () => pay({ file: 'insurance/00/none.pdf' }), 'insurance-paper-unknown'],
    ['with a paper of something else', () => pay({ file: elsewhere?.name }), 'insurance-paper-unknown'],
    ['of an organisation without a claim', () => pay({ org: of.merchantOrg }, operator), 'claim-not-found'],
    ['of the same settlement twice', () => pay({ reference: ' PC2026-0001 ' }), 'payment-recorded'],
    ['more than is open', () => pay({ reference: 'PC2026-0002', fen: 1_001 }), 'payment-above-claim'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => assert.rejects(work(), { code }));
  assert.equal(await account('insurance_claim'), 1_000, 'nothing of all this moved');
});

test('payments bring the claim to nothing, oldest notes first; a mistake opens it again', async () => {
  const cash = await account('buyer_cash');
  const { claims } = await pay({ reference: 'PC2026-0003' }, operator);
  assert.deepEqual(
    claims.map((one) => [one.claimedFen, one.paidFen, one.openFen, one.since, one.notes, one.households]),
    [[2_000, 2_000, 0, null, 1, 1]],
  );
  assert.deepEqual([await account('insurance_claim'), await account('buyer_cash')], [0, cash - 1_000]);
  await assertSound(at.db);

  const wrong = (await insuranceClaims(at, merchant, county)).payments.find((one) => one.reference === 'PC2026-0003');
  const back = { county, id: wrong?.id as string, reason: '是别家的赔款' };
  await assert.rejects(reverseInsurancePayment(at, otherMerchant, back, null), { code: 'not-allowed' });
  await assert.rejects(reverseInsurancePayment(at, operator, { ...back, id: household }, null), {
    code: 'insurance-payment-not-found',
  });
  const after = await reverseInsurancePayment(at, operator, back, null);
  await assert.rejects(reverseInsurancePayment(at, operator, back, null), { code: 'insurance-payment-reversed' });
  assert.deepEqual([after.claims[0]?.openFen, await account('insurance_claim')], [1_000, 1_000]);
  assert.ok(after.claims[0]?.since, 'open since its note');
  assert.equal(after.payments.find((one) => one.id === back.id)?.takenBack, '是别家的赔款');
  await pay({ reference: 'PC2026-0003' });
  assert.equal(await account('insurance_claim'), 0, 'recorded again, rightly');
  await assertSound(at.db);
});

test('a note that is reversed after its claim was paid leaves the insurer something to get back', async () => {
  const note = await weigh(5_000);
  await pay({ reference: 'PC2026-0004' });
  await deliver(at, await reverseTestPurchase(at, of, note));
  const [claim] = (await insuranceClaims(at, operator, county)).claims;
  assert.deepEqual([claim?.openFen, await account('insurance_claim')], [-1_000, -1_000]);
  await assertSound(at.db);
});

test('a claim and its papers are for the organisation and the county', async () => {
  const [mine] = (await insuranceClaims(at, merchant, county)).payments;
  assert.equal(mine?.orgName.length ? mine.insurer : '', '人保财险成县支公司');
  assert.deepEqual(await insuranceClaims(at, otherMerchant, county), { claims: [], payments: [] });
  const id = mine?.id as string;
  assert.equal((await insurancePaper(at, merchant, county, id)).type, 'pdf');
  await assert.rejects(insurancePaper(at, otherMerchant, county, id), { code: 'insurance-payment-not-found' });
  assert.equal((await insuranceClaims(at, of.auditor, county)).claims[0]?.ours, false);
});
