import { type Fen, type Grams, proportion } from '#platform/money.ts';

/**
 * What goods sold by weight cost as they were weighed: the price charged for their nominal weight, gram by gram,
 * rounded half up to a whole fen. Discounts follow, since the charged price is less them.
 */
export const weighedFen = (chargedFen: Fen, nominalGrams: Grams, grams: Grams): Fen =>
  proportion(chargedFen, grams, nominalGrams);

/** At least half and at most twice what it should be: anything else is a slip of the finger, not of the knife. */
export const plausible = (nominalGrams: Grams, grams: Grams): boolean =>
  grams * 2 >= nominalGrams && grams <= nominalGrams * 2;

/**
 * What becomes of the difference between what was charged and what is due.
 *
 * @param toleranceFen up to this the merchant gives what is heavier away
 */
export function outcomeOf(chargedFen: Fen, dueFen: Fen, toleranceFen: Fen): 'exact' | 'refunded' | 'waived' | 'asked' {
  if (dueFen === chargedFen) return 'exact';
  if (dueFen < chargedFen) return 'refunded';
  return dueFen - chargedFen <= toleranceFen ? 'waived' : 'asked';
}
