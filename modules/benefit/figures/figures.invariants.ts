import { sql } from 'kysely';
import { type Db, scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';
import { figuresOf, summed } from './follow-log.ts';

const lines = (name: string, query: ReturnType<typeof sql<{ line: string }>>): Invariant => ({
  name,
  check: (db: Db) => scoped(db, 'all', async (tx) => (await query.execute(tx)).rows.map((row) => row.line)),
});

/** What the figures would be made from nothing, compared with what they are: each in one look at the database. */
export const figureInvariants: readonly Invariant[] = [
  lines(
    'benefit: what the figures hold of each household is the sum of its entries in the public log up to there',
    sql`
      with made as (${summed(sql`
        select e.* from benefit.entry e
          join benefit.log_leaf l on l.county = e.county and l.entry = e.id
         where l.position < (select size from benefit.figures_head where id = 1)`)})
      select format('county %s %s %s %s %s household %s: figures hold %s entries of %s fen, there are %s of %s',
               coalesce(r.county, m.county), coalesce(r.year, m.year), coalesce(r.income, m.income),
               coalesce(r.dimension, m.dimension), coalesce(r.key, m.key), coalesce(r.household, m.household),
               r.entries, r.fen, m.entries, m.fen) as line
        from benefit.reach r full join made m using (county, year, income, dimension, key, household, village)
       where (r.entries, r.fen, r.months) is distinct from (m.entries, m.fen, m.months)
       limit 20`,
  ),
  lines(
    'benefit: county figures are the sums of what their households received',
    sql`
      with made as (${figuresOf(sql`select * from benefit.reach`)})
      select format('county %s %s %s %s %s region %s %s: %s fen of %s households kept, %s of %s made',
               coalesce(f.county, m.county), coalesce(f.year, m.year), coalesce(f.income, m.income),
               coalesce(f.dimension, m.dimension), coalesce(f.key, m.key), coalesce(f.region, m.region),
               coalesce(f.category, m.category), f.fen, f.households, m.fen, m.households) as line
        from benefit.figure f full join made m using (county, level, year, income, dimension, key, region, category)
       where (f.entries, f.fen, f.households, f.persons, f.months, f.month_households, f.steady)
             is distinct from (m.entries, m.fen, m.households, m.persons, m.months, m.month_households, m.steady)
       limit 20`,
  ),
  lines(
    'benefit: people of villages are registry’s households, as they were when counted',
    // Of a county whose households changed since, the count comes within a minute.
    sql`
      with made as (
        select county, village, category, count(*) as households, sum(persons) as persons
          from registry.household_people where state = 'active' group by 1, 2, 3)
      select format('county %s village %s %s: %s households of %s persons counted, there are %s of %s',
               coalesce(v.county, m.county), coalesce(v.village, m.village), coalesce(v.category, m.category),
               v.households, v.persons, m.households, m.persons) as line
        from benefit.village_people v full join made m using (county, village, category)
        join benefit.people_counted c on c.county = coalesce(v.county, m.county)
       where (v.households, v.persons) is distinct from (m.households::int, m.persons::int)
         and c.at > (select max(changed_at) from registry.household_people h where h.county = c.county)
       limit 20`,
  ),
];
