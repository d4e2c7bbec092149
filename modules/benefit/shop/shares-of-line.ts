import { type Fen, type Grams, splitByWeight } from '#platform/money.ts';
import type { Terms } from '../agreements/agreement-kinds.ts';

export type ShopTerms = Extract<Terms, { kind: 'shop' }>;

/** What of a settled line an agreement looks at. */
export interface LineToShare {
  packs: number;
  /** net, with produce of nobody's among it */
  grams: Grams;
  /** the merchant's part, and what of it households had been paid for the produce */
  merchant: Fen;
  purchase: Fen;
}

/**
 * What a shop gives each household of a line by their agreements, in fen: of the margin (never below zero) or per pack,
 * each on its own grams. What falls on grams of those with whom nothing is agreed stays with the shop. A pool is rounded
 * down and split by largest remainder; together never more than the merchant's part.
 *
 * @param growers all that have produce in the line, in a fixed order: the same order gives the same fen
 */
export function sharesOfLine(
  line: LineToShare,
  growers: readonly { grams: Grams; under: { agreement: string; terms: ShopTerms } | null }[],
): Fen[] {
  const own = growers.map((grower) => grower.grams);
  const rest = line.grams - own.reduce((sum, grams) => sum + grams, 0);
  const margin = Math.max(0, line.merchant - line.purchase);
  const splits = new Map<string, Fen[]>();
  const shares = growers.map(({ under }, i) => {
    if (!under) return 0;
    const { agreement, terms } = under;
    let split = splits.get(agreement);
    if (!split) {
      const pool =
        terms.per === 'margin' ? Number((BigInt(margin) * BigInt(terms.bp)) / 10_000n) : terms.fen * line.packs;
      split = splitByWeight(pool, [...own, rest]);
      splits.set(agreement, split);
    }
    return split[i] as Fen;
  });
  const sum = shares.reduce((all, fen) => all + fen, 0);
  return sum > line.merchant ? splitByWeight(line.merchant, shares) : shares;
}
