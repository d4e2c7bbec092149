import { type Fen, type Grams, slice, splitByWeight } from '#platform/money.ts';

/** Packs of one lot in a settled line, and where in the lot they begin. */
export interface LotOfLine {
  lot: string;
  packs: number;
  grams: Grams;
  /** packs of this lot that were settled before these */
  before: number;
  /** all packs of the lot, and what households were paid for all of them */
  lotPacks: number;
  lotHouseholdFen: Fen;
}

/** A line's own money, in fen: sums to what the buyer paid for it, its freight included. */
export interface LineMoney {
  merchant: Fen;
  station: Fen;
  freight: Fen;
  platform: Fen;
  fund: Fen;
  shop: Fen;
}

/** One lot's part of a line. */
export interface LotShare extends LineMoney {
  lot: string;
  packs: number;
  grams: Grams;
  paid: Fen;
  /** what households had been paid for these packs; out of `merchant`, no part of `paid` of its own */
  purchase: Fen;
}

/**
 * Splits a line's money over the lots its packs came from, each part by packs and to the fen, and takes each lot's
 * slice of what its households were paid: when every pack of a lot is settled, the slices are the lot's whole sum.
 *
 * @throws Error when more packs are settled than the lot has: stock and trace then disagree
 */
export function shareOut(money: LineMoney, lots: readonly LotOfLine[]): LotShare[] {
  // Nothing was delivered of the line: all of it was refunded before it left, or it only asked for a balance.
  if (lots.length === 0) return [];
  const packs = lots.map((lot) => lot.packs);
  const split = {
    merchant: splitByWeight(money.merchant, packs),
    station: splitByWeight(money.station, packs),
    freight: splitByWeight(money.freight, packs),
    platform: splitByWeight(money.platform, packs),
    fund: splitByWeight(money.fund, packs),
    shop: splitByWeight(money.shop, packs),
  };
  return lots.map((lot, i) => {
    if (lot.before + lot.packs > lot.lotPacks) {
      throw new Error(`lot ${lot.lot}: ${lot.before} + ${lot.packs} packs settled of ${lot.lotPacks}`);
    }
    const own = Object.fromEntries(Object.entries(split).map(([part, fen]) => [part, fen[i]])) as unknown as LineMoney;
    return {
      lot: lot.lot,
      packs: lot.packs,
      grams: lot.grams,
      ...own,
      paid: Object.values(own).reduce((sum, fen) => sum + fen, 0),
      purchase: slice(lot.lotHouseholdFen, lot.before, lot.packs, lot.lotPacks),
    };
  });
}

/** What of a lot came from which household. */
export interface Source {
  lot: string;
  household: string;
  village: string;
  grams: Grams;
  fen: Fen;
}

/** A household's or village's part of some packs. */
export interface Attributed {
  household: string;
  village: string;
  grams: Grams;
  /** of what was paid when weighed in */
  purchase: Fen;
  /** of the shares agreed */
  shop: Fen;
}

/**
 * Whose produce is in some packs of a lot: grams and shop shares by each source's grams, purchases by what each
 * source was paid. Each sums to what was given, to the fen and gram.
 *
 * @param sources of that lot, in a fixed order: the same order gives the same fen
 */
export function attribute(packs: { grams: Grams; purchase: Fen; shop: Fen }, sources: readonly Source[]): Attributed[] {
  const byGrams = sources.map((source) => source.grams);
  const byFen = sources.map((source) => source.fen);
  const grams = splitByWeight(packs.grams, byGrams);
  const shop = splitByWeight(packs.shop, byGrams);
  const purchase = splitByWeight(packs.purchase, byFen.some((fen) => fen > 0) ? byFen : byGrams);
  return sources.map(({ household, village }, i) => ({
    household,
    village,
    grams: grams[i] as number,
    purchase: purchase[i] as number,
    shop: shop[i] as number,
  }));
}
