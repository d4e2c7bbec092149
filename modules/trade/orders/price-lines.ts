import { type SkuBrief, skusById } from '#catalog';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type Fen, type Grams, splitByWeight } from '#platform/money.ts';
import { requireCounty } from '#registry';
import { freightRulesOf } from '../freight/freight.queries.ts';
import { freightOf, ruleFor } from '../freight/freight.ts';
import { refuse } from '../refuse.ts';

export interface AskedLine {
  county: County;
  sku: string;
  packs: number;
}

export interface PricedLine {
  sku: SkuBrief;
  packs: number;
  goodsFen: Fen;
  /** this line's part of the freight, by gross weight */
  freightFen: Fen;
}

/** What one county's order would cost. */
export interface PricedOrder {
  county: County;
  countyName: string;
  lines: PricedLine[];
  goodsFen: Fen;
  freightFen: Fen;
  totalFen: Fen;
  /** gross */
  grams: Grams;
}

/**
 * Prices lines for a destination: one order per county, in county order; two lines on one SKU become one. Looks at
 * prices and freight only, not at stock.
 *
 * @param region 12 digits of the destination
 * @throws Refusal `county-not-open` | `sku-not-on-sale` | `freight-unknown`
 */
export async function priceLines(db: Db, region: string, lines: readonly AskedLine[]): Promise<PricedOrder[]> {
  const orders: PricedOrder[] = [];
  for (const county of [...new Set(lines.map((line) => line.county))].sort((a, b) => a - b)) {
    const open = await requireCounty(db, county);
    const packs = new Map<string, number>();
    for (const line of lines) {
      if (line.county === county) packs.set(line.sku, (packs.get(line.sku) ?? 0) + line.packs);
    }
    const skus = await skusById(db, county, [...packs.keys()]);
    const gone = [...packs.keys()].filter((id) => !skus.get(id)?.onSale);
    if (gone.length > 0) {
      const name = gone.map((id) => nameOf(skus.get(id))).join('、');
      throw refuse('sku-not-on-sale', { name, county, skus: gone });
    }
    const found = [...packs].map(([id, n]) => ({ sku: skus.get(id) as SkuBrief, packs: n }));
    const goodsFen = found.reduce((sum, line) => sum + line.sku.priceFen * line.packs, 0);
    const weights = found.map((line) => line.sku.grossGrams * line.packs);
    const grams = weights.reduce((sum, n) => sum + n, 0);
    const rule = ruleFor(await freightRulesOf(db, county), region);
    if (!rule) throw refuse('freight-unknown', { county: open.name });
    const freightFen = freightOf(rule, { goodsFen, grams });
    const freights = splitByWeight(freightFen, weights);
    orders.push({
      county,
      countyName: open.name,
      lines: found.map((line, i) => ({
        ...line,
        goodsFen: line.sku.priceFen * line.packs,
        freightFen: freights[i] ?? 0,
      })),
      goodsFen,
      freightFen,
      totalFen: goodsFen + freightFen,
      grams,
    });
  }
  return orders;
}

/** What a buyer calls a SKU. */
export const nameOf = (sku: SkuBrief | undefined): string => (sku ? `${sku.nameZh} ${sku.skuNameZh}` : '');
