import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { followLog, sequenceLog } from '#benefit';
import { incomes } from '#benefit/contract';
import { dayOf } from '#platform/clock.ts';
import { scoped } from '#platform/db.ts';
import type { TestHouse } from './fixtures-house.ts';
import { sumsOfLines } from './fixtures-log.ts';
import type { SimulatedWorld } from './simulated-county.ts';
import { inLanes, one } from './timed-load.ts';

type Sums = Record<string, number>;

/** What every path to the income of households says. */
export interface IncomeByPath {
  /** by mechanism, of all counties, as their entries say */
  sums: Sums;
  /** what each path adds up to in each county */
  paths: Record<string, number>;
  /** one line for each that says something else */
  differences: string[];
}

const LANES = 8;

const yearOf = (at: Date) => Number(dayOf(at).slice(0, 4));
const add = (sums: Sums, key: string, fen: number) => {
  sums[key] = (sums[key] ?? 0) + fen;
};
const total = (sums: Sums) => Object.values(sums).reduce((sum, fen) => sum + fen, 0);
/** Without what is nothing: a path may keep a row of it, or none. */
const without0 = (sums: Sums) => Object.fromEntries(Object.entries(sums).filter(([, fen]) => fen !== 0));

/**
 * The same income, asked of entries, ledger (transfers and balances), statements, totals, the county's figures and the
 * public log, to the fen. The log and the figures are carried to the end first.
 */
export async function incomeByEveryPath(world: SimulatedWorld): Promise<IncomeByPath> {
  const { at } = world;
  while ((await sequenceLog(at)) > 0);
  while ((await followLog(at)) > 0);
  const said: IncomeByPath = { sums: {}, paths: {}, differences: [] };
  for (const county of new Set(world.houses.map((house) => house.county))) {
    const houses = world.houses.filter((house) => house.county === county);
    for (const [mechanism, fen] of Object.entries(await ofCounty(world, county, houses, said))) {
      add(said.sums, mechanism, fen);
    }
  }
  compare(said, 'lines of the log, added up by anybody', await sumsOfLines(at), said.sums);
  return said;
}

function compare(said: IncomeByPath, path: string, sums: Sums | number, expected: Sums | number): void {
  said.paths[path] = typeof sums === 'number' ? sums : total(sums);
  const [got, want] = [sums, expected].map((one) => (typeof one === 'number' ? one : without0(one)));
  if (!isDeepStrictEqual(got, want)) {
    said.differences.push(`${path}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`);
  }
}

/** @returns what the entries of a county say, by mechanism */
async function ofCounty(world: SimulatedWorld, county: number, houses: TestHouse[], said: IncomeByPath): Promise<Sums> {
  const { db, clock } = world.at;
  const rows = <T>(query: ReturnType<typeof sql>) =>
    scoped(db, 'all', async (tx) => (await query.execute(tx)).rows as T[]);
  const { operator, auditor } = houses[0] as TestHouse;
  const params = { county };

  const byHousehold = new Map<string, Sums>();
  const entries: Sums = {};
  for (const { household, mechanism, fen } of await rows<{ household: string; mechanism: string; fen: number }>(
    sql`select household, mechanism, sum(fen)::bigint as fen from benefit.entry where county = ${county} group by 1, 2`,
  )) {
    const own = byHousehold.get(household) ?? {};
    byHousehold.set(household, { ...own, [mechanism]: fen });
    add(entries, mechanism, fen);
  }
  said.paths[`${county}: entries`] = total(entries);
  const { inKind } = await one<{ inKind: number }>(
    db,
    sql`select coalesce(sum(fen), 0)::bigint as "inKind" from benefit.entry where county = ${county} and income = 'in_kind'`,
  );
  const inMoney = total(entries) - inKind;

  const { earned, paid } = await one<{ earned: number; paid: number }>(
    db,
    sql`select coalesce(sum(fen) filter (where not out), 0)::bigint as earned,
               coalesce(-sum(fen) filter (where out), 0)::bigint as paid
          from (select case when c.kind = 'household' then t.amount_fen else -t.amount_fen end as fen,
                       'buyer_cash' in (d.kind, c.kind) or 'payout_clearing' in (d.kind, c.kind) as out
                  from ledger.transfer t
                  join ledger.account d on d.county = t.county and d.id = t.debit
                  join ledger.account c on c.county = t.county and c.id = t.credit
                 where t.county = ${county} and 'household' in (d.kind, c.kind)) t`,
  );
  compare(said, `${county}: transfers into households' accounts`, earned, inMoney);
  const { owed } = await one<{ owed: number }>(
    db,
    sql`select coalesce(sum(credits_posted - debits_posted), 0)::bigint as owed
          from ledger.account where county = ${county} and kind = 'household'`,
  );
  compare(said, `${county}: households' accounts and what was paid out of them`, owed + paid, inMoney);

  const totals: Sums = {};
  for (const { key, fen } of (await world.as(auditor).benefit.totals({ params, query: { by: 'mechanism' } })).rows) {
    add(totals, key, fen);
  }
  compare(said, `${county}: totals`, totals, entries);

  const figures: Sums = {};
  for (let year = yearOf(world.opened); year <= yearOf(clock.now()); year++) {
    for (const income of incomes) {
      const query = { year, income, by: 'mechanism' as const };
      for (const { key, fen } of (await world.as(auditor).benefit.figures({ params, query })).rows) {
        add(figures, key, fen);
      }
    }
  }
  compare(said, `${county}: county figures`, figures, entries);

  const statements: Sums = {};
  let statementsOwed = 0;
  const households = houses.flatMap((house) => house.households);
  await inLanes(LANES, households, async (id) => {
    const { months, owedFen } = await world.as(operator).benefit.householdStatement({ params: { county, id } });
    const own: Sums = {};
    for (const { mechanism, fen } of months) add(own, mechanism, fen);
    for (const [mechanism, fen] of Object.entries(own)) add(statements, mechanism, fen);
    statementsOwed += owedFen;
    if (!isDeepStrictEqual(without0(own), without0(byHousehold.get(id) ?? {}))) {
      said.differences.push(
        `${county}: statement of ${id}: ${JSON.stringify(own)} instead of ${JSON.stringify(byHousehold.get(id))}`,
      );
    }
  });
  compare(said, `${county}: statements of its households`, statements, entries);
  compare(said, `${county}: what statements say is owed`, statementsOwed, owed);

  const published: Sums = {};
  for (const { mechanism, fen } of await rows<{ mechanism: string; fen: number }>(
    sql`select mechanism, sum(fen)::bigint as fen from benefit.log_total where county = ${county} group by 1`,
  )) {
    add(published, mechanism, fen);
  }
  compare(said, `${county}: published totals of the log`, published, entries);
  return entries;
}
