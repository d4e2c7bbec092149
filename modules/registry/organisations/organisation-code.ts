// Unified social credit code, GB 32100-2015: 18 characters without I, O, S, V, Z; the last one checks the others:
// weights 3^(i-1) mod 31 over the first 17, check value (31 - sum mod 31) mod 31.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;

/** Whether a text is a unified social credit code with the right check character. Capitals only. */
export function isOrganisationCode(text: string): boolean {
  return text.length === 18 && completeOrganisationCode(text.slice(0, 17)) === text;
}

/**
 * A code from its first 17 characters.
 *
 * @returns null when a character is not one of the 31
 */
export function completeOrganisationCode(first17: string): string | null {
  if (first17.length !== 17) return null;
  let sum = 0;
  for (const [i, weight] of WEIGHTS.entries()) {
    const value = ALPHABET.indexOf(first17[i] as string);
    if (value < 0) return null;
    sum += value * weight;
  }
  return first17 + ALPHABET[(31 - (sum % 31)) % 31];
}
