import type { Answers, ShopClient } from '../../contracts.ts';
import { isProblem } from '../lib/problems.ts';

export type Line = Answers['trade']['cart']['counties'][number]['lines'][number];
/** A line as the API takes it and a link or hidden field carries it. */
export type LineInput = { county: number; sku: string; packs: number };

/** What can be bought of a cart as it stands; a line that is short or gone blocks until the buyer has changed it. */
export const isBlocked = (line: Line): boolean => !line.onSale || line.available < line.packs;

/** `621221.{sku}.2` per line, in links to a direct purchase and in the hidden field of the order form. */
export const packLines = (lines: readonly LineInput[]): string =>
  lines.map((line) => `${line.county}.${line.sku}.${line.packs}`).join(' ');

export function unpackLines(text: string | null): LineInput[] {
  return (text ?? '')
    .split(' ')
    .map((part) => /^(\d{6})\.([\da-f-]{36})\.(\d{1,3})$/.exec(part))
    .flatMap((found) => (found ? [{ county: Number(found[1]), sku: String(found[2]), packs: Number(found[3]) }] : []));
}

/** What the checkout page prices: the lines of a direct purchase, else those of the cart. */
export async function linesToBuy(client: ShopClient, direct: string | null): Promise<LineInput[]> {
  const given = unpackLines(direct);
  if (given.length > 0) return given;
  return linesOfCart(await client.trade.cart());
}

/** What of a cart can be bought as it stands. */
export const linesOfCart = (cart: Answers['trade']['cart']): LineInput[] =>
  cart.counties.flatMap((c) =>
    c.lines.filter((line) => !isBlocked(line)).map(({ county, sku, packs }) => ({ county, sku, packs })),
  );

type Quote = Answers['trade']['quote'];

/**
 * What lines would cost, the same for the cart and for the order form; or why they cannot be priced (gone off sale, too
 * few packs, no freight to there), in the buyer's language.
 */
export async function priced(
  client: ShopClient,
  body: Parameters<ShopClient['trade']['quote']>[0]['body'],
): Promise<{ quote: Quote; unable?: undefined } | { quote?: undefined; unable?: string }> {
  if (body.lines.length === 0) return {};
  try {
    return { quote: await client.trade.quote({ body }) };
  } catch (error) {
    if (!isProblem(error) || error.status >= 500) throw error;
    return { unable: error.title };
  }
}

type Charged = Quote['orders'][number]['lines'][number];

/** A line of the cart as it stands today. */
export interface CartLine {
  line: Line;
  /** as it would be charged; missing where it is left out of the sums */
  charged?: Charged;
  /** why it is left out although it is there: too few packs, more than one buyer may have */
  why?: string;
}

/** What of a cart is one county's, priced by the quote that the order form uses. */
export interface CartCounty {
  county: number;
  countyName: string;
  lines: CartLine[];
  /** missing where nothing of it can be bought as it stands */
  order?: Quote['orders'][number];
  /** why it is priced without freight although it is known where the buyer's goods usually go */
  unsendable?: string;
}

/**
 * Prices a cart, county by county, so that what one of them refuses leaves the others their prices. A line that is
 * refused for itself stays, says why, and the rest is priced without it.
 *
 * @param region where the buyer's goods usually go; left out, freight is not known
 */
export async function priceCart(client: ShopClient, cart: Answers['trade']['cart'], region?: string) {
  const counties = await Promise.all(cart.counties.map((county) => priceCounty(client, county, region)));
  const orders = counties.flatMap(({ order }) => order ?? []);
  const sum = (of: 'totalFen' | 'discountFen' | 'freightFen') => orders.reduce((total, order) => total + order[of], 0);
  return {
    counties,
    totalFen: sum('totalFen'),
    discountFen: sum('discountFen'),
    freightFen: sum('freightFen'),
    freightKnown: region !== undefined && counties.every(({ unsendable }) => unsendable === undefined),
    /** what must be changed or taken out before anything can be ordered */
    blocking: counties.flatMap(({ lines }) => lines.filter(({ line, why }) => isBlocked(line) || why !== undefined)),
  };
}

async function priceCounty(
  client: ShopClient,
  { county, countyName, lines }: Answers['trade']['cart']['counties'][number],
  region: string | undefined,
): Promise<CartCounty> {
  const refused = new Map<string, string>();
  let unsendable: string | undefined;
  for (;;) {
    const left = lines.filter((line) => !isBlocked(line) && !refused.has(line.sku));
    const to = unsendable === undefined ? region : undefined;
    const body = { region: to, lines: left.map(({ sku, packs }) => ({ county, sku, packs })) };
    try {
      const order = left.length > 0 ? (await client.trade.quote({ body })).orders[0] : undefined;
      const charged = new Map(order?.lines.map((line) => [line.sku, line]));
      const views = lines.map((line) => ({ line, charged: charged.get(line.sku), why: refused.get(line.sku) }));
      return { county, countyName, lines: views, order, unsendable };
    } catch (error) {
      if (!isProblem(error) || error.status >= 500) throw error;
      const { sku, skus = [sku] } = error.detail as { sku?: string; skus?: (string | undefined)[] };
      const named = left.filter((line) => skus.includes(line.sku));
      for (const line of named) refused.set(line.sku, error.title);
      if (named.length > 0) continue;
      // Nothing of a line: it does not go to where this buyer lives, and may go somewhere else.
      if (to === undefined) throw error;
      unsendable = error.title;
    }
  }
}

/** What is missing until an order's freight is free; 0 where it is free already, null where it never is. */
export function missingToFree(order: Pick<Quote['orders'][number], 'freeFromFen' | 'goodsFen'>): number | null {
  return order.freeFromFen === null ? null : Math.max(0, order.freeFromFen - order.goodsFen);
}

/** In the order in which prices are worked out. */
const kinds = ['tier', 'member', 'institution', 'campaign', 'bundle', 'full_reduction', 'coupon'];
type Discount = { kind: string; rule: string; name: string; nameEn: string | null; fen: number };

/** The discounts of an order, each rule once with all that it takes off its lines, in the order they are given. */
export function discountsOf(lines: readonly { discounts: readonly Discount[] }[]): Discount[] {
  const sums = new Map<string, Discount>();
  for (const discount of lines.flatMap((line) => line.discounts)) {
    sums.set(discount.rule, { ...discount, fen: (sums.get(discount.rule)?.fen ?? 0) + discount.fen });
  }
  return [...sums.values()].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind));
}
