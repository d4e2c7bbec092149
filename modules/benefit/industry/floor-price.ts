import { type Fen, type Grams, priceOf } from '#platform/money.ts';

/** What of a note a floor price covers: grams within the agreed quantity, and the fen that it adds for them. */
export interface Cover {
  grams: Grams;
  fen: Fen;
}

/**
 * The floor's money for the covered grams less what was paid for them. Both are rounded as a note of these grams alone
 * would be (half up to a whole fen), so that a whole note and what is added to it are exactly the floor's money.
 *
 * @param leftGrams of the household's agreed quantity before this note, >= 0
 * @param floorFenPerKg fen per kilogram, as the note's price
 */
export function coverOf(note: { grams: Grams; fenPerKg: Fen }, floorFenPerKg: Fen, leftGrams: Grams): Cover {
  const grams = Math.min(note.grams, leftGrams);
  return { grams, fen: Math.max(0, priceOf(grams, floorFenPerKg) - priceOf(grams, note.fenPerKg)) };
}
