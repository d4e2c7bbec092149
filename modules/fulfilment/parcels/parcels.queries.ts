import type { Selectable } from 'kysely';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

export type ParcelFields = Selectable<DB['fulfilment.parcel']>;
export type PackFields = Selectable<DB['fulfilment.parcel_pack']>;

export async function parcelById(db: Db, county: County, id: string): Promise<ParcelFields | undefined> {
  return db
    .selectFrom('fulfilment.parcel')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Parcels by their id. */
export async function parcelsById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, ParcelFields>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('fulfilment.parcel')
    .selectAll()
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Orders' parcels in the order they were packed, unpacked ones and those of their after-sale cases too. */
export async function parcelsOf(db: Db, county: County, orders: readonly string[]): Promise<ParcelFields[]> {
  if (orders.length === 0) return [];
  return db
    .selectFrom('fulfilment.parcel')
    .selectAll()
    .where('county', '=', county)
    .where('order', 'in', orders)
    .orderBy('number')
    .execute();
}

/** The parcels that bring orders what was bought; each order is where they are. What was unpacked brings nothing. */
export const ownParcelsOf = async (db: Db, county: County, orders: readonly string[]): Promise<ParcelFields[]> =>
  (await parcelsOf(db, county, orders)).filter(
    (parcel) => parcel.after_sale === null && !parcel.promised && parcel.state !== 'unpacked',
  );

/** A parcel as the floor above has to know it. */
export interface ParcelHead {
  id: string;
  state: ParcelFields['state'];
  carrier: string | null;
  waybill: string | null;
  sentAt: Date | null;
}

/** Parcels by their id. */
export async function parcelHeads(db: Db, county: County, ids: readonly string[]): Promise<Map<string, ParcelHead>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('fulfilment.parcel')
    .select(['id', 'state', 'carrier', 'waybill', 'sent_at as sentAt'])
    .where('county', '=', county)
    .where('id', 'in', ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** A parcel of what was promised has arrived. @returns false when it is not on its way */
export async function receivePromised(
  tx: Tx,
  now: Date,
  by: string,
  { county, parcel }: { county: County; parcel: string },
): Promise<boolean> {
  const received = await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'received', received_by: by, received_at: now })
    .where('county', '=', county)
    .where('id', '=', parcel)
    .where('promised', '=', true)
    .where('state', '=', 'sent')
    .executeTakeFirst();
  return received.numUpdatedRows === 1n;
}

/** The parcel that was packed for an after-sale case. */
export async function parcelOfCase(db: Db, county: County, of: string): Promise<ParcelFields | undefined> {
  return db
    .selectFrom('fulfilment.parcel')
    .selectAll()
    .where('county', '=', county)
    .where('after_sale', '=', of)
    .executeTakeFirst();
}

/** The packs in parcels. */
export async function packsIn(db: Db, county: County, parcels: readonly string[]): Promise<PackFields[]> {
  if (parcels.length === 0) return [];
  return db
    .selectFrom('fulfilment.parcel_pack')
    .selectAll()
    .where('county', '=', county)
    .where('parcel', 'in', parcels)
    .orderBy('parcel')
    .orderBy('line')
    .orderBy('lot')
    .orderBy('first_pack')
    .execute();
}

/** The places of some lots that are taken, and whose parcels have them. */
export async function placesTaken(tx: Tx, county: County, lots: readonly string[]) {
  return tx
    .selectFrom('fulfilment.parcel_pack as k')
    .innerJoin('fulfilment.parcel as p', (join) =>
      join.onRef('p.county', '=', 'k.county').onRef('p.id', '=', 'k.parcel'),
    )
    .select(['k.lot', 'k.first_pack as first', 'k.last_pack as last', 'k.parcel', 'p.order', 'p.state'])
    .select('p.after_sale as afterSale')
    .where('k.county', '=', county)
    .where('k.lot', 'in', lots)
    .execute();
}

/**
 * How many parcels of an organisation each person packed on a day in China; what was unpacked again was packed all the same.
 *
 * @param day YYYY-MM-DD
 */
export async function parcelsPackedOn(
  db: Db,
  county: County,
  org: string,
  day: string,
): Promise<{ person: string; parcels: number }[]> {
  return db
    .selectFrom('fulfilment.parcel')
    .select('packed_by as person')
    .select((e) => e.fn.countAll<number>().as('parcels'))
    .where('county', '=', county)
    .where('org', '=', org)
    .where('packed_at', '>=', startOfDay(day))
    .where('packed_at', '<', startOfDay(addDays(day, 1)))
    .groupBy('packed_by')
    .orderBy('packed_by')
    .execute();
}
