import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { sql } from 'kysely';
import { Client } from 'pg';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { addDays } from '#platform/clock.ts';
import { scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestPerson,
  giveTestPhone,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestAgreement } from '../../../test/fixtures-agreements.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { creditTest } from '../../../test/fixtures-payouts.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { packOrder } from '../../fulfilment/parcels/pack-order.ts';
import { payables } from '../../trade/payouts/payables.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';
import { benefitInvariants } from '../benefit.invariants.ts';
import { benefit } from '../contract.ts';
import { householdStatement } from '../entries/statement.ts';
import { benefitModule } from '../index.ts';
import { approvePayroll, discardPayroll, submitPayroll } from './approve-payroll.ts';
import { drawPayroll } from './draw-payroll.ts';
import { payPayrolls } from './pay-payrolls.ts';
import { payrollInvariants } from './payroll.invariants.ts';
import { payrollPage, payrollView } from './payroll-views.ts';
import { recordCounts, reverseCount, takePacking } from './work-counts.ts';
import { workSheet } from './work-sheet.ts';

const { at, setTime, url } = await testContext();
const of = await openTestCounty(at);
const { county, cooperative: org, merchant, otherMerchant, operator, auditor } = of;
const partner = await addTestPerson(at, { name: '钱理事', org, role: 'merchant' });
const { as } = await testCallers(at, [benefitModule]);
const signedAt = new Date('2026-03-01T00:00:00Z');
const terms = (per: 'hour' | 'day' | 'piece', fenPerUnit: number, job = '分拣'): Terms => ({
  ...{ kind: 'employment', job, per, fenPerUnit },
});

/** A household with an agreement, and its head. */
async function worker(over: Partial<Parameters<typeof addTestAgreement>[1]> = {}, name = '马兰英', phone?: string) {
  const household = await addTestHousehold(at, { county, village: testVillage, name, ...(phone && { phone }) });
  const agreement = await addTestAgreement(at, {
    ...{ county, org, terms: terms('hour', 1_850), signedAt, ...over },
    households: [{ household, village: testVillage }],
  });
  return { household, agreement, member: await headOf(household) };
}
const headOf = (household: string) =>
  scoped(at.db, String(county), (tx) =>
    tx
      .selectFrom('registry.household_member')
      .select('id')
      .where('household', '=', household)
      .where('relation', '=', 'head')
      .executeTakeFirstOrThrow(),
  ).then((row) => row.id);
const record = (
  who: { household: string; member: string },
  units: number,
  day = '2026-09-16',
  by: Actor = merchant,
  more: { org?: string; county?: number } = {},
) =>
  recordCounts(
    at,
    by,
    { county, org, day, counts: [{ household: who.household, member: who.member, units }], ...more },
    null,
  );
const draw = (
  over: { from?: string; to?: string; paid?: 'cash' | 'transfer' | 'later'; org?: string } = {},
  by: Actor = merchant,
) => drawPayroll(at, by, { county, org, from: '2026-09-01', to: '2026-09-16', paid: 'later', ...over }, null);
const submit = (id: string, by: Actor = merchant) => submitPayroll(at, by, { county, id }, null);
const approve = async (id: string, by: Actor = partner, fen?: number) =>
  approvePayroll(at, by, { county, id, fen: fen ?? (await payrollView(at, by, county, id)).fen }, null);
const discard = (id: string, by: Actor = merchant) => discardPayroll(at, by, { county, id, reason: '重编' }, null);
const paidPayroll = async (over: Parameters<typeof draw>[0] = {}) => {
  const { id } = await draw(over);
  await submit(id);
  await approve(id);
  await payPayrolls(at);
  return payrollView(at, merchant, county, id);
};
const dispute = (agreement: string, household: string) =>
  scoped(at.db, String(county), (tx) =>
    tx
      .insertInto('benefit.agreement_dispute')
      .values({
        ...{ county, id: newId(), agreement, household, village: testVillage, words: '工价不对', by_person: 'test' },
        ...{ at: at.clock.now(), due_at: at.clock.now(), state: 'open' },
      })
      .execute(),
  );
const statement = (household: string) => householdStatement(at, operator, { county, household });
const countOf = async (who: { member: string }, day = '2026-09-16', by: Actor = merchant) =>
  (await workSheet(at, by, { county, org, day })).workers.find((one) => one.member === who.member);
const refused = async (table: [string, () => Promise<unknown>, string][], t: { test: typeof test }) => {
  for (const [name, work, code] of table)
    await t.test(name, async () => assert.equal((await refusalOf(work())).code, code));
};

test('a count is refused, in this order', async (t) => {
  const one = await worker();
  const late = await worker({ startsOn: '2026-09-17' });
  const ended = await worker();
  await at.db
    .updateTable('benefit.agreement')
    .set({ state: 'ended', over_at: new Date('2026-09-10T00:00:00Z') })
    .where('id', '=', ended.agreement)
    .execute();
  const disputed = await worker();
  await dispute(disputed.agreement, disputed.household);
  const without = await addTestHousehold(at, { county, village: testVillage, name: '何满仓' });
  const byDay = await worker({ terms: terms('day', 12_000) });
  const twice = await worker();
  await record(twice, 8);
  await refused(
    [
      ['a county that is not open', () => record(one, 8, undefined, merchant, { county: 500242 }), 'county-not-open'],
      ['another employer’s person', () => record(one, 8, undefined, otherMerchant), 'not-allowed'],
      ['tomorrow', () => record(one, 8, '2026-09-18'), 'day-in-future'],
      ['a household elsewhere', () => record({ household: newId(), member: one.member }, 8), 'household-not-found'],
      ['a member of another household', () => record({ ...one, member: late.member }, 8), 'worker-not-found'],
      ['no agreement', async () => record({ household: without, member: await headOf(without) }, 8), 'no-agreement'],
      ['another employer', () => record(one, 8, undefined, operator, { org: of.merchantOrg }), 'no-agreement'],
      ['before the term', () => record(late, 8), 'wrong-period'],
      ['ended by then', () => record(ended, 8), 'agreement-ended'],
      ['the household disputes it', () => record(disputed, 8, '2026-09-17'), 'household-disputed'],
      ['more hours than a day has', () => record(one, 17), 'units-beyond-day'],
      ['two days in one', () => record(byDay, 2), 'units-beyond-day'],
      ['twice', () => record(twice, 8), 'count-exists'],
    ],
    t,
  );
  const both = await Promise.allSettled([record(one, 8), record(one, 7)]);
  assert.deepEqual(both.map((result) => result.status).sort(), ['fulfilled', 'rejected'], 'of two at once one counts');
  await record(late, 6, '2026-09-17');
  assert.equal((await countOf(ended, '2026-09-09'))?.job, '分拣', 'an end does not reach back');
});

test('a count is taken back once, and the day is free again', async (t) => {
  const one = await worker();
  await record(one, 8);
  const id = (await countOf(one))?.count as string;
  const reverse = (id: string, by: Actor = merchant) =>
    reverseCount(at, by, { county, id, reason: '记成别人的了' }, null);
  await refused(
    [
      ['no such count', () => reverse(newId()), 'count-not-found'],
      ['another employer’s person', () => reverse(id, otherMerchant), 'not-allowed'],
    ],
    t,
  );
  await reverse(id);
  assert.equal((await refusalOf(reverse(id))).code, 'count-already-reversed');
  const back = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('benefit.work_count').select('id').where('reverses', '=', id).executeTakeFirstOrThrow(),
  );
  assert.equal((await refusalOf(reverse(back.id))).code, 'count-is-a-reversal');
  await record(one, 5);
  assert.equal((await countOf(one))?.units, 5);
});

test('a payroll is refused, in this order', async (t) => {
  const { id } = await draw();
  const disputed = await worker({ org: of.merchantOrg });
  await record(disputed, 8, undefined, otherMerchant, { org: of.merchantOrg });
  const other = await draw({ org: of.merchantOrg }, otherMerchant);
  await submit(other.id, otherMerchant);
  await dispute(disputed.agreement, disputed.household);
  await refused(
    [
      ['another employer’s person draws', () => draw({}, otherMerchant), 'not-allowed'],
      ['no such organisation', () => draw({ org: newId() }, operator), 'organisation-not-found'],
      ['backwards', () => draw({ from: '2026-09-17' }), 'period-backwards'],
      ['not over', () => draw({ to: '2026-09-30' }), 'period-not-over'],
      ['every count is in one', () => draw(), 'nothing-to-pay-for'],
      ['no such payroll', () => submit(newId()), 'payroll-not-found'],
      ['another county', () => payrollView(at, operator, 500242, id), 'payroll-not-found'],
      ['another employer’s person submits', () => submit(id, otherMerchant), 'not-allowed'],
      ['another employer’s person reads', () => payrollView(at, otherMerchant, county, id), 'payroll-not-found'],
      ['not submitted yet', () => approve(id), 'payroll-move-not-allowed'],
      ['disputed since', () => approve(other.id, operator), 'household-disputed'],
    ],
    t,
  );
  await submit(id);
  await refused(
    [
      ['submitted already', () => submit(id), 'payroll-move-not-allowed'],
      ['by who drew it up', () => approve(id, merchant), 'payroll-same-person'],
      ['another sum than was seen', () => approve(id, partner, 1), 'payroll-changed'],
      ['an auditor', () => approve(id, auditor), 'not-allowed'],
    ],
    t,
  );
  await discard(id);
  assert.equal((await refusalOf(approve(id))).code, 'payroll-move-not-allowed');
  const again = await draw();
  assert.equal(
    again.slips.length,
    (await payrollView(at, merchant, county, id)).slips.length,
    'its counts are free again',
  );
  await discard(again.id);
  await discard(other.id, otherMerchant);
});

test('nobody approves the wages of their own household', async () => {
  const phone = '13912340031';
  const one = await worker({}, '苏春梅', phone);
  await giveTestPhone(at, partner, phone);
  await record(one, 8, '2026-08-03');
  const { id } = await draw({ from: '2026-08-01', to: '2026-08-31' });
  await submit(id);
  assert.equal((await refusalOf(approve(id))).code, 'payroll-own-household');
  await approve(id, operator);
  await payPayrolls(at);
});

test('each count is paid by the version that held on its day; what was taken back comes off the next payroll', async () => {
  const one = await worker({ terms: terms('piece', 30, '包装') });
  await scoped(at.db, String(county), async (tx) => {
    const version = {
      county,
      agreement: one.agreement,
      version: 2,
      by_person: 'test',
      at: new Date('2026-07-10T02:00:00Z'),
    };
    await tx
      .insertInto('benefit.agreement_version')
      .values({
        ...version,
        terms: JSON.stringify(terms('piece', 40, '包装')),
        starts_on: '2026-01-01',
        ends_on: '2027-12-31',
        words: '',
      })
      .execute();
    const { by_person, at: when } = version;
    const party = await tx
      .selectFrom('benefit.agreement_party')
      .select('id')
      .where('agreement', '=', one.agreement)
      .executeTakeFirstOrThrow();
    const signature = { county, agreement: one.agreement, version: 2, by_person, at: when };
    await tx
      .insertInto('benefit.agreement_signature')
      .values([
        { ...signature, signer: org, method: 'account' as const },
        { ...signature, signer: party.id, party: party.id, village: testVillage, method: 'code' as const },
      ])
      .execute();
  });
  await record(one, 100, '2026-07-09');
  await record(one, 100, '2026-07-10');
  const july = await paidPayroll({ from: '2026-07-01', to: '2026-07-31' });
  assert.deepEqual(
    [july.state, july.fen, july.slips[0]?.lines.map((line) => line.fen)],
    ['paid', 7_000, [3_000, 4_000]],
  );
  const own = await statement(one.household);
  assert.deepEqual(
    [
      own.earnedFen,
      own.owedFen,
      own.rows.map((row) => [row.mechanism, row.evidenceKind, row.evidenceNumber, row.month]),
    ],
    [7_000, 7_000, [['employment', 'wage', july.number, '2026-07']]],
  );
  await reverseCount(
    at,
    merchant,
    { county, id: (await countOf(one, '2026-07-09'))?.count as string, reason: '重复' },
    null,
  );
  await record(one, 50, '2026-07-09');
  const more = await paidPayroll({ from: '2026-09-01', to: '2026-09-16', paid: 'cash' });
  const slip = more.slips.find((found) => found.household === one.household);
  assert.equal(slip?.fen, -3_000, 'what was counted anew lies before the period and waits for its own payroll');
  const rest = await paidPayroll({ from: '2026-07-01', to: '2026-07-31' });
  assert.equal(rest.fen, 1_500);
  assert.equal((await statement(one.household)).earnedFen, 5_500);
});

test('what the employer pays itself is paid; what goes out with the county waits until the employer is owed it', async () => {
  const [cash, later] = [await worker(), await worker()];
  await record(cash, 8, '2026-06-01');
  await paidPayroll({ from: '2026-06-01', to: '2026-06-01', paid: 'cash' });
  const own = await statement(cash.household);
  assert.deepEqual([own.earnedFen, own.paidFen, own.owedFen], [14_800, 14_800, 0]);
  await record(later, 8, '2026-06-02');
  await paidPayroll({ from: '2026-06-02', to: '2026-06-02' });
  const owed = () => scoped(at.db, String(county), (tx) => payables(tx, county, [later.household]));
  assert.deepEqual(await owed(), [], 'nothing was sold yet');
  await creditTest(at, county, { kind: 'merchant', owner: org }, 10_000_000);
  assert.deepEqual(await owed(), [{ accountKind: 'household', owner: later.household, fen: 14_800 }]);
});

test('pieces of a packer are taken from the parcels', async () => {
  const phone = '13912340032';
  const one = await worker({ terms: terms('piece', 50, '装箱') }, '段秀芳', phone);
  const packer = await addTestPerson(at, { name: '段秀芳', org, role: 'merchant' });
  await giveTestPhone(at, packer, phone);
  const shop = await openTestShop(at, of);
  await addTestRule(at, county);
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 50 });
  setTime('2026-09-18T02:00:00Z');
  for (let n = 0; n < 3; n++) {
    const checkout = await placeTest(at, of.buyer, [goods, 1]);
    await payTest(at, of.buyer, checkout.id);
    await packOrder(at, packer, { county, id: checkout.orders[0]?.id as string }, null);
  }
  const take = (day = '2026-09-18') => takePacking(at, merchant, { county, org, day }, null);
  assert.equal((await countOf(one, '2026-09-18'))?.packed, 3);
  assert.equal((await refusalOf(take())).code, 'day-not-over');
  setTime('2026-09-19T02:00:00Z');
  const sheet = await take();
  const line = sheet.workers.find((found) => found.member === one.member);
  assert.deepEqual([line?.units, line?.source, line?.packed], [3, 'parcels', null]);
  assert.equal((await refusalOf(take())).code, 'nothing-packed', 'once');
  assert.equal((await refusalOf(take('2026-09-15'))).code, 'nothing-packed');
  const paid = await paidPayroll({ from: '2026-09-18', to: '2026-09-18' });
  assert.equal(paid.fen, 150);
});

test('killed between approval and booking: nothing twice, nothing lost', async () => {
  const one = await worker();
  await record(one, 8, '2026-05-06');
  const { id } = await draw({ from: '2026-05-06', to: '2026-05-06' });
  await submit(id);
  await approve(id);
  // The booking hangs at the ledger, in the middle of its transaction, and loses its connection there.
  await transact(at.db, async (tx) => {
    await sql`select from ledger.account where county = ${county} and kind = 'wage_cost' for update`.execute(tx);
    const dying = payPayrolls(at).then(
      () => assert.fail('it cannot end well'),
      (error) => assert.ok(error instanceof AggregateError),
    );
    // As who the server was started by: others do not see who waits.
    const killer = new Client(url);
    await killer.connect();
    for (let killed: number | null = 0; killed === 0; await sleep(20)) {
      killed = (
        await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
                             where datname = current_database() and wait_event_type = 'Lock'`)
      ).rowCount;
    }
    await killer.end();
    await dying;
  });
  assert.deepEqual(
    [(await payrollView(at, merchant, county, id)).state, (await statement(one.household)).earnedFen],
    ['approved', 0],
  );
  const booked = await Promise.all([payPayrolls(at), payPayrolls(at)]);
  assert.equal(booked[0] + booked[1], 1, 'of two that find it one books it');
  assert.equal(await payPayrolls(at), 0);
  assert.equal((await statement(one.household)).earnedFen, 14_800);
});

test('whatever is counted, taken back, paid and thrown away: payrolls, entries, accounts and statements agree to the fen', async () => {
  const workers = await Promise.all([
    worker({ terms: terms('piece', 33) }),
    worker({ terms: terms('hour', 1_999) }),
    worker({ terms: terms('day', 9_901) }),
  ]);
  const most = [500, 16, 1];
  let month = 0;
  const step = fc.record({
    who: fc.nat(2),
    share: fc.integer({ min: 1, max: 100 }),
    day: fc.nat(9),
    act: fc.constantFrom('count', 'count', 'count', 'reverse', 'pay', 'cash', 'discard'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const first = addDays('2026-03-02', 10 * month++);
      const dayOfStep = (n: number) => addDays(first, n);
      const period = { from: first, to: dayOfStep(9) };
      for (const { who, share, day, act } of steps) {
        const one = workers[who] as (typeof workers)[number];
        const standing = await countOf(one, dayOfStep(day));
        if (act === 'count' && !standing?.count) {
          await record(one, Math.max(1, Math.floor(((most[who] as number) * share) / 100)), dayOfStep(day));
        } else if (act === 'reverse' && standing?.count) {
          await reverseCount(at, merchant, { county, id: standing.count, reason: '记错了' }, null);
        } else if (act === 'pay' || act === 'cash' || act === 'discard') {
          const drawn = await draw({ ...period, paid: act === 'cash' ? 'cash' : 'later' }).catch(() => null);
          if (!drawn) continue;
          if (act === 'discard') await discard(drawn.id);
          else {
            await submit(drawn.id);
            await approve(drawn.id);
            await payPayrolls(at);
          }
        }
      }
      const all = await scoped(at.db, String(county), async (tx) => {
        const { rows } = await sql<{ household: string; entries: number; slips: number; counts: number }>`
          select h.id as household,
                 (select coalesce(sum(fen), 0) from benefit.entry e where e.household = h.id) as entries,
                 (select coalesce(sum(s.fen), 0) from benefit.payslip s join benefit.payroll p on p.id = s.payroll
                   where s.household = h.id and p.state = 'paid') as slips,
                 (select coalesce(sum(c.units * (v.terms ->> 'fenPerUnit')::bigint), 0) from benefit.work_count c
                    join benefit.agreement_version v on v.agreement = c.agreement and v.version = c.version
                   where c.household = h.id and exists (
                     select from benefit.payroll_line l join benefit.payroll p on p.id = l.payroll and p.state = 'paid'
                      where l.count = c.id and l.live)) as counts
            from registry.household h where h.id = any(${workers.map((one) => one.household)}::uuid[])`.execute(tx);
        return rows;
      });
      for (const row of all) {
        const own = await statement(row.household);
        const sums = [row.entries, row.slips, row.counts, own.paidFen + own.underWayFen + own.owedFen].map(Number);
        assert.deepEqual(sums, Array(4).fill(own.earnedFen));
      }
    }),
    { numRuns: 12 },
  );
  // Agreements and disputes were written past their acts, so their own are left out.
  const invariants = [...benefitInvariants, ...payrollInvariants];
  assert.deepEqual(await breachesOf(at, { ...benefitModule, invariants }, ledgerModule), []);
});

test('over HTTP: by role, and without a name', async () => {
  const one = await worker({}, '欧阳小凤');
  const api = as(merchant, { benefit }).benefit;
  const body = { org, day: '2026-04-07', counts: [{ household: one.household, member: one.member, units: 4 }] };
  const sheet = await api.recordCounts({ params: { county }, body });
  const line = sheet.workers.find((found) => found.member === one.member);
  assert.deepEqual([line?.nameMasked, line?.relation, line?.units], ['欧**凤', 'head', 4]);
  const drawn = await api.drawPayroll({
    params: { county },
    body: { org, from: '2026-04-07', to: '2026-04-07', paid: 'later' },
  });
  await api.submitPayroll({ params: { county, id: drawn.id } });
  const approved = await as(partner, { benefit }).benefit.approvePayroll({
    params: { county, id: drawn.id },
    body: { fen: drawn.fen },
  });
  assert.deepEqual(
    [approved.state, approved.mine, drawn.mine, JSON.stringify(approved).includes('欧阳小凤')],
    ['approved', false, true, false],
  );
  assert.ok((await payrollPage(at, auditor, county, {})).total > 0);
  assert.equal((await payrollPage(at, otherMerchant, county, { org })).total, 0);
  await assert.rejects(as(of.cadre, { benefit }).benefit.payrolls({ params: { county } }), { status: 403 });
});
