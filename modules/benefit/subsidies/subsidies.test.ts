import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balance, findAccount } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import { keepPaper } from '#platform/papers.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestPerson,
  giveTestHeadPhone,
  giveTestPhone,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { assertSound } from '../../../test/fixtures-posting.ts';
import { benefit } from '../contract.ts';
import { findDoubles } from '../doubles/find-doubles.ts';
import { householdStatement } from '../entries/statement.ts';
import { benefitModule } from '../index.ts';
import { approveSubsidy, reverseSubsidy, withdrawSubsidy } from './approve-subsidy.ts';
import { type NewSubsidy, prepareSubsidy } from './prepare-subsidy.ts';
import { subsidyPage, subsidyPaper, subsidyView } from './subsidy-views.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, operator } = of;
const approver = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const paper = await keepPaper(at.files, 'subsidy', Buffer.from('%PDF-1.7 发放表'));
const { as } = await testCallers(at, [benefitModule]);
const codeOf = (household: string) =>
  scoped(at.db, String(county), async (tx) => {
    const row = await tx
      .selectFrom('registry.household_facts')
      .select('code')
      .where('household', '=', household)
      .executeTakeFirstOrThrow();
    return row.code as string;
  });
const fresh = async (name = '田有余') => {
  const household = await addTestHousehold(at, { county, village: testVillage, name });
  return { household, code: await codeOf(household) };
};
const [one, two] = [await fresh(), await fresh('田有粮')];
const prepare = (over: Partial<NewSubsidy> = {}, by: Actor = operator) =>
  prepareSubsidy(
    at,
    by,
    {
      ...{ county, programme: '产业奖补', document: '成农发〔2026〕8号', mechanism: 'industry', day: '2026-08-20' },
      ...{ file: paper?.name ?? '', lines: [{ household: one.code, fen: 120_000 }], ...over },
    },
    null,
  );
const approve = (id: string, fen: number, by: Actor = approver) => approveSubsidy(at, by, { county, id, fen }, null);

test('a list that is refused', async (t) => {
  const table: [string, () => Promise<unknown>, string][] = [
    ['by no operator', () => prepare({}, of.merchant), 'not-allowed'],
    ['on a day that has not come', () => prepare({ day: '2026-09-18' }), 'subsidy-day-ahead'],
    ['without its paper', () => prepare({ file: 'subsidy/00/none.pdf' }), 'subsidy-paper-unknown'],
    [
      'with a household twice',
      () => prepare({ lines: [one, one].map(({ code }) => ({ household: code, fen: 1 })) }),
      'subsidy-household-twice',
    ],
    [
      'with a household that is none',
      () => prepare({ lines: [{ household: '99999', fen: 1 }] }),
      'subsidy-household-unknown',
    ],
  ];
  for (const [name, work, code] of table) await t.test(name, () => assert.rejects(work(), { code }));
});

test('an approval that is refused, and a list taken back', async () => {
  const { id, fen } = await prepare({ document: '成农发〔2026〕1号' });
  await assert.rejects(approve(id, fen, operator), { code: 'subsidy-same-person' });
  await assert.rejects(approve(id, fen + 1), { code: 'subsidy-changed' });
  await assert.rejects(approve(one.household, fen), { code: 'subsidy-not-found' });
  const kin = await addTestPerson(at, { name: '田复核', org: of.centre, role: 'operator' });
  await giveTestPhone(at, kin, '13900000001');
  await giveTestHeadPhone(at, { county, household: one.household }, '13900000001');
  await assert.rejects(approve(id, fen, kin), { code: 'subsidy-own-household' });
  const { lines } = await subsidyView(at, operator, county, id);
  const early = { county, id: lines[0]?.id as string, reason: '没有发' };
  await assert.rejects(reverseSubsidy(at, operator, early, null), { code: 'subsidy-move-not-allowed' });
  await withdrawSubsidy(at, approver, { county, id, reason: '名单不对' }, null);
  await assert.rejects(approve(id, fen), { code: 'subsidy-move-not-allowed' });
  await assert.rejects(withdrawSubsidy(at, approver, { county, id, reason: '再撤' }, null), {
    code: 'subsidy-move-not-allowed',
  });
  const statement = await householdStatement(at, operator, { county, household: one.household });
  assert.deepEqual([statement.earnedFen, statement.rows.length], [0, 0], 'nothing posts before it is approved');
});

test('a subsidy is beside what is earned: in its month, paid already, and never twice by one document', async () => {
  const made = await prepare({
    lines: [
      { household: one.code, fen: 120_000 },
      { household: two.code, fen: 80_000 },
    ],
  });
  assert.match(made.number, /^BT2026\d{5}$/);
  const booked = await approve(made.id, 200_000);
  assert.deepEqual([booked.state, booked.mine, booked.lines.length], ['booked', false, 2]);
  const statement = await householdStatement(at, operator, { county, household: one.household });
  assert.deepEqual(
    [statement.earnedFen, statement.subsidyFen, statement.inKindFen, statement.paidFen, statement.owedFen],
    [120_000, 120_000, 0, 120_000, 0],
  );
  assert.deepEqual(statement.months, [{ month: '2026-08', mechanism: 'industry', income: 'subsidy', fen: 120_000 }]);
  assert.deepEqual([statement.rows[0]?.evidenceKind, statement.rows[0]?.evidenceNumber], ['subsidy', made.number]);

  await assert.rejects(prepare({ day: '2026-08-25' }), { code: 'subsidy-paid-already' });
  const other = await prepare({ document: '成财农〔2026〕3号', mechanism: 'startup' });
  await approve(other.id, 120_000);
  const doubles = await scoped(at.db, String(county), (tx) =>
    findDoubles(tx, county, new Date('2026-09-01T00:00:00Z'), at.clock.now()),
  );
  assert.ok(doubles >= 1, 'the same household, amount and day by two programmes is looked at');

  const wrong = booked.lines.find((line) => line.household === one.household);
  const back = { county, id: wrong?.id as string, reason: '发重了，已退回' };
  const after = await reverseSubsidy(at, operator, back, null);
  await assert.rejects(reverseSubsidy(at, operator, back, null), { code: 'subsidy-line-reversed' });
  await assert.rejects(reverseSubsidy(at, operator, { ...back, id: made.id }, null), {
    code: 'subsidy-line-not-found',
  });
  assert.equal(after.lines.find((line) => line.id === back.id)?.takenBack, '发重了，已退回');
  assert.deepEqual([after.fen, after.takenBackFen], [200_000, 120_000]);
  const left = await householdStatement(at, operator, { county, household: one.household });
  assert.deepEqual([left.subsidyFen, left.owedFen], [120_000, 0], 'the other programme’s stands');
  const cost = await findAccount(at.db, county, { kind: 'subsidy_cost', owner: of.centre });
  assert.equal((await balance(at.db, county, cost as string)).balance, 200_000);
  const again = await prepare({ lines: [{ household: one.code, fen: 90_000 }] });
  await approve(again.id, 90_000);
  await assertSound(at.db);
});

test('two lists by one document at once: the second to be approved is refused', async () => {
  const third = await fresh('田三丰');
  const lines = [{ household: third.code, fen: 5_000 }];
  const lists = [
    await prepare({ document: '成农发〔2026〕9号', lines }),
    await prepare({ document: '成农发〔2026〕9号', lines }),
  ];
  const results = await Promise.allSettled(lists.map((list) => approve(list.id, 5_000)));
  assert.deepEqual(results.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  await assertSound(at.db);
});

test('over HTTP: the operator of the whole county writes, others of the county read, and nobody else does', async () => {
  const call = (by: Actor) => as(by, { benefit }).benefit;
  const page = await call(of.auditor).subsidies({ params: { county }, query: { state: 'booked', q: '产业' } });
  assert.ok(page.total >= 2 && page.rows.every((row) => row.state === 'booked'));
  const params = { county, id: page.rows[0]?.id as string };
  assert.ok((await call(of.auditor).subsidy({ params })).lines.every((line) => line.headMasked.includes('*')));
  for (const by of [of.merchant, of.keeper, of.cadre]) await assert.rejects(call(by).subsidy({ params }));
  await assert.rejects(call(of.auditor).withdrawSubsidy({ params, body: { reason: '不行' } }));
  assert.equal((await subsidyPaper(at, county, params.id)).type, 'pdf');
  assert.equal((await subsidyPage(at, county, { q: '没有这个' })).total, 0);
});
