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
