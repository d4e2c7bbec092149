import { type Selectable, sql } from 'kysely';
import type { TradeRecallLine } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { recalledAmong } from '#trace';
import { refuse } from '../refuse.ts';
import type { RecallLineState } from './recall-line-states.ts';

export type RecallLineFields = Selectable<TradeRecallLine>;

/**
 * The packs of lots that orders have, each as a recall finds it: neither released nor come back, and not cancelled; of
 * what a project owes, too, which leaves after its order was closed.
 */
export const packsHit = (county: County, lots: readonly string[]) => sql`
  select a.line, a.lot, a.sku, l."order", o.person, l.org, a.packs - a.back_packs as packs, a.sent_at,
         case when o.state = 'placed' then 'unpaid' when a.state = 'reserved' then 'waiting'
              when a.sent_at is null then 'packed' else 'gone' end as found
    from trade.allocation a
    join trade.order_line l on l.county = a.county and l.id = a.line
    join trade."order" o on o.county = l.county and o.id = l."order"
   where a.county = ${county} and a.lot = any(${lots as string[]}::uuid[]) and a.state <> 'released'
     and a.packs > a.back_packs and o.state <> 'cancelled'`;

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
