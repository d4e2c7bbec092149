import { sql } from 'kysely';
import { type Actor, scopeIn } from '#platform/actor.ts';
import { dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdBrief, pairedHouseholds, regionNames } from '#registry';

/** Nothing received for so long is worth a visit. */
export const QUIET_MONTHS = 3;

/**
 * The households of a cadre's region that somebody is paired with: what each received this year and in the last three
 * months, those who received nothing in them first. Names are masked; opening one is a reading of its own, with a reason.
 *
 * @throws Refusal `not-allowed`
 */
export async function pairedReceipts(
  at: Context,
  by: Actor,
  input: { county: County; quiet?: boolean; page?: number; size?: number },
) {
  const { county, page = 1, size = 50 } = input;
  const scope = scopeIn(by, county, ['cadre', 'operator']);
  if (!scope) throw refusePlatform('not-allowed');
  const now = at.clock.now();
  const today = dayOf(now);
  const since = monthsBefore(today, QUIET_MONTHS);
  return scoped(at.db, scope, async (tx) => {
    const paired = await pairedHouseholds(tx, county, today);
    const received = await receivedBy(tx, county, {
      households: paired.map((one) => one.household),
      year: monthOf(now).slice(0, 4),
      since,
    });
    const rows = paired
      .map((one) => ({ ...one, ...(received.get(one.household) ?? nothing) }))
      .map((one) => ({ ...one, quiet: one.recentFen <= 0 }));
    const quiet = rows.filter((one) => one.quiet).length;
    const shown = rows
      .filter((one) => !input.quiet || one.quiet)
      .sort((a, b) => Number(b.quiet) - Number(a.quiet) || (a.code < b.code ? -1 : 1));
    const onPage = shown.slice((page - 1) * size, page * size);
    const brief = await householdBrief(
      tx,
      at.sealer,
      county,
      onPage.map((one) => one.household),
    );
    const names = await regionNames(
      tx,
      onPage.map((one) => one.village),
    );
    return {
      ...{ total: shown.length, page, size, all: rows.length, quiet, since },
      rows: onPage.map((one) => ({
        ...one,
        headMasked: brief.get(one.household)?.headMasked ?? '',
        villageName: names.get(one.village)?.name ?? one.village,
      })),
    };
  });
}

const nothing = { yearFen: 0, recentFen: 0, lastAt: null as Date | null };

/** The same day some months before; the last of the month where there is none. */
function monthsBefore(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month - months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 - months, Math.min(date, last))).toISOString().slice(0, 10);
}

async function receivedBy(
  tx: Tx,
  county: County,
  of: { households: readonly string[]; year: string; since: string },
): Promise<Map<string, { yearFen: Fen; recentFen: Fen; lastAt: Date | null }>> {
  // Files that were merged into a household are its own; all kinds of income count: who got seed was seen by somebody.
  const { rows } = await sql<{ household: string; yearFen: Fen; recentFen: Fen; lastAt: Date | null }>`
    select f.household, coalesce(sum(e.fen) filter (where left(e.month, 4) = ${of.year}), 0)::bigint as "yearFen",
           coalesce(sum(e.fen) filter (where e.at >= ${of.since}::date at time zone 'Asia/Shanghai'), 0)::bigint as "recentFen",
           max(e.at) filter (where e.fen > 0) as "lastAt"
      from (select h as household, h as file from unnest(${of.households}::uuid[]) h
             union all
            select into_household, household from registry.household_pointer
             where county = ${county} and into_household = any(${of.households}::uuid[])) f
      join benefit.entry e on e.county = ${county} and e.household = f.file
     group by f.household`.execute(tx);
  return new Map(rows.map(({ household, ...row }) => [household, row]));
}
