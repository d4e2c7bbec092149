import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Db } from '#platform/db.ts';
import type { Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import { codePath, keyVersionOf, type LotFacts, lotFacts, serialOf } from '#trace';
import { orderForReader, orderNumbers, ordersNumbered, orgsServed, skusOfLines } from '#trade';
import { refuse } from '../refuse.ts';
import type { ParcelState } from './parcel-states.ts';
import { type PackFields, type ParcelFields, packsIn, parcelById, parcelsById, parcelsOf } from './parcels.queries.ts';

/** A parcel as people see it. */
export interface ParcelView {
  county: County;
  id: string;
  number: string;
  order: string;
  orderNumber: string;
  afterSale: string | null;
  org: string;
  orgName: string;
  state: ParcelState;
  /** gross */
  grams: number;
  packs: number;
  shipRegion: string;
  shipRegionName: string;
  packedIn: string;
  carrier: string | null;
  waybill: string | null;
  packedAt: Date;
  sentAt: Date | null;
  receivedAt: Date | null;
}

/** The code on one pack of a parcel. */
export interface PackCodeView {
  line: string;
  lot: string;
  lotNumber: string;
  gtin: string;
  productName: string;
  skuName: string;
  serial: string;
  path: string;
}

export type ParcelDetail = ParcelView & { codes: PackCodeView[] };

/** Parcels of one county with the code of every pack in them. */
export async function parcelDetails(
  at: Context,
  county: County,
  parcels: readonly ParcelFields[],
): Promise<ParcelDetail[]> {
  const packs = await packsOfParcels(at.db, county, parcels);
  const inThem = [...packs.values()].flat();
  const [views, lots, lines] = await pipelined(at.db, (one) =>
    Promise.all([
      parcelViews(one, county, parcels, packs),
      lotFacts(
        one,
        county,
        inThem.map((pack) => pack.lot),
      ),
      skusOfLines(
        one,
        county,
        inThem.map((pack) => pack.line),
      ),
    ]),
  );
  return views.map((view) => ({
    ...view,
    codes: (packs.get(view.id) ?? []).flatMap((pack) =>
      codesOf(at, county, pack, lots.get(pack.lot), lines.get(pack.line)),
    ),
  }));
}

const packsOfParcels = async (db: Db, county: County, parcels: readonly ParcelFields[]) =>
  Map.groupBy(
    await packsIn(
      db,
      county,
      parcels.map((parcel) => parcel.id),
    ),
    (pack) => pack.parcel,
  );

/** What came of acts on parcels, as people see it: each parcel's id with its codes. */
export async function detailsOf(
  at: Context,
  county: County,
  outcomes: readonly Outcome<string>[],
): Promise<Outcome<ParcelDetail>[]> {
  const found = await parcelsById(
    at.db,
    county,
    outcomes.flatMap((outcome) => ('value' in outcome ? [outcome.value] : [])),
  );
  const details = new Map((await parcelDetails(at, county, [...found.values()])).map((detail) => [detail.id, detail]));
  return outcomes.map((outcome) => {
    if ('error' in outcome) return outcome;
    const value = details.get(outcome.value);
    return value ? { value } : { error: refuse('parcel-not-found') };
  });
}

function codesOf(
  at: Context,
  county: County,
  pack: PackFields,
  lot: LotFacts | undefined,
  line: { name: string; skuName: string } | undefined,
): PackCodeView[] {
  if (!lot) return [];
  return Array.from({ length: pack.last_pack - pack.first_pack + 1 }, (_, i) => {
    const serial = serialOf(at.sealer, {
      county,
      lot: pack.lot,
      pack: pack.first_pack + i,
      keyVersion: keyVersionOf(lot.keys, pack.first_pack + i),
    });
    return {
      line: pack.line,
      lot: pack.lot,
      lotNumber: lot.number,
      gtin: lot.gtin,
      productName: line?.name ?? '',
      skuName: line?.skuName ?? '',
      serial,
      path: codePath(lot.gtin, lot.number, serial),
    };
  });
}

async function parcelViews(
  db: Db,
  county: County,
  parcels: readonly ParcelFields[],
  packs: ReadonlyMap<string, readonly PackFields[]>,
): Promise<ParcelView[]> {
  if (parcels.length === 0) return [];
  const [numbers, orgs, regions] = await pipelined(db, (one) =>
    Promise.all([
      orderNumbers(
        one,
        county,
        parcels.map((parcel) => parcel.order),
      ),
      organisationsById(
        one,
        county,
        parcels.map((parcel) => parcel.org),
      ),
      regionNames(
        one,
        parcels.map((parcel) => parcel.ship_region),
      ),
    ]),
  );
  return parcels.map((parcel) => ({
    county,
    id: parcel.id,
    number: parcel.number,
    order: parcel.order,
    orderNumber: numbers.get(parcel.order) ?? '',
    afterSale: parcel.after_sale,
    org: parcel.org,
    orgName: orgs.get(parcel.org)?.name ?? '',
    state: parcel.state,
    grams: parcel.grams,
    packs: (packs.get(parcel.id) ?? []).reduce((sum, pack) => sum + pack.last_pack - pack.first_pack + 1, 0),
    shipRegion: parcel.ship_region,
    shipRegionName: regions.get(parcel.ship_region)?.fullName ?? parcel.ship_region,
    packedIn: parcel.packed_in,
    carrier: parcel.carrier,
    waybill: parcel.waybill,
    packedAt: parcel.packed_at,
    sentAt: parcel.sent_at,
    receivedAt: parcel.received_at,
  }));
}

/**
 * One parcel with its codes, for staff who serve its organisation.
 *
 * @throws Refusal `parcel-not-found`
 */
export async function parcelFor(at: Context, by: Actor, county: County, id: string): Promise<ParcelDetail> {
  const parcel = await parcelById(at.db, county, id);
  const orgs = await orgsServed(at.db, by, county);
  if (!parcel || (orgs !== 'all' && !orgs.includes(parcel.org))) throw refuse('parcel-not-found');
  const [detail] = await parcelDetails(at, county, [parcel]);
  return detail as ParcelDetail;
}

/**
 * An order's parcels with their codes, for its buyer or its county's staff.
 *
 * @throws Refusal `order-not-found`
 */
export async function parcelsOfOrder(at: Context, by: Actor, county: County, order: string): Promise<ParcelDetail[]> {
  const { reading } = await orderForReader(at.db, by, county, order);
  const orgs = reading === 'buyer' ? 'all' : await orgsServed(at.db, by, county);
  const parcels = await parcelsOf(at.db, county, [order]);
  return parcelDetails(
    at,
    county,
    parcels.filter((parcel) => orgs === 'all' || orgs.includes(parcel.org)),
  );
}

/**
 * A county's parcels, the newest first; staff of an organisation see those with its goods.
 *
 * @param query.q part of a parcel's number or waybill, or of its order's number
 */
export async function parcelPage(
  db: Db,
  by: Actor,
  county: County,
  query: { page?: number; size?: number; state?: ParcelState; q?: string },
) {
  const { page = 1, size = 20, state } = query;
  const orgs = await orgsServed(db, by, county);
  if (orgs !== 'all' && orgs.length === 0) return { rows: [], total: 0, page, size };
  const q = query.q?.trim();
  const like = `%${(q ?? '').replace(/[%_\\]/g, '\\$&')}%`;
  const orders = q ? await ordersNumbered(db, county, q) : [];
  const found = db
    .selectFrom('fulfilment.parcel')
    .where('county', '=', county)
    .$if(state !== undefined, (e) => e.where('state', '=', state as ParcelState))
    .$if(orgs !== 'all', (e) => e.where('org', 'in', orgs as string[]))
    .$if(!!q, (e) =>
      e.where(sql<boolean>`(number like ${like} or waybill like ${like} or "order" = any(${orders}::uuid[]))`),
    );
  const { total } = await found.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const rows = await found
    .selectAll()
    .orderBy('packed_at', 'desc')
    .orderBy('number', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  const packs = await packsOfParcels(db, county, rows);
  return { rows: await parcelViews(db, county, rows, packs), total: Number(total), page, size };
}
