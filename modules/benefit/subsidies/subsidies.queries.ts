import { type Selectable, sql } from 'kysely';
import type { BenefitSubsidy, BenefitSubsidyLine } from '#platform/database/tables.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type SubsidyState, subsidyMoves } from './subsidy-states.ts';

export type SubsidyRow = Selectable<BenefitSubsidy>;
export type SubsidyLine = Selectable<BenefitSubsidyLine>;

interface Said {
  words: string;
  by: string;
  at: Date;
}

/** One list, locked. @throws Refusal `subsidy-not-found` */
export async function lockSubsidy(tx: Tx, county: County, id: string): Promise<SubsidyRow> {
  const row = await tx
    .selectFrom('benefit.subsidy')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('subsidy-not-found');
  return row;
}

/** @throws Refusal `subsidy-move-not-allowed` */
export function requireSubsidyMove(row: SubsidyRow, to: SubsidyState): void {
  if (!subsidyMoves.allows(row.state, to)) {
    throw refuse('subsidy-move-not-allowed', { state: subsidyMoves.states[row.state].zh });
  }
}

/** Moves a list and writes down who did it and why. */
export async function moveSubsidy(tx: Tx, row: SubsidyRow, to: SubsidyState, said: Said): Promise<void> {
  requireSubsidyMove(row, to);
  await tx
    .updateTable('benefit.subsidy')
    .set({ state: to, ...(to === 'booked' && { approved_by: said.by, approved_at: said.at }) })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertSubsidyMove(tx, row, row.state, to, said);
}

export async function insertSubsidyMove(
  tx: Tx,
  of: { county: County; id: string },
  from: SubsidyState | null,
  to: SubsidyState,
  said: Said,
): Promise<void> {
  await tx
    .insertInto('benefit.subsidy_move')
    .values({
      ...{ county: of.county, id: newId(), subsidy: of.id, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}

export const linesOfSubsidy = (tx: Tx, county: County, subsidy: string): Promise<SubsidyLine[]> =>
  tx
    .selectFrom('benefit.subsidy_line')
    .selectAll()
    .where('county', '=', county)
    .where('subsidy', '=', subsidy)
    .orderBy('n')
    .orderBy('at')
    .execute();

/**
 * None of these households has been paid by the same document in another list that was booked; what was taken back does
 * not count.
 *
 * @throws Refusal `subsidy-paid-already`
 */
export async function requireUnpaid(
  tx: Tx,
  county: County,
  of: { id: string; document: string },
  lines: readonly { household: string }[],
): Promise<void> {
  const households = lines.map((line) => line.household);
  const { rows } = await sql<{ number: string; code: string }>`
    select s.number, h.code
      from benefit.subsidy s
      join benefit.subsidy_line l on l.county = s.county and l.subsidy = s.id and l.reverses is null
      left join registry.household_pointer m on m.county = l.county and m.household = l.household
      join registry.household_facts h on h.county = l.county and h.household = coalesce(m.into_household, l.household)
     where s.county = ${county} and s.document = ${of.document} and s.state = 'booked' and s.id <> ${of.id}
       and h.household = any(${households as string[]}::uuid[])
       and not exists (select from benefit.subsidy_line r where r.county = l.county and r.reverses = l.id)
     order by h.code limit 1`.execute(tx);
  const [paid] = rows;
  if (paid) throw refuse('subsidy-paid-already', { code: paid.code, number: paid.number });
}
