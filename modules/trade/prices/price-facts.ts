import type { SkuBrief } from '#catalog';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { FreightRule } from '../freight/freight.ts';

/** Who pays for a discount: the seller, or the county or the platform, which then owe it to the seller. */
export type Bearer = 'merchant' | 'county' | 'platform';

/** Terms of sale of a SKU. */
export interface SkuTerms {
  minPacks: number;
  stepPacks: number;
  /** what one buyer may have in all of orders that are not over; null is no limit */
  buyerPacks: number | null;
  /** how long an unpaid order keeps its packs */
  holdMinutes: number;
  /** price and grams of a pack are an estimate until it is weighed at packing */
  byWeight: boolean;
}

/** Terms of a SKU that has none of its own. */
export const usualTerms: SkuTerms = { minPacks: 1, stepPacks: 1, buyerPacks: null, holdMinutes: 15, byWeight: false };

/** A price of a pack below the list price: from some packs on, for members, for institutions. The seller bears it. */
export interface SkuPrice {
  id: string;
  sku: string;
  kind: 'tier' | 'member' | 'institution';
  fromPacks: number;
  priceFen: Fen;
}

/** Which goods something is for; what is null does not narrow. */
export interface Scope {
  org: string | null;
  category: string | null;
  products: readonly string[] | null;
}

/** One SKU at a price of its own for some time, perhaps with so many packs at it. */
export interface CampaignLine {
  id: string;
  promotion: string;
  name: string;
  bearer: Bearer;
  position: number;
  sku: string;
  priceFen: Fen;
  pieces: number | null;
  buyerPacks: number | null;
  holdMinutes: number | null;
  startsAt: Date | string;
  endsAt: Date | string;
}

/** 套餐: a set of packs of several SKUs at one price. */
export interface Bundle {
  id: string;
  name: string;
  bearer: Bearer;
  position: number;
  priceFen: Fen;
  /** how many bundles there are, and how many one buyer may have */
  pieces: number | null;
  buyerPieces: number | null;
  items: readonly { sku: string; packs: number }[];
  endsAt: Date | string;
}

/** 满减: from a sum of goods on, so much off. */
export interface FullReduction {
  id: string;
  name: string;
  bearer: Bearer;
  position: number;
  scope: Scope;
  /** whether packs at a campaign or bundle price count too */
  onReduced: boolean;
  /** whether the first step is given once for each of its amounts */
  repeats: boolean;
  steps: readonly { fromFen: Fen; offFen: Fen }[];
  endsAt: Date | string;
}

/** A buyer's coupon. */
export interface Coupon {
  id: string;
  name: string;
  bearer: Bearer;
  person: string;
  scope: Scope;
  onReduced: boolean;
  offFen: Fen;
  fromFen: Fen;
  validUntil: Date;
}

/** All that prices of some orders of one county depend on, read at one moment. Pricing them asks nothing more. */
export interface PriceFacts {
  county: County;
  countyName: string;
  /** when they were read; a coupon that ended by then is over */
  now: Date;
  skus: ReadonlyMap<string, SkuBrief>;
  terms: ReadonlyMap<string, SkuTerms>;
  /** by SKU, as are campaigns */
  prices: ReadonlyMap<string, readonly SkuPrice[]>;
  campaigns: ReadonlyMap<string, readonly CampaignLine[]>;
  /** by position, as are full reductions */
  bundles: readonly Bundle[];
  fullReductions: readonly FullReduction[];
  /** those named and, for who wants the best of them, those that have not ended */
  coupons: readonly Coupon[];
  /** which of the buyers have joined the county's membership */
  members: ReadonlySet<string>;
  freightRules: readonly FreightRule[];
  /** what is used of limited things, by `quotaKey` */
  used: ReadonlyMap<string, number>;
}

/** Names a quota among the facts: a limited thing, and whose use of it ('' for that of all together). */
export const quotaKey = (subject: string, holder: string): string => `${subject} ${holder}`;

/** How many are left of something for a buyer: of all there are, and of what one may have. */
export function leftOf(
  facts: Pick<PriceFacts, 'used'>,
  person: string | null,
  of: { subject: string; all: number | null; each: number | null },
): number {
  const left = (most: number | null, holder: string | null) => {
    if (most === null) return Number.POSITIVE_INFINITY;
    const used = holder === null ? 0 : (facts.used.get(quotaKey(of.subject, holder)) ?? 0);
    return Math.max(0, most - used);
  };
  return Math.min(left(of.all, ''), left(of.each, person));
}
