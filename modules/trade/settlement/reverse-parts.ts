import { type Fen, splitByWeight } from '#platform/money.ts';
import { sharedParts } from '../contract.ts';
import { type PartOfOrder, standingOf } from './settlement-parts.ts';

/** A line to be given back in part or whole: what the buyer gets of goods and freight, and what bearers get back. */
export interface LineBack {
  line: string;
  goodsFen: Fen;
  freightFen: Fen;
  borneFen: Fen;
}

export interface Reversal {
  part: PartOfOrder;
  fen: Fen;
}

/**
 * What a refund takes out of which part: of each line in proportion to what stands of its parts, by largest remainder,
 * so that no part gives more than it has and together they give exactly what goes back; the freight out of the freight.
 *
 * @throws Error when the parts have less than is to go back: parts and refunds then disagree
 */
export function reverseParts(parts: readonly PartOfOrder[], lines: readonly LineBack[]): Reversal[] {
  const rank = (part: PartOfOrder) => ['merchant', ...sharedParts].indexOf(part.part);
  // In one order, so that equal remainders fall the same way whenever it is asked.
  const standing = parts.filter((part) => standingOf(part) > 0).sort((a, b) => rank(a) - rank(b));
  const reversals = lines.flatMap((back) =>
    takeFrom(
      standing.filter((part) => part.line === back.line),
      back.goodsFen + back.borneFen,
    ),
  );
  const freight = takeFrom(
    standing.filter((part) => part.part === 'freight'),
    lines.reduce((sum, back) => sum + back.freightFen, 0),
  );
  return [...reversals, ...freight];
}

function takeFrom(parts: readonly PartOfOrder[], fen: Fen): Reversal[] {
  if (fen === 0) return [];
  const weights = parts.map(standingOf);
  const all = weights.reduce((sum, n) => sum + n, 0);
  if (fen > all) throw new Error(`refund of ${fen} fen out of parts of ${all}`);
  const taken = splitByWeight(fen, weights);
  return parts.map((part, i) => ({ part, fen: taken[i] as Fen })).filter((reversal) => reversal.fen > 0);
}

/**
 * What goes back to those who bear a line's discounts when `goodsFen` more of its goods go back to the buyer: always
 * the same share of both, and all of it with the last fen, in however many steps.
 *
 * @param before what the buyer had back of the goods so far
 */
export function borneBack(line: { goodsFen: Fen; borneFen: Fen }, before: Fen, goodsFen: Fen): Fen {
  // Of goods that others paid whole, the buyer has nothing to get back: they go back when they are named.
  if (line.goodsFen === 0) return line.borneFen;
  const upTo = (fen: Fen) => Number((BigInt(line.borneFen) * BigInt(fen)) / BigInt(line.goodsFen));
  return upTo(before + goodsFen) - upTo(before);
}
