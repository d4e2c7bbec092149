import { type Selectable, sql } from 'kysely';
import type { TraceSaleDispute } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type DisputeState, disputeMoves } from './dispute-states.ts';

export type DisputeRow = Selectable<TraceSaleDispute>;

/** One dispute, locked, as far as the transaction's scope shows it. */
export function lockDispute(tx: Tx, county: County, id: string): Promise<DisputeRow | undefined> {
  return tx
    .selectFrom('trace.sale_dispute')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/**
 * Moves a dispute along the graph of dispute-states.ts and writes the move down with its words.
 *
 * @throws Refusal `dispute-over`
 */
export async function moveDispute(
  tx: Tx,
  row: DisputeRow,
  to: DisputeState,
  said: { words: string; by: string; at: Date; reversal?: string | null },
): Promise<void> {
  if (!disputeMoves.allows(row.state, to)) throw refuse('dispute-over', { state: disputeMoves.states[row.state].zh });
  const over = disputeMoves.from(to).length === 0;
  await tx
    .updateTable('trace.sale_dispute')
    .set({ state: to, ...(over && { closed_at: said.at, reversal: said.reversal ?? null }) })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
  await insertDisputeMove(tx, row, row.state, to, said);
}

export async function insertDisputeMove(
  tx: Tx,
  of: { county: County; id: string; village: string },
  from: DisputeState | null,
  to: DisputeState,
  said: { words: string; by: string; at: Date },
): Promise<void> {
  await tx
    .insertInto('trace.dispute_move')
    .values({
      ...{ county: of.county, id: newId(), dispute: of.id, village: of.village, from_state: from, to_state: to },
      ...{ words: said.words.trim(), by_person: said.by, at: said.at },
    })
    .execute();
}

/**
 * Disputes of a county as far as the scope shows them; those that are open and due first, then the newest.
 *
 * @param filter.stations only of notes of these stations
 */
export async function listDisputes(
  tx: Db,
  county: County,
  filter: { state?: DisputeState; household?: string; stations?: readonly string[]; page: number; size: number },
): Promise<{ rows: DisputeRow[]; total: number }> {
  const { state, household, stations } = filter;
  const where = sql.join(
    [
      sql`d.county = ${county}`,
      ...(state === undefined ? [] : [sql`d.state = ${state}`]),
      ...(household === undefined ? [] : [sql`d.household = ${household}`]),
      ...(stations === undefined ? [] : [sql`p.station = any(${stations as string[]}::uuid[])`]),
    ],
    sql` and `,
  );
  const from = sql`trace.sale_dispute d join trace.purchase p on p.county = d.county and p.id = d.purchase`;
  const counted = await sql<{ total: number }>`select count(*) as total from ${from} where ${where}`.execute(tx);
  const { rows } = await sql<DisputeRow>`
    select d.* from ${from} where ${where}
     order by d.closed_at is not null, case when d.closed_at is null then d.due_at end, d.at desc, d.id
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(tx);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** The disputes of households about some of their notes, in the order they were opened. @param tx scoped over the county */
export async function disputesOfNotes(
  tx: Tx,
  county: County,
  households: readonly string[],
  notes: readonly string[],
): Promise<DisputeRow[]> {
  if (notes.length === 0) return [];
  return tx
    .selectFrom('trace.sale_dispute')
    .selectAll()
    .where('county', '=', county)
    .where('household', 'in', households)
    .where('purchase', 'in', notes)
    .orderBy('at')
    .orderBy('id')
    .execute();
}
