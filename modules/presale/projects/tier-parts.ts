import type { Fen } from '#platform/money.ts';

/** Who has what of some copies of a tier, in fen: the parts sum to their price. */
export interface TierParts {
  costFen: Fen;
  fundFen: Fen;
  householdFen: Fen;
}

/**
 * The price of n copies: the organiser's costs as they were told beforehand, the public fund's share of the price (a fen
 * that cannot be split stays with the households), and all the rest for the households whose project it is.
 */
export function partsOfTier(tier: { price_fen: Fen; cost_fen: Fen }, fundBp: number, n = 1): TierParts {
  const price = tier.price_fen * n;
  const costFen = tier.cost_fen * n;
  const fundFen = Number((BigInt(price) * BigInt(fundBp)) / 10_000n);
  return { costFen, fundFen, householdFen: price - costFen - fundFen };
}
