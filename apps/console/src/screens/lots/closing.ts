/** The closing of a packing: what goes in is what comes out plus what is lost, to the gram. */
export type Closing = { inGrams: number; outGrams: number; lossGrams: number; lossPermille: number; closed: boolean };

/** Loss is whatever the scale put in that is not in the packs; packs of more than went in do not close. */
export function closingOf(inputs: readonly (number | undefined)[], packs: number, packGrams: number): Closing {
  const inGrams = inputs.reduce<number>((sum, grams) => sum + (grams ?? 0), 0);
  const outGrams = packs * packGrams;
  const lossGrams = inGrams - outGrams;
  return {
    inGrams,
    outGrams,
    lossGrams,
    lossPermille: inGrams > 0 ? Math.round((lossGrams * 1000) / inGrams) : 0,
    closed: inGrams > 0 && outGrams > 0 && lossGrams >= 0,
  };
}

/** How many packs the grams give at most. */
export const mostPacks = (inGrams: number, packGrams: number) => (packGrams > 0 ? Math.floor(inGrams / packGrams) : 0);
