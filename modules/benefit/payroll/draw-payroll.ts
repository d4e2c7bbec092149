import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { nextNumber, type OnceKey, once, type Tx, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById, requireCounty } from '#registry';
import type { payments } from '#trace/contract';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { refuse } from '../refuse.ts';
import { payrollView } from './payroll-views.ts';
import { insertPayrollMove } from './payrolls.queries.ts';
import { lockWork } from './work-counts.ts';

/**
 * Draws up a payroll of what was counted in a period and is in no other: each count at the pay of the version that held on
 * its day. What was taken back after it was paid comes off. Workers who dispute their agreement wait for the county.
 *
 * @param input.from YYYY-MM-DD, as `to`
 * @param input.paid by the employer at once, or `later` with what the county pays out
 * @throws Refusal `not-allowed` | `organisation-not-found` | `period-backwards` | `period-not-over` | `nothing-to-pay-for`
 */
export async function drawPayroll(
  at: Context,
  by: Actor,
  input: { county: County; org: string; from: string; to: string; paid: (typeof payments)[number] },
  key: OnceKey | null,
) {
  const { county, org, from, to, paid } = input;
  const id = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    await requireCounty(tx, county);
    requireMaker(by, county, org);
    if ((await organisationsById(tx, county, [org])).get(org)?.state !== 'active')
      throw refuse('organisation-not-found');
    if (to < from) throw refuse('period-backwards');
    if (to > dayOf(now)) throw refuse('period-not-over');
    await withScope(tx, String(county));
    await lockWork(tx, county, org);
    const lines = await dueCounts(tx, input);
    if (lines.length === 0) throw refuse('nothing-to-pay-for');

    const id = newId();
    const number = `GZ${to.slice(0, 4)}${String(await nextNumber(tx, county, 'payroll')).padStart(5, '0')}`;
    await tx
      .insertInto('benefit.payroll')
      .values({
        ...{ county, id, number, org, from_day: from, to_day: to, state: 'draft', paid },
        fen: lines.reduce((sum, line) => sum + line.fen, 0),
        ...{ drawn_by: by.person, drawn_at: now },
      })
      .execute();
    await insertSlips(tx, county, id, lines);
    await insertPayrollMove(tx, { county, id }, null, 'draft', { words: '', by: by.person, at: now });
    return id;
  });
  return payrollView(at, by, county, id);
}

interface Due {
  count: string;
  agreement: string;
  household: string;
  village: string;
  member: string;
  fen: Fen;
}

/** Counts of the period that no living payroll has, and what takes back a count that one has or this one will have. */
async function dueCounts(
  tx: Tx,
  { county, org, from, to }: { county: County; org: string; from: string; to: string },
): Promise<Due[]> {
  const { rows } = await sql<Due>`
    select c.id as count, c.agreement, h.household, h.village, c.member,
           c.units * (v.terms ->> 'fenPerUnit')::bigint as fen
      from benefit.work_count c
      join benefit.agreement a on a.county = c.county and a.id = c.agreement and a.org = ${org}
      join benefit.agreement_version v
        on v.county = c.county and v.agreement = c.agreement and v.version = c.version
      left join registry.household_pointer m on m.county = c.county and m.household = c.household
      join registry.household_facts h
        on h.county = c.county and h.household = coalesce(m.into_household, c.household)
     where c.county = ${county} and c.day <= ${to}
       and (c.day >= ${from} or exists (
         select from benefit.payroll_line l where l.county = c.county and l.count = c.reverses and l.live))
       and not exists (
         select from benefit.payroll_line l where l.county = c.county and l.count = c.id and l.live)
       and not exists (
         select from benefit.agreement_dispute d
          where d.county = c.county and d.agreement = c.agreement and d.state = 'open'
            and d.household in (c.household, h.household))
     order by h.household, c.member, c.day, c.id`.execute(tx);
  return rows;
}

/** A slip for each worker under an agreement, with its counts. */
async function insertSlips(tx: Tx, county: County, payroll: string, due: readonly Due[]): Promise<void> {
  const slips = [...Map.groupBy(due, (line) => `${line.agreement} ${line.member}`).values()].map((lines) => ({
    ...(lines[0] as Due),
    ...{ id: newId(), lines, fen: lines.reduce((sum, line) => sum + line.fen, 0) },
  }));
  await sql`
    insert into benefit.payslip (county, id, payroll, agreement, household, village, member, fen)
    select ${county}::int, n.id, ${payroll}::uuid, n.agreement, n.household, n.village, n.member, n.fen
      from unnest(${plainArray(slips.map((slip) => slip.id))}::uuid[],
        ${plainArray(slips.map((slip) => slip.agreement))}::uuid[], ${plainArray(slips.map((slip) => slip.household))}::uuid[],
        ${textArray(slips.map((slip) => slip.village))}::text[], ${plainArray(slips.map((slip) => slip.member))}::uuid[],
        ${plainArray(slips.map((slip) => slip.fen))}::bigint[]) n (id, agreement, household, village, member, fen)`.execute(
    tx,
  );
  const lines = slips.flatMap((slip) => slip.lines.map((line) => ({ ...line, slip: slip.id })));
  await sql`
    insert into benefit.payroll_line (county, payroll, count, payslip, village, fen, live)
    select ${county}::int, ${payroll}::uuid, n.count, n.slip, n.village, n.fen, true
      from unnest(${plainArray(lines.map((line) => line.count))}::uuid[], ${plainArray(lines.map((line) => line.slip))}::uuid[],
        ${textArray(lines.map((line) => line.village))}::text[], ${plainArray(lines.map((line) => line.fen))}::bigint[])
        n (count, slip, village, fen)`.execute(tx);
}
