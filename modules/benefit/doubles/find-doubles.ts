import { sql } from 'kysely';
import { addDays, dayOf, startOfDay } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { everyOpenCounty } from '#registry';
import { DAYS_ALIKE, LEAST_ALIKE_FEN, YEARS_BACK } from './double-kinds.ts';

/** The nightly search looks at what came since the night before last, so that a night without it leaves no gap. */
const NIGHTLY_DAYS = 3;

/** Looks for double claims among what is new in every county. */
export async function findDoublesNightly(at: Context, signal?: AbortSignal): Promise<void> {
  const now = at.clock.now();
  for (const county of await everyOpenCounty(at.db)) {
    if (signal?.aborted) return;
    const since = startOfDay(addDays(dayOf(now), -NIGHTLY_DAYS));
    await scoped(at.db, String(county), (tx) => findDoubles(tx, county, since, now));
  }
}

/**
 * Writes down every pair of standing entries, one of them since `since`, that may be one and the same help: two that rest
 * on one fact, across programmes and across the files of a merged household; two of the same household, amount and day by
 * different organisations or programmes; the same organisation's same amount on the same day of another year. A pair is
 * found once.
 *
 * @param tx with the county's scope
 * @returns how many were new
 */
export async function findDoubles(tx: Tx, county: County, since: Date, now: Date): Promise<number> {
  const from = addDays(dayOf(now), -366 * YEARS_BACK);
  const found = await sql`
    with standing as (
      select e.*, coalesce(h.into_household, e.household) as whose, (e.at at time zone 'Asia/Shanghai')::date as day
        from benefit.entry e
        left join registry.household_pointer h on h.county = e.county and h.household = e.household
       where e.county = ${county} and e.fen > 0 and e.at >= ${from}::date::timestamp at time zone 'Asia/Shanghai'
         and not exists (select from trace.purchase_facts r
                          where e.evidence_kind = 'purchase' and r.county = e.county and r.reverses = e.evidence)
    )
    insert into benefit.double_claim (county, id, how, first_entry, second_entry, household, village, fen, found_at)
    select distinct on (least(a.id, b.id), greatest(a.id, b.id))
           ${county}::int, gen_random_uuid(), how.how, least(a.id, b.id), greatest(a.id, b.id), a.whose, a.village,
           least(a.fen, b.fen), ${now}::timestamptz
      from standing a
      join standing b on b.whose = a.whose and b.id <> a.id
     cross join lateral (select case
       when a.evidence = b.evidence or a.transfer = b.transfer then 'evidence'
       when a.fen <> b.fen or a.fen < ${LEAST_ALIKE_FEN} then null
       when abs(a.day - b.day) <= ${DAYS_ALIKE} and (a.org <> b.org or a.mechanism <> b.mechanism) then 'likeness'
       when a.org = b.org and a.mechanism = b.mechanism and to_char(a.day, 'MMDD') = to_char(b.day, 'MMDD')
            and a.day <> b.day then 'year'
       end as how) how
     where a.at >= ${since} and how.how is not null
    on conflict (county, first_entry, second_entry) do nothing`.execute(tx);
  return Number(found.numAffectedRows ?? 0);
}
