import { type Fen, splitByWeight } from '#platform/money.ts';
import { sharedParts } from '../contract.ts';

export type SharedPart = (typeof sharedParts)[number];

/** Least and most of a part, in fen: for each line by itself, or for all lines of an order that the rule fits. */
export interface Bound {
  part: SharedPart;
  per: 'line' | 'order';
  floorFen: Fen | null;
  capFen: Fen | null;
}

/** A settlement rule as the split needs it; validity days are YYYY-MM-DD in China, the last one included. */
export interface SettlementRule {
  id: string;
  org: string | null;
  category: string | null;
  product: string | null;
  stationBp: number;
  platformBp: number;
  fundBp: number;
  /** of goods without produce of the county's households */
  levyBp: number;
  householdBp: number;
  householdFenPerPack: Fen;
  bounds: readonly Bound[];
  validFrom: string;
  validUntil: string | null;
}

export interface LineToSplit {
  packs: number;
  /** those among the packs whose lot was made of produce bought from households */
  aidPacks: number;
  /** what is to be split: what the buyer pays for the goods, and discounts that others bear */
  goodsFen: Fen;
}

/** Who gets what of a line's goods, in fen; always sums to the line's goods. */
export type LineParts = Record<'merchant' | SharedPart, Fen>;

/** The first rule, in the order given, that is valid on the day and fits the line. */
export function ruleForLine<R extends SettlementRule>(
  rules: readonly R[],
  line: { org: string; category: string; product: string },
  day: string,
): R | undefined {
  return rules.find(
    (rule) =>
      rule.validFrom <= day &&
      (rule.validUntil === null || day <= rule.validUntil) &&
      (rule.org === null || rule.org === line.org) &&
      (rule.category === null || rule.category === line.category) &&
      (rule.product === null || rule.product === line.product),
  );
}

/**
 * Splits the goods of an order's lines that one rule fits. Basis points go by largest remainder, so that no rounding
 * can bill more than the whole; floors and caps follow; then the parts take in their order as long as there is
 * something. A floor is met unless nothing is left for the merchant, a cap always. Without a rule the merchant takes
 * all.
 */
export function splitLines(rule: SettlementRule | undefined, lines: readonly LineToSplit[]): LineParts[] {
  const wanted = lines.map((line) => wantedOf(rule, line));
  const together = sharedParts.flatMap((part) => rule?.bounds.find((b) => b.part === part && b.per === 'order') ?? []);
  // Caps before the parts take, so that what one may not have is there for the next; floors out of what is left then.
  for (const bound of together) capTogether(wanted, bound);
  const split = lines.map((line, i) => fit(line.goodsFen, wanted[i] as LineParts));
  for (const bound of together) {
    if (bound.part === 'levy' && lines.every((line) => line.aidPacks === line.packs)) continue;
    raiseTogether(split, bound);
  }
  return split;
}

/** What each part asks of one line by itself; together they may be more than there is. */
function wantedOf(rule: SettlementRule | undefined, line: LineToSplit): LineParts {
  const { packs, aidPacks, goodsFen } = line;
  if (!rule) return { merchant: goodsFen, station: 0, platform: 0, fund: 0, levy: 0, household: 0 };
  const weights = [
    rule.stationBp * packs,
    rule.platformBp * packs,
    rule.fundBp * packs,
    rule.levyBp * (packs - aidPacks),
    rule.householdBp * packs,
  ];
  const rest = 10_000 * packs - weights.reduce((sum, weight) => sum + weight, 0);
  // The merchant is named first, so that a tie between equal remainders falls to it.
  const [merchant = 0, station = 0, platform = 0, fund = 0, levy = 0, household = 0] = splitByWeight(goodsFen, [
    rest,
    ...weights,
  ]);
  const parts = { merchant, station, platform, fund, levy, household: household + rule.householdFenPerPack * packs };
  for (const bound of rule.bounds) {
    // A levy's floor is not for goods that owe none.
    if (bound.per === 'order' || (bound.part === 'levy' && aidPacks === packs)) continue;
    parts[bound.part] = clamp(parts[bound.part], bound);
  }
  return parts;
}

const clamp = (fen: Fen, { floorFen, capFen }: Bound): Fen =>
  Math.min(Math.max(fen, floorFen ?? 0), capFen ?? Number.MAX_SAFE_INTEGER);

const sumOf = (lines: readonly LineParts[], part: keyof LineParts): Fen =>
  lines.reduce((sum, one) => sum + one[part], 0);

/** Each line gives less of a part, by what it would have given. */
function capTogether(wanted: readonly LineParts[], { part, capFen }: Bound): void {
  if (capFen === null || sumOf(wanted, part) <= capFen) return;
  const shares = splitByWeight(
    capFen,
    wanted.map((parts) => parts[part]),
  );
  for (const [i, parts] of wanted.entries()) parts[part] = shares[i] as Fen;
}

/** Each line gives more of a part, by what it has left for the merchant. */
function raiseTogether(split: readonly LineParts[], { part, floorFen }: Bound): void {
  const missing = (floorFen ?? 0) - sumOf(split, part);
  const left = sumOf(split, 'merchant');
  if (missing <= 0 || left === 0) return;
  const shares = splitByWeight(
    Math.min(missing, left),
    split.map((parts) => parts.merchant),
  );
  for (const [i, parts] of split.entries()) {
    parts[part] += shares[i] as Fen;
    parts.merchant -= shares[i] as Fen;
  }
}

function fit(goodsFen: Fen, wanted: LineParts): LineParts {
  const parts = { ...wanted };
  let left = goodsFen;
  for (const part of sharedParts) {
    parts[part] = Math.min(wanted[part], left);
    left -= parts[part];
  }
  parts.merchant = left;
  return parts;
}
