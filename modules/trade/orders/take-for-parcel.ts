import { skusById } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Tx } from '#platform/db.ts';
import type { Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { recalledAmong } from '#trace';
import { refuse } from '../refuse.ts';
import { moveStockTogether } from '../stock/move-stock.ts';
import { refuseMove } from './move-order.ts';
import { headOf, type OrderHead, orgsServedBy, readsAsStaff } from './order-readers.ts';
import {
  type AllocationFields,
  allocationsOf,
  goodsOf,
  type LineFields,
  linesOf,
  lockOrders,
  refundsAskedFor,
} from './orders.queries.ts';

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

/** Somebody who wants to pack of an order. */
interface PackAsk {
  by: Actor;
  order: string;
}

/** An order that is locked to be packed, with what of it still waits. */
export interface OrderToPack {
  head: OrderHead;
  /** organisations with packs that are not yet in a parcel, sorted */
  waiting: string[];
  lines: LineFields[];
  reserved: AllocationFields[];
}

/**
 * Locks orders for those who want to pack of them, each order once.
 *
 * @returns an outcome per ask: the order, or Refusal `order-not-found` also where it is none of theirs
 */
export async function ordersToPack(tx: Tx, county: County, asks: readonly PackAsk[]): Promise<Outcome<OrderToPack>[]> {
  const ids = asks.map((ask) => ask.order);
  const [orders, served, lines] = await pipelined(tx, (one) =>
    Promise.all([
      lockOrders(one, county, ids),
      orgsServedBy(
        one,
        asks.map((ask) => ask.by),
        county,
      ),
      linesOf(one, county, ids),
    ]),
  );
  const allocations = await allocationsOf(
    tx,
    county,
    lines.map((line) => line.id),
  );
  const linesByOrder = Map.groupBy(lines, (line) => line.order);
  const reservedByLine = Map.groupBy(
    allocations.filter((a) => a.state === 'reserved'),
    (a) => a.line,
  );
  return asks.map(({ by, order: id }, i) => {
    const order = orders.get(id);
    const own = linesByOrder.get(id) ?? [];
    const mayRead = order?.person === by.person || readsAsStaff(served[i] as 'all' | string[], own);
    if (!order || !mayRead) return { error: refuse('order-not-found') };
    const reserved = own.flatMap((line) => reservedByLine.get(line.id) ?? []);
    const waiting = own.filter((line) => reservedByLine.has(line.id)).map((line) => line.org);
    return { value: { head: headOf(order), waiting: [...new Set(waiting)].sort(), lines: own, reserved } };
  });
}

/** What is taken of an order for one parcel. */
export interface Taken {
  /** the organisation's lines that were not taken before, at least one */
  lines: LineToPack[];
  /** whether lines of other organisations are still waiting */
  othersWait: boolean;
}

/**
 * Takes the packs that an organisation's lines of each of some paid orders have reserved out of stock. The stock rows of
 * their lots stay locked to the end of the transaction, so that whoever hands out codes of these lots does it alone.
 *
 * @param packs what `ordersToPack` has locked, each with an organisation that waits in it
 * @returns an outcome per parcel; nothing is taken for those with Refusal `order-move-not-allowed` | `case-open` while a
 *   refund of them is asked for | `lot-recalled`
 */
export async function takeForParcels(
  tx: Tx,
  now: Date,
  county: County,
  packs: readonly { by: Actor; of: OrderToPack; org: string }[],
): Promise<Outcome<Taken>[]> {
  const asked = await refundsAskedFor(
    tx,
    county,
    packs.map(({ of }) => of.head.id),
  );
  const found = packs.map(({ by, of, org }) => {
    const waiting = of.lines.filter((line) => of.reserved.some((a) => a.line === line.id));
    const own = waiting.filter((line) => line.org === org);
    const taken = of.reserved.filter((a) => own.some((line) => line.id === a.line));
    return { by, head: of.head, org, own, taken, othersWait: waiting.length > own.length };
  });
  const recalled = await recalledAmong(
    tx,
    county,
    found.flatMap(({ taken }) => taken.map((a) => a.lot)),
  );
  const refusals = found.map(({ head, org, taken }) => {
    if (head.state !== 'paid') return refuseMove(head.state, 'packed');
    if (asked.has(goodsOf({ order: head.id, org }))) return refuse('case-open');
    const lot = taken.find((a) => recalled.has(a.lot))?.lot;
    return lot === undefined ? undefined : refuse('lot-recalled', { lot: recalled.get(lot) as string });
  });
  const going = found.filter((_, i) => !refusals[i]);
  if (going.length === 0) return refusals.map((error) => ({ error }));
  await moveStockTogether(
    tx,
    { county, kind: 'taken', at: now },
    going.map(({ by, head, taken }) => ({
      steps: taken.map((a) => ({ sku: a.sku, lot: a.lot, onHand: -a.packs, reserved: -a.packs })),
      evidence: { kind: 'order', id: head.id },
      by: by.person,
    })),
  );
  const lines = going.flatMap(({ own }) => own);
  const [, skus] = await pipelined(tx, (one) =>
    Promise.all([
      one
        .updateTable('trade.allocation')
        .set({ state: 'taken' })
        .where('county', '=', county)
        .where(
          'line',
          'in',
          lines.map((line) => line.id),
        )
        .where('state', '=', 'reserved')
        .execute(),
      skusById(one, county, [...new Set(lines.map((line) => line.sku))]),
    ]),
  );
  return found.map(({ own, taken, othersWait }, i) => {
    const error = refusals[i];
    if (error) return { error };
    return {
      value: {
        lines: own.map((line) => ({
          line: line.id,
          sku: line.sku,
          packs: line.packs - line.dropped_packs,
          packGrams: line.pack_grams,
          grossGrams: skus.get(line.sku)?.grossGrams ?? line.pack_grams,
          allocations: taken.filter((a) => a.line === line.id).map(({ lot, packs }) => ({ lot, packs })),
        })),
        othersWait,
      },
    };
  });
}
