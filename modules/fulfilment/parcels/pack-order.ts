import { type Actor, membershipsIn } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { nextNumber, type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { organisationsById, regionNames } from '#registry';
import { lotFacts } from '#trace';
import {
  type LineToPack,
  moveOrder,
  orderForReader,
  orderHead,
  ordersWithDrops,
  orgsServed,
  takeForParcel,
  waitingOrgs,
  weighLines,
  weightsOf,
} from '#trade';
import { orderMoves } from '#trade/contract';
import type { ParcelPacked } from '../events.ts';
import { refuse } from '../refuse.ts';
import { type ParcelDetail, parcelDetails } from './parcel-views.ts';
import { parcelById, placesTaken } from './parcels.queries.ts';
import { freePositions, type Range } from './positions.ts';
import { repackParcels } from './repack-parcels.ts';
import { unpackParcels } from './unpack-parcels.ts';

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
  input: {
    county: County;
    id: string;
    org?: string;
    packedIn?: string;
    weights?: readonly { line: string; grams: Grams }[];
  },
  key: OnceKey | null,
): Promise<ParcelDetail> {
  const { county, id: order } = input;
  const parcel = await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const { order: head } = await orderForReader(tx, by, county, order);
    if (head.state !== 'paid') throw refuse('order-not-packable', { state: orderMoves.states[head.state].zh });
    const org = await whoseGoods(tx, by, county, order, input.org);
    const { lines, othersWait } = await takeForParcel(tx, now, by, { county, order, org });
    if (lines.length === 0) throw refuse('nothing-to-pack');
    const weighed = await weightsOf(tx, county, lines, input.weights ?? []);

    const parcel = newId();
    const day = dayOf(now).slice(2).replaceAll('-', '');
    await tx
      .insertInto('fulfilment.parcel')
      .values({
        county,
        id: parcel,
        number: `B${day}-${String(await nextNumber(tx, county, `parcel ${day}`)).padStart(4, '0')}`,
        order,
        org,
        state: 'packed',
        grams: lines.reduce((sum, line) => sum + grossOf(line, weighed.get(line.line)), 0),
        ship_region: head.shipRegion,
        packed_in: input.packedIn?.trim() || (await placeOf(tx, county, org)),
        packed_by: by.person,
        packed_at: now,
      })
      .execute();
    await givePlaces(tx, county, parcel, lines);
    if (!othersWait) await moveOrder(tx, now, by, { county, order, to: 'packed' });
    const event: ParcelPacked = { type: 'fulfilment.parcel-packed', county, payload: { parcel, order } };
    await tell(tx, event);
    await weighLines(tx, now, by, {
      county,
      order,
      weights: lines.flatMap(({ line, packs }) => {
        const grams = weighed.get(line);
        return grams === undefined ? [] : [{ line, packs, grams }];
      }),
    });
    return parcel;
  });
  const found = await parcelById(at.db, county, parcel);
  if (!found) throw refuse('parcel-not-found');
  const [detail] = await parcelDetails(at, county, [found]);
  return detail as ParcelDetail;
}

/** What a line weighs with its packaging: as weighed, where it was. */
const grossOf = (line: LineToPack, weighed: Grams | undefined): Grams =>
  line.grossGrams * line.packs + (weighed === undefined ? 0 : weighed - line.packGrams * line.packs);

/** The organisation whose goods are packed: the one named, if the caller may; else the only one that waits for the caller. */
async function whoseGoods(tx: Tx, by: Actor, county: County, order: string, named?: string): Promise<string> {
  // Other roles of the same person may see the order; they do not pack.
  const packer = { ...by, memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator']) };
  const served = await orgsServed(tx, packer, county);
  const may = (org: string) => served === 'all' || served.includes(org);
  if (named) {
    if (!may(named)) throw refusePlatform('not-allowed');
    return named;
  }
  const [org] = (await waitingOrgs(tx, county, order)).filter(may);
  if (!org) throw refuse('nothing-to-pack');
  return org;
}

/**
 * Gives every pack its place in its lot. The lots' stock rows are locked since they were taken, so nobody else hands
 * out places of these lots until this transaction ends.
 */
export async function givePlaces(tx: Tx, county: County, parcel: string, lines: readonly LineToPack[]): Promise<void> {
  const lots = [...new Set(lines.flatMap((line) => line.allocations.map((a) => a.lot)))];
  const facts = await lotFacts(tx, county, lots);
  const used = new Map<string, Range[]>(lots.map((lot) => [lot, []]));
  for (const taken of await placesStillTaken(tx, county, lots)) used.get(taken.lot)?.push(taken);
  const rows = lines.flatMap((line) =>
    line.allocations.flatMap(({ lot, packs }) => {
      const taken = used.get(lot) as Range[];
      const given = freePositions(facts.get(lot)?.packs ?? 0, taken, packs);
      taken.push(...given);
      return given.map((range) => ({
        county,
        parcel,
        line: line.line,
        lot,
        first_pack: range.first,
        last_pack: range.last,
      }));
    }),
  );
  await tx.insertInto('fulfilment.parcel_pack').values(rows).execute();
}

/**
 * The places that are taken. An order may have been refunded a moment ago, whole or in part, its packs back in stock,
 * while the news has not come here yet: its parcel is then unpacked now, or the lot would run out of places before it
 * runs out of packs.
 */
async function placesStillTaken(tx: Tx, county: County, lots: readonly string[]) {
  const taken = await placesTaken(tx, county, lots);
  const changed = new Set<string>();
  const ownPacked = taken.filter((place) => place.state === 'packed' && place.afterSale === null);
  const orders = [...new Set(ownPacked.map((place) => place.order))];
  const dropped = await ordersWithDrops(tx, county, orders);
  for (const order of orders) {
    const whole = (await orderHead(tx, county, order))?.state === 'refunded';
    if (whole) await unpackParcels(tx, county, order);
    else if (dropped.has(order)) await repackParcels(tx, county, order);
    else continue;
    changed.add(order);
  }
  return changed.size === 0 ? taken : placesTaken(tx, county, lots);
}

/** An organisation's own place, as it is shown to whoever scans what was packed there. */
export async function placeOf(tx: Tx, county: County, org: string): Promise<string> {
  const region = (await organisationsById(tx, county, [org])).get(org)?.region ?? String(county);
  return (await regionNames(tx, [region])).get(region)?.fullName ?? String(county);
}
