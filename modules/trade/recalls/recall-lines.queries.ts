import { type Selectable, sql } from 'kysely';
import type { TradeRecallLine } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { recalledAmong } from '#trace';
import { refuse } from '../refuse.ts';
import type { RecallLineState } from './recall-line-states.ts';

export type RecallLineFields = Selectable<TradeRecallLine>;

/** What recalls hold of an order and nobody has decided; the caller has the order locked. */
export function heldLines(db: Db, county: County, order: string): Promise<RecallLineFields[]> {
  return db
    .selectFrom('trade.recall_line')
    .selectAll()
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '=', 'held')
    .orderBy('line')
    .orderBy('lot')
    .orderBy('recall')
    .execute();
}

/** Notes what became of held packs. The same packs may be in several recalls; all hear of it. */
export async function settleLines(
  tx: Tx,
  county: County,
  lines: readonly Pick<RecallLineFields, 'line' | 'lot'>[],
  to: Exclude<RecallLineState, 'held' | 'lifted'>,
  said: { by: string; at: Date },
): Promise<void> {
  if (lines.length === 0) return;
  await sql`
    update trade.recall_line r set state = ${to}, decided_by = ${said.by}, decided_at = ${said.at}
      from unnest(${lines.map((one) => one.line)}::uuid[], ${lines.map((one) => one.lot)}::uuid[]) as d (line, lot)
     where r.county = ${county} and r.line = d.line and r.lot = d.lot and r.state = 'held'`.execute(tx);
}

/**
 * Lets no recalled pack leave: a recall stands from the moment it is declared, also before stock has heard of it.
 *
 * @throws Refusal `lot-recalled`
 */
export async function refuseRecalled(tx: Tx, county: County, lots: readonly string[]): Promise<void> {
  const [number] = (await recalledAmong(tx, county, lots)).values();
  if (number !== undefined) throw refuse('lot-recalled', { lot: number });
}
