import type { Fen } from '#platform/money.ts';
import { proportion } from '#platform/money.ts';
import type { pockets } from '../contract.ts';

export type Pocket = (typeof pockets)[number];

/** Sums over settled lines, in fen. */
export interface ShareSums {
  paid: Fen;
  purchase: Fen;
  shop: Fen;
  merchant: Fen;
  station: Fen;
  freight: Fen;
  platform: Fen;
  fund: Fen;
}

/** In whose pocket each fen of what buyers paid ended; the merchant's is what is left after it bought in, and may be below zero. */
export function pocketsOf(sums: ShareSums): { pocket: Pocket; fen: Fen }[] {
  return [
    { pocket: 'purchase', fen: sums.purchase },
    { pocket: 'shop_share', fen: sums.shop },
    { pocket: 'merchant', fen: sums.merchant - sums.purchase },
    { pocket: 'station', fen: sums.station },
    { pocket: 'freight', fen: sums.freight },
    { pocket: 'platform', fen: sums.platform },
    { pocket: 'fund', fen: sums.fund },
  ];
}

/** Basis points of what buyers paid that households had; null when nothing was paid: not known is not zero. */
export const shareBp = (householdFen: Fen, paidFen: Fen): number | null =>
  paidFen > 0 ? proportion(householdFen, 10_000, paidFen) : null;

/**
 * Parts of 100 yuan in whole fen, which sum to 10,000 whatever the rounding (largest remainder; ties go to the earlier
 * part; a part below zero stays below zero).
 *
 * @param parts sum to `paid`, which is above zero
 */
export function ofHundred<P extends { fen: Fen }>(parts: readonly P[], paid: Fen): P[] {
  const whole = BigInt(paid);
  const scaled = parts.map((part, i) => {
    const exact = BigInt(part.fen) * 10_000n;
    const remainder = ((exact % whole) + whole) % whole;
    return { i, remainder, fen: (exact - remainder) / whole };
  });
  let left = Number(10_000n - scaled.reduce((sum, part) => sum + part.fen, 0n));
  const fen = scaled.map((part) => Number(part.fen));
  for (const { i } of scaled.toSorted((a, b) =>
    a.remainder === b.remainder ? a.i - b.i : a.remainder > b.remainder ? -1 : 1,
  )) {
    if (left === 0) break;
    fen[i] = (fen[i] as number) + 1;
    left--;
  }
  return parts.map((part, i) => ({ ...part, fen: fen[i] as number }));
}
