import type { SkuBrief } from '#catalog';
import type { County } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { bundlePrice } from './bundle-price.ts';
import { campaignPrice } from './campaign-price.ts';
import { applyCoupons, type CouponOffer } from './coupon.ts';
import { atListPrice, type Claim, chargedFen, claimsOn, type LineDiscount, type NextStep, sumFen } from './draft.ts';
import { freightParts, needsCold, unknownFreight } from './freight-parts.ts';
import { fullReduction } from './full-reduction.ts';
import { memberPrice } from './member-price.ts';
import { leftOf, type PriceFacts, usualTerms } from './price-facts.ts';
import { tierPrice } from './tier-price.ts';

/** One order of one county that somebody wants. */
export interface PriceAsk {
  /** null for a visitor */
  person: string | null;
  /** whether they buy for an institution: one of their roles is purchaser */
  purchaser: boolean;
  /** 12 digits of the destination; null where it is not known yet: freight is then left out */
  region: string | null;
  /** lines on one SKU count together */
  lines: readonly { sku: string; packs: number }[];
  /** the buyer's coupons to use, those of other counties are passed by; 'best' chooses among those in the facts */
  coupons: readonly string[] | 'best';
}

export interface PricedLine {
  sku: SkuBrief;
  packs: number;
  /** list price of a pack */
  unitFen: Fen;
  /** in the order in which they were given */
  discounts: LineDiscount[];
  /** sum of the discounts */
  discountFen: Fen;
  /** what is charged: list price of the packs less the discounts */
  goodsFen: Fen;
  /** this line's part of the freight: by gross weight, and of the cold chain's surcharge when it needs it */
  freightFen: Fen;
}

/** What one county's order would cost. */
export interface PricedOrder {
  county: County;
  countyName: string;
  lines: PricedLine[];
  discountFen: Fen;
  /** after discounts, > 0 */
  goodsFen: Fen;
  freightFen: Fen;
  /** the part of the freight that keeps goods cold */
  coldFen: Fen;
  /** the sum of goods from which on freight is free, wherever they go while that is not known; null when it never is */
  freeFromFen: Fen | null;
  totalFen: Fen;
  /** gross */
  grams: Grams;
  /** the buyer's coupons among the facts, and which of them are used */
  coupons: CouponOffer[];
  /** full reductions that more goods would reach, in the order they are tried */
  next: NextStep[];
  claims: Claim[];
  /** how long the order may stay unpaid: the shortest of its lines and campaigns */
  holdMinutes: number;
}

/**
 * Prices one order from facts alone. The calculators in order, each on what the one before left:
 *
 * 1. list price
 * 2. tier price by quantity; 3. member or institution price; 4. campaign price: each lowers what a pack costs when it is
 *    lower, and bears the difference only. A campaign may have fewer packs at its price than are wanted.
 * 5. bundles 套餐, of packs that no campaign has priced
 * 6. full reductions 满减: goods count for one of them
 * 7. coupons: one of each issuer
 * 8. freight on the sum after discounts
 *
 * Looks at prices, terms and freight, not at stock. In which order lines are asked changes nothing but the order of the
 * answer's lines.
 *
 * @throws Refusal `sku-not-on-sale` | `packs-below-min` | `packs-not-in-steps` | `buyer-limit-reached` |
 *   `coupon-not-found` | `coupon-over` | `coupon-used` | `coupon-below-threshold` | `coupons-not-together` |
 *   `freight-unknown` | `cold-chain-unknown`
 */
export function priceOrder(facts: PriceFacts, ask: PriceAsk): PricedOrder {
  const { person, purchaser } = ask;
  const packs = new Map<string, number>();
  for (const line of ask.lines) packs.set(line.sku, (packs.get(line.sku) ?? 0) + line.packs);
  const gone = [...packs.keys()].filter((id) => !facts.skus.get(id)?.onSale);
  if (gone.length > 0) {
    const name = gone.map((id) => nameOf(facts.skus.get(id))).join('、');
    throw refuse('sku-not-on-sale', { name, county: facts.county, skus: gone });
  }

  const draft = atListPrice([...packs].map(([id, n]) => ({ sku: facts.skus.get(id) as SkuBrief, packs: n })));
  for (const line of draft.lines) {
    const terms = facts.terms.get(line.sku.id) ?? usualTerms;
    draft.holdMinutes = Math.min(draft.holdMinutes, terms.holdMinutes);
    draft.claims.push(...termsClaims(facts, person, line));
    const prices = facts.prices.get(line.sku.id) ?? [];
    tierPrice(line, prices);
    memberPrice(line, prices, { member: person !== null && facts.members.has(person), purchaser });
    campaignPrice(draft, line, facts.campaigns.get(line.sku.id) ?? [], facts, person);
  }
  for (const bundle of facts.bundles) bundlePrice(draft, bundle, facts, person);
  for (const reduction of facts.fullReductions) fullReduction(draft, reduction);
  const coupons = applyCoupons(draft, facts, person, ask.coupons);

  const goodsFen = sumFen(draft.lines);
  const weights = draft.lines.map(({ sku, packs: n }) => ({ grams: sku.grossGrams * n, cold: needsCold(sku) }));
  const freight = ask.region === null ? unknownFreight(facts) : freightParts(facts, ask.region, goodsFen, weights);
  const lines = new Map(
    draft.lines.map((line, i): [string, PricedLine] => {
      const { sku, discounts } = line;
      const discountFen = discounts.reduce((sum, discount) => sum + discount.fen, 0);
      return [
        sku.id,
        {
          ...{ sku, packs: line.packs, unitFen: sku.priceFen, discounts, discountFen },
          goodsFen: chargedFen(line),
          freightFen: freight.lines[i] ?? 0,
        },
      ];
    }),
  );
  return {
    county: facts.county,
    countyName: facts.countyName,
    lines: [...packs.keys()].map((id) => lines.get(id) as PricedLine),
    discountFen: [...lines.values()].reduce((sum, line) => sum + line.discountFen, 0),
    goodsFen,
    freightFen: freight.freightFen,
    coldFen: freight.coldFen,
    freeFromFen: freight.freeFromFen,
    totalFen: goodsFen + freight.freightFen,
    grams: weights.reduce((sum, line) => sum + line.grams, 0),
    coupons,
    next: draft.next,
    claims: draft.claims,
    holdMinutes: draft.holdMinutes,
  };
}

/** Checks a line against the SKU's terms of sale; answers the claim on what one buyer may have. */
function termsClaims(facts: PriceFacts, person: string | null, line: { sku: SkuBrief; packs: number }): Claim[] {
  const terms = facts.terms.get(line.sku.id);
  if (!terms) return [];
  const { minPacks: min, stepPacks: step, buyerPacks: most } = terms;
  const about = { name: nameOf(line.sku), county: facts.county, sku: line.sku.id, min, step };
  if (line.packs < min) throw refuse('packs-below-min', about);
  if ((line.packs - min) % step !== 0) throw refuse('packs-not-in-steps', about);
  const limit = { subject: line.sku.id, all: null, each: most };
  const left = leftOf(facts, person, limit);
  if (line.packs > left) throw refuse('buyer-limit-reached', { ...about, most, left });
  return claimsOn(person, limit, { n: line.packs, refusal: 'buyer-limit-reached', name: about.name });
}

/** What a buyer calls a SKU. */
export const nameOf = (sku: SkuBrief | undefined): string => (sku ? `${sku.nameZh} ${sku.skuNameZh}` : '');
