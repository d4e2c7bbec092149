import { type RawBuilder, sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { type Db, type Tx, transact, withScope } from '#platform/db.ts';

/** At most so many entries are added at a time: what a crash would have to do again, and how long a reader's rows wait. */
const BATCH = 8192;

const eachMonth = (of: (month: number) => RawBuilder<unknown>) =>
  sql.join(
    Array.from({ length: 12 }, (_, i) => of(i + 1)),
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
      .where('position', '>=', size)
      .where('position', '<', size + most)
      .execute();
    if (leaves.length === 0) return 0;
    await withScope(tx, 'all');
    const touched = await addEntries(
      tx,
      sql`select e.* from benefit.entry e
            join unnest(${plainArray(leaves.map((leaf) => leaf.county))}::int[],
              ${plainArray(leaves.map((leaf) => leaf.entry))}::uuid[]) n (county, id)
              on e.county = n.county and e.id = n.id`,
    );
    await recount(tx, touched);
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
  await addEntries(tx, entries, false);
  await insertFigures(tx, sql`select * from benefit.reach where county = ${county}`);
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

/** Entries summed by household and year, whole and by each dimension they have. */
export const summed = (entries: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select e.county, left(e.month, 4)::int as year, e.income, d.dimension, d.key, e.household, e.village,
         count(*)::int as entries, sum(e.fen)::bigint as fen,
         array[${eachMonth((m) => sql`coalesce(sum(e.fen) filter (where right(e.month, 2)::int = ${sql.lit(m)}), 0)`)}]::bigint[] as months
    from (${entries}) e
   cross join lateral (values ('all', ''), ('mechanism', e.mechanism), ('org', e.org::text), ('crop', e.crop)) d (dimension, key)
   where d.key is not null
   group by 1, 2, 3, 4, 5, 6, 7`;

/** A village's figures under one heading: what is counted anew when one of its households receives something. */
export interface Heading {
  county: number;
  year: number;
  income: string;
  dimension: string;
  key: string;
  village: string;
}

/**
 * Adds entries to what their households received.
 *
 * @param tx with scope 'all'
 * @param tell false where nobody asks for what was touched
 * @returns the headings of the rows it touched, each as often as there were rows
 */
async function addEntries(tx: Tx, entries: RawBuilder<unknown>, tell = true): Promise<Heading[]> {
  const { rows } = await sql<Heading>`
    insert into benefit.reach as r
           (county, year, income, dimension, key, household, village, category, persons, entries, fen, months)
      with e as materialized (${entries}),
      h as materialized (select p.county, p.household, p.category, p.persons from registry.household_people p
                          where (p.county, p.household) in (select county, household from e)),
      s as (${summed(sql`select * from e`)})
      select s.county, s.year, s.income, s.dimension, s.key, s.household, s.village, h.category, h.persons,
             s.entries, s.fen, s.months
        from s join h on h.county = s.county and h.household = s.household
    on conflict (county, year, income, dimension, key, household, village) do update
       set entries = r.entries + excluded.entries, fen = r.fen + excluded.fen,
           months = array[${eachMonth((m) => sql`r.months[${sql.lit(m)}] + excluded.months[${sql.lit(m)}]`)}]
    ${tell ? sql`returning county, year, income, dimension, key, village` : sql``}`.execute(tx);
  return rows;
}

/** Figures of one village and kind of household each, as its rows of reach add up to them. */
export const figuresOf = (reach: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  select county, year, income, dimension, key, village, category, sum(entries)::int as entries, sum(fen)::bigint as fen,
         (count(*) filter (where fen > 0))::int as households,
         coalesce(sum(persons) filter (where fen > 0), 0)::int as persons,
         array[${eachMonth((m) => sql`sum(months[${sql.lit(m)}])`)}]::bigint[] as months,
         array[${eachMonth((m) => sql`count(*) filter (where months[${sql.lit(m)}] > 0)`)}]::int[] as month_households,
         array[${eachMonth((m) => sql`count(*) filter (where fen > 0 and good_months = ${sql.lit(m)})`)}]::int[] as steady
    from (${reach}) r
   group by 1, 2, 3, 4, 5, 6, 7`;

/**
 * Makes the figures under some headings anew from what their households received. A village is some hundred households,
 * so this costs little more than adding a difference, and nothing can drift.
 *
 * @param tx with scope 'all'
 */
export async function recount(tx: Tx, touched: readonly Heading[]): Promise<void> {
  const headings = [...new Map(touched.map((one) => [Object.values(one).join(' '), one])).values()];
  const all = (key: 'county' | 'year' | 'village') => plainArray(headings.map((one) => one[key]));
  const words = (key: 'income' | 'dimension' | 'key') => textArray(headings.map((one) => one[key]));
  const t = sql`unnest(${all('county')}::int[], ${all('year')}::int[], ${words('income')}::text[],
    ${words('dimension')}::text[], ${words('key')}::text[], ${all('village')}::text[])
    t (county, year, income, dimension, key, village)`;
  const same = (of: string) =>
    sql.join(
      ['county', 'year', 'income', 'dimension', 'key', 'village'].map(
        (column) => sql`${sql.ref(`${of}.${column}`)} = ${sql.ref(`t.${column}`)}`,
      ),
      sql` and `,
    );
  await sql`delete from benefit.figure f using ${t} where ${same('f')}`.execute(tx);
  await insertFigures(tx, sql`select r.* from benefit.reach r join ${t} on ${same('r')}`);
}

const insertFigures = (tx: Tx, reach: RawBuilder<unknown>) =>
  sql`
    insert into benefit.figure (county, year, income, dimension, key, village, category, entries, fen, households,
      persons, months, month_households, steady)
    ${figuresOf(reach)}`.execute(tx);
