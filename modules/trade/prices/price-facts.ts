import type { SkuBrief } from '#catalog';
import type { County } from '#platform/ids.ts';
import type { FreightRule } from '../freight/freight.ts';

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

/** All that prices of some orders of one county depend on, read at one moment. Pricing them asks nothing more. */
export interface PriceFacts {
  county: County;
  countyName: string;
  skus: ReadonlyMap<string, SkuBrief>;
  terms: ReadonlyMap<string, SkuTerms>;
  freightRules: readonly FreightRule[];
  /** what is used of limited things, by `quotaKey` */
  used: ReadonlyMap<string, number>;
}

/** Names a quota among the facts: a limited thing, and whose use of it ('' for that of all together). */
export const quotaKey = (subject: string, holder: string): string => `${subject} ${holder}`;
