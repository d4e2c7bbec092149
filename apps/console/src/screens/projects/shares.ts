/** Shares of a whole in basis points that are as equal as they can be; the first ones take what is left over. */
export function equalShares(count: number): number[] {
  const each = Math.floor(10_000 / count);
  return Array.from({ length: count }, (_, at) => each + (at < 10_000 - each * count ? 1 : 0));
}

export const sumOf = (parts: readonly number[]): number => parts.reduce((sum, part) => sum + part, 0);
