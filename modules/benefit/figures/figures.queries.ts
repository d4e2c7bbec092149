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
  /** the county, or a township or village of it, by its code */
  region: string;
  /** the last month of the year that is compared with the year before */
  through: number;
}

const levels: Record<number, number> = { 6: 3, 9: 4, 12: 5 };
/** registry's: 3 county, 4 township, 5 village */
const levelOf = (region: string) => levels[region.length] ?? 3;

const heading = (cut: Cut): RawBuilder<unknown> => sql`
  county = ${cut.county} and income = ${cut.income} and dimension = ${cut.dimension}
  ${cut.key === undefined ? sql`` : sql`and key = ${cut.key}`}`;
/** Of a whole county there is nothing to look at in each row. */
const inRegion = ({ county, region }: Cut) =>
  region === String(county) ? sql`` : sql`and starts_with(village, ${region})`;
const ofHouseholds = (cut: Cut) => sql`${heading(cut)} ${inRegion(cut)}`;
const ofRegion = (cut: Cut) => sql`${heading(cut)} and level = ${levelOf(cut.region)} and region = ${cut.region}`;
const ofVillages = (cut: Cut) => sql`${heading(cut)} and level = 5 and starts_with(region, ${cut.region})`;

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
  const key = column === 'village' ? sql.ref('region') : column ? sql.ref(column) : sql.lit('');
  const now = sql`filter (where year = ${cut.year})`;
  const before = sql`filter (where year = ${cut.year - 1})`;
  const { rows } = await sql<Sums>`
    select ${key} as key, coalesce(sum(fen) ${now}, 0)::bigint as fen,
           coalesce(sum(${through}) ${before}, 0)::bigint as "beforeFen",
           coalesce(sum(entries) ${now}, 0)::bigint as entries, coalesce(sum(households) ${now}, 0)::int as households,
           coalesce(sum(households) ${before}, 0)::int as "beforeHouseholds"
      from benefit.figure
     where year = any(${[cut.year - 1, cut.year]}::int[]) and ${column === 'village' ? ofVillages(cut) : ofRegion(cut)}
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
      from benefit.figure where year = any(${[cut.year - 1, cut.year]}::int[]) and ${ofRegion(cut)}
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
       ${cut.key === undefined ? sql`` : sql`and key = ${cut.key}`}
       and level = ${levelOf(cut.region)} and region = ${cut.region}
     group by income`.execute(tx);
  return rows;
}

/** Everybody who lives there, by village and kind of household. */
export async function peopleOf(tx: Tx, county: County, region: string) {
  return tx
    .selectFrom('benefit.village_people')
    .select(['village', 'category', 'households', 'persons'])
    .where('county', '=', county)
    .where((e) => e(e.fn<boolean>('starts_with', ['village', e.val(region)]), '=', true))
    .execute();
}

/**
 * What is asked of each household by itself: what the tenth of those reached that received most had together, and, of
 * those whose income of the year was entered (the newest counts), what it was and what they received. One pass over the
 * rows of the heading; the households that are known are looked up in a list kept in memory and not joined, since behind
 * row-level security the planner takes both for a handful.
 *
 * @param cut whole or of one key, so that a household is one row in each of its villages
 */
export async function ofEachHousehold(tx: Tx, cut: Cut) {
  const { rows } = await sql<{
    topFen: Fen;
    households: number;
    incomeFen: Fen;
    helpFen: Fen;
    sources: string[] | null;
  }>`
    with r as materialized (
      select household, fen from benefit.reach where year = ${cut.year} and ${ofHouseholds(cut)}),
    known as materialized (
      select distinct on (household) household, fen, source from benefit.household_income
       where county = ${cut.county} and year = ${cut.year} ${inRegion(cut)}
       order by household, at desc, id desc)
    select (select coalesce(sum(fen), 0) from (
              select fen from r where fen > 0 order by fen desc
               limit (select ceil(count(*) / 10.0)::int from r where fen > 0)) most)::bigint as "topFen",
           (select coalesce(sum(fen), 0) from r where household in (select household from known))::bigint as "helpFen",
           k.households, k."incomeFen", k.sources
      from (select count(*)::int as households, coalesce(sum(fen), 0)::bigint as "incomeFen",
                   array_agg(distinct source) as sources from known) k`.execute(tx);
  return rows[0] as (typeof rows)[number];
}
