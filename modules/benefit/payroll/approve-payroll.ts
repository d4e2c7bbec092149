import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { householdsOfPerson } from '#registry';
import { disputedAmong } from '../agreements/agreements.queries.ts';
import { requireMaker } from '../agreements/draft-agreement.ts';
import { refuse } from '../refuse.ts';
import { payrollView } from './payroll-views.ts';
import { lockPayroll, movePayroll, requirePayrollMove, slipsOf } from './payrolls.queries.ts';

interface Asked {
  county: County;
  id: string;
}

/** Lays a payroll before a second person. @throws Refusal `payroll-not-found` | `not-allowed` | `payroll-move-not-allowed` */
export async function submitPayroll(at: Context, by: Actor, { county, id }: Asked, key: OnceKey | null) {
  await once(at.db, key, async (tx) => {
    const row = await lockPayroll(tx, county, id);
    requireMaker(by, county, row.org);
    requirePayrollMove(row, 'submitted');
    await movePayroll(tx, row, 'submitted', { words: '', by: by.person, at: at.clock.now() });
    return null;
  });
  return payrollView(at, by, county, id);
}

/**
 * A second person approves a payroll as it was seen. The money moves afterwards, by the job (pay-payrolls.ts).
 *
 * @param input.fen the sum that was looked at
 * @throws Refusal `payroll-not-found` | `not-allowed` | `payroll-move-not-allowed` | `payroll-same-person` |
 *   `payroll-own-household` | `household-disputed` | `payroll-changed`
 */
export async function approvePayroll(
  at: Context,
  by: Actor,
  { county, id, fen }: Asked & { fen: Fen },
  key: OnceKey | null,
) {
  const own = (await householdsOfPerson(at.db, by.person, county)).flatMap((one) => one.files);
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockPayroll(tx, county, id);
    requireMaker(by, county, row.org);
    requirePayrollMove(row, 'approved');
    if (row.drawn_by === by.person) throw refuse('payroll-same-person');
    const slips = await slipsOf(tx, county, id);
    if (slips.some((slip) => own.includes(slip.household))) throw refuse('payroll-own-household');
    const disputed = await disputedAmong(
      tx,
      sql`select county, agreement, household, village from benefit.payslip where county = ${county} and payroll = ${id}`,
    );
    if (disputed) throw refuse('household-disputed', { household: disputed });
    if (row.fen !== fen) throw refuse('payroll-changed');
    await movePayroll(tx, row, 'approved', { words: '', by: by.person, at: at.clock.now() });
    return null;
  });
  return payrollView(at, by, county, id);
}

/** Throws a payroll away, or sends it back: its counts are free for the next one. @throws Refusal as `submitPayroll` */
export async function discardPayroll(
  at: Context,
  by: Actor,
  { county, id, reason }: Asked & { reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const row = await lockPayroll(tx, county, id);
    requireMaker(by, county, row.org);
    requirePayrollMove(row, 'discarded');
    await tx
      .updateTable('benefit.payroll_line')
      .set({ live: false })
      .where('county', '=', county)
      .where('payroll', '=', id)
      .execute();
    await movePayroll(tx, row, 'discarded', { words: reason, by: by.person, at: at.clock.now() });
    return null;
  });
  return payrollView(at, by, county, id);
}
