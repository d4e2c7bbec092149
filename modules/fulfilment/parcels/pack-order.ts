import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { OnceKey, Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { onceEach } from '#platform/once-each.ts';
import {
  type LineToPack,
  moveOrders,
  type OrderToPack,
  ordersToPack,
  orgsServedBy,
  takeForParcels,
  weighLines,
  weightsOf,
} from '#trade';
import { orderMoves } from '#trade/contract';
import { refuse } from '../refuse.ts';
import { desk, inRounds } from './desks.ts';
import { detailsOf, type ParcelDetail } from './parcel-views.ts';
import { writeParcels } from './write-parcel.ts';

/**
 * Packs one organisation's goods of a paid order into one parcel: their packs leave stock, lot by lot as they were
 * reserved, and each gets its place in its lot and thereby its code. When nothing of the order is left to pack, the
 * order is packed.
 *
 * @param input.org whose goods; may be left out when the caller serves only one organisation of the order
 * @param input.packedIn where, as it is shown to whoever scans; the organisation's own place when left out
 * @param input.weights net grams of lines that are sold by weight, as weighed now; their price follows
 * @throws Refusal `order-not-found` | `not-allowed` | `order-not-packable` | `nothing-to-pack` | `case-open` |
 *   `weight-missing` | `weight-implausible`
 */
export async function packOrder(
  at: Context,
  by: Actor,
  input: Omit<PackAsk, 'by' | 'key'>,
  key: OnceKey | null,
): Promise<ParcelDetail> {
  return packDesk(at, { ...input, by, key });
}

interface PackAsk {
  county: County;
  id: string;
  org?: string;
  packedIn?: string;
  weights?: readonly { line: string; grams: Grams }[];
  by: Actor;
  key: OnceKey | null;
}

const packDesk = desk<PackAsk, ParcelDetail>(async (at, county, asks) => {
  const outcomes = await onceEach(at.db, asks, (tx, fresh) =>
    inRounds(
      fresh,
      (ask) => ask.id,
      (round) => packMany(tx, at.clock.now(), county, round),
    ),
  );
  return detailsOf(at, county, outcomes);
});

/** Whose goods are packed for which ask, the i-th. */
interface Packing {
  ask: PackAsk;
  by: Actor;
  org: string;
  shipRegion: string;
  i: number;
}

/** Packs of orders of which each is asked for once. @returns the parcels' ids */
async function packMany(tx: Tx, now: Date, county: County, asks: readonly PackAsk[]): Promise<Outcome<string>[]> {
  const orders = await ordersToPack(
    tx,
    county,
    asks.map(({ id, by }) => ({ order: id, by })),
  );
  const packers = asks.map(({ by }) => ({
    ...by,
    // Other roles of the same person may see the order; they do not pack.
    memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator']),
  }));
  const served = await orgsServedBy(tx, packers, county);
  const outcomes: Outcome<string>[] = [];
  const packing: (Packing & { of: OrderToPack })[] = [];
  asks.forEach((ask, i) => {
    const found = orders[i] as Outcome<OrderToPack>;
    try {
      if ('error' in found) throw found.error;
      const { head, waiting } = found.value;
      // A pledge for thanks has no address; it is no order that anybody packs.
      if (head.state !== 'paid' || head.shipRegion === null)
        throw refuse('order-not-packable', { state: orderMoves.states[head.state].zh });
      const org = whoseGoods(served[i] as 'all' | string[], waiting, ask.org);
      packing.push({ ask, by: ask.by, of: found.value, org, shipRegion: head.shipRegion, i });
    } catch (error) {
      outcomes[i] = { error };
    }
  });
  const taken = await takeForParcels(tx, now, county, packing);
  const goods: (Packing & { order: string; lines: readonly LineToPack[]; othersWait: boolean })[] = [];
  for (const [n, { ask, by, of, org, shipRegion, i }] of packing.entries()) {
    const own = taken[n] as (typeof taken)[number];
    if ('error' in own) {
      outcomes[i] = own;
      continue;
    }
    goods.push({ ...own.value, ask, by, order: of.head.id, org, shipRegion, i });
  }
  // Their packs are taken: a refusal from here on undoes the batch, and each is packed alone.
  const weighed = await weightsOf(
    tx,
    county,
    goods.flatMap(({ lines }) => lines),
    // Nobody says what somebody else's goods weigh.
    goods.flatMap(({ ask, lines }) => (ask.weights ?? []).filter((one) => lines.some(({ line }) => line === one.line))),
  );
  const parcels = goods.map(({ ask, ...of }) => ({
    ...of,
    ...{ county, packedIn: ask.packedIn },
    grams: of.lines.reduce((sum, line) => sum + grossOf(line, weighed.get(line.line)), 0),
  }));
  const ids = await writeParcels(tx, now, county, parcels);
  const whole = parcels.filter((parcel) => !parcel.othersWait);
  await moveOrders(tx, now, { county, to: 'packed', moves: whole });
  for (const [n, { order, by, lines, i }] of parcels.entries()) {
    const weights = lines.flatMap(({ line, packs }) => {
      const grams = weighed.get(line);
      return grams === undefined ? [] : [{ line, packs, grams }];
    });
    await weighLines(tx, now, by, { county, order, weights });
    outcomes[i] = { value: ids[n] as string };
  }
  return outcomes;
}

/** What a line weighs with its packaging: as weighed, where it was. */
const grossOf = (line: LineToPack, weighed: Grams | undefined): Grams =>
  line.grossGrams * line.packs + (weighed === undefined ? 0 : weighed - line.packGrams * line.packs);

/** The organisation whose goods are packed: the one named, if the caller may; else the only one that waits for the caller. */
function whoseGoods(served: 'all' | readonly string[], waiting: readonly string[], named?: string): string {
  const may = (org: string) => served === 'all' || served.includes(org);
  if (named && !may(named)) throw refusePlatform('not-allowed');
  const org = waiting.find((one) => (named ? one === named : may(one)));
  if (!org) throw refuse('nothing-to-pack');
  return org;
}
