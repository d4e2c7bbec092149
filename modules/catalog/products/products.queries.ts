import { type Selectable, sql } from 'kysely';
import type { CatalogProduct } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { ProductState } from './product-states.ts';

/** A product as it stands in its table, without its search tokens. */
export type ProductRow = Omit<Selectable<CatalogProduct>, 'search' | 'created_by' | 'created_at'>;

const columns = [
  'county',
  'id',
  'org',
  'crop',
  'category',
  'name_zh',
  'name_en',
  'tagline_zh',
  'tagline_en',
  'story_zh',
  'story_en',
  'origin',
  'storage',
  'shelf_life_days',
  'harvest_months',
  'variety',
  'state',
  'version',
  'updated_at',
] as const satisfies readonly (keyof ProductRow)[];

/** One product of any state. @throws Refusal `product-not-found` */
export async function findProduct(db: Db, county: County, id: string): Promise<ProductRow> {
  const row = await db
    .selectFrom('catalog.product')
    .select(columns)
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row) throw refuse('product-not-found');
  return row;
}

/** One product, locked until the end of the transaction: what hangs on it changes one act at a time. @throws Refusal `product-not-found` */
export async function lockProduct(tx: Tx, county: County, id: string): Promise<ProductRow> {
  const row = await tx
    .selectFrom('catalog.product')
    .select(columns)
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw refuse('product-not-found');
  return row;
}

/** One product that is on sale. @throws Refusal `product-not-found`: what is not on sale is nobody's business */
export async function findProductOnSale(db: Db, county: County, id: string): Promise<ProductRow> {
  const row = await findProduct(db, county, id);
  if (row.state !== 'on_sale') throw refuse('product-not-found');
  return row;
}

export interface ProductFilter {
  county?: County;
  state?: ProductState;
  org?: string;
  /** only products of these sellers */
  orgs?: readonly string[];
  category?: string;
  /** a village, or a whole township by its code */
  village?: string;
  /** text of a tsquery, see search-text.ts */
  search?: string;
  sort: 'rank' | 'season' | 'price' | 'new';
  /** 1–12, what 'season' counts from */
  month: number;
  page: number;
  size: number;
}

/** One page of products and how many there are in all. */
export async function listProducts(db: Db, filter: ProductFilter): Promise<{ rows: ProductRow[]; total: number }> {
  const { county, state, org, orgs, category, village, search } = filter;
  const where = sql.join(
    [
      sql`true`,
      ...(county === undefined ? [] : [sql`p.county = ${county}`]),
      ...(state === undefined ? [] : [sql`p.state = ${state}`]),
      ...(org === undefined ? [] : [sql`p.org = ${org}`]),
      ...(orgs === undefined ? [] : [sql`p.org = any(${orgs as string[]}::uuid[])`]),
      ...(category === undefined
        ? []
        : [sql`p.category in (select code from catalog.category where code = ${category} or parent = ${category})`]),
      ...(village === undefined ? [] : [sql`starts_with(p.origin, ${village.replace(/000$/, '')})`]),
      ...(search === undefined ? [] : [sql`p.search @@ ${search}::tsquery`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from catalog.product p where ${where}`.execute(
    db,
  );
  const total = counted.rows[0]?.total ?? 0;
  if (total === 0) return { rows: [], total };
  const { rows } = await sql<ProductRow>`
    select ${sql.join(columns.map((column) => sql.ref(`p.${column}`)))}
      from catalog.product p
     where ${where}
     order by ${orderOf(filter)}, p.created_at desc, p.id desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total };
}

function orderOf({ sort, search, month }: ProductFilter) {
  if (sort === 'rank' && search !== undefined) {
    return sql`ts_rank('{0.05, 0.3, 0.6, 1.0}', p.search, ${search}::tsquery) desc`;
  }
  if (sort === 'price') {
    return sql`(select min(s.price_fen) from catalog.sku s
      where s.county = p.county and s.product = p.id and s.on_sale) nulls last`;
  }
  if (sort === 'season') {
    // Months since the last harvest month: what is brought in now comes first, then what was brought in last month.
    return sql`(select min((12 + ${month}::int - harvest) % 12) from unnest(p.harvest_months) harvest) nulls last`;
  }
  return sql`p.created_at desc`;
}

export interface SkuRow {
  id: string;
  product: string;
  nameZh: string;
  nameEn: string;
  netGrams: number;
  grossGrams: number;
  grade: string;
  priceFen: number;
  gtin: string;
  onSale: boolean;
}

/** SKUs by product, in their order. */
export async function skusOf(db: Db, county: County, products: readonly string[]): Promise<Map<string, SkuRow[]>> {
  if (products.length === 0) return new Map();
  const rows = await db
    .selectFrom('catalog.sku')
    .select(['id', 'product', 'name_zh as nameZh', 'name_en as nameEn', 'net_grams as netGrams'])
    .select(['gross_grams as grossGrams', 'grade', 'price_fen as priceFen', 'gtin', 'on_sale as onSale'])
    .where('county', '=', county)
    .where('product', 'in', products)
    .orderBy('product')
    .orderBy('position')
    .execute();
  return Map.groupBy(rows, (row) => row.product);
}

/** A product's moves, newest first: by time, and those of one instant by how they lead to where the product stands. */
export async function movesOf(db: Db, county: County, product: string, state: ProductState) {
  const moves = await db
    .selectFrom('catalog.product_move')
    .select(['id', 'from_state', 'to_state', 'reason', 'by_person', 'at'])
    .where('county', '=', county)
    .where('product', '=', product)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const ordered: typeof moves = [];
  for (let stands: string = state; moves.length > 0; ) {
    const latest = moves[0]?.at.getTime();
    const led = moves.findIndex((move) => move.at.getTime() === latest && move.to_state === stands);
    const [next] = moves.splice(Math.max(led, 0), 1);
    if (!next) break;
    ordered.push(next);
    stands = next.from_state;
  }
  return ordered;
}
