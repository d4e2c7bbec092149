import { type Fen, splitByWeight } from '#platform/money.ts';

/** A settlement rule as the split needs it; validity days are YYYY-MM-DD in China, the last one included. */
export interface SettlementRule {
  id: string;
  position: number;
  org: string | null;
  category: string | null;
  product: string | null;
  stationBp: number;
  platformBp: number;
  fundBp: number;
  householdFenPerPack: Fen;
  validFrom: string;
  validUntil: string | null;
}

export interface LineToSplit {
  org: string;
  category: string;
  product: string;
  packs: number;
  goodsFen: Fen;
}

/** Who gets what of a line's goods, in fen; always sums to the line's goods. */
export interface LineParts {
  merchant: Fen;
  station: Fen;
  platform: Fen;
  fund: Fen;
  household: Fen;
}

/** The first rule by position, among those valid on the day, that fits the line. */
export function ruleForLine<R extends SettlementRule>(
  rules: readonly R[],
  line: Pick<LineToSplit, 'org' | 'category' | 'product'>,
  day: string,
): R | undefined {
  return rules
    .filter((rule) => rule.validFrom <= day && (rule.validUntil === null || day <= rule.validUntil))
    .filter(
      (rule) =>
        (rule.org === null || rule.org === line.org) &&
        (rule.category === null || rule.category === line.category) &&
        (rule.product === null || rule.product === line.product),
    )
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))[0];
}

/**
 * Splits a line's goods. Basis points go by largest remainder, so that no rounding can bill more than the whole; the
 * households' agreed share comes out of what remains for the merchant and is never more than that. Without a rule the
 * merchant takes all.
 */
export function splitLine(rule: SettlementRule | undefined, line: LineToSplit): LineParts {
  const { stationBp = 0, platformBp = 0, fundBp = 0, householdFenPerPack = 0 } = rule ?? {};
  const restBp = 10_000 - stationBp - platformBp - fundBp;
  // The merchant is named first, so that a tie between equal remainders falls to it.
  const [rest = 0, station = 0, platform = 0, fund = 0] = splitByWeight(line.goodsFen, [
    restBp,
    stationBp,
    platformBp,
    fundBp,
  ]);
  const household = Math.min(rest, householdFenPerPack * line.packs);
  return { merchant: rest - household, station, platform, fund, household };
}
