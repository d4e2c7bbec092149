import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';
import { lockStock, moveStock } from '../stock/move-stock.ts';
import { allocationsOf, linesOf, type OrderFields } from './orders.queries.ts';

/**
 * Gives an order's packs back to their lots: those that were only reserved are free again, those that were already
 * taken out for packing return. The order itself is moved by the caller, who has it locked.
 */
export async function releaseOrder(tx: Tx, now: Date, by: Actor, order: OrderFields): Promise<void> {
  const { county } = order;
  const lines = await linesOf(tx, county, [order.id]);
  const lineIds = lines.map((line) => line.id);
  const allocations = await allocationsOf(tx, county, lineIds);
  const reserved = allocations.filter((a) => a.state === 'reserved');
  const taken = allocations.filter((a) => a.state === 'taken');
  await lockStock(tx, county, [...reserved, ...taken]);
  const move = { county, evidence: { kind: 'order', id: order.id }, by: by.person, at: now, locked: true as const };
  await moveStock(tx, {
    ...move,
    kind: 'reserved',
    steps: reserved.map((a) => ({ sku: a.sku, lot: a.lot, onHand: 0, reserved: -a.packs })),
  });
  await moveStock(tx, {
    ...move,
    kind: 'returned',
    steps: taken.map((a) => ({ sku: a.sku, lot: a.lot, onHand: a.packs, reserved: 0 })),
  });
  await tx
    .updateTable('trade.allocation')
    .set({ state: 'released' })
    .where('county', '=', county)
    .where('line', 'in', lineIds)
    .execute();
  await returnClaims(tx, county, order.id);
  await tell(
    tx,
    stockChanged(
      county,
      lines.map((line) => line.product),
    ),
  );
}

/** What the order had used of limits is free for others again. */
export async function returnClaims(tx: Tx, county: County, order: string): Promise<void> {
  await sql`
    update trade.quota q set used = q.used - c.n
      from trade.claim c
     where c.county = ${county}::int and c."order" = ${order}::uuid and c.state = 'held'
       and q.county = c.county and q.subject = c.subject and q.holder = c.holder`.execute(tx);
  await tx
    .updateTable('trade.claim')
    .set({ state: 'returned' })
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '=', 'held')
    .execute();
}
