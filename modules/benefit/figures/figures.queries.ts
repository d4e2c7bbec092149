import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { Income } from '../entries/entry-kinds.ts';

/** Which rows of the figures: all whole, or of one mechanism, organisation or crop. */
export interface Cut {
  county: County;
  year: number;
  income: Income;
  dimension: 'all' | 'mechanism' | 'org' | 'crop';
  /** one of the dimension; all of them when left out */
  key?: string;
  /** a prefix of region codes */
  village: string;
  /** the last month of the year that is compared with the year before */
  through: number;
}

const where = (cut: Cut): RawBuilder<unknown> => sql`
  county = ${cut.county} and income = ${cut.income} and dimension = ${cut.dimension}
  ${cut.key === undefined ? sql`` : sql`and key = ${cut.key}`} and starts_with(village, ${cut.village})`;

const sumOf = (of: (month: number) => RawBuilder<unknown>, months: number) =>
  sql.join(
    Array.from({ length: months }, (_, i) => of(i + 1)),
    sql` + `,
  );

export interface Sums {
  key: string;
  fen: Fen;
  beforeFen: Fen;
  entries: number;
  households: number;
  beforeHouseholds: number;
}

/** Sums of a year beside those of the year before, by a column of the figures. */
export async function sumsBy(tx: Tx, cut: Cut, column: 'key' | 'village' | 'category' | null): Promise<Sums[]> {
  const through = sumOf((m) => sql`months[${sql.lit(m)}]`, cut.through);
  const key = column ? sql.ref(column) : sql.lit('');
  const now = sql`filter (where year = ${cut.year})`;
  const before = sql`filter (where year = ${cut.year - 1})`;
  const { rows } = await sql<Sums>`
    select ${key} as key, coalesce(sum(fen) ${now}, 0)::bigint as fen,
           coalesce(sum(${through}) ${before}, 0)::bigint as "beforeFen",
           coalesce(sum(entries) ${now}, 0)::bigint as entries, coalesce(sum(households) ${now}, 0)::int as households,
           coalesce(sum(households) ${before}, 0)::int as "beforeHouseholds"
      from benefit.figure where year = any(${[cut.year - 1, cut.year]}::int[]) and ${where(cut)}
     group by 1`.execute(tx);
  return rows;
}

/** Month by month, with the year before, and how many households had how many good months. */
export async function monthsOf(tx: Tx, cut: Cut) {
  const list = (of: (m: RawBuilder<unknown>) => RawBuilder<unknown>) =>
    sql`array[${sql.join(
      Array.from({ length: 12 }, (_, i) => of(sql.lit(i + 1))),
      sql`, `,
    )}]`;
  const { rows } = await sql<{ year: number; fen: number[]; households: number[]; steady: number[] }>`
    select year, ${list((m) => sql`sum(months[${m}])`)}::float8[] as fen,
           ${list((m) => sql`sum(month_households[${m}])`)}::int[] as households,
           ${list((m) => sql`sum(steady[${m}])`)}::int[] as steady
      from benefit.figure where year = any(${[cut.year - 1, cut.year]}::int[]) and ${where(cut)}
     group by year`.execute(tx);
  const nothing = { fen: [], households: [], steady: [] } as Record<'fen' | 'households' | 'steady', number[]>;
  const now = rows.find((row) => row.year === cut.year) ?? nothing;
  const before = rows.find((row) => row.year !== cut.year) ?? nothing;
  return {
    months: Array.from({ length: 12 }, (_, i) => ({
      fen: now.fen[i] ?? 0,
      beforeFen: before.fen[i] ?? 0,
      households: now.households[i] ?? 0,
    })),
    steady: Array.from({ length: 12 }, (_, i) => now.steady[i] ?? 0),
  };
}

export interface OfIncome {
  income: Income;
  fen: Fen;
  entries: number;
  households: number;
}

/** The kinds of income beside one another. */
export async function incomesOf(tx: Tx, cut: Cut): Promise<OfIncome[]> {
  const { rows } = await sql<OfIncome>`
    select income, sum(fen)::bigint as fen, sum(entries)::bigint as entries, sum(households)::int as households from benefit.figure
     where county = ${cut.county} and year = ${cut.year} and dimension = ${cut.dimension}
       ${cut.key === undefined ? sql`` : sql`and key = ${cut.key}`} and starts_with(village, ${cut.village})
     group by income`.execute(tx);
  return rows;
}

/**
 * What those households had together that received most; read off the end of an index.
 *
 * @param cut whole or of one key, so that a household is one row
 */
export async function mostOf(tx: Tx, cut: Cut, households: number): Promise<Fen> {
  const { rows } = await sql<{ fen: Fen }>`
    select coalesce(sum(fen), 0)::bigint as fen from (
      select fen from benefit.reach where year = ${cut.year} and fen > 0 and ${where(cut)}
       order by fen desc limit ${households}) most`.execute(tx);
  return rows[0]?.fen ?? 0;
}

/** Everybody who lives there, by village and kind of household. */
export async function peopleOf(tx: Tx, county: County, village: string) {
  return tx
    .selectFrom('benefit.village_people')
    .select(['village', 'category', 'households', 'persons'])
    .where('county', '=', county)
    .where((e) => e(e.fn<boolean>('starts_with', ['village', e.val(village)]), '=', true))
    .execute();
}

/** What was entered of incomes of a year, the newest of each household, with what they received. */
export async function incomeShareOf(tx: Tx, cut: Cut) {
  const { rows } = await sql<{ households: number; incomeFen: Fen; helpFen: Fen; sources: string[] | null }>`
    with known as (
      select distinct on (household) household, fen, source from benefit.household_income
       where county = ${cut.county} and year = ${cut.year} and starts_with(village, ${cut.village})
       order by household, at desc, id desc)
    select count(*)::int as households, coalesce(sum(k.fen), 0)::bigint as "incomeFen",
           coalesce(sum(r.fen), 0)::bigint as "helpFen", array_agg(distinct k.source) as sources
      from known k
      left join (select household, sum(fen) as fen from benefit.reach
                  where year = ${cut.year} and household in (select household from known) and ${where(cut)}
                  group by household) r on r.household = k.household`.execute(tx);
  return rows[0] as (typeof rows)[number];
}
