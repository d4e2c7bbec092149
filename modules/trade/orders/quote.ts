import type { Caller } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { requireDestination } from '../addresses/keep-address.ts';
import { lineView } from '../cart/cart-view.ts';
import type { CouponOffer } from '../prices/coupon.ts';
import { availableBySku } from '../stock/stock.queries.ts';
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
  const coupons = input.coupons ?? 'best';
  // All of the buyer's coupons are shown, whichever are used.
  const priced = await priceLines(at.db, { ...buyerOf(by), region, lines, coupons }, now, { allCoupons: true });
  const orders: ReturnType<typeof orderView>[] = [];
  for (const order of priced) {
    const ids = order.lines.map((line) => line.sku.id);
    orders.push(orderView(order, await availableBySku(at.db, order.county, ids, dayOf(now))));
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
  left: ReadonlyMap<string, { available: number }>,
) => ({
  ...order,
  lines: lines.map((line) => ({
    ...lineView(order.county, line.sku, line.packs, left.get(line.sku.id)?.available ?? 0),
    ...{ goodsFen: line.goodsFen, discountFen: line.discountFen, discounts: line.discounts },
  })),
  coupons: coupons.map(couponView),
});

const couponView = ({ coupon, offFen, baseFen, why, chosen }: CouponOffer) => ({
  ...{ id: coupon.id, name: coupon.name, bearer: coupon.bearer, faceFen: coupon.offFen, fromFen: coupon.fromFen },
  ...{ offFen, missingFen: Math.max(0, coupon.fromFen - baseFen), validUntil: coupon.validUntil },
  ...{ usable: why === null, chosen },
});
