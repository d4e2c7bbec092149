import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { bookApproved } from '../entries/book-approved.ts';
import { type Posting, postEntries } from '../entries/post-entries.ts';
import { lockPayroll, movePayroll, type PayrollRow, slipsOf } from './payrolls.queries.ts';

/** Books every approved payroll. @returns how many @throws AggregateError as `bookApproved` */
export const payPayrolls = (at: Context, signal?: AbortSignal): Promise<number> =>
  bookApproved(at, 'benefit.payroll', pay, signal);

/**
 * Each slip: the employer's cost to the household's account, from which it is paid out like everything it is owed, and its
 * entry of employment. What the employer pays itself leaves the account at once.
 */
async function pay(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await lockPayroll(tx, county, id);
  if (row.state !== 'approved') return false;
  const slips = (await slipsOf(tx, county, id)).filter((slip) => slip.fen !== 0);
  await postEntries(
    tx,
    county,
    { at: now, month: monthOfPeriod(row), bookedAt: now },
    slips.map(
      ({ id: evidence, household, village, fen, agreement }): Posting => ({
        ...{ household, village, fen, evidenceKind: 'wage', evidence, org: row.org, crop: null, agreement },
        // Taken back more than worked: the same the other way round.
        ...{ from: { kind: 'wage_cost', owner: row.org }, reason: fen < 0 ? 'wage-back' : 'wage' },
        ...{ fact: { kind: 'wage', id: evidence }, by: row.approved_by ?? undefined },
        ...(row.paid !== 'later' && { paid: { by: { kind: 'buyer_cash', owner: row.org }, reason: 'wage-paid' } }),
      }),
    ),
  );
  await movePayroll(tx, row, 'paid', { words: '', by: system.person, at: now });
  return true;
}

/** A wage is of the month its period ends in, as a purchase is of the month of its note. */
const monthOfPeriod = (row: PayrollRow): string => row.to_day.slice(0, 7);
