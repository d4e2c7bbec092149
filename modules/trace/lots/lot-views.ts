import { sql } from 'kysely';
import type { Static } from 'typebox';
import { productNames, skusById } from '#catalog';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { cropsByCode, organisationsById, regionNames } from '#registry';
import { certificatesOf } from '../certificates/certificates.queries.ts';
import type { Lot } from '../contract.ts';
import type { LotRow } from './lots.queries.ts';

type View = Static<typeof Lot>;

/** Lots of one county as people read them, in the order given. @param tx scoped over the county, to count households */
export async function lotViews(tx: Tx, county: County, rows: readonly LotRow[]): Promise<View[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const orgs = await organisationsById(
    tx,
    county,
    rows.flatMap((row) => [row.org, row.station]),
  );
  const skus = await skusById(
    tx,
    county,
    rows.flatMap((row) => row.sku ?? []),
  );
  const products = await productNames(
    tx,
    county,
    [...skus.values()].map((sku) => sku.product),
  );
  const places = await regionNames(
    tx,
    rows.map((row) => row.village),
  );
  const crops = await cropsByCode(tx);
  const certificates = await certificatesOf(tx, county, ids);
  const households = await householdsIn(tx, county, ids);
  return rows.map((row) => {
    const sku = row.sku === null ? undefined : skus.get(row.sku);
    return {
      county,
      id: row.id,
      number: row.number,
      kind: row.kind,
      org: row.org,
      orgName: orgs.get(row.org)?.name ?? '',
      station: row.station,
      stationName: orgs.get(row.station)?.name ?? '',
      crop: row.crop,
      cropName: crops.get(row.crop)?.nameZh ?? row.crop,
      grade: row.grade,
      sku: row.sku,
      skuName: sku?.skuNameZh ?? null,
      productName: (sku && products.get(sku.product)?.nameZh) ?? null,
      village: row.village,
      villageName: places.get(row.village)?.name ?? row.village,
      harvestedFrom: row.harvested_from,
      harvestedTo: row.harvested_to,
      madeOn: row.made_on,
      expiresOn: row.expires_on,
      gramsIn: row.grams_in,
      gramsOnHand: row.grams_on_hand,
      householdFen: row.household_fen,
      packs: row.packs,
      packGrams: row.pack_grams,
      state: row.state,
      inTransit: row.in_transit,
      households: households.get(row.id) ?? 0,
      certificate: certificates.get(row.id)?.number ?? null,
    };
  });
}

async function householdsIn(tx: Tx, county: County, lots: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ lot: string; n: number }>`
    select lot, count(distinct household) as n from trace.lot_source
     where county = ${county} and lot = any(${lots as string[]}::uuid[])
     group by lot`.execute(tx);
  return new Map(rows.map((row) => [row.lot, row.n]));
}
