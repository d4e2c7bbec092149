import { type Fen, type Grams, proportion, splitByWeight } from '#platform/money.ts';

/** What one purchase note still has in a raw lot. */
export interface Held {
  purchase: string;
  household: string;
  village: string;
  grams: Grams;
  fen: Fen;
}

/**
 * Takes grams out of a lot that is mixed through: of each note in proportion to what it still has there, and of its
 * money in proportion to its grams. Nothing is made or lost by rounding: the parts sum to `grams`, no note gives more
 * than it has, and whoever takes the last gram takes the last fen. A note may be left with fen and no gram, by rounding:
 * the next who takes anything takes them, and who takes nothing does not.
 *
 * @param held notes of one lot, in an order that does not change (ties go to the earlier)
 * @param grams at most what they hold together
 */
export function takeGrams(held: readonly Held[], grams: Grams): Held[] {
  if (grams === 0) return [];
  const parts = splitByWeight(
    grams,
    held.map((one) => one.grams),
  );
  return held
    .map((one, i) => {
      const taken = parts[i] ?? 0;
      const fen = taken === one.grams ? one.fen : proportion(one.fen, taken, one.grams);
      return { ...one, grams: taken, fen };
    })
    .filter((one) => one.grams > 0 || one.fen > 0);
}

/**
 * What goes into a packed lot: the notes' money whole, because the loss is part of what the packs cost, and their grams
 * shrunk to what was packed.
 *
 * @param packed net grams of the packs, at most the sum of what was taken
 */
export function shrinkTo(taken: readonly Held[], packed: Grams): Held[] {
  const parts = splitByWeight(
    packed,
    taken.map((one) => one.grams),
  );
  return taken.map((one, i) => ({ ...one, grams: parts[i] ?? 0 }));
}

export const sumOf = (held: readonly Held[]): { grams: Grams; fen: Fen } => ({
  grams: held.reduce((sum, one) => sum + one.grams, 0),
  fen: held.reduce((sum, one) => sum + one.fen, 0),
});
