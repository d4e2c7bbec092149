import type { Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { requireDestination } from '../addresses/keep-address.ts';
import { type LineFacts, lineFacts, lineView } from '../cart/cart-view.ts';
import type { CouponOffer } from '../prices/coupon.ts';
import { inEnglish, namesInEnglish } from '../prices/names-in-english.ts';
import { type AskedLine, buyerOf, type PricedOrder, priceLines } from './price-lines.ts';

/**
 * What lines would cost at a destination, discounts and freight included, and what is left of each. Promises nothing:
 * only placing reserves. A cart is priced the same way; before its buyer has said where to, without freight.
 *
 * @param input.coupons the buyer's coupons to use; left out, the best are chosen
 * @throws Refusal `region-code-broken` | `county-not-open` and those of `priceOrder`
 */
export async function quote(
  at: Context,
  by: Caller,
  input: { region?: string; lines: readonly AskedLine[]; coupons?: readonly string[] },
) {
  const { region = null, lines } = input;
  if (region !== null) await requireDestination(at.db, region);
  const now = at.clock.now();
  const using = input.coupons ?? 'best';
  // All of the buyer's coupons are shown, whichever are used.
  const priced = await priceLines(at.db, { ...buyerOf(by), region, lines, coupons: using }, now, { allCoupons: true });
  const orders: ReturnType<typeof orderView>[] = [];
  for (const order of priced) {
    const facts = await lineFacts(
      at.db,
      now,
      order.county,
      order.lines.map((line) => line.sku),
    );
    const rules = order.lines.flatMap((line) => line.discounts.map((discount) => discount.rule));
    const coupons = order.coupons.map((offer) => offer.coupon.id);
    const next = order.next.map((step) => step.rule);
    const english = await namesInEnglish(at.db, order.county, [...new Set([...rules, ...coupons, ...next])]);
    orders.push(orderView(order, facts, english));
  }
  const sum = (of: 'goodsFen' | 'discountFen' | 'freightFen' | 'totalFen') =>
    orders.reduce((total, order) => total + order[of], 0);
  return {
    orders,
    goodsFen: sum('goodsFen'),
    discountFen: sum('discountFen'),
    freightFen: sum('freightFen'),
    freightKnown: region !== null,
    totalFen: sum('totalFen'),
  };
}

const orderView = (
  { lines, claims: _, coupons, ...order }: PricedOrder,
  facts: LineFacts,
  english: ReadonlyMap<string, string>,
) => ({
  ...order,
  lines: lines.map((line) => ({
    ...lineView(order.county, line.sku, line.packs, facts),
    ...{ goodsFen: line.goodsFen, discountFen: line.discountFen },
    discounts: line.discounts.map((discount) => inEnglish(discount, english)),
  })),
  next: order.next.map((step) => ({ ...step, nameEn: english.get(step.rule) ?? null })),
  coupons: coupons.map((offer) => couponView(offer, english.get(offer.coupon.id) ?? null)),
});

const couponView = ({ coupon, offFen, baseFen, why, chosen }: CouponOffer, nameEn: string | null) => ({
  ...{
    id: coupon.id,
    name: coupon.name,
    nameEn,
    bearer: coupon.bearer,
    faceFen: coupon.offFen,
    fromFen: coupon.fromFen,
  },
  ...{ offFen, missingFen: Math.max(0, coupon.fromFen - baseFen), validUntil: coupon.validUntil },
  ...{ usable: why === null, chosen },
});
