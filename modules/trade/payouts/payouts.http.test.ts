import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { trade } from '#trade/contract';
import { clientsFor } from '../../../test/app.ts';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { creditTest } from '../../../test/fixtures-payouts.ts';
import { tradeModule } from '../index.ts';
import { sendPayouts } from './send-payouts.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const township = await addTestPerson(at, { name: '乡镇', org: of.centre, role: 'operator', region: '621221107' });
const as = await clientsFor(at, [tradeModule], { trade }, { ...of, second, township });
const key = () => ({ key: newId() });
const here = { params: { county } };

test('who may do what: preparing, approving, handing out, looking', async () => {
  await creditTest(at, county, { kind: 'household', owner: of.household }, 3_000);
  await creditTest(at, county, { kind: 'merchant', owner: of.merchantOrg }, 7_000);
  const prepare = (who: string) => as(who).trade.preparePayouts({ ...here, body: { ownerKind: 'household' } }, key());
  for (const who of ['nobody', 'buyer', 'merchant', 'keeper', 'cadre', 'auditor', 'platform', 'township']) {
    const code = who === 'nobody' ? 'not-signed-in' : 'not-allowed';
    await assert.rejects(prepare(who), { code }, who);
  }
  const batch = await prepare('operator');
  assert.deepEqual([batch.lines, batch.totalFen, batch.preparedByName], [1, 3_000, '周运营']);
  for (const who of ['keeper', 'merchant', 'cadre', 'buyer', 'township']) {
    await assert.rejects(as(who).trade.payoutBatches(here), { code: 'not-allowed' }, who);
  }
  const one = { params: { county, id: batch.id } };
  const body = { version: batch.version, totalFen: batch.totalFen };
  for (const who of ['auditor', 'keeper', 'township']) {
    await assert.rejects(as(who).trade.approvePayouts({ ...one, body }, key()), { code: 'not-allowed' }, who);
  }
  await assert.rejects(as('operator').trade.approvePayouts({ ...one, body }, key()), { code: 'same-person' });
  assert.equal((await as('auditor').trade.payoutBatch(one)).rows[0]?.ownerName.includes('张*明'), true);
  const once = key();
  const approved = await as('second').trade.approvePayouts({ ...one, body }, once);
  assert.equal(approved.state, 'approved');
  assert.equal((await as('second').trade.approvePayouts({ ...one, body }, once)).id, batch.id, 'the same key again');
  await sendPayouts(at);
  const waiting = await as('keeper').trade.handOuts(here);
  assert.deepEqual([waiting.total, waiting.toHandFen], [1, 3_000]);
  await assert.rejects(as('merchant').trade.handOuts(here), { code: 'not-allowed' });
  const line = { params: { county, id: waiting.rows[0]?.id as string } };
  const receipt = { receipt: '收 1', confirmedBy: 'household' as const };
  await assert.rejects(as('operator').trade.handOut({ ...line, body: receipt }, key()), { code: 'not-allowed' });
  await as('keeper').trade.handOut({ ...line, body: receipt }, key());
  assert.equal((await as('operator').trade.payoutBatch(one)).paidFen, 3_000);
});

test('an organisation sees what is its own, and nobody else does', async () => {
  const seen = async (who: string) =>
    (await as(who).trade.organisationOwed(here)).owed.map((row) => [row.org, row.owedFen]);
  assert.deepEqual(await seen('otherMerchant'), [[of.merchantOrg, 7_000]]);
  assert.deepEqual(await seen('merchant'), []);
  // The station advanced what it handed out.
  assert.deepEqual(await seen('keeper'), [[of.station, 3_000]]);
  assert.equal((await seen('auditor')).length, 2);
  const asked = { ...here, query: { org: of.merchantOrg } };
  assert.deepEqual((await as('merchant').trade.organisationOwed(asked)).owed, []);
});

test('a file for the bank is taken by who may pay, and its results may be a county’s', async () => {
  const file = { params: { county, id: newId() } };
  const csv = `流水号,收款账号,户名,金额,结果\n${`${newId()},6217000000000000,王立春,1.00,成功\n`.repeat(20_000)}`;
  for (const who of ['keeper', 'merchant', 'auditor', 'platform', 'township', 'cadre', 'buyer']) {
    await assert.rejects(as(who).trade.bankFile(file), { code: 'not-allowed' }, who);
    await assert.rejects(as(who).trade.bankFileSheet(file), { code: 'not-allowed' }, who);
    await assert.rejects(as(who).trade.takeBankResults({ ...file, body: { csv: 'x' } }), { code: 'not-allowed' }, who);
  }
  await assert.rejects(as('operator').trade.bankFile(file), { code: 'bank-file-not-found' });
  await assert.rejects(as('operator').trade.bankFileSheet(file), { code: 'bank-file-not-found' });
  assert.ok(csv.length > 1_300_000);
  await assert.rejects(as('operator').trade.takeBankResults({ ...file, body: { csv } }), {
    code: 'bank-file-not-found',
  });
});

test('a broken result says which field, and an account of a household is no business of a merchant', async () => {
  const body = { outcome: 'paid' } as unknown as { outcome: 'paid'; reference: string };
  await assert.rejects(as('operator').trade.recordPayout({ params: { county, id: newId() }, body }, key()), {
    code: 'bad-input',
  });
  await assert.rejects(as('merchant').trade.readPayee({ params: { county, id: newId() }, body: { reason: '看看' } }), {
    code: 'not-allowed',
  });
  const search = { ...here, body: { account: '6217000000000000000' } };
  await assert.rejects(as('keeper').trade.findPayee(search), { code: 'not-allowed' });
  assert.deepEqual(await as('auditor').trade.findPayee(search), []);
});
