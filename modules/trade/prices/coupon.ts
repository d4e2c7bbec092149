import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { baseOf, type Draft, type DraftLine, inScope, mostOff, takeOff } from './draft.ts';
import { type Coupon, type PriceFacts, quotaKey } from './price-facts.ts';

/** Why a coupon cannot be used for an order. */
export type CouponRefusal = 'coupon-over' | 'coupon-used' | 'coupon-below-threshold';

/** A coupon of the buyer's, measured against an order before any coupon is taken off it. */
export interface CouponOffer {
  coupon: Coupon;
  /** what it would take off by itself */
  offFen: Fen;
  /** the sum of the goods it is for */
  baseFen: Fen;
  why: CouponRefusal | null;
  chosen: boolean;
}

const order = { merchant: 0, county: 1, platform: 2 } as const;
/** Only one coupon of an issuer counts in an order: of each seller, of the county, of the platform. */
const issuer = ({ bearer, scope }: Coupon) => (bearer === 'merchant' ? `merchant ${scope.org}` : bearer);

const linesFor = (draft: Draft, coupon: Coupon): DraftLine[] =>
  draft.lines.filter((line) => inScope(coupon.scope, line.sku));

/**
 * Coupons come last, the sellers' first, then the county's, then the platform's. Whether one may be used is measured on
 * the goods before any of them, so that it does not depend on the others; what it takes off is at most what is left.
 *
 * @param wanted ids; or 'best', which takes of each issuer the one that takes most off (of equals the one that ends first)
 * @returns all coupons of the buyer among the facts
 * @throws Refusal `coupon-not-found` (somebody else's) | `coupon-over` | `coupon-used` | `coupon-below-threshold` |
 *   `coupons-not-together`
 */
export function applyCoupons(
  draft: Draft,
  facts: Pick<PriceFacts, 'coupons' | 'used' | 'now'>,
  person: string | null,
  wanted: readonly string[] | 'best',
): CouponOffer[] {
  if (facts.coupons.length === 0) return [];
  const best = wanted === 'best';
  if (!best && facts.coupons.some((c) => c.person !== person && wanted.includes(c.id)))
    throw refuse('coupon-not-found');
  const offers = facts.coupons.filter((c) => c.person === person).map((c) => measure(draft, facts, c));
  offers.sort(
    (a, b) =>
      order[a.coupon.bearer] - order[b.coupon.bearer] ||
      b.offFen - a.offFen ||
      a.coupon.validUntil.getTime() - b.coupon.validUntil.getTime() ||
      (a.coupon.id < b.coupon.id ? -1 : 1),
  );
  const issuers = new Set<string>();
  for (const offer of offers) {
    const { coupon, why } = offer;
    if (best ? why !== null || issuers.has(issuer(coupon)) : !wanted.includes(coupon.id)) continue;
    if (why) throw refuse(why, { name: coupon.name, coupon: coupon.id, from: (coupon.fromFen / 100).toFixed(2) });
    if (issuers.has(issuer(coupon))) throw refuse('coupons-not-together', { name: coupon.name, coupon: coupon.id });
    const { id, name, bearer, onReduced, offFen } = coupon;
    const taken = takeOff(draft, linesFor(draft, coupon), {
      ...{ kind: 'coupon', rule: id, name, bearer, onReduced },
      fen: offFen,
    });
    if (taken === 0) continue;
    issuers.add(issuer(coupon));
    offer.chosen = true;
    draft.claims.push({ subject: id, holder: '', most: 1, n: 1, refusal: 'coupon-used', name });
  }
  return offers;
}

function measure(draft: Draft, facts: Pick<PriceFacts, 'used' | 'now'>, coupon: Coupon): CouponOffer {
  const lines = linesFor(draft, coupon);
  const baseFen = baseOf(lines, coupon.onReduced);
  const offFen = mostOff(draft, lines, { fen: coupon.offFen, onReduced: coupon.onReduced });
  let why: CouponRefusal | null = null;
  if (coupon.validUntil <= facts.now) why = 'coupon-over';
  else if ((facts.used.get(quotaKey(coupon.id, '')) ?? 0) > 0) why = 'coupon-used';
  else if (baseFen < coupon.fromFen || offFen === 0) why = 'coupon-below-threshold';
  return { coupon, offFen, baseFen, why, chosen: false };
}
