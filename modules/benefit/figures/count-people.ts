import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty } from '#registry';
import { type Heading, recount } from './follow-log.ts';

/** A change bears the time of its act and is seen when that has committed: so long is looked back. */
const LOOK_BACK_MS = 5 * 60_000;

/**
 * Looks in every county whether registry's households changed since they were last counted, and counts them again where
 * they did: how many households and persons of which kind live in each village, and what of that the figures hold.
 */
export async function countPeople(at: Context, signal?: AbortSignal): Promise<void> {
  for (const county of await everyOpenCounty(at.db)) {
    if (signal?.aborted) return;
    await transact(at.db, (tx) => countCounty(tx, county, at.clock.now()));
  }
}

async function countCounty(tx: Tx, county: County, now: Date): Promise<void> {
  await withScope(tx, 'all');
  const { rows } = await sql<{ changed: Date | null; counted: Date | null }>`
    select (select max(changed_at) from registry.household_people where county = ${county}) as changed,
           (select at from benefit.people_counted where county = ${county}) as counted`.execute(tx);
  const { changed = null, counted = null } = rows[0] ?? {};
  const since = counted ? new Date(counted.getTime() - LOOK_BACK_MS) : new Date(0);
  if (!changed || changed < since) return;
  // Locked as whoever adds entries locks it: no row is put in with what was true before.
  await tx.selectFrom('benefit.figures_head').select('size').where('id', '=', 1).forUpdate().execute();
  await sql`
    insert into benefit.people_counted (county, at) values (${county}, ${now})
    on conflict (county) do update set at = excluded.at`.execute(tx);
  await sql`delete from benefit.village_people where county = ${county}`.execute(tx);
  await sql`
    insert into benefit.village_people (county, village, category, households, persons)
    select county, village, category, count(*), sum(persons) from registry.household_people
     where county = ${county} and state = 'active' group by 1, 2, 3`.execute(tx);
  const moved = await sql<Heading>`
    with h as (select household, category, persons from registry.household_people
                where county = ${county} and changed_at >= ${since})
    update benefit.reach r set category = h.category, persons = h.persons from h
     where r.county = ${county} and r.household = h.household
       and (r.category, r.persons) is distinct from (h.category, h.persons)
    returning r.county, r.year, r.income, r.dimension, r.key, r.village`.execute(tx);
  if (moved.rows.length > 0) await recount(tx, moved.rows);
}
