import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuseRecalled } from '../recalls/recall-lines.queries.ts';
import { refuse } from '../refuse.ts';
import { moveStock } from '../stock/move-stock.ts';
import { refuseMove } from './move-order.ts';
import { allocationsOf, linesOf, lockOrder, refundAskedFor } from './orders.queries.ts';

/** A line as it is put into a parcel: its packs by lot, oldest expiry first as they were reserved. */
export interface LineToPack {
  line: string;
  sku: string;
  packs: number;
  /** net grams of one pack */
  packGrams: number;
  /** gross grams of one pack */
  grossGrams: number;
  allocations: { lot: string; packs: number }[];
}

/**
 * Takes the packs that an organisation's lines of a paid order have reserved out of stock. The stock rows of their
 * lots stay locked to the end of the transaction, so that whoever hands out codes of these lots does it alone.
 *
 * @returns the organisation's lines that were not taken before, none when there is nothing left to take; and whether
 *   lines of other organisations are still waiting
 * @throws Refusal `order-not-found` | `order-move-not-allowed` | `case-open` while a refund of them is asked for |
 *   `lot-recalled`
 */
export async function takeForParcel(
  tx: Tx,
  now: Date,
  by: Actor,
  input: { county: County; order: string; org: string },
): Promise<{ lines: LineToPack[]; othersWait: boolean }> {
  const { county } = input;
  const order = await lockOrder(tx, county, input.order);
  if (!order) throw refuse('order-not-found');
  if (order.state !== 'paid') throw refuseMove(order.state, 'packed');

  const lines = await linesOf(tx, county, [order.id]);
  const reserved = (
    await allocationsOf(
      tx,
      county,
      lines.map((line) => line.id),
    )
  ).filter((a) => a.state === 'reserved');
  const waiting = lines.filter((line) => reserved.some((a) => a.line === line.id));
  const own = waiting.filter((line) => line.org === input.org);
  const taken = reserved.filter((a) => own.some((line) => line.id === a.line));
  if (taken.length === 0) return { lines: [], othersWait: waiting.length > 0 };
  if (await refundAskedFor(tx, county, order.id, input.org)) throw refuse('case-open');
  await refuseRecalled(
    tx,
    county,
    taken.map((a) => a.lot),
  );

  await moveStock(tx, {
    county,
    kind: 'taken',
    steps: taken.map((a) => ({ sku: a.sku, lot: a.lot, onHand: -a.packs, reserved: -a.packs })),
    evidence: { kind: 'order', id: order.id },
    by: by.person,
    at: now,
  });
  await tx
    .updateTable('trade.allocation')
    .set({ state: 'taken' })
    .where('county', '=', county)
    .where(
      'line',
      'in',
      own.map((line) => line.id),
    )
    .where('state', '=', 'reserved')
    .execute();
  const skus = await skusById(tx, county, [...new Set(own.map((line) => line.sku))]);
  return {
    lines: own.map((line) => ({
      line: line.id,
      sku: line.sku,
      packs: line.packs - line.dropped_packs,
      packGrams: line.pack_grams,
      grossGrams: skus.get(line.sku)?.grossGrams ?? line.pack_grams,
      allocations: taken.filter((a) => a.line === line.id).map(({ lot, packs }) => ({ lot, packs })),
    })),
    othersWait: waiting.length > own.length,
  };
}
