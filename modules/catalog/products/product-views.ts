import type { Static } from 'typebox';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import type { Product, ProductCard } from '../contract.ts';
import { type ProductPicture, picturesOf } from './pictures.queries.ts';
import { type ProductRow, type SkuRow, skusOf } from './products.queries.ts';

type Card = Static<typeof ProductCard>;
type Whole = Static<typeof Product>;

interface Surroundings {
  orgs: Awaited<ReturnType<typeof organisationsById>>;
  places: Awaited<ReturnType<typeof regionNames>>;
  pictures: Map<string, ProductPicture[]>;
  skus: Map<string, SkuRow[]>;
}

/** Products as the shop's lists show them, in the order given; each shows its cheapest SKU on sale. */
export async function productCards(db: Db, rows: readonly ProductRow[]): Promise<Card[]> {
  return withSurroundings(db, rows, cardOf);
}

/** Products with everything that staff see. */
export async function productsWhole(db: Db, rows: readonly ProductRow[]): Promise<Whole[]> {
  return withSurroundings(db, rows, wholeOf);
}

/** One product with everything that staff see. */
export async function productWhole(db: Db, row: ProductRow): Promise<Whole> {
  const [whole] = await productsWhole(db, [row]);
  return whole as Whole;
}

/** One product as a buyer sees it: only SKUs on sale. */
export async function productForBuyer(db: Db, row: ProductRow): Promise<Whole> {
  const whole = await productWhole(db, row);
  return { ...whole, skus: whole.skus.filter((sku) => sku.onSale) };
}

// A list may mix counties; names, pictures and SKUs are fetched county by county, each statement naming one.
async function withSurroundings<T>(
  db: Db,
  rows: readonly ProductRow[],
  view: (row: ProductRow, around: Surroundings) => T,
): Promise<T[]> {
  const places = await regionNames(
    db,
    rows.flatMap((row) => [row.origin, townshipOf(row.origin)]),
  );
  const around = new Map<County, Surroundings>();
  for (const [county, own] of Map.groupBy(rows, (row) => row.county)) {
    const ids = own.map((row) => row.id);
    around.set(county, {
      places,
      orgs: await organisationsById(
        db,
        county,
        own.map((row) => row.org),
      ),
      pictures: await picturesOf(db, county, ids),
      skus: await skusOf(db, county, ids),
    });
  }
  return rows.map((row) => view(row, around.get(row.county) as Surroundings));
}

const townshipOf = (village: string): string => `${village.slice(0, 9)}000`;

function cardOf(row: ProductRow, around: Surroundings): Card {
  const onSale = (around.skus.get(row.id) ?? []).filter((sku) => sku.onSale);
  return {
    county: row.county,
    id: row.id,
    nameZh: row.name_zh,
    nameEn: row.name_en,
    taglineZh: row.tagline_zh,
    taglineEn: row.tagline_en,
    category: row.category,
    crop: row.crop,
    variety: row.variety,
    org: row.org,
    orgName: around.orgs.get(row.org)?.name ?? '',
    origin: row.origin,
    originName: around.places.get(row.origin)?.name ?? row.origin,
    townshipName: around.places.get(townshipOf(row.origin))?.name ?? '',
    harvestMonths: row.harvest_months,
    picture: around.pictures.get(row.id)?.[0] ?? null,
    sku: onSale.toSorted((a, b) => a.priceFen - b.priceFen)[0] ?? null,
  };
}

function wholeOf(row: ProductRow, around: Surroundings): Whole {
  return {
    ...cardOf(row, around),
    storyZh: row.story_zh,
    storyEn: row.story_en,
    storage: row.storage,
    shelfLifeDays: row.shelf_life_days,
    state: row.state,
    version: row.version,
    updatedAt: row.updated_at,
    skus: around.skus.get(row.id) ?? [],
    pictures: around.pictures.get(row.id) ?? [],
  };
}
