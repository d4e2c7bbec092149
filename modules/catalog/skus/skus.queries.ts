import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { pictureBase } from '../products/pictures.queries.ts';

/** A SKU with what other rooms need of its product. */
export interface SkuBrief {
  id: string;
  product: string;
  /** the organisation that sells it */
  org: string;
  category: string;
  crop: string;
  /** 12-digit village */
  origin: string;
  nameZh: string;
  nameEn: string;
  skuNameZh: string;
  skuNameEn: string;
  netGrams: Grams;
  grossGrams: Grams;
  grade: string;
  priceFen: Fen;
  /** 14 digits */
  gtin: string;
  /** whether it can be bought: itself and its product are on sale */
  onSale: boolean;
  /** how it is kept: ambient, cool, chilled or frozen */
  storage: string;
  shelfLifeDays: number;
  /** address of its first picture without `-320.webp`; null without one */
  pictureBase: string | null;
}

/** SKUs of a county by their id; those it does not have are missing from the answer. */
export async function skusById(db: Db, county: County, ids: Iterable<string>): Promise<Map<string, SkuBrief>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await db
    .selectFrom('catalog.sku as s')
    .innerJoin('catalog.product as p', (join) =>
      join.onRef('p.county', '=', 's.county').onRef('p.id', '=', 's.product'),
    )
    .select(['s.id', 's.product', 'p.org', 'p.category', 'p.crop', 'p.origin'])
    .select(['p.name_zh as nameZh', 'p.name_en as nameEn', 's.name_zh as skuNameZh', 's.name_en as skuNameEn'])
    .select(['s.net_grams as netGrams', 's.gross_grams as grossGrams', 's.grade', 's.price_fen as priceFen', 's.gtin'])
    .select([
      sql<boolean>`s.on_sale and p.state = 'on_sale'`.as('onSale'),
      'p.storage',
      'p.shelf_life_days as shelfLifeDays',
      sql<string | null>`(
        select f.sha256 from catalog.product_picture pic
          join platform.file f on f.county = pic.county and f.id = pic.file
         where pic.county = p.county and pic.product = p.id
         order by pic.position limit 1)`.as('sha256'),
    ])
    .where('s.county', '=', county)
    // One array and not a list, so that the statement is the same and planned once, however many are asked for.
    .where(sql<boolean>`s.id = any(${asked}::uuid[])`)
    .execute();
  return new Map(
    rows.map(({ sha256, ...row }) => [row.id, { ...row, pictureBase: sha256 === null ? null : pictureBase(sha256) }]),
  );
}

/** Which county and SKU a printed 14-digit GTIN belongs to: the one look-up that cannot name a county. */
export async function countyOfGtin(db: Db, gtin: string): Promise<{ county: County; sku: string } | null> {
  const row = await db.selectFrom('catalog.gtin').select(['county', 'sku']).where('gtin', '=', gtin).executeTakeFirst();
  return row ?? null;
}

/** The ids of a product's SKUs in the order they are shown, on sale or not. */
export async function skusOfProduct(db: Db, county: County, product: string): Promise<string[]> {
  const rows = await db
    .selectFrom('catalog.sku')
    .select('id')
    .where('county', '=', county)
    .where('product', '=', product)
    .orderBy('position')
    .execute();
  return rows.map((row) => row.id);
}
