import type { Static } from 'typebox';
import { type Actor, membershipsIn, scopeIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';
import { cropsByCode, householdBrief, organisationsById, personNames, regionNames } from '#registry';
import type { Purchase } from '../contract.ts';
import { findPurchase, type PurchaseReading, type PurchaseRow } from './purchases.queries.ts';

type View = Static<typeof Purchase>;

/** Notes as people read them, in the order given; a head of household shows masked. @param tx scoped like the rows */
export async function purchaseViews(
  tx: Tx,
  sealer: Sealer,
  county: County,
  rows: readonly PurchaseRow[],
): Promise<View[]> {
  if (rows.length === 0) return [];
  const households = await householdBrief(
    tx,
    sealer,
    county,
    rows.map((row) => row.household),
  );
  const orgs = await organisationsById(
    tx,
    county,
    rows.flatMap((row) => [row.station, row.buyer]),
  );
  const places = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  const people = await personNames(
    tx,
    rows.map((row) => row.by_person),
  );
  const crops = await cropsByCode(tx);
  return rows.map((row) => ({
    id: row.id,
    number: row.number,
    station: row.station,
    stationName: orgs.get(row.station)?.name ?? '',
    buyer: row.buyer,
    buyerName: orgs.get(row.buyer)?.name ?? '',
    household: row.household,
    householdCode: households.get(row.household)?.code ?? '',
    headMasked: households.get(row.household)?.headMasked ?? '',
    village: row.village,
    villageName: places.get(row.village)?.name ?? row.village,
    crop: row.crop,
    cropName: crops.get(row.crop)?.nameZh ?? row.crop,
    variety: row.variety,
    grade: row.grade,
    grams: row.grams,
    fenPerKg: row.fen_per_kg,
    amountFen: row.amount_fen,
    referenceFenPerKg: row.reference_fen_per_kg,
    paid: row.paid,
    lot: row.lot,
    lotNumber: row.lot_number,
    day: row.day,
    harvestedOn: row.harvested_on,
    plot: row.plot,
    plotNumber: row.plot_number,
    reverses: row.reverses,
    reversedBy: row.reversed_by,
    reason: row.reason,
    byName: people.get(row.by_person) ?? '',
    at: row.at,
  }));
}

/** As `purchaseViews`, for one. */
export async function purchaseView(tx: Tx, sealer: Sealer, county: County, row: PurchaseRow): Promise<View> {
  const [view] = await purchaseViews(tx, sealer, county, [row]);
  return view as View;
}

/** A note that was just written, for whoever wrote it. */
export function noteWritten(at: Context, county: County, id: string): Promise<View> {
  return scoped(at.db, String(county), async (tx) =>
    purchaseView(tx, at.sealer, county, (await findPurchase(tx, county, id)) as PurchaseRow),
  );
}

/**
 * What somebody may read of a county's notes: those who look after a region see its households' notes; a keeper those
 * of his station and a buyer's staff those of their own firm, wherever the household lives, because they wrote or paid
 * them.
 */
export function purchaseReading(by: Actor, county: County): { scope: string; reading: PurchaseReading } {
  const region = scopeIn(by, county, ['cadre', 'operator', 'platform', 'auditor']);
  if (region !== null) return { scope: region, reading: 'all' };
  const orgs = (role: 'keeper' | 'merchant') => membershipsIn(by, county, [role]).map((m) => m.org);
  return { scope: String(county), reading: { stations: orgs('keeper'), buyers: orgs('merchant') } };
}
