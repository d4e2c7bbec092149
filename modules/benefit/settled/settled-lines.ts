import { skusById } from '#catalog';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { type LotSource, lotSources } from '#trace';
import type { LineShareRow } from './settled.queries.ts';
import { attribute } from './share-out.ts';

/** A household with produce in a line. */
export interface Grower {
  household: string;
  village: string;
  grams: Grams;
  /** of the share the settlement rule holds for households */
  shop: Fen;
}

/** A settled line, its lots taken together. */
export interface SettledAs {
  line: string;
  order: string;
  /** the shop */
  org: string;
  product: string;
  crop: string | null;
  packs: number;
  grams: Grams;
  /** the merchant's part, and what of it households had been paid for the produce */
  merchant: Fen;
  purchase: Fen;
  growers: readonly Grower[];
  at: Date;
}

/** Lines as they were settled: each household once per line, however many lots it had in it. @param tx with the county's scope */
export async function settledLines(
  tx: Tx,
  county: County,
  shares: readonly LineShareRow[],
  at: Date,
): Promise<SettledAs[]> {
  const lots = [...new Set(shares.map((share) => share.lot))];
  const sources = Map.groupBy(await lotSources(tx, county, lots), (source) => source.lot);
  const skus = await skusById(tx, county, [...new Set(shares.map((share) => share.sku))]);
  return [...Map.groupBy(shares, (share) => share.line)].map(([line, own]) => {
    const sum = (key: 'packs' | 'grams' | 'merchant' | 'purchase') => own.reduce((all, share) => all + share[key], 0);
    const { order, org, product, sku } = own[0] as LineShareRow;
    return {
      ...{ line, order, org, product, crop: skus.get(sku)?.crop ?? null, at },
      ...{ packs: sum('packs'), grams: sum('grams'), merchant: sum('merchant'), purchase: sum('purchase') },
      growers: growersOf(own, sources),
    };
  });
}

function growersOf(shares: readonly LineShareRow[], sources: ReadonlyMap<string, LotSource[]>): Grower[] {
  const growers = new Map<string, Grower>();
  for (const share of shares) {
    for (const { household, village, grams, shop } of attribute(share, sources.get(share.lot) ?? [])) {
      const grower = growers.get(household) ?? { household, village, grams: 0, shop: 0 };
      grower.grams += grams;
      grower.shop += shop;
      growers.set(household, grower);
    }
  }
  return [...growers.values()];
}
