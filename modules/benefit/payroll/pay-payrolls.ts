import { ensureAccounts, type TransferInput, transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { insertEntries } from '../entries/entries.queries.ts';
import { lockPayroll, movePayroll, type PayrollRow, slipsOf } from './payrolls.queries.ts';

/**
 * Books every approved payroll, one in one transaction: what a killed server left approved is found again, and what it has
 * booked is not. One that cannot be booked does not hinder the others.
 *
 * @returns how many were booked
 * @throws AggregateError with what went wrong, after all were tried
 */
export async function payPayrolls(at: Context, signal?: AbortSignal): Promise<number> {
  const waiting = await at.db
    .selectFrom('benefit.payroll')
    .select(['county', 'id'])
    .where('state', '=', 'approved')
    .orderBy('county')
    .orderBy('id')
    .limit(1000)
    .execute();
  const failed: unknown[] = [];
  let paid = 0;
  for (const { county, id } of waiting) {
    if (signal?.aborted) break;
    await transact(at.db, (tx) => pay(tx, at.clock.now(), county, id)).then(
      (booked) => {
        paid += booked ? 1 : 0;
      },
      (error) => failed.push(error),
    );
  }
  if (failed.length > 0) throw new AggregateError(failed, `${failed.length} payrolls could not be booked`);
  return paid;
}

/**
 * Each slip: the employer's cost to the household's account, from which it is paid out like everything it is owed, and its
 * entry of employment. What the employer pays itself leaves the account at once.
 */
async function pay(tx: Tx, now: Date, county: County, id: string): Promise<boolean> {
  await withScope(tx, String(county));
  const row = await lockPayroll(tx, county, id);
  if (row.state !== 'approved') return false;
  const slips = (await slipsOf(tx, county, id))
    .filter((slip) => slip.fen !== 0)
    .map((slip) => ({ ...slip, moved: newId() }));
  const [cost, cash, ...households] = (await ensureAccounts(tx, county, [
    { kind: 'wage_cost', owner: row.org },
    { kind: 'buyer_cash', owner: row.org },
    ...slips.map((slip) => ({ kind: 'household' as const, owner: slip.household })),
  ])) as [string, string, ...string[]];
  await transfer(
    tx,
    county,
    slips.flatMap((slip, i): TransferInput[] => {
      const household = households[i] as string;
      const said = { kind: 'single' as const, evidenceKind: 'wage', evidence: slip.id, by: row.approved_by };
      // Taken back more than worked: the same the other way round.
      const move = (from: string, to: string, back: boolean) =>
        back ? { debit: to, credit: from } : { debit: from, credit: to };
      const amountFen = Math.abs(slip.fen);
      const back = slip.fen < 0;
      return [
        { ...said, ...move(cost, household, back), id: slip.moved, amountFen, reason: back ? 'wage-back' : 'wage' },
        ...(row.paid === 'later'
          ? []
          : [{ ...said, ...move(household, cash, back), id: newId(), amountFen, reason: 'wage-paid' }]),
      ];
    }),
    now,
  );
  await insertEntries(
    tx,
    county,
    { mechanism: 'employment', evidenceKind: 'wage', month: monthOfPeriod(row), at: now },
    slips.map(({ household, village, fen, id: evidence, moved, agreement }) => ({
      ...{ household, village, fen, evidence, transfer: moved, org: row.org, crop: null, agreement },
    })),
  );
  await movePayroll(tx, row, 'paid', { words: '', by: system.person, at: now });
  return true;
}

/** A wage is of the month its period ends in, as a purchase is of the month of its note. */
const monthOfPeriod = (row: PayrollRow): string => row.to_day.slice(0, 7);
