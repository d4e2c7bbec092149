import type { Selectable } from 'kysely';
import { skusById, skusOfProduct } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { DB } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import { lotFacts } from '#trace';
import { orgsServed } from '../orders/order-readers.ts';
import { availableBySku } from './stock.queries.ts';

type StockFields = Omit<Selectable<DB['trade.stock']>, 'county' | 'created_at'>;

/** One lot of one SKU in stock, with the names people know. */
export interface StockView {
  sku: string;
  skuName: string;
  product: string;
  productName: string;
  lot: string;
  lotNumber: string;
  org: string;
  orgName: string;
  expiresOn: string;
  onHand: number;
  reserved: number;
  state: 'on_sale' | 'stopped' | 'recalled';
}

export async function stockViews(db: Db, county: County, rows: readonly StockFields[]): Promise<StockView[]> {
  const skus = await skusById(
    db,
    county,
    rows.map((row) => row.sku),
  );
  const lots = await lotFacts(
    db,
    county,
    rows.map((row) => row.lot),
  );
  const orgs = await organisationsById(
    db,
    county,
    rows.map((row) => row.org),
  );
  return rows.map((row) => {
    const sku = skus.get(row.sku);
    return {
      sku: row.sku,
      skuName: sku?.skuNameZh ?? '',
      product: sku?.product ?? row.sku,
      productName: sku?.nameZh ?? '',
      lot: row.lot,
      lotNumber: lots.get(row.lot)?.number ?? '',
      org: row.org,
      orgName: orgs.get(row.org)?.name ?? '',
      expiresOn: row.expires_on,
      onHand: row.on_hand,
      reserved: row.reserved,
      state: row.state,
    };
  });
}

/**
 * Stock by lot, the soonest expiry first among what is there; sold-out lots come last. Staff of an organisation see its
 * own.
 *
 * @param query.q part of a lot's number or a SKU's name
 */
export async function stockPage(
  db: Db,
  by: Actor,
  county: County,
  query: { page?: number; size?: number; sku?: string; q?: string },
) {
  const { page = 1, size = 20, sku, q } = query;
  const orgs = await orgsServed(db, by, county);
  if (orgs !== 'all' && orgs.length === 0) return { rows: [], total: 0, page, size };
  const found = db
    .selectFrom('trade.stock')
    .where('county', '=', county)
    .$if(sku !== undefined, (e) => e.where('sku', '=', sku as string))
    .$if(orgs !== 'all', (e) => e.where('org', 'in', orgs as string[]));
  const rows = found
    .select(['sku', 'lot', 'org', 'expires_on', 'on_hand', 'reserved', 'state'])
    .orderBy((e) => e('on_hand', '=', 0))
    .orderBy('expires_on')
    .orderBy('lot');
  const from = (page - 1) * size;
  const asked = q?.trim();
  if (!asked) {
    const { total } = await found.select((e) => e.fn.countAll<string>().as('total')).executeTakeFirstOrThrow();
    const some = await rows.limit(size).offset(from).execute();
    return { rows: await stockViews(db, county, some), total: Number(total), page, size };
  }
  // Names of lots and products belong to other rooms, so a search looks through the county's stock by name here.
  const named = (await stockViews(db, county, await rows.execute())).filter((row) =>
    [row.lotNumber, row.productName, row.skuName].some((name) => name.includes(asked)),
  );
  return { rows: named.slice(from, from + size), total: named.length, page, size };
}

/** Per SKU of a product: packs that can be bought now, packs sold so far, and the soonest expiry on sale. */
export async function availabilityOf(db: Db, now: Date, county: County, product: string) {
  const skus = await skusOfProduct(db, county, product);
  const left = await availableBySku(db, county, skus, dayOf(now));
  const sold = await db
    .selectFrom('trade.order_line as l')
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'l.county').onRef('o.id', '=', 'l.order'))
    .select('l.sku')
    .select((e) => e.fn.sum<string>('l.packs').as('packs'))
    .where('l.county', '=', county)
    .where('l.product', '=', product)
    .where('o.state', 'in', ['paid', 'packed', 'sent', 'received', 'closed'])
    .groupBy('l.sku')
    .execute();
  return skus.map((sku) => ({
    sku,
    available: left.get(sku)?.available ?? 0,
    sold: Number(sold.find((row) => row.sku === sku)?.packs ?? 0),
    nearestExpiry: left.get(sku)?.nearestExpiry ?? null,
  }));
}
