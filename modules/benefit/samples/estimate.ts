import type { Fen } from '#platform/money.ts';
import type { Confidence } from './sample-kinds.ts';

/** The two-sided quantile of the normal distribution to each level of confidence. */
const quantiles: Record<Confidence, number> = {
  9000: 1.6448536269514722,
  9500: 1.959963984540054,
  9900: 2.5758293035489004,
};

/** The share is not known before; at one half the sample is largest. */
const WORST_SHARE = 0.5;

/**
 * How many to ask so that a share lies within the margin: n0 = z²p(1−p)/e², with the finite-population correction
 * n = n0 / (1 + (n0 − 1)/N), rounded up.
 *
 * Source: W. G. Cochran, Sampling Techniques, 3rd ed., Wiley 1977, section 4.4; the same formula as R. V. Krejcie and
 * D. W. Morgan, Educational and Psychological Measurement 30 (1970) 607–610, whose table the test compares with.
 *
 * @param marginBp half the width of the interval, in basis points
 */
export function sampleSize(population: number, confidence: Confidence, marginBp: number): number {
  const margin = marginBp / 10_000;
  const unlimited = (quantiles[confidence] ** 2 * WORST_SHARE * (1 - WORST_SHARE)) / margin ** 2;
  return Math.min(population, Math.ceil(unlimited / (1 + (unlimited - 1) / population)));
}

export interface Interval {
  low: number;
  high: number;
}

/**
 * The interval of a share by E. B. Wilson's score method, Journal of the American Statistical Association 22 (1927)
 * 209–212: it never leaves [0, 1] and holds for few and for extreme answers. The number asked is corrected for the finite
 * population to n(N − 1)/(N − n), the size of a sample with replacement that would be as good (Cochran, section 2.6); of a
 * whole population the share is known.
 *
 * @returns shares from 0 to 1
 */
export function wilson(hits: number, asked: number, population: number, confidence: Confidence): Interval {
  if (asked < 1 || hits < 0 || hits > asked || asked > population) throw new RangeError('wilson: no share to speak of');
  const share = hits / asked;
  if (asked === population) return { low: share, high: share };
  const n = (asked * (population - 1)) / (population - asked);
  const z2 = quantiles[confidence] ** 2;
  const middle = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Math.sqrt(z2) / (1 + z2 / n)) * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Of one that was asked: what is claimed, and what came. */
export interface Asked {
  claimedFen: Fen;
  actualFen: Fen;
}

/**
 * What really came, by the ratio estimator: Y = X·r with r = Σy/Σx, and its variance X²·(1 − f)/(n·x̄²)·Σ(y − r·x)²/(n − 1),
 * f = n/N; the interval is the normal one. The claimed amounts are known of all, so that large entries weigh what they are.
 *
 * Source: Cochran, Sampling Techniques, section 6.4, (6.9) to (6.13).
 *
 * @param claimedFen of the whole population
 * @returns fen, rounded; low and high null where fewer than two were asked, of whom no spread is known
 */
export function ratioEstimate(
  asked: readonly Asked[],
  population: number,
  claimedFen: Fen,
  confidence: Confidence,
): { fen: Fen; low: Fen | null; high: Fen | null } {
  const n = asked.length;
  if (n === 0) throw new RangeError('ratio: nobody was asked');
  const claimed = asked.reduce((sum, one) => sum + one.claimedFen, 0);
  const ratio = asked.reduce((sum, one) => sum + one.actualFen, 0) / claimed;
  const fen = Math.round(claimedFen * ratio);
  if (n < 2) return { fen, low: null, high: null };
  const squares = asked.reduce((sum, one) => sum + (one.actualFen - ratio * one.claimedFen) ** 2, 0);
  const mean = claimed / n;
  const variance = ((1 - n / population) / (n * mean ** 2)) * (squares / (n - 1));
  const half = quantiles[confidence] * claimedFen * Math.sqrt(variance);
  return { fen, low: Math.max(0, Math.round(claimedFen * ratio - half)), high: Math.round(claimedFen * ratio + half) };
}
