import { type Fen, slice } from '#platform/money.ts';

/** What a line was charged, what went back of it, and what cases have of it. Amounts in fen. */
export interface LineAccount {
  line: string;
  packs: number;
  goodsFen: Fen;
  freightFen: Fen;
  /** given back because the packs weighed less; the packs are worth what remains */
  weighedFen: Fen;
  /** given back in all, for whatever reason, the weighing included */
  backGoodsFen: Fen;
  backFreightFen: Fen;
  /** of cases that are open or were granted: a pack is in one case only */
  claimedPacks: number;
  /** of cases that are open */
  claimedGoodsFen: Fen;
  claimedFreightFen: Fen;
}

/** Packs that no case has. */
export const packsLeft = (of: LineAccount): number => Math.max(0, of.packs - of.claimedPacks);

/** Money that neither went back nor is asked for. */
export const moneyLeft = (of: LineAccount): { goodsFen: Fen; freightFen: Fen } => ({
  goodsFen: Math.max(0, of.goodsFen - of.backGoodsFen - of.claimedGoodsFen),
  freightFen: Math.max(0, of.freightFen - of.backFreightFen - of.claimedFreightFen),
});

/**
 * What the next n packs of a line are worth. All packs together are worth the line to the fen, in whatever steps they
 * are taken; never more than is left.
 */
export function worthOf(of: LineAccount, packs: number): { goodsFen: Fen; freightFen: Fen } {
  if (packs < 1 || packs > packsLeft(of)) throw new RangeError(`${packs} of ${packsLeft(of)} packs`);
  const left = moneyLeft(of);
  return {
    goodsFen: Math.min(left.goodsFen, slice(of.goodsFen - of.weighedFen, of.claimedPacks, packs, of.packs)),
    freightFen: Math.min(left.freightFen, slice(of.freightFen, of.claimedPacks, packs, of.packs)),
  };
}
