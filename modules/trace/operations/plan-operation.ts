import type { Fen, Grams } from '#platform/money.ts';
import { type Held, shrinkTo, sumOf, takeGrams } from '../lots/lot-shares.ts';

export interface Plan {
  /** per lot taken, in the order given: what each of its notes gives */
  taken: Held[][];
  /** per lot made, in the order given: what of each note is in it */
  made: Held[][];
  /** what households were paid for what is lost with nothing made of it */
  lostFen: Fen;
}

/**
 * Who has what part in an operation. Each lot is mixed through, so each note gives in proportion to what it has there;
 * what is made shares in all notes in proportion to its grams. Grams that are lost while something is made weigh on
 * nobody's money: it goes whole into what is made, for it is part of what that cost. Where nothing is made, the money is
 * lost with the grams. To the gram and the fen: what the notes give is what the made lots have, and the loss.
 *
 * @param inputs grams taken of each lot and what its notes hold there, which must be enough
 * @param outputs grams of each lot made, above zero; together at most what is taken
 */
export function planOperation(
  inputs: readonly { grams: Grams; held: readonly Held[] }[],
  outputs: readonly Grams[],
): Plan {
  const taken = inputs.map(({ grams, held }) => takeGrams(held, grams));
  const all = byNote(taken.flat());
  if (outputs.length === 0) return { taken, made: [], lostFen: sumOf(all).fen };
  const whole = outputs.reduce((sum, grams) => sum + grams, 0);
  let rest = shrinkTo(all, whole);
  const made = outputs.map((grams) => {
    const part = takeGrams(rest, grams);
    rest = without(rest, part);
    return part;
  });
  return { taken, made, lostFen: 0 };
}

/** One entry per note, in note order: after splitting and mixing a note comes by several lots. */
function byNote(parts: readonly Held[]): Held[] {
  const notes = new Map<string, Held>();
  for (const part of parts) {
    const sum = notes.get(part.purchase);
    if (sum) notes.set(part.purchase, { ...sum, grams: sum.grams + part.grams, fen: sum.fen + part.fen });
    else notes.set(part.purchase, part);
  }
  return [...notes.values()].sort((a, b) => (a.purchase < b.purchase ? -1 : 1));
}

function without(held: readonly Held[], part: readonly Held[]): Held[] {
  const gone = new Map(part.map((one) => [one.purchase, one]));
  return held.map((one) => {
    const less = gone.get(one.purchase);
    return less ? { ...one, grams: one.grams - less.grams, fen: one.fen - less.fen } : one;
  });
}
