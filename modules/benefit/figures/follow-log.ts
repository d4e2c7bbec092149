import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { type Db, type Tx, transact, withScope } from '#platform/db.ts';

/** At most so many entries are added at a time: what a crash would have to do again, and how long a reader's rows wait. */
const BATCH = 8192;

const eachMonth = (of: (month: RawBuilder<unknown>) => RawBuilder<unknown>) =>
  sql.join(
    Array.from({ length: 12 }, (_, i) => of(sql.lit(i + 1))),
    sql`, `,
  );

/**
 * Adds the entries that came into the public log since last time to the county figures. The log has put them in one
 * order already, so how far the figures are is one number, and what the figures hold is what the log holds up to there.
 * The head's row is locked for the whole of it: of several servers one works.
 *
 * @returns how many entries were added
 */
export async function followLog(at: Context, most = BATCH): Promise<number> {
  return transact(at.db, async (tx) => {
    const size = await lockHead(tx);
    if (size === undefined) return 0;
    const leaves = await tx
      .selectFrom('benefit.log_leaf')
      .select(['county', 'entry'])
      // A line of the log says its month in clear.
      .select(sql<string>`split_part(encode(data, 'escape'), ' ', 3)`.as('month'))
      .where('position', '>=', size)
      .where('position', '<', size + most)
      .execute();
    if (leaves.length === 0) return 0;
    await withScope(tx, 'all');
    await sql`set local work_mem = '64MB'`.execute(tx);
    for (const [month, some] of Map.groupBy(leaves, (leaf) => leaf.month)) {
      await addEntries(
        tx,
        month,
        sql`select e.* from benefit.entry e
              join unnest(${plainArray(some.map((leaf) => leaf.county))}::int[],
                ${plainArray(some.map((leaf) => leaf.entry))}::uuid[]) n (county, id)
                on e.county = n.county and e.id = n.id`,
      );
    }
    await moveHead(tx, size + leaves.length);
    return leaves.length;
  });
}

/**
 * Throws the figures away and adds up the log's entries again, county by county; readers see the old ones until it is done.
 *
 * @returns how many entries they hold
 */
export async function rebuildFigures(db: Db): Promise<number> {
  return transact(db, async (tx) => {
    await tx.selectFrom('benefit.figures_head').select('size').where('id', '=', 1).forUpdate().execute();
    await withScope(tx, 'all');
    const { size } = await tx
      .selectFrom('benefit.log_leaf')
      .select((e) => e.fn.countAll<number>().as('size'))
      .executeTakeFirstOrThrow();
    await sql`delete from benefit.reach`.execute(tx);
    await sql`delete from benefit.figure`.execute(tx);
    const counties = await tx.selectFrom('benefit.log_leaf').select('county').distinct().orderBy('county').execute();
    for (const { county } of counties) {
      await countIn(
        tx,
        county,
        sql`select e.* from benefit.entry e
              join benefit.log_leaf l on l.county = e.county and l.entry = e.id
             where e.county = ${county} and l.position < ${size}`,
      );
    }
    await moveHead(tx, size);
    return size;
  });
}

/**
 * Makes a county's figures of its entries where it has none.
 *
 * @param tx with scope 'all'
 */
export async function countIn(tx: Tx, county: number, entries: RawBuilder<unknown>): Promise<void> {
  // All of a county at once, in memory. Behind row-level security the planner expects one row in two hundred: it would
  // sort millions where it can look them up, and compare every sum with every household.
  for (const setting of [
    "work_mem = '256MB'",
    'enable_sort = off',
    'enable_nestloop = off',
    'enable_mergejoin = off',
  ]) {
    await sql.raw(`set local ${setting}`).execute(tx);
  }
  await sql`
    insert into benefit.reach
           (county, year, income, dimension, key, household, village, category, persons, entries, fen, months)
    select s.county, s.year, s.income, s.dimension, s.key, s.household, s.village, h.category, h.persons,
           s.entries, s.fen, s.months
      from (${summed(entries)}) s
      left join registry.household_people h on h.county = s.county and h.household = s.household
     order by s.county, s.year, s.income, s.dimension, s.key, s.village`.execute(tx);
  await sql`
    insert into benefit.figure (${figureColumns})
    ${figuresOf(sql`select * from benefit.reach where county = ${county}`)}`.execute(tx);
}

async function lockHead(tx: Tx): Promise<number | undefined> {
  const head = await tx
    .selectFrom('benefit.figures_head')
    .select('size')
    .where('id', '=', 1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return head?.size;
}

const moveHead = (tx: Tx, size: number) =>
  tx.updateTable('benefit.figures_head').set({ size }).where('id', '=', 1).execute();

/**
 * Entries summed by household and year, whole and by each dimension they have. What one household received of one
 * organisation by one mechanism and crop is summed first: a dimension is made of some rows then and not of all entries.
 */
export const summed = (entries: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select a.county, a.year, a.income, d.dimension, d.key, a.household, a.village,
         sum(a.entries)::int as entries, sum(a.fen)::bigint as fen,
         array[${eachMonth((m) => sql`sum(a.months[${m}])`)}]::bigint[] as months
    from (select e.county, left(e.month, 4)::int as year, e.income, e.mechanism, e.org, e.crop, e.household, e.village,
                 count(*) as entries, sum(e.fen)::bigint as fen,
                 array[${eachMonth((m) => sql`coalesce(sum(e.fen) filter (where e.month_of_year = ${m}), 0)`)}]::bigint[] as months
            from (select x.*, right(x.month, 2)::int as month_of_year from (${entries}) x) e
           group by 1, 2, 3, 4, 5, 6, 7, 8) a
   cross join lateral (values ('all', ''), ('mechanism', a.mechanism), ('org', a.org::text), ('crop', a.crop)) d (dimension, key)
   where d.key is not null
   group by 1, 2, 3, 4, 5, 6, 7`;

/** A village's figures under one heading: what is counted anew when one of its households becomes of another kind. */
export interface Heading {
  county: number;
  year: number;
  income: string;
  dimension: string;
  key: string;
  village: string;
}

const figureColumns = sql`county, level, year, income, dimension, key, region, category, entries, fen, households,
  persons, months, month_households, steady`;

const zeros = Array(12).fill(0).join(',');

/**
 * Adds entries of one month to what their households received, and what that changed to the figures of their villages,
 * townships and counties: the sums by what came, the counts by who was reached before and who is now.
 *
 * Only rows that are new ask for their household; and nothing here joins two lists of the batch by their columns, since
 * behind row-level security the planner takes any list for a handful of rows.
 *
 * @param tx with scope 'all' and the head locked: what a row was before is what it is now, less what was added
 * @param month YYYY-MM
 */
async function addEntries(tx: Tx, month: string, entries: RawBuilder<unknown>): Promise<void> {
  const year = sql.lit(Number(month.slice(0, 4)));
  const m = sql.lit(Number(month.slice(5)));
  const onlyIn = (fen: RawBuilder<unknown>) =>
    sql`array[${eachMonth((one) => sql`case when ${one} = ${m} then ${fen} else 0 end`)}]`;
  await sql`
    with s as materialized (
      select row_number() over () as n, s.* from (
        select e.county, e.income, d.dimension, d.key, e.household, e.village,
               count(*)::int as entries, sum(e.fen)::bigint as fen
          from (${entries}) e
         cross join lateral (values ('all', ''), ('mechanism', e.mechanism), ('org', e.org::text), ('crop', e.crop)) d (dimension, key)
         where d.key is not null
         group by 1, 2, 3, 4, 5, 6) s),
    u as (
      update benefit.reach r
         set entries = r.entries + s.entries, fen = r.fen + s.fen, months[${m}] = r.months[${m}] + s.fen
        from s
       where r.county = s.county and r.household = s.household and r.year = ${year} and r.income = s.income
         and r.dimension = s.dimension and r.key = s.key and r.village = s.village
      returning s.n, r.county, r.income, r.dimension, r.key, r.village, r.category, r.persons, s.entries, s.fen as added,
                r.fen, r.months[${m}] as month_fen, r.good_months),
    i as (
      insert into benefit.reach
             (county, year, income, dimension, key, household, village, category, persons, entries, fen, months)
      select s.county, ${year}, s.income, s.dimension, s.key, s.household, s.village, h.category, h.persons,
             s.entries, s.fen, ${onlyIn(sql`s.fen`)}
        from s left join registry.household_people h on h.county = s.county and h.household = s.household
       where s.n not in (select n from u)
      returning county, income, dimension, key, village, category, persons, entries, fen, good_months),
    b as (
      select county, income, dimension, key, village, category, persons, entries, added, fen, good_months,
             fen - added as fen_before, (month_fen > 0)::int - (month_fen > added)::int as month_households,
             good_months - (month_fen > 0)::int + (month_fen > added)::int as good_before from u
       union all
      select county, income, dimension, key, village, category, persons, entries, fen, fen, good_months,
             0, (fen > 0)::int, 0 from i),
    v as (
      select county, ${year} as year, income, dimension, key, village, category, sum(entries) as entries, sum(added) as fen,
             sum((fen > 0)::int - (fen_before > 0)::int) as households,
             sum(persons * ((fen > 0)::int - (fen_before > 0)::int)) as persons,
             ${onlyIn(sql`sum(added)`)}::bigint[] as months,
             ${onlyIn(sql`sum(month_households)`)}::int[] as month_households,
             array[${eachMonth(
               (one) =>
                 sql`sum((fen > 0 and good_months = ${one})::int - (fen_before > 0 and good_before = ${one})::int)`,
             )}]::int[] as steady
        from b group by county, income, dimension, key, village, category)
    insert into benefit.figure as f (${figureColumns})
    ${upwards(sql`select * from v`, everyLevel)}
    on conflict (county, level, year, income, dimension, key, region, category) do update
       set entries = f.entries + excluded.entries, fen = f.fen + excluded.fen,
           households = f.households + excluded.households, persons = f.persons + excluded.persons,
           months[${m}] = f.months[${m}] + excluded.months[${m}],
           month_households[${m}] = f.month_households[${m}] + excluded.month_households[${m}],
           steady = case when excluded.steady = '{${sql.raw(zeros)}}'::int[] then f.steady
             else array[${eachMonth((one) => sql`f.steady[${one}] + excluded.steady[${one}]`)}] end`.execute(tx);
}

/** Rows of villages summed as those of regions of some levels, with the digits of their codes. */
const upwards = (villages: RawBuilder<unknown>, levels: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select county, l.level, year, income, dimension, key, left(village, l.digits) as region, category,
         sum(entries)::int as entries, sum(fen)::bigint as fen, sum(households)::int as households,
         sum(persons)::int as persons,
         array[${eachMonth((m) => sql`sum(months[${m}])`)}]::bigint[] as months,
         array[${eachMonth((m) => sql`sum(month_households[${m}])`)}]::int[] as month_households,
         array[${eachMonth((m) => sql`sum(steady[${m}])`)}]::int[] as steady
    from (${villages}) v
   cross join (values ${levels}) l (level, digits)
   group by 1, 2, 3, 4, 5, 6, 7, 8`;

const countyUp = sql`(3, 6), (4, 9)`;
const village = sql`(5, 12)`;
const everyLevel = sql`${countyUp}, ${village}`;

/** Figures as rows of reach add up to them. */
export const figuresOf = (reach: RawBuilder<unknown>, levels = everyLevel): RawBuilder<unknown> =>
  upwards(
    sql`
      select county, year, income, dimension, key, village, category, sum(entries) as entries, sum(fen) as fen,
             count(*) filter (where fen > 0) as households,
             coalesce(sum(persons) filter (where fen > 0), 0) as persons,
             array[${eachMonth((m) => sql`sum(months[${m}])`)}]::bigint[] as months,
             array[${eachMonth((m) => sql`count(*) filter (where months[${m}] > 0)`)}]::int[] as month_households,
             array[${eachMonth((m) => sql`count(*) filter (where fen > 0 and good_months = ${m})`)}]::int[] as steady
        from (${reach}) r
       group by 1, 2, 3, 4, 5, 6, 7`,
    levels,
  );

/**
 * Makes the figures under some headings anew: their villages' from what the households there received, and those of the
 * townships and counties above from all their villages.
 *
 * @param tx with scope 'all' and the head locked
 */
export async function recount(tx: Tx, touched: readonly Heading[]): Promise<void> {
  const headings = [...new Map(touched.map((one) => [Object.values(one).join(' '), one])).values()];
  const all = (key: 'county' | 'year' | 'village') => plainArray(headings.map((one) => one[key]));
  const words = (key: 'income' | 'dimension' | 'key') => textArray(headings.map((one) => one[key]));
  const t = sql`unnest(${all('county')}::int[], ${all('year')}::int[], ${words('income')}::text[],
    ${words('dimension')}::text[], ${words('key')}::text[], ${all('village')}::text[])
    t (county, year, income, dimension, key, village)`;
  const above = sql`(select distinct county, year, income, dimension, key from ${t}) t`;
  const same = (of: string) =>
    sql.join(
      ['county', 'year', 'income', 'dimension', 'key'].map(
        (column) => sql`${sql.ref(`${of}.${column}`)} = ${sql.ref(`t.${column}`)}`,
      ),
      sql` and `,
    );
  const insert = (figures: RawBuilder<unknown>) =>
    sql`insert into benefit.figure (${figureColumns}) ${figures}`.execute(tx);
  await sql`delete from benefit.figure f using ${t} where ${same('f')} and f.level = 5 and f.region = t.village`.execute(
    tx,
  );
  await insert(
    figuresOf(sql`select r.* from benefit.reach r join ${t} on ${same('r')} and r.village = t.village`, village),
  );
  await sql`delete from benefit.figure f using ${above} where ${same('f')} and f.level in (3, 4)`.execute(tx);
  await insert(
    upwards(
      sql`select f.*, f.region as village from benefit.figure f join ${above} on ${same('f')} where f.level = 5`,
      countyUp,
    ),
  );
}
