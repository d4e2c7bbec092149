import type { Actor, Caller } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { readPriceFacts } from '../prices/price-facts.queries.ts';
import { type PriceAsk, type PricedOrder, priceOrder } from '../prices/price-order.ts';

export { nameOf, type PricedOrder } from '../prices/price-order.ts';

export interface AskedLine {
  county: County;
  sku: string;
  packs: number;
}

/** Who asks for a price, as far as prices differ by that. */
export const buyerOf = (by: Caller | Actor): Pick<PriceAsk, 'person' | 'purchaser'> => ({
  person: by.person,
  purchaser: by.memberships.some((m) => m.role === 'purchaser'),
});

/**
 * Prices one cart: one order per county, in county order. Whoever prices many at once reads the facts of a county
 * once (`readPriceFacts`) and prices each order from them (`priceOrder`).
 *
 * @param allCoupons whether all of the buyer's coupons are measured, not only those that are used
 * @throws Refusal `county-not-open` and those of `priceOrder`
 */
export async function priceLines(
  db: Db,
  ask: Omit<PriceAsk, 'lines'> & { lines: readonly AskedLine[] },
  now: Date,
  { allCoupons = false }: { allCoupons?: boolean } = {},
): Promise<PricedOrder[]> {
  const orders: PricedOrder[] = [];
  for (const county of [...new Set(ask.lines.map((line) => line.county))].sort((a, b) => a - b)) {
    const own = { ...ask, lines: ask.lines.filter((line) => line.county === county) };
    orders.push(priceOrder(await readPriceFacts(db, county, [{ ...own, allCoupons }], now), own));
  }
  return orders;
}
