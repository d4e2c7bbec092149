import { sql } from 'kysely';
import type { Static } from 'typebox';
import { skusById } from '#catalog';
import { pipelined } from '#platform/database/pipelined.ts';
import { type Db, scoped, type Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { proportion } from '#platform/money.ts';
import type { Sealer } from '#platform/secrets.ts';
import {
  cropsByCode,
  FEWEST_HOUSEHOLDS,
  firstNamesOf,
  householdCategories,
  organisationsById,
  regionNames,
} from '#registry';
import { certificatesOf } from '../certificates/certificates.queries.ts';
import type { PublicLot, PublicLotFacts } from '../contract.ts';
import { growingOf } from '../plots/growing.ts';
import { publicReports } from '../reports/report-views.ts';
import { type LotSource, lotSources } from './lot-doors.queries.ts';
import { findLot, type LotRow, sellableLots } from './lots.queries.ts';

type View = Static<typeof PublicLotFacts>;
type WholeView = Static<typeof PublicLot>;

/** What anyone may know of a packed lot; undefined when there is none. */
export async function publicLot(db: Db, sealer: Sealer, county: County, lot: string): Promise<WholeView | undefined> {
  return scoped(db, String(county), async (tx) => {
    const [row, sources] = await pipelined(tx, (one) =>
      Promise.all([findLot(one, county, lot), lotSources(one, county, [lot])]),
    );
    if (!row) return undefined;
    const [[view], growers, reports] = await pipelined(tx, (one) =>
      Promise.all([
        publicViews(one, county, [row], sources),
        growersOf(one, sealer, county, sources),
        publicReports(one, county, lot),
      ]),
    );
    if (!view) return undefined;
    // Beside names, how many are lifted or monitored would say it of those who are named.
    const told = growers.length === 0 ? {} : { liftedHouseholds: null, monitoredHouseholds: null };
    return { ...view, ...told, growers, reports };
  });
}

const MOST_ON_A_PAGE = 5;

/**
 * The newest packed lots of a SKU that are neither expired nor recalled, five at most. How many packs of them are left
 * is for whoever keeps the stock to say.
 */
export async function lotsOnSale(db: Db, county: County, sku: string, day: string): Promise<View[]> {
  return scoped(db, String(county), async (tx) => {
    const rows = await sellableLots(tx, county, sku, day, MOST_ON_A_PAGE);
    const ids = rows.map((row) => row.id);
    const sources = await lotSources(tx, county, ids);
    return pipelined(tx, (one) => publicViews(one, county, rows, sources));
  });
}

/** First names of the households that agreed to it, by village; nobody else's. */
async function growersOf(
  tx: Tx,
  sealer: Sealer,
  county: County,
  all: readonly LotSource[],
): Promise<WholeView['growers']> {
  const sources = all.filter((source) => source.grams > 0);
  const names = await firstNamesOf(
    tx,
    sealer,
    county,
    sources.map((source) => source.household),
  );
  const villages = new Map(sources.map((source) => [source.household, source.village]));
  return [...names]
    .map(([household, name]) => ({ village: villages.get(household) ?? '', name }))
    .sort((a, b) => a.village.localeCompare(b.village) || a.name.localeCompare(b.name, 'zh'));
}

/**
 * Villages and counts: the answer's schema has no place for a household, and none is put in. All that is asked is asked
 * together.
 *
 * @param tx pipelined
 * @param all what the lots were made of
 */
async function publicViews(
  tx: Tx,
  county: County,
  rows: readonly LotRow[],
  all: readonly LotSource[],
): Promise<View[]> {
  const packed = rows.filter((row) => row.kind === 'packed');
  if (packed.length === 0) return [];
  const ids = packed.map((row) => row.id);
  const sources = Map.groupBy(all, (source) => source.lot);
  const villages = all.map((source) => source.village);
  const [orgs, skus, places, categories, crops, certificates, packings, growing] = await Promise.all([
    organisationsById(
      tx,
      county,
      packed.flatMap((row) => [row.org, row.station]),
    ),
    skusById(
      tx,
      county,
      packed.flatMap((row) => row.sku ?? []),
    ),
    regionNames(tx, [...villages, ...villages.map(townshipOf)]),
    householdCategories(
      tx,
      county,
      all.map((source) => source.household),
    ),
    cropsByCode(tx),
    certificatesOf(tx, county, ids),
    packingsOf(tx, county, ids),
    growingOf(tx, county, ids),
  ]);
  return packed.flatMap((row) => {
    const sku = skus.get(row.sku ?? '');
    const packing = packings.get(row.id);
    if (!sku || !packing) return [];
    const own = sources.get(row.id) ?? [];
    const households = new Set(own.map((source) => source.household));
    const inCategory = (category: 'lifted' | 'monitored') =>
      households.size < FEWEST_HOUSEHOLDS
        ? null
        : [...households].filter((id) => categories.get(id) === category).length;
    return {
      county,
      lot: row.id,
      lotNumber: row.number,
      gtin: sku.gtin,
      product: sku.product,
      productName: sku.nameZh,
      productNameEn: sku.nameEn,
      sku: sku.id,
      skuName: sku.skuNameZh,
      packGrams: row.pack_grams ?? 0,
      packs: row.packs ?? 0,
      orgName: orgs.get(row.org)?.name ?? '',
      stationName: orgs.get(row.station)?.name ?? '',
      crop: row.crop,
      cropName: crops.get(row.crop)?.nameZh ?? row.crop,
      cropNameEn: crops.get(row.crop)?.nameEn ?? row.crop,
      grade: row.grade,
      villages: byVillage(own, places),
      households: households.size,
      liftedHouseholds: inCategory('lifted'),
      monitoredHouseholds: inCategory('monitored'),
      harvestedFrom: row.harvested_from,
      harvestedTo: row.harvested_to,
      boughtGrams: packing.bought_grams,
      boughtFenPerKg: packing.bought_grams === 0 ? 0 : proportion(row.household_fen, 1000, packing.bought_grams),
      referenceFenPerKg: packing.reference_fen_per_kg,
      packedOn: row.made_on,
      packedAt: packing.place,
      lossGrams: packing.loss_grams,
      expiresOn: row.expires_on,
      recalled: row.state === 'recalled',
      certificate: certificates.get(row.id) ?? null,
      growing: growing.get(row.id) ?? null,
    };
  });
}

const townshipOf = (village: string): string => `${village.slice(0, 9)}000`;

function byVillage(sources: readonly LotSource[], places: Awaited<ReturnType<typeof regionNames>>) {
  return [...Map.groupBy(sources, (source) => source.village)]
    .map(([village, own]) => ({
      village,
      villageName: places.get(village)?.name ?? village,
      townshipName: places.get(townshipOf(village))?.name ?? '',
      households: new Set(own.map((source) => source.household)).size,
      grams: own.reduce((sum, source) => sum + source.grams, 0),
    }))
    .sort((a, b) => b.grams - a.grams);
}

/**
 * Where a lot was packed and of how much (none where the packing was undone: its codes are void); and what a kilogram stood at on the days its notes were written, weighed by
 * their grams in the lot (null when no note had a reference price).
 */
async function packingsOf(tx: Tx, county: County, lots: readonly string[]) {
  const { rows } = await sql<{
    lot: string;
    place: string;
    loss_grams: number;
    bought_grams: number;
    reference_fen_per_kg: number | null;
  }>`
    select made.lot, o.place, o.loss_grams,
           (select coalesce(sum(i.grams), 0)::bigint from trace.operation_lot i
             where i.county = made.county and i.operation = made.operation and i.side = 'in') as bought_grams,
           (select round(sum(p.reference_fen_per_kg::numeric * s.grams) / nullif(sum(s.grams), 0))::bigint
              from trace.lot_source s join trace.purchase p on p.county = s.county and p.id = s.purchase
             where s.county = made.county and s.lot = made.lot and p.reference_fen_per_kg is not null)
             as reference_fen_per_kg
      from trace.operation_lot made
      join trace.operation o on o.county = made.county and o.id = made.operation
     where made.county = ${county} and made.side = 'out' and made.lot = any(${lots as string[]}::uuid[])
       and o.kind = 'pack'
       and not exists (select from trace.operation u where u.county = o.county and u.reverses = o.id)`.execute(tx);
  return new Map(rows.map((row) => [row.lot, row]));
}
