import { transfer } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { OrderSettled, SettledLine } from '../events.ts';
import { refundedOf } from '../settlement/refunded.queries.ts';
import { settlementPartsOf } from '../settlement/settlement-parts.ts';
import { moveOrder } from './move-order.ts';
import { allocationsOf, linesOf, orderById } from './orders.queries.ts';

/**
 * Settles a paid order of which there is nothing to pack, send or receive.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function settleUndelivered(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order, reason }: { county: County; order: string; reason: string },
): Promise<void> {
  for (const to of ['packed', 'sent', 'received'] as const) {
    await moveOrder(tx, now, by, { county, order, to, reason });
  }
  await settleOrder(tx, now, by, { county, order });
}

/**
 * A received order's held money reaches its owners: every hold is posted and the order closes. The floors above are
 * told what each line moved, lot by lot.
 *
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function settleOrder(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string },
): Promise<void> {
  const { county, order } = input;
  await moveOrder(tx, now, by, { county, order, to: 'closed' });
  const parts = (await settlementPartsOf(tx, county, [order])).filter((part) => part.state === 'held');
  await transfer(
    tx,
    county,
    parts.map((part) => ({
      id: newId(),
      kind: 'post' as const,
      pending: part.hold,
      reason: 'order-part',
      evidenceKind: 'order',
      evidence: order,
      by: by.person,
    })),
    now,
  );
  await tx
    .updateTable('trade.settlement_part')
    .set({ state: 'posted' })
    .where('county', '=', county)
    .where('order', '=', order)
    .where('state', '=', 'held')
    .execute();
  const lines = await linesOf(tx, county, [order]);
  const lineIds = lines.map((line) => line.id);
  const allocations = await allocationsOf(tx, county, lineIds);
  const refunded = await refundedOf(tx, county, lineIds);
  const partsOf = (line: string) => parts.filter((part) => part.line === line);
  const sum = (some: typeof parts) => some.reduce((fen, part) => fen + part.fen, 0);
  const settled: SettledLine[] = lines.map((line) => ({
    line: line.id,
    product: line.product,
    sku: line.sku,
    org: line.org,
    goodsFen: sum(partsOf(line.id)),
    freightFen: line.freight_fen - (refunded.get(line.id)?.freightFen ?? 0),
    householdFen: sum(partsOf(line.id).filter((part) => part.part === 'household')),
    lots: allocations
      .filter((a) => a.line === line.id && a.state === 'taken' && a.packs > a.back_packs)
      .map(({ lot, packs, back_packs }) => ({
        lot,
        packs: packs - back_packs,
        grams: (packs - back_packs) * line.pack_grams,
      })),
  }));
  const event: OrderSettled = {
    type: 'trade.order-settled',
    county,
    payload: {
      order,
      at: now.toISOString(),
      promise: (await orderById(tx, county, order))?.promise ?? null,
      lines: settled,
    },
  };
  await tell(tx, event);
}
