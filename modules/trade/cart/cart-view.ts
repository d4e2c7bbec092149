import { type SkuBrief, skusById } from '#catalog';
import { dayOf } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById, regionNames } from '#registry';
import { availableBySku } from '../stock/stock.queries.ts';
import { linesInCart } from './cart.queries.ts';

/** A line as buyers see it, in a cart or a quote. Prices in fen, of today. */
export interface LineView {
  county: County;
  sku: string;
  product: string;
  /** who sells it */
  org: string;
  orgName: string;
  nameZh: string;
  nameEn: string;
  skuNameZh: string;
  skuNameEn: string;
  pictureBase: string | null;
  packs: number;
  netGrams: number;
  unitFen: Fen;
  goodsFen: Fen;
  /** packs that can be bought now, whatever the line asks for */
  available: number;
  onSale: boolean;
}

export interface CartView {
  counties: { county: County; countyName: string; lines: LineView[]; goodsFen: Fen }[];
  packs: number;
  goodsFen: Fen;
}

/** What lines of a county are shown with: who sells them, and what is left of each. */
export interface LineFacts {
  orgs: ReadonlyMap<string, { name: string }>;
  left: ReadonlyMap<string, { available: number }>;
}

export async function lineFacts(
  db: Db,
  now: Date,
  county: County,
  skus: readonly Pick<SkuBrief, 'id' | 'org'>[],
): Promise<LineFacts> {
  const orgs = await organisationsById(db, county, [...new Set(skus.map((sku) => sku.org))]);
  const ids = skus.map((sku) => sku.id);
  return { orgs, left: await availableBySku(db, county, ids, dayOf(now)) };
}

export const lineView = (county: County, sku: SkuBrief, packs: number, { orgs, left }: LineFacts): LineView => ({
  county,
  sku: sku.id,
  product: sku.product,
  org: sku.org,
  orgName: orgs.get(sku.org)?.name ?? '',
  nameZh: sku.nameZh,
  nameEn: sku.nameEn,
  skuNameZh: sku.skuNameZh,
  skuNameEn: sku.skuNameEn,
  pictureBase: sku.pictureBase,
  packs,
  netGrams: sku.netGrams,
  unitFen: sku.priceFen,
  goodsFen: sku.priceFen * packs,
  available: left.get(sku.id)?.available ?? 0,
  onSale: sku.onSale,
});

/**
 * A cart as it stands today. Lines that are off sale or short stay in it and say so; only lines that can be bought
 * count into the sums.
 */
export async function cartView(db: Db, now: Date, cart: string | undefined): Promise<CartView> {
  const lines = cart ? await linesInCart(db, cart) : [];
  const counties: CartView['counties'] = [];
  const codes = [...new Set(lines.map((line) => line.county))];
  const names = await regionNames(db, codes.map(String));
  for (const county of codes) {
    const own = lines.filter((line) => line.county === county);
    const skus = await skusById(
      db,
      county,
      own.map((line) => line.sku),
    );
    const facts = await lineFacts(db, now, county, [...skus.values()]);
    const views = own.flatMap((line) => {
      const sku = skus.get(line.sku);
      return sku ? [lineView(county, sku, line.packs, facts)] : [];
    });
    const goodsFen = buyable(views).reduce((sum, line) => sum + line.goodsFen, 0);
    counties.push({ county, countyName: names.get(String(county))?.name ?? String(county), lines: views, goodsFen });
  }
  return {
    counties,
    packs: counties.flatMap((c) => c.lines).reduce((sum, line) => sum + line.packs, 0),
    goodsFen: counties.reduce((sum, c) => sum + c.goodsFen, 0),
  };
}

const buyable = (lines: readonly LineView[]) => lines.filter((line) => line.onSale && line.available >= line.packs);
