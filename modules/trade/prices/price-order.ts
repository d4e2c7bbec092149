import type { SkuBrief } from '#catalog';
import type { County } from '#platform/ids.ts';
import { type Fen, type Grams, splitByWeight } from '#platform/money.ts';
import { freightOf, ruleFor } from '../freight/freight.ts';
import { refuse } from '../refuse.ts';
import { type PriceFacts, quotaKey, usualTerms } from './price-facts.ts';

/** One order of one county that somebody wants. */
export interface PriceAsk {
  /** null for a visitor */
  person: string | null;
  /** whether they buy for an institution: one of their roles is purchaser */
  purchaser: boolean;
  /** 12 digits of the destination */
  region: string;
  /** lines on one SKU count together */
  lines: readonly { sku: string; packs: number }[];
  /** the buyer's coupons to use; those of other counties are passed by */
  coupons: readonly string[];
}

export type DiscountKind = 'tier' | 'member' | 'institution' | 'campaign' | 'bundle' | 'full_reduction' | 'coupon';
/** Who pays for a discount: the seller, or the county or the platform, which then owe it to the seller. */
export type Bearer = 'merchant' | 'county' | 'platform';

/** Why a line costs less than its list price. */
export interface LineDiscount {
  kind: DiscountKind;
  /** id of what gave it */
  rule: string;
  name: string;
  /** off the whole line, > 0 */
  fen: Fen;
  bearer: Bearer;
}

export interface PricedLine {
  sku: SkuBrief;
  packs: number;
  /** list price of a pack */
  unitFen: Fen;
  discounts: LineDiscount[];
  /** sum of the discounts */
  discountFen: Fen;
  /** what is charged: list price of the packs less the discounts */
  goodsFen: Fen;
  /** this line's part of the freight, by gross weight */
  freightFen: Fen;
}

/** Something limited that placing the order uses up. */
export interface Claim {
  subject: string;
  /** a person, or '' when all buyers share it */
  holder: string;
  /** how much of it there is for this holder */
  most: number;
  n: number;
  /** what the buyer is told when it is used up */
  refusal: 'buyer-limit-reached';
  name: string;
}

/** What one county's order would cost. */
export interface PricedOrder {
  county: County;
  countyName: string;
  lines: PricedLine[];
  discountFen: Fen;
  /** after discounts */
  goodsFen: Fen;
  freightFen: Fen;
  totalFen: Fen;
  /** gross */
  grams: Grams;
  claims: Claim[];
  /** how long the order may stay unpaid: the shortest of its lines */
  holdMinutes: number;
}

/**
 * Prices one order from facts alone. Looks at prices, terms and freight, not at stock.
 *
 * @throws Refusal `sku-not-on-sale` | `packs-below-min` | `packs-not-in-steps` | `buyer-limit-reached` |
 *   `freight-unknown`
 */
export function priceOrder(facts: PriceFacts, ask: PriceAsk): PricedOrder {
  const packs = new Map<string, number>();
  for (const line of ask.lines) packs.set(line.sku, (packs.get(line.sku) ?? 0) + line.packs);
  const gone = [...packs.keys()].filter((id) => !facts.skus.get(id)?.onSale);
  if (gone.length > 0) {
    const name = gone.map((id) => nameOf(facts.skus.get(id))).join('、');
    throw refuse('sku-not-on-sale', { name, county: facts.county, skus: gone });
  }
  const claims = [...packs].flatMap(([sku, n]) => termsClaims(facts, ask.person, sku, n));
  const found = [...packs].map(([id, n]) => ({ sku: facts.skus.get(id) as SkuBrief, packs: n }));
  const goodsFen = found.reduce((sum, line) => sum + line.sku.priceFen * line.packs, 0);
  const weights = found.map((line) => line.sku.grossGrams * line.packs);
  const grams = weights.reduce((sum, n) => sum + n, 0);
  const rule = ruleFor(facts.freightRules, ask.region);
  if (!rule) throw refuse('freight-unknown', { county: facts.countyName });
  const freightFen = freightOf(rule, { goodsFen, grams });
  const freights = splitByWeight(freightFen, weights);
  return {
    county: facts.county,
    countyName: facts.countyName,
    lines: found.map((line, i) => ({
      ...line,
      unitFen: line.sku.priceFen,
      discounts: [],
      discountFen: 0,
      goodsFen: line.sku.priceFen * line.packs,
      freightFen: freights[i] ?? 0,
    })),
    discountFen: 0,
    goodsFen,
    freightFen,
    totalFen: goodsFen + freightFen,
    grams,
    claims,
    holdMinutes: Math.min(...found.map((line) => (facts.terms.get(line.sku.id) ?? usualTerms).holdMinutes)),
  };
}

/** Checks packs against the SKU's terms of sale; answers the claim on what one buyer may have. */
function termsClaims(facts: PriceFacts, person: string | null, sku: string, packs: number): Claim[] {
  const terms = facts.terms.get(sku);
  if (!terms) return [];
  const { minPacks: min, stepPacks: step, buyerPacks: most } = terms;
  const name = nameOf(facts.skus.get(sku));
  const about = { name, county: facts.county, sku, min, step };
  if (packs < min) throw refuse('packs-below-min', about);
  if ((packs - min) % step !== 0) throw refuse('packs-not-in-steps', about);
  if (most === null) return [];
  const used = person === null ? 0 : (facts.used.get(quotaKey(sku, person)) ?? 0);
  if (used + packs > most) {
    throw refuse('buyer-limit-reached', { ...about, most, left: Math.max(0, most - used) });
  }
  return person === null
    ? []
    : [{ subject: sku, holder: person, most, n: packs, refusal: 'buyer-limit-reached', name }];
}

/** What a buyer calls a SKU. */
export const nameOf = (sku: SkuBrief | undefined): string => (sku ? `${sku.nameZh} ${sku.skuNameZh}` : '');
