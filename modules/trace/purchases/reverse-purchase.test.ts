import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerModule } from '#ledger';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { addTestOrganisation, addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { traceModule } from '../index.ts';
import { reversePurchase } from './reverse-purchase.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const reason = '重量记错了';

const elsewhere = await addTestOrganisation(at, {
  county,
  kind: 'station',
  name: '黄渚镇服务站',
  buysFor: of.cooperative,
});
const otherKeeper = await addTestPerson(at, { name: '何站长', org: elsewhere, role: 'keeper' });

const reverse = (by: typeof of.keeper, id: string) => reversePurchase(at, by, { county, id, reason }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

test('refused: purchase-not-found', () => refuses(reverse(of.keeper, newId()), 'purchase-not-found'));

test('refused: station-not-yours, for the keeper of another station and for the buyer', async () => {
  const note = await weighInTest(at, of);
  await refuses(reverse(otherKeeper, note.id), 'station-not-yours');
  await refuses(reverse(of.merchant, note.id), 'station-not-yours');
  await reverse(of.keeper, note.id);
});

test('refused: purchase-is-a-reversal and purchase-already-reversed', async () => {
  const note = await weighInTest(at, of);
  const back = await reverse(of.operator, note.id);
  await refuses(reverse(of.keeper, back.id), 'purchase-is-a-reversal');
  await refuses(reverse(of.keeper, note.id), 'purchase-already-reversed');
});

test('refused: lot-moved-on, once the lot is certified', async () => {
  const note = await weighInTest(at, of, { crop: 'pepper', grams: 1_000 });
  await issueCertificate(at, of.operator, { county, id: note.lot, basis: ['quality_control'] }, null);
  await refuses(reverse(of.keeper, note.id), 'lot-moved-on');
});

test('a reversal says the same, negative; grams leave the lot and the money goes back the way it came', async () => {
  const before = await balances();
  const kept = await weighInTest(at, of, { grams: 5_000, paid: 'later' });
  const wrong = await weighInTest(at, of, { grams: 7_000, paid: 'cash' });
  const back = await reverse(of.keeper, wrong.id);
  assert.equal(back.grams, -7_000);
  assert.equal(back.amountFen, -8_400);
  assert.equal(back.reverses, wrong.id);
  assert.equal(back.reason, reason);
  const lot = await at.db
    .selectFrom('trace.lot')
    .select(['grams_in', 'grams_on_hand', 'household_fen'])
    .where('id', '=', kept.lot)
    .executeTakeFirstOrThrow();
  assert.deepEqual({ ...lot }, { grams_in: 5_000, grams_on_hand: 5_000, household_fen: 6_000 });
  const after = await balances();
  assert.equal(after.household, before.household + 6_000);
  assert.equal(after.cash, before.cash);
  const told = await at.db
    .selectFrom('platform.outbox')
    .select('payload')
    .where('type', '=', 'trace.purchase-reversed')
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow();
  const { fen, reverses } = told.payload as { fen: number; reverses: string };
  assert.deepEqual({ fen, reverses }, { fen: -8_400, reverses: wrong.id });
});

test('what was taken back can be weighed in again, also when it is taken back in the next year', async () => {
  setTime('2026-12-31T10:00:00Z');
  // 120 % of what it can yield
  const limit = 2_880_000;
  const earlier = await weighInTest(at, of, { grams: limit - 5_000, fenPerKg: 100 });
  await refuses(weighInTest(at, of, { grams: 1 }), 'grams-above-yield');
  setTime('2026-12-31T16:00:01Z');
  await reverse(of.keeper, earlier.id);
  await weighInTest(at, of, { grams: limit, fenPerKg: 100 });
  await refuses(weighInTest(at, of, { grams: 1_000 }), 'grams-above-yield');
});

test('of two who take the same note back at once, one does', async () => {
  const note = await weighInTest(at, of, { crop: 'pepper', grams: 2_000 });
  const both = await Promise.allSettled([reverse(of.keeper, note.id), reverse(of.operator, note.id)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []));

async function balances(): Promise<{ household: number; cash: number }> {
  const rows = await at.db.selectFrom('ledger.account').selectAll().execute();
  const sum = (kind: string) =>
    rows.filter((row) => row.kind === kind).reduce((total, row) => total + row.credits_posted - row.debits_posted, 0);
  return { household: sum('household'), cash: sum('buyer_cash') };
}
