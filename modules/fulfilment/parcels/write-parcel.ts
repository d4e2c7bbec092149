import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { nextNumbers, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Grams } from '#platform/money.ts';
import { tell } from '#platform/outbox.ts';
import { organisationsById, regionNames } from '#registry';
import { lotFacts } from '#trace';
import { type LineToPack, orderHeads, ordersWithDrops } from '#trade';
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
  return (await writeParcels(tx, now, of.county, [{ ...of, by }]))[0] as string;
}

/** Writes parcels of one county, by the same few statements however many they are. @returns their ids, in the same order */
export async function writeParcels(
  tx: Tx,
  now: Date,
  county: County,
  parcels: readonly (ParcelToWrite & { by: Actor })[],
): Promise<string[]> {
  if (parcels.length === 0) return [];
  const ids = parcels.map(newId);
  const day = dayOf(now).slice(2).replaceAll('-', '');
  const places = await placesOf(tx, county, parcels);
  const first = await nextNumbers(tx, county, `parcel ${day}`, parcels.length);
  await tx
    .insertInto('fulfilment.parcel')
    .values(
      parcels.map(({ order, org, by, ...of }, i) => ({
        county,
        id: ids[i] as string,
        number: `B${day}-${String(first + i).padStart(4, '0')}`,
        order,
        org,
        after_sale: of.afterSale ?? null,
        promised: of.promised ?? false,
        state: 'packed' as const,
        grams: of.grams,
        ship_region: of.shipRegion,
        packed_in: of.packedIn?.trim() || (places.get(org) ?? String(county)),
        packed_by: by.person,
        packed_at: now,
      })),
    )
    .execute();
  await givePlaces(
    tx,
    county,
    parcels.flatMap(({ lines }, i) => lines.map((line) => ({ ...line, parcel: ids[i] as string }))),
  );
  await tell(
    tx,
    ...parcels.map(
      ({ order }, i): ParcelPacked => ({
        type: 'fulfilment.parcel-packed',
        county,
        payload: { parcel: ids[i] as string, order },
      }),
    ),
  );
  return ids;
}

/**
 * Gives every pack its place in its lot. The lots' stock rows are locked since they were taken, so nobody else hands
 * out places of these lots until this transaction ends.
 */
async function givePlaces(tx: Tx, county: County, lines: readonly (LineToPack & { parcel: string })[]): Promise<void> {
  const lots = [...new Set(lines.flatMap((line) => line.allocations.map((a) => a.lot)))];
  const facts = await lotFacts(tx, county, lots);
  const used = new Map<string, Range[]>(lots.map((lot) => [lot, []]));
  for (const taken of await placesStillTaken(tx, county, lots)) used.get(taken.lot)?.push(taken);
  const rows = lines.flatMap(({ line, parcel, allocations }) =>
    allocations.flatMap(({ lot, packs }) => {
      const taken = used.get(lot) as Range[];
      const given = freePositions(facts.get(lot)?.packs ?? 0, taken, packs);
      taken.push(...given);
      return given.map((range) => ({ parcel, line, lot, ...range }));
    }),
  );
  const all = <K extends keyof (typeof rows)[number]>(key: K) => plainArray(rows.map((row) => row[key]));
  await sql`
    insert into fulfilment.parcel_pack (county, parcel, line, lot, first_pack, last_pack)
    select ${county}::int, n.*
      from unnest(${all('parcel')}::uuid[], ${all('line')}::uuid[], ${all('lot')}::uuid[], ${all('first')}::int[],
             ${all('last')}::int[]) n`.execute(tx);
}

/**
 * The places that are taken. An order may have been refunded a moment ago, whole or in part, its packs back in stock,
 * while the news has not come here yet: its parcel is then unpacked now, or the lot would run out of places before it
 * runs out of packs.
 */
async function placesStillTaken(tx: Tx, county: County, lots: readonly string[]) {
  const taken = await placesTaken(tx, county, lots);
  const ownPacked = taken.filter((place) => place.state === 'packed' && place.afterSale === null);
  const orders = [...new Set(ownPacked.map((place) => place.order))];
  const heads = await orderHeads(tx, county, orders);
  const refunded = orders.filter((order) => heads.get(order)?.state === 'refunded');
  const dropped = await ordersWithDrops(
    tx,
    county,
    orders.filter((order) => !refunded.includes(order)),
  );
  if (refunded.length + dropped.size === 0) return taken;
  for (const order of refunded) await unpackParcels(tx, county, order);
  await repackParcels(tx, county, [...dropped]);
  return placesTaken(tx, county, lots);
}

/** Organisations' own places, as they are shown to whoever scans what was packed there. */
async function placesOf(tx: Tx, county: County, parcels: readonly ParcelToWrite[]): Promise<Map<string, string>> {
  const asked = parcels.filter((parcel) => !parcel.packedIn?.trim()).map((parcel) => parcel.org);
  const orgs = [...(await organisationsById(tx, county, asked)).values()];
  const names = await regionNames(
    tx,
    orgs.map((org) => org.region),
  );
  return new Map(orgs.map((org) => [org.id, names.get(org.region)?.fullName ?? String(county)]));
}
