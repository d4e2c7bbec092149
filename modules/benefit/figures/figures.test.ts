import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { benefit } from '#benefit/contract';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  farVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestEntries } from '../../../test/fixtures-log.ts';
import type { EvidenceKind, Income, Mechanism } from '../entries/entry-kinds.ts';
import { benefitModule } from '../index.ts';
import { ensureLogKey } from '../log/log-keys.ts';
import { sequenceLog } from '../log/sequence.ts';
import { countPeople } from './count-people.ts';
import { figureInvariants } from './figures.invariants.ts';
import { figuresSheet } from './figures-sheet.ts';
import { followLog, rebuildFigures } from './follow-log.ts';
import { yearlyReport } from './yearly-report.ts';

async function follow(at: Context): Promise<void> {
  while ((await sequenceLog(at, 7)) > 0);
  while ((await followLog(at, 5)) > 0);
}

const held = (db: Db) =>
  scoped(db, 'all', async (tx) => ({
    reach: (await sql`select * from benefit.reach order by 1, 2, 3, 4, 5, 6, 7`.execute(tx)).rows,
    figure: (await sql`select * from benefit.figure order by 1, 2, 3, 4, 5, 6, 7`.execute(tx)).rows,
  }));

async function assertSound(db: Db): Promise<void> {
  for (const { name, check } of figureInvariants) assert.deepEqual(await check(db), [], name);
}

async function aCounty(t: Parameters<typeof testContext>[0]) {
  const { at, db, setTime } = await testContext(t);
  await ensureLogKey(at);
  const of = await openTestCounty(at);
  const { county } = of;
  const households = [of.household];
  for (const name of ['王秀英', '李春生', '赵国强']) {
    households.push(await addTestHousehold(at, { county, village: testVillage, name, category: 'monitored' }));
  }
  const app = await testCallers(at, [benefitModule], t);
  const figures = (query: object = {}, by = of.operator) =>
    app.as(by, { benefit }).benefit.figures({ params: { county }, query });
  return { at, db, of, county, households, app, figures, setTime };
}

test('a year of a county: money, people, months, the top tenth, the year before', async (t) => {
  const { at, db, of, households, figures } = await aCounty(t);
  const [a, b, c] = households as [string, string, string];
  const give = (household: string, month: string, fen: number, more: object = {}) =>
    addTestEntries(at, of, { households: [household], count: 1, month, fen: () => fen, ...more });
  await give(a, '2026-03', 10_000);
  await give(a, '2026-04', 20_000, { crop: 'walnut' });
  await give(b, '2026-04', 70_000, { mechanism: 'shop', evidenceKind: 'order_line' });
  // Taken back whole: not reached.
  await give(c, '2026-04', 500);
  await give(c, '2026-04', -500);
  await give(c, '2026-05', 3_000, { mechanism: 'startup', evidenceKind: 'help', income: 'in_kind' });
  // Of the year before the months up to now count, and not those after.
  await give(a, '2025-09', 40_000);
  await give(a, '2025-12', 99_900);
  assert.equal((await figures()).fen, 0, 'nothing is told before the log has it');
  await follow(at);
  await countPeople(at);
  await assertSound(db);

  const whole = await figures();
  assert.deepEqual(
    [whole.year, whole.through, whole.income, whole.by, whole.logSize],
    [2026, 9, 'market', 'village', 8],
  );
  assert.deepEqual([whole.fen, whole.beforeFen, whole.entries], [100_000, 40_000, 5]);
  assert.deepEqual([whole.households, whole.beforeHouseholds], [2, 1]);
  assert.deepEqual(whole.topTenth, { households: 1, fen: 70_000, shareBp: 7_000 });
  assert.deepEqual(whole.months[3], { fen: 90_000, beforeFen: 0, households: 2 });
  assert.deepEqual(whole.steady.slice(0, 3), [1, 1, 0]);
  assert.equal(whole.perPersonFen, Math.round(100_000 / whole.allPersons));
  assert.deepEqual(
    whole.incomes.map((one) => one.fen),
    [100_000, 3_000, 0],
  );
  const [first, ...others] = whole.rows;
  assert.deepEqual([first?.key, first?.fen, first?.households], [testVillage, 100_000, 2]);
  assert.equal(
    others.some((row) => row.key === farVillage && row.households === 0 && row.fen === 0),
    true,
  );

  const kinds = await figures({ by: 'mechanism' });
  assert.deepEqual(
    kinds.rows.map((row) => [row.key, row.name, row.fen, row.beforeFen, row.households]),
    [
      ['shop', '网店带动', 70_000, 0, 1],
      ['industry', '产业收购', 30_000, 40_000, 1],
    ],
  );
  const walnut = await figures({ by: 'month', crop: 'walnut' });
  assert.deepEqual([walnut.fen, walnut.households, walnut.rows[3]?.fen], [20_000, 1, 20_000]);
  const monitored = (await figures({ by: 'category' })).rows.find((row) => row.key === 'monitored');
  assert.deepEqual([monitored?.fen, monitored?.households, monitored?.allHouseholds], [70_000, 1, 3]);
  assert.equal((await figures({ income: 'in_kind' })).households, 1);
  assert.equal((await figures({ village: farVillage })).fen, 0);
  assert.equal((await figures({ by: 'org' })).rows[0]?.fen, 100_000);
});

test('figures are refused to whoever has no part in it, and cut one way at a time; a village sees its own', async (t) => {
  const { at, of, households, figures } = await aCounty(t);
  await addTestEntries(at, of, { households, count: 8 });
  await follow(at);
  await assert.rejects(figures({}, stranger), { status: 403 });
  for (const query of [
    { mechanism: 'shop', crop: 'walnut' },
    { by: 'org', crop: 'walnut' },
  ]) {
    await assert.rejects(figures(query), { code: 'one-cut-only' });
  }
  const elsewhere = await figures({ village: '51' });
  assert.deepEqual([elsewhere.fen, elsewhere.topTenth.fen, elsewhere.rows], [0, 0, []]);
  const own = await figures({}, of.keeper);
  assert.deepEqual(
    own.rows.map((row) => row.key),
    [testVillage],
  );
});

test('share of income: of households whose income is known, with its source; of none it says so', async (t) => {
  const { at, of, county, households, figures, app } = await aCounty(t);
  const [a, b] = households as [string, string];
  const enter = (id: string, body: { year: number; fen: number; source: string }, by = of.operator) =>
    app.as(by, { benefit }).benefit.enterIncome({ params: { county, id }, body });
  await addTestEntries(at, of, { households: [a, b], count: 2, month: '2025-10', fen: () => 200_000 });
  await follow(at);
  assert.equal((await figures({ year: 2025 })).incomeShare, null);
  const table: [string, () => Promise<unknown>, string][] = [
    ['a keeper', () => enter(a, { year: 2025, fen: 1, source: '入户调查' }, of.keeper), 'not-allowed'],
    [
      'elsewhere',
      () => enter(of.farHousehold, { year: 2025, fen: 1, source: '入户调查' }, of.cadre),
      'household-not-found',
    ],
    ['this year', () => enter(a, { year: 2026, fen: 1, source: '入户调查' }), 'income-year-not-over'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => assert.rejects(work(), { code }));
  await enter(a, { year: 2025, fen: 9_999_999, source: '口头' });
  await enter(a, { year: 2025, fen: 1_000_000, source: '入户调查' });
  assert.deepEqual((await figures({ year: 2025 })).incomeShare, {
    ...{ households: 1, incomeFen: 1_000_000, helpFen: 200_000, shareBp: 2_000, sources: ['入户调查'] },
  });
  const own = await app.as(of.cadre, { benefit }).benefit.householdIncomes({ params: { county, id: a } });
  assert.deepEqual(own, [
    { year: 2025, fen: 1_000_000, source: '入户调查', on: '2026-09-17', helpFen: 200_000, shareBp: 2_000 },
  ]);
});

test('a household that changes its kind takes its figures along', async (t) => {
  const { at, db, of, households, figures, setTime } = await aCounty(t);
  await addTestEntries(at, of, { households: [households[1] as string], count: 1, fen: () => 700 });
  await follow(at);
  await countPeople(at);
  const fenOf = async (key: string) => (await figures({ by: 'category' })).rows.find((row) => row.key === key)?.fen;
  assert.deepEqual([await fenOf('monitored'), await fenOf('lifted')], [700, 0]);
  setTime('2026-09-18T06:00:00Z');
  await scoped(db, 'all', (tx) =>
    tx
      .updateTable('registry.household')
      .set({ category: 'lifted', changed_at: at.clock.now() })
      .where('id', '=', households[1] as string)
      .execute(),
  );
  await countPeople(at);
  assert.deepEqual([await fenOf('monitored'), await fenOf('lifted')], [0, 700]);
  await assertSound(db);
});

test('made again from nothing they are the same, in whatever steps they came', async (t) => {
  const { at, db, of, households } = await aCounty(t);
  const entry = fc.record({
    household: fc.constantFrom(...households),
    month: fc.constantFrom('2024-12', '2025-01', '2025-11', '2026-01', '2026-02'),
    fen: fc.integer({ min: -5_000, max: 9_000 }).filter((fen) => fen !== 0),
    by: fc.constantFrom<{ mechanism: Mechanism; evidenceKind: EvidenceKind }>(
      { mechanism: 'shop', evidenceKind: 'order_line' },
      { mechanism: 'industry', evidenceKind: 'purchase' },
      { mechanism: 'employment', evidenceKind: 'wage' },
    ),
    income: fc.constantFrom<Income>('market', 'in_kind', 'subsidy'),
    crop: fc.constantFrom('walnut', 'honey', null),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      async (entries, step) => {
        for (const { household, fen, by, ...rest } of entries) {
          await addTestEntries(at, of, { households: [household], count: 1, fen: () => fen, ...by, ...rest });
        }
        while ((await sequenceLog(at)) > 0);
        while ((await followLog(at, step)) > 0);
        await assertSound(db);
        const followed = await held(db);
        await rebuildFigures(db);
        assert.deepEqual(await held(db), followed);
      },
    ),
    { numRuns: 5 },
  );
});

interface Given {
  household: string;
  village: string;
  month: string;
  fen: number;
  by: { mechanism: Mechanism; evidenceKind: EvidenceKind };
  income: Income;
  crop: string | null;
}

const add = (list: number[], i: number, n: number) => {
  list[i] = (list[i] ?? 0) + n;
};

/** Figures by plain addition: one text per row, of each region, dimension and kind of household. */
function addedUp(
  given: readonly Given[],
  org: string,
  kinds: ReadonlyMap<string, { category: string; persons: number }>,
) {
  const received = new Map<string, { of: Given; at: string[]; entries: number; months: number[] }>();
  for (const one of given) {
    const keys = [
      ['all', ''],
      ['mechanism', one.by.mechanism],
      ['org', org],
      ...(one.crop ? [['crop', one.crop]] : []),
    ];
    for (const key of keys) {
      const at = [one.month.slice(0, 4), one.income, ...key] as string[];
      const name = [...at, one.household, one.village].join(' ');
      const row = received.get(name) ?? { of: one, at, entries: 0, months: Array(12).fill(0) };
      row.entries += 1;
      add(row.months, Number(one.month.slice(5)) - 1, one.fen);
      received.set(name, row);
    }
  }
  const sums = new Map<
    string,
    { entries: number; months: number[]; inMonth: number[]; steady: number[]; persons: number }
  >();
  for (const { of, at, entries, months } of received.values()) {
    const { category, persons } = kinds.get(of.household) as { category: string; persons: number };
    const reached = months.reduce((sum, fen) => sum + fen, 0) > 0;
    const good = months.filter((fen) => fen > 0).length;
    for (const digits of [6, 9, 12]) {
      const name = [...at, of.village.slice(0, digits), category].join(' ');
      const sum = sums.get(name) ?? {
        ...{ entries: 0, persons: 0, months: Array(12).fill(0) },
        ...{ inMonth: Array(12).fill(0), steady: Array(12).fill(0) },
      };
      sum.entries += entries;
      if (reached) sum.persons += persons;
      months.forEach((fen, i) => {
        add(sum.months, i, fen);
        if (fen > 0) add(sum.inMonth, i, 1);
      });
      if (reached) add(sum.steady, good - 1, 1);
      sums.set(name, sum);
    }
  }
  return [...sums].map(([name, { entries, persons, months, inMonth, steady }]) => {
    const reached = steady.reduce((sum, n) => sum + n, 0);
    return [name, entries, persons, months, inMonth, steady, reached].join(' | ');
  });
}

test('whatever comes, is taken back or becomes of another kind, figures are what plain addition gives', async (t) => {
  const { at, db, of, households, setTime } = await aCounty(t);
  const villages = new Map(households.map((one) => [one, testVillage as string]));
  villages.set(of.farHousehold, farVillage);
  const entry = fc.record({
    household: fc.constantFrom(...villages.keys()),
    month: fc.constantFrom('2025-12', '2026-01', '2026-02', '2026-03'),
    fen: fc.integer({ min: 1, max: 900 }),
    by: fc.constantFrom<Given['by']>(
      { mechanism: 'shop', evidenceKind: 'order_line' },
      { mechanism: 'industry', evidenceKind: 'purchase' },
    ),
    income: fc.constantFrom<Income>('market', 'subsidy'),
    crop: fc.constantFrom('walnut', null),
  });
  const act = fc.oneof(
    { weight: 5, arbitrary: entry },
    { weight: 2, arbitrary: fc.record({ back: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ changes: fc.nat(), to: fc.constantFrom('general', 'lifted', 'monitored') }) },
    { weight: 2, arbitrary: fc.record({ followed: fc.integer({ min: 1, max: 6 }) }) },
  );
  const given: Given[] = [];
  let minutes = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async (acts) => {
      const post = async (one: Given) => {
        const { household, fen, by, village, ...rest } = one;
        await addTestEntries(
          at,
          { ...of, village },
          { households: [household], count: 1, fen: () => fen, ...by, ...rest },
        );
        given.push(one);
      };
      for (const one of acts) {
        if ('household' in one) await post({ ...one, village: villages.get(one.household) as string });
        else if ('back' in one) {
          const undone = given[one.back % (given.length || 1)];
          if (undone) await post({ ...undone, fen: -undone.fen });
        } else if ('changes' in one) {
          minutes += 10;
          setTime(new Date(Date.parse('2026-09-18T06:00:00Z') + minutes * 60_000).toISOString());
          await scoped(db, 'all', (tx) =>
            tx
              .updateTable('registry.household')
              .set({ category: one.to, changed_at: at.clock.now() })
              .where('id', '=', [...villages.keys()][one.changes % villages.size] as string)
              .execute(),
          );
          await countPeople(at);
        } else {
          while ((await sequenceLog(at)) > 0);
          await followLog(at, one.followed);
        }
      }
      await follow(at);
      await countPeople(at);
      await assertSound(db);
      const read = await scoped(db, 'all', async (tx) => ({
        kinds: await sql<{ household: string; category: string; persons: number }>`
          select household, category, persons from registry.household_people`.execute(tx),
        figures: await sql<{ line: string }>`
          select concat_ws(' | ', concat_ws(' ', year, income, dimension, key, region, category), entries, persons,
                   array_to_string(months, ','), array_to_string(month_households, ','), array_to_string(steady, ','),
                   households) as line from benefit.figure`.execute(tx),
      }));
      const kinds = new Map(read.kinds.rows.map(({ household, ...one }) => [household, one]));
      assert.deepEqual(read.figures.rows.map((row) => row.line).sort(), addedUp(given, of.cooperative, kinds).sort());
      const followed = await held(db);
      if (acts.length % 2 === 0) {
        await rebuildFigures(db);
        assert.deepEqual(await held(db), followed);
      }
    }),
    { numRuns: 6 },
  );
});

test('what is not as it should be is found', async (t) => {
  const { at, db, of, households } = await aCounty(t);
  await addTestEntries(at, of, { households, count: 4 });
  await follow(at);
  const broken = async (statement: ReturnType<typeof sql>) => {
    await scoped(db, 'all', (tx) => statement.execute(tx));
    const found = [];
    for (const { check } of figureInvariants) found.push(...(await check(db)));
    await rebuildFigures(db);
    return found.length > 0;
  };
  assert.ok(await broken(sql`update benefit.reach set fen = fen + 1, months = array[1 + months[1]] || months[2:12]`));
  assert.ok(await broken(sql`update benefit.figure set households = households + 1`));
  assert.ok(await broken(sql`delete from benefit.figure where dimension = 'org'`));
  await assertSound(db);
});

test('of two servers one follows; a server that stops in between leaves nothing half added', async (t) => {
  const { at, db, of, households } = await aCounty(t);
  await addTestEntries(at, of, { households, count: 20 });
  while ((await sequenceLog(at)) > 0);
  const added = await Promise.all([followLog(at, 4), followLog(at, 4), followLog(at, 4)]);
  assert.ok(added.reduce((sum, n) => sum + n, 0) <= 12);
  while ((await followLog(at, 4)) > 0);
  await assertSound(db);
});

test('the workbook and the printed report tell nothing of fewer than three households', async (t) => {
  const { at, of, county, households } = await aCounty(t);
  const give = (which: readonly string[], more: object) =>
    addTestEntries(at, of, { households: which, count: which.length, month: '2026-04', fen: () => 777_700, ...more });
  await give(households, { crop: 'walnut' });
  await give(households.slice(0, 1), { crop: 'honey', fen: () => 123_400 });
  await give(households.slice(0, 2), {
    mechanism: 'startup',
    evidenceKind: 'help',
    income: 'in_kind',
    fen: () => 55_500,
  });
  await follow(at);
  await countPeople(at);
  const page = await yearlyReport(at, of.operator, { county }, 'zh');
  assert.match(page, /成县 2026 年帮扶成效报告/);
  assert.match(page, /<svg/);
  assert.ok(!/<script|1,234|1,110|555/.test(page), 'honey is one household’s, help in kind two’s');
  assert.ok(!page.includes('7,777'), 'walnuts are the rest of the whole then');
  assert.match(page, /32,342/, 'the whole is of four');
  const english = await yearlyReport(at, of.operator, { county }, 'en');
  assert.match(english, /Households reached/);
  const { name, bytes } = await figuresSheet(at, of.operator, { county }, 'zh');
  assert.equal(name, `figures-${county}-2026.xlsx`);
  assert.equal(bytes.subarray(0, 2).toString(), 'PK');
});
