import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { tell } from '#platform/outbox.ts';
import { type LinesDropped, stockChanged } from '../events.ts';
import { allocationsOf, linesOf, type OrderFields } from '../orders/orders.queries.ts';
import { lockStock, moveStock, type StockStep } from '../stock/move-stock.ts';

/**
 * Packs that are refunded before they left are not delivered: their lots have them again, those of the youngest lot
 * first, and the rest of the order goes on without them. What was packed already comes out of its parcel, which the
 * floor above sees to; what has left with its parcel is left as it is.
 *
 * @param wanted packs per line; the caller has the order locked
 * @param only the lots whose packs are dropped; of any when left out
 * @returns how many packs of each line were dropped
 */
export async function dropPacks(
  tx: Tx,
  now: Date,
  by: Actor,
  order: OrderFields,
  wanted: ReadonlyMap<string, number>,
  evidence: { kind: string; id: string },
  only?: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const { county } = order;
  const lines = (await linesOf(tx, county, [order.id])).filter((line) => wanted.has(line.id));
  const held = (
    await allocationsOf(
      tx,
      county,
      lines.map((line) => line.id),
    )
  ).filter(
    (a) => (a.state === 'reserved' || (a.state === 'taken' && a.sent_at === null)) && (only?.has(a.lot) ?? true),
  );
  const dropped = new Map<string, number>();
  if (held.length === 0) return dropped;
  await lockStock(tx, county, held);

  const freed: StockStep[] = [];
  const returned: StockStep[] = [];
  for (const line of lines) {
    let left = wanted.get(line.id) ?? 0;
    for (const a of held.filter((of) => of.line === line.id).reverse()) {
      const packs = Math.min(left, a.packs);
      if (packs === 0) break;
      left -= packs;
      dropped.set(line.id, (dropped.get(line.id) ?? 0) + packs);
      if (a.state === 'reserved') freed.push({ sku: a.sku, lot: a.lot, onHand: 0, reserved: -packs });
      else returned.push({ sku: a.sku, lot: a.lot, onHand: packs, reserved: 0 });
      await tx
        .updateTable('trade.allocation')
        .set(packs === a.packs ? { state: 'released' } : { packs: a.packs - packs })
        .where('county', '=', county)
        .where('line', '=', a.line)
        .where('lot', '=', a.lot)
        .execute();
    }
    const n = dropped.get(line.id) ?? 0;
    if (n === 0) continue;
    await tx
      .updateTable('trade.order_line')
      .set({ dropped_packs: line.dropped_packs + n })
      .where('county', '=', county)
      .where('id', '=', line.id)
      .execute();
  }
  const move = { county, evidence, by: by.person, at: now, locked: true as const };
  await moveStock(tx, { ...move, kind: 'reserved', steps: freed });
  await moveStock(tx, { ...move, kind: 'returned', steps: returned });
  const event: LinesDropped = { type: 'trade.lines-dropped', county, payload: { order: order.id } };
  await tell(
    tx,
    event,
    stockChanged(
      county,
      lines.map((line) => line.product),
    ),
  );
  return dropped;
}
