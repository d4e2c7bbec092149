import type { Selectable } from 'kysely';
import type { BenefitPayroll } from '#platform/database/tables.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type PayrollState, payrollMoves } from './payroll-states.ts';

export type PayrollRow = Selectable<BenefitPayroll>;

interface Said {
  words: string;
  by: string;
  at: Date;
}

/** One payroll, locked. @throws Refusal `payroll-not-found` */
export async function lockPayroll(tx: Tx, county: County, id: string): Promise<PayrollRow> {
  const row = await tx
    .selectFrom('benefit.payroll')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('payroll-not-found');
  return row;
}

/** @throws Refusal `payroll-move-not-allowed` */
export function requirePayrollMove(row: PayrollRow, to: PayrollState): void {
  if (!payrollMoves.allows(row.state, to)) {
    throw refuse('payroll-move-not-allowed', { state: payrollMoves.states[row.state].zh });
  }
}

/** Moves a payroll and writes down who did it and why. */
export async function movePayroll(tx: Tx, row: PayrollRow, to: PayrollState, said: Said): Promise<void> {
  payrollMoves.require(row.state, to);
  await tx
    .updateTable('benefit.payroll')
    .set({ state: to, ...(to === 'approved' && { approved_by: said.by, approved_at: said.at }) })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertPayrollMove(tx, row, row.state, to, said);
}

export async function insertPayrollMove(
  tx: Tx,
  of: { county: County; id: string },
  from: PayrollState | null,
  to: PayrollState,
  said: Said,
): Promise<void> {
  await tx
    .insertInto('benefit.payroll_move')
    .values({
      ...{ county: of.county, id: newId(), payroll: of.id, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}

export const slipsOf = (tx: Tx, county: County, payroll: string) =>
  tx
    .selectFrom('benefit.payslip')
    .selectAll()
    .where('county', '=', county)
    .where('payroll', '=', payroll)
    .orderBy('household')
    .orderBy('member')
    .execute();
