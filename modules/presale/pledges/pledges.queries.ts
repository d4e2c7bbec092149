import { type Selectable, sql } from 'kysely';
import type { PresalePledge } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { type DeliveryState, deliveryMoves, deliveryStates } from './delivery-states.ts';

export type PledgeFields = Selectable<PresalePledge>;

export async function pledgeById(db: Db, county: County, id: string): Promise<PledgeFields | undefined> {
  return db
    .selectFrom('presale.pledge')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** One pledge, locked; whoever locks its order, too, does that first. @throws Refusal `pledge-not-found` */
export async function lockPledge(tx: Tx, county: County, id: string): Promise<PledgeFields> {
  const row = await tx
    .selectFrom('presale.pledge')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('pledge-not-found');
  return row;
}

/** @throws Refusal `delivery-move-not-allowed`, also while nothing is owed yet */
export function requireDelivery(row: PledgeFields, to: DeliveryState): void {
  if (row.delivery === null) throw refuse('delivery-move-not-allowed', { state: '众筹未成功' });
  if (!deliveryMoves.allows(row.delivery, to)) {
    throw refuse('delivery-move-not-allowed', { state: deliveryMoves.states[row.delivery].zh });
  }
}

/** Moves what a pledge is owed along its graph, with what the new state fixes. */
export async function moveDelivery(
  tx: Tx,
  row: PledgeFields,
  to: DeliveryState,
  fixed: Partial<Pick<PledgeFields, 'parcel' | 'thanks' | 'sent_at' | 'received_at'>>,
): Promise<void> {
  if (row.delivery) deliveryMoves.require(row.delivery, to);
  await tx
    .updateTable('presale.pledge')
    .set({ delivery: to, ...fixed })
    .where('county', '=', row.county)
    .where('id', '=', row.id)
    .execute();
}

/** A project is decided: what is paid at this moment is what it had. Nobody pays or takes back any more. */
export async function countPledges(tx: Tx, county: County, project: string): Promise<void> {
  await sql`
    update presale.pledge p set counted = true
      from trade.order_facts o
     where p.county = ${county}::int and p.project = ${project}::uuid
       and o.county = p.county and o."order" = p.id and o.state = 'paid'`.execute(tx);
}

/** How many pledges of a project stand where with what they are owed; those that were paid back count no more. */
export async function deliveryCounts(db: Db, county: County, project: string): Promise<Record<DeliveryState, number>> {
  const rows = await db
    .selectFrom('presale.pledge')
    .select('delivery')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('county', '=', county)
    .where('project', '=', project)
    .where('delivery', 'is not', null)
    .groupBy('delivery')
    .execute();
  const counts = new Map(rows.map((row) => [row.delivery, Number(row.n)]));
  return Object.fromEntries(deliveryStates.map((state) => [state, counts.get(state) ?? 0])) as Record<
    DeliveryState,
    number
  >;
}
