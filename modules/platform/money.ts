/** Whole fen. A number, because every amount here is a safe integer. */
export type Fen = number;
/** Whole grams. */
export type Grams = number;

/**
 * Splits a whole amount by weights so that the parts always sum to the whole (largest remainder; ties go to the
 * earlier part). Exact for any safe integers.
 *
 * @param whole fen or grams, >= 0
 * @param weights whole numbers >= 0, not all zero
 */
export function splitByWeight(whole: number, weights: readonly number[]): number[] {
  if (whole < 0 || weights.some((w) => w < 0)) throw new RangeError('split: amounts and weights must not be negative');
  const total = weights.reduce((sum, w) => sum + w, 0);
  if (total === 0) throw new RangeError('split: at least one weight must be above zero');
  // Plain numbers where no product can lose a fen, which is an order of any shop: BigInt was most of what pricing an order cost.
  return whole * total <= Number.MAX_SAFE_INTEGER ? splitPlain(whole, weights, total) : splitBig(whole, weights);
}

function splitPlain(whole: number, weights: readonly number[], total: number): number[] {
  const rest = weights.map((w) => (whole * w) % total);
  const parts = weights.map((w, i) => (whole * w - (rest[i] ?? 0)) / total);
  let left = parts.reduce((sum, part) => sum - part, whole);
  while (left > 0) {
    let most = 0;
    for (let i = 1; i < rest.length; i++) if ((rest[i] ?? 0) > (rest[most] ?? 0)) most = i;
    parts[most] = (parts[most] ?? 0) + 1;
    rest[most] = -1;
    left--;
  }
  return parts;
}

function splitBig(whole: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + BigInt(w), 0n);
  const parts = weights.map((w) => (BigInt(whole) * BigInt(w)) / total);
  const rest = weights.map((w, i) => ({ i, remainder: (BigInt(whole) * BigInt(w)) % total }));
  let left = Number(BigInt(whole) - parts.reduce((sum, p) => sum + p, 0n));
  rest.sort((a, b) => (a.remainder === b.remainder ? a.i - b.i : a.remainder > b.remainder ? -1 : 1));
  for (const { i } of rest) {
    if (left === 0) break;
    parts[i] = (parts[i] ?? 0n) + 1n;
    left--;
  }
  return parts.map(Number);
}

/** amount × share / whole, rounded half up, exact for any safe integers. */
export function proportion(amount: number, share: number, whole: number): number {
  const n = BigInt(amount) * BigInt(share) * 2n + BigInt(whole);
  return Number(n / (BigInt(whole) * 2n));
}

/**
 * The part of `amount` that belongs to units (before, before + units] of `whole` units. Taking every unit once, in
 * any steps, gives the amount back exactly: no remainder has to be remembered.
 */
export function slice(amount: number, before: number, units: number, whole: number): number {
  const upTo = (n: number) => (BigInt(amount) * BigInt(n)) / BigInt(whole);
  return Number(upTo(before + units) - upTo(before));
}

/** The price of grams at fen per kilogram, rounded half up to a whole fen. */
export const priceOf = (grams: Grams, fenPerKg: Fen): Fen => proportion(fenPerKg, grams, 1000);

/** 3980 → "39.80"; the currency sign is the screen's business. */
export function yuan(fen: Fen): string {
  const sign = fen < 0 ? '-' : '';
  const abs = Math.abs(fen);
  return `${sign}${Math.floor(abs / 100)}.${String(abs % 100).padStart(2, '0')}`;
}
