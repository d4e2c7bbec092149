import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { addDays } from '#platform/clock.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestPerson,
  farVillage,
  neighbourVillage,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { standingOf } from '../../../test/fixtures-payouts.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { benefitInvariants } from '../benefit.invariants.ts';
import { benefit } from '../contract.ts';
import { householdStatement } from '../entries/statement.ts';
import { benefitModule } from '../index.ts';
import { answerDividendAlert, dividendAlerts } from './answer-alert.ts';
import { approveDividend, declareDividend, withdrawDividend } from './declare-dividend.ts';
import { setDepositRate } from './deposit-rates.ts';
import { dividendPage, dividendView } from './dividend-views.ts';
import { dividendInvariants } from './dividends.invariants.ts';
import { payDividends } from './pay-dividends.ts';
import { approveDistribution, shareOutDividend, withdrawDistribution } from './share-out-dividend.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative: org, merchant, otherMerchant, operator, auditor } = of;
const partner = await addTestPerson(at, { name: '钱理事', org, role: 'merchant' });
const otherOperator = await addTestPerson(at, { name: '韩运营', org: of.centre, role: 'operator' });
const { as } = await testCallers(at, [benefitModule]);
const signedAt = new Date('2025-06-01T00:00:00Z');
const term = { startsOn: '2025-06-01', endsOn: '2028-12-31', signedAt };
const terms = (over: Partial<Extract<Terms, { kind: 'shareholding' }>> = {}): Terms => ({
  ...{ kind: 'shareholding', stake: 'money', stakeFen: 1_000_000, shares: 10_000, class: 'common', floorBp: 300 },
  ...over,
});
const holder = async (over: Partial<Parameters<typeof addTestAgreement>[1]> = {}, name = '马兰英') => {
  const household = await addTestHousehold(at, { county, village: testVillage, name });
  const agreement = await addTestAgreement(at, {
    ...{ county, org, terms: terms(), ...term, ...over },
    households: [{ household, village: testVillage }],
  });
  return { household, agreement };
};
type Declared = Parameters<typeof declareDividend>[2];
const declare = (over: Partial<Declared> = {}, by: Actor = merchant) =>
  declareDividend(
    at,
    by,
    {
      ...{ county, org, from: '2025-09-01', to: '2026-08-31', recordDay: '2026-08-31', commonFen: 400 },
      ...{ preferredFen: null, profitFen: 100_000_000, paid: 'later', ...over },
    },
    null,
  );
const approve = async (id: string, by: Actor = partner, fen?: number) =>
  approveDividend(at, by, { county, id, fen: fen ?? (await dividendView(at, by, county, id)).fen }, null);
const withdraw = (id: string, by: Actor = merchant) => withdrawDividend(at, by, { county, id, reason: '重算' }, null);
const booked = async (over: Partial<Declared> = {}) => {
  const { id } = await declare(over);
  await approve(id);
  await payDividends(at);
  return dividendView(at, merchant, county, id);
};
const shareOut = (
  id: string,
  line: string,
  fen: number,
  shares: { household: string; parts: number }[] = [],
  by: Actor = operator,
) => shareOutDividend(at, by, { county, id, line, fen, shares, words: '2026 年村民代表会议决议' }, null);
const rate = (day: string, bp: number) =>
  setDepositRate(at, operator, { county, day, bp, source: '农商行一年期定期挂牌利率' }, null);
const statement = (household: string) => householdStatement(at, operator, { county, household });
const disputeOf = (agreement: string, household: string) =>
  scoped(at.db, String(county), (tx) =>
    tx
      .insertInto('benefit.agreement_dispute')
      .values({
        ...{ county, id: newId(), agreement, household, village: testVillage, words: '股数不对', by_person: 'test' },
        ...{ at: at.clock.now(), due_at: at.clock.now(), state: 'open' },
      })
      .execute(),
  );
const refused = async (table: [string, () => Promise<unknown>, string][], t: { test: typeof test }) => {
  for (const [name, work, code] of table)
    await t.test(name, async () => assert.equal((await refusalOf(work())).code, code));
};

test('a dividend is refused, in this order', async (t) => {
  assert.equal((await refusalOf(rate('2026-09-18', 145))).code, 'day-in-future');
  assert.equal((await refusalOf(declare())).code, 'rate-missing', 'nothing to compare with');
  await rate('2026-01-01', 150);
  assert.equal((await refusalOf(declare())).code, 'no-holders', 'no agreement');
  await holder({ startsOn: '2026-09-01' });
  assert.equal((await refusalOf(declare())).code, 'no-holders', 'a term that begins later');
  const ended = await holder();
  await at.db
    .updateTable('benefit.agreement')
    .set({ state: 'ended', over_at: new Date('2026-08-01T00:00:00Z') })
    .where('id', '=', ended.agreement)
    .execute();
  assert.equal((await refusalOf(declare())).code, 'no-holders', 'ended by the record day');
  const one = await holder();
  await refused(
    [
      ['another firm’s person', () => declare({}, otherMerchant), 'not-allowed'],
      ['a county that is not open', () => declare({ county: 500242 }, operator), 'county-not-open'],
      ['no such organisation', () => declare({ org: newId() }, operator), 'organisation-not-found'],
      ['backwards', () => declare({ from: '2026-09-01' }), 'period-backwards'],
      ['not over', () => declare({ to: '2026-12-31' }), 'period-not-over'],
      ['a record day before the period', () => declare({ recordDay: '2025-08-31' }), 'record-day-outside'],
      ['a record day to come', () => declare({ recordDay: '2026-09-18' }), 'record-day-outside'],
      ['on no class', () => declare({ commonFen: null }), 'class-missing'],
      ['before any rate', () => declare({ recordDay: '2025-12-31' }), 'rate-missing'],
      ['on a class that nobody holds', () => declare({ commonFen: null, preferredFen: 400 }), 'no-holders'],
      ['another firm', () => declare({ org: of.merchantOrg }, operator), 'no-holders'],
      ['over the profit', () => declare({ profitFen: 39_999 }), 'over-profit'],
    ],
    t,
  );
  const { id } = await declare({ profitFen: 40_000 });
  await disputeOf(one.agreement, one.household);
  await refused(
    [
      ['twice for overlapping periods', () => declare({ from: '2026-08-31' }), 'dividend-exists'],
      ['no such dividend', () => approve(newId(), partner, 1), 'dividend-not-found'],
      ['another county', () => dividendView(at, operator, 500242, id), 'dividend-not-found'],
      ['another firm’s person reads', () => dividendView(at, otherMerchant, county, id), 'dividend-not-found'],
      ['approved by who declared it', () => approve(id, merchant), 'dividend-same-person'],
      ['an auditor approves', () => approve(id, auditor), 'not-allowed'],
      ['a holder disputes the agreement', () => approve(id), 'household-disputed'],
    ],
    t,
  );
  await scoped(at.db, 'all', (tx) =>
    tx
      .updateTable('benefit.agreement_dispute')
      .set({ state: 'stands', closed_at: at.clock.now(), closed_by: 'test', answer: '查过' })
      .execute(),
  );
  assert.equal((await refusalOf(approve(id, partner, 1))).code, 'dividend-changed');
  await withdraw(id);
  assert.equal((await refusalOf(approve(id))).code, 'dividend-move-not-allowed');
  const both = await Promise.allSettled([declare(), declare()]);
  assert.deepEqual(
    both.map((result) => result.status).sort(),
    ['fulfilled', 'rejected'],
    'of two at once one is first',
  );
  const [first] = (await dividendPage(at, merchant, county, { state: 'declared' })).rows;
  await withdraw(first?.id as string);
});

test('what is paid stands beside the bank and the floor; what is below either alerts the county', async () => {
  const [good, low] = [await holder(), await holder({ terms: terms({ floorBp: 500, stakeFen: 3_000_000 }) })];
  const own = await booked({ from: '2025-09-01', to: '2026-08-31' });
  const line = (one: { household: string }) => own.lines.find((found) => found.household === one.household);
  assert.deepEqual(
    [line(good)?.fen, line(good)?.bankFen, line(good)?.floorFen, line(good)?.yearlyBp],
    [40_000, 15_000, 30_000, 400],
  );
  assert.deepEqual([line(low)?.fen, line(low)?.bankFen, line(low)?.yearlyBp], [40_000, 45_000, 133]);
  const alerts = own.alerts.map((alert) => [alert.agreement, alert.kind, alert.paidBp, alert.leastBp]).sort();
  assert.deepEqual(alerts, [
    [low.agreement, 'below_bank', 133, 150],
    [low.agreement, 'below_floor', 133, 500],
  ]);
  const shown = await statement(good.household);
  assert.deepEqual(
    [
      shown.earnedFen,
      shown.owedFen,
      shown.rows[0]?.mechanism,
      shown.rows[0]?.evidenceKind,
      shown.rows[0]?.evidenceNumber,
    ],
    [40_000, 40_000, 'shareholding', 'dividend', own.number],
  );
  const id = own.alerts[0]?.id as string;
  const answer = () => answerDividendAlert(at, operator, { county, id, answer: '已约谈，年底前补足' }, null);
  assert.equal(
    (await refusalOf(answerDividendAlert(at, operator, { county, id: newId(), answer: '查' }, null))).code,
    'alert-not-found',
  );
  await answer();
  assert.equal((await refusalOf(answer())).code, 'alert-answered');
  assert.equal((await dividendAlerts(at, county))[0]?.answer, null, 'what is to be answered comes first');
  await rate('2026-02-01', 900);
  assert.equal(
    (await dividendView(at, merchant, county, own.id)).bankBp,
    150,
    'what was declared keeps its comparison',
  );
});

test('a collective’s dividend is nobody’s income until it is shared out', async (t) => {
  await addTestHousehold(at, { county, village: neighbourVillage, name: '何满仓' });
  const third = await addTestHousehold(at, { county, village: neighbourVillage, name: '段秀芳' });
  await addTestHousehold(at, { county, village: neighbourVillage, name: '苏春梅' });
  const village = { ...term, county, org, villages: [neighbourVillage] };
  await addTestAgreement(at, { ...village, terms: terms({ stake: 'grant', class: 'preferred', shares: 100 }) });
  const own = await booked({ commonFen: null, preferredFen: 1_000, paid: 'cash' });
  const line = own.lines.find((found) => found.household === null);
  assert.deepEqual([own.lines.length, line?.village, line?.fen, line?.leftFen], [1, neighbourVillage, 1_000, 1_000]);
  const standing = () => standingOf(at.db, county, 'collective', neighbourVillage).then((found) => found.balanceFen);
  assert.deepEqual([await standing(), (await statement(third)).earnedFen], [1_000, 0]);
  const lineId = line?.id as string;
  const elsewhere = (await holder()).household;
  const household = (await booked({ from: '2025-08-01', to: '2025-08-31' }).catch(() => null))?.lines[0]?.id;
  await refused(
    [
      ['no such dividend', () => shareOut(newId(), lineId, 1_000), 'dividend-not-found'],
      ['a household’s own line', () => shareOut(own.id, household ?? newId(), 1_000), 'not-of-collective'],
      [
        'a household of another village',
        () => shareOut(own.id, lineId, 1_000, [{ household: elsewhere, parts: 1 }]),
        'sharer-elsewhere',
      ],
      [
        'a household twice',
        () =>
          shareOut(own.id, lineId, 1_000, [
            { household: third, parts: 1 },
            { household: third, parts: 1 },
          ]),
        'sharer-elsewhere',
      ],
      ['more than it got', () => shareOut(own.id, lineId, 1_001), 'over-the-share'],
      ['less than a fen each', () => shareOut(own.id, lineId, 2), 'share-too-small'],
    ],
    t,
  );
  const both = await Promise.allSettled([shareOut(own.id, lineId, 1_000), shareOut(own.id, lineId, 1_000)]);
  assert.deepEqual(
    both.map((result) => result.status).sort(),
    ['fulfilled', 'rejected'],
    'the same yuan is shared out once',
  );
  const [proposed] = (await dividendView(at, operator, county, own.id)).distributions;
  const of = { county, id: proposed?.id as string };
  await refused(
    [
      [
        'no such distribution',
        () => approveDistribution(at, otherOperator, { county, id: newId(), fen: 1 }, null),
        'distribution-not-found',
      ],
      [
        'by who proposed it',
        () => approveDistribution(at, operator, { ...of, fen: 1_000 }, null),
        'dividend-same-person',
      ],
      ['another sum', () => approveDistribution(at, otherOperator, { ...of, fen: 1 }, null), 'dividend-changed'],
    ],
    t,
  );
  await withdrawDistribution(at, operator, of, null);
  const again = await shareOut(own.id, lineId, 1_000);
  const id = again.distributions.at(-1)?.id as string;
  await approveDistribution(at, otherOperator, { county, id, fen: 1_000 }, null);
  assert.deepEqual(await Promise.all([payDividends(at), payDividends(at)]).then((all) => all[0] + all[1]), 1);
  assert.equal(await standing(), 0);
  assert.equal((await statement(third)).rows[0]?.evidenceNumber, again.distributions.at(-1)?.number);
  assert.equal(
    (await refusalOf(withdrawDistribution(at, operator, { county, id }, null))).code,
    'dividend-move-not-allowed',
  );
});

test('whatever is declared, withdrawn, approved and shared out: lines, entries, accounts and statements agree to the fen', async () => {
  const holders = await Promise.all(
    [7, 333, 10_001].map((shares, i) =>
      holder({
        org: of.merchantOrg,
        terms: terms({ shares, stakeFen: 50_000 * (i + 1), class: i === 1 ? 'preferred' : 'common' }),
      }),
    ),
  );
  await addTestHousehold(at, { county, village: farVillage, name: '刘桂香' });
  await addTestAgreement(at, {
    ...term,
    county,
    org: of.merchantOrg,
    villages: [farVillage],
    terms: terms({ shares: 77 }),
  });
  const deputy = await addTestPerson(at, { name: '吕经理', org: of.merchantOrg, role: 'merchant' });
  let start = '2025-07-01';
  const step = fc.record({
    common: fc.option(fc.integer({ min: 1, max: 9_999 })),
    preferred: fc.option(fc.integer({ min: 1, max: 9_999 })),
    paid: fc.constantFrom('later' as const, 'cash' as const),
    act: fc.constantFrom('approve', 'approve', 'withdraw', 'leave'),
    share: fc.integer({ min: 0, max: 100 }),
  });
  await rate('2025-06-01', 150);
  await fc.assert(
    fc.asyncProperty(step, async ({ common, preferred, paid, act, share }) => {
      const period = { from: start, to: addDays(start, 6), recordDay: addDays(start, 6) };
      start = addDays(start, 7);
      const declared = await declare(
        { org: of.merchantOrg, ...period, commonFen: common, preferredFen: preferred, paid },
        otherMerchant,
      ).catch(() => null);
      if (declared && act === 'withdraw') await withdraw(declared.id, otherMerchant);
      if (declared && act === 'approve') {
        await approve(declared.id, deputy);
        await payDividends(at);
        const line = declared.lines.find((one) => one.household === null);
        const fen = line ? Math.floor((line.fen * share) / 100) : 0;
        if (line && fen > 1) {
          const made = await shareOut(declared.id, line.id, fen);
          await approveDistribution(at, otherOperator, { county, id: made.distributions[0]?.id as string, fen }, null);
          await payDividends(at);
        }
      }
      for (const { household } of holders) {
        const own = await statement(household);
        const { rows } = await scoped(at.db, String(county), (tx) =>
          sql<{ fen: number }>`
            select coalesce(sum(l.fen), 0) as fen from benefit.dividend_line l join benefit.dividend d on d.id = l.dividend
             where l.household = ${household} and d.state = 'paid'`.execute(tx),
        );
        assert.deepEqual(
          [own.earnedFen, own.paidFen + own.underWayFen + own.owedFen],
          Array(2).fill(Number(rows[0]?.fen)),
        );
      }
    }),
    { numRuns: 20 },
  );
  // Agreements and disputes were written past their acts, so their own are left out.
  const invariants = [...benefitInvariants, ...dividendInvariants];
  assert.deepEqual(await breachesOf(at, { ...benefitModule, invariants }, ledgerModule), []);
});

test('over HTTP: by role, and without a name', async () => {
  const api = as(merchant, { benefit }).benefit;
  const page = await api.dividends({ params: { county } });
  const one = await api.dividend({ params: { county, id: page.rows.at(-1)?.id as string } });
  assert.equal(JSON.stringify(one).includes('马兰英'), false);
  await assert.rejects(
    api.setDepositRate({ params: { county }, body: { day: '2026-09-01', bp: 150, source: '挂牌' } }),
    { status: 403 },
  );
  await assert.rejects(api.dividendAlerts({ params: { county } }), { status: 403 });
  assert.ok((await as(auditor, { benefit }).benefit.dividendAlerts({ params: { county } })).length > 0);
  assert.ok((await as(operator, { benefit }).benefit.depositRates({ params: { county } })).length > 1);
});
