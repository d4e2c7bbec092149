import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import { nextNumber, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { organisationsById, regionNames } from '#registry';
import { lotFacts } from '#trace';
import { type LineToPack, orderHead, ordersWithDrops } from '#trade';
import type { ParcelPacked } from '../events.ts';
import { placesTaken } from './parcels.queries.ts';
import { freePositions, type Range } from './positions.ts';
import { repackParcels } from './repack-parcels.ts';
import { unpackParcels } from './unpack-parcels.ts';

export interface ParcelToWrite {
  county: County;
  order: string;
  org: string;
  shipRegion: string;
  lines: readonly LineToPack[];
  /** with packaging */
  grams: Grams;
  /** where, as it is shown to whoever scans; the organisation's own place when left out */
  packedIn?: string | undefined;
  /** the case it is of */
  afterSale?: string | null;
  /** what a project owes its backer */
  promised?: boolean;
}

/** Writes a packed parcel of what was taken out of stock, each pack with its place in its lot, and tells of it. @returns its id */
export async function writeParcel(tx: Tx, now: Date, by: Actor, of: ParcelToWrite): Promise<string> {
  const { county, order, org, lines } = of;
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
      after_sale: of.afterSale ?? null,
      promised: of.promised ?? false,
      state: 'packed',
      grams: of.grams,
      ship_region: of.shipRegion,
      packed_in: of.packedIn?.trim() || (await placeOf(tx, county, org)),
      packed_by: by.person,
      packed_at: now,
    })
    .execute();
  await givePlaces(tx, county, parcel, lines);
  const event: ParcelPacked = { type: 'fulfilment.parcel-packed', county, payload: { parcel, order } };
  await tell(tx, event);
  return parcel;
}

/**
 * Gives every pack its place in its lot. The lots' stock rows are locked since they were taken, so nobody else hands
 * out places of these lots until this transaction ends.
 */
async function givePlaces(tx: Tx, county: County, parcel: string, lines: readonly LineToPack[]): Promise<void> {
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
async function placeOf(tx: Tx, county: County, org: string): Promise<string> {
  const region = (await organisationsById(tx, county, [org])).get(org)?.region ?? String(county);
  return (await regionNames(tx, [region])).get(region)?.fullName ?? String(county);
}
