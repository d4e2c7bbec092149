import type { Caller } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { requireDestination } from '../addresses/keep-address.ts';
import { type LineView, lineView } from '../cart/cart-view.ts';
import { availableBySku } from '../stock/stock.queries.ts';
import { type AskedLine, buyerOf, type PricedOrder, priceLines } from './price-lines.ts';

/**
 * What lines would cost at a destination, freight included, and what is left of each. Promises nothing: only placing
 * reserves.
 *
 * @throws Refusal `region-code-broken` | `county-not-open` and those of `priceOrder`
 */
export async function quote(at: Context, by: Caller, input: { region: string; lines: readonly AskedLine[] }) {
  await requireDestination(at.db, input.region);
  const today = dayOf(at.clock.now());
  const orders: (Omit<PricedOrder, 'lines'> & { lines: LineView[] })[] = [];
  for (const order of await priceLines(at.db, { ...buyerOf(by), ...input, coupons: [] })) {
    const ids = order.lines.map((line) => line.sku.id);
    const left = await availableBySku(at.db, order.county, ids, today);
    orders.push({
      ...order,
      lines: order.lines.map((line) =>
        lineView(order.county, line.sku, line.packs, left.get(line.sku.id)?.available ?? 0),
      ),
    });
  }
  const sum = (of: 'goodsFen' | 'freightFen' | 'totalFen') => orders.reduce((total, order) => total + order[of], 0);
  return { orders, goodsFen: sum('goodsFen'), freightFen: sum('freightFen'), totalFen: sum('totalFen') };
}
