import type { Fen, Grams } from '#platform/money.ts';

/** Freight to a region: the first grams at one price, then by whole steps; free from an amount of goods on. */
export interface FreightRule {
  /** two, four or six digits of the destination; '' is everywhere */
  toRegion: string;
  firstGrams: Grams;
  firstFen: Fen;
  stepGrams: Grams;
  stepFen: Fen;
  /** the sum of goods after discounts from which on freight is free; null: never */
  freeFromFen: Fen | null;
  /** what the cold chain costs on top, by the grams of cold goods in the same steps; null: nothing cold is sent there */
  coldFirstFen: Fen | null;
  coldStepFen: Fen;
  /** whether free freight covers that, too */
  freeCoversCold: boolean;
}

/** The rule for a destination: the longest prefix that matches, undefined when the county sends nothing there. */
export function ruleFor<R extends FreightRule>(rules: readonly R[], region: string): R | undefined {
  return rules
    .filter((rule) => region.startsWith(rule.toRegion))
    .sort((a, b) => b.toRegion.length - a.toRegion.length)[0];
}

/**
 * What one order's freight costs, in fen: for its weight, and for keeping the cold part of it cold.
 *
 * @param order.grams gross grams of the whole order, > 0
 * @param order.coldGrams of which so many must be kept cold
 * @returns null when it has cold goods and the rule sends none
 */
export function freightOf(
  rule: FreightRule,
  order: { goodsFen: Fen; grams: Grams; coldGrams: Grams },
): { baseFen: Fen; coldFen: Fen } | null {
  if (order.coldGrams > 0 && rule.coldFirstFen === null) return null;
  const free = rule.freeFromFen !== null && order.goodsFen >= rule.freeFromFen;
  const steps = (grams: Grams) => Math.ceil(Math.max(0, grams - rule.firstGrams) / rule.stepGrams);
  const coldFen = (rule.coldFirstFen ?? 0) + steps(order.coldGrams) * rule.coldStepFen;
  return {
    baseFen: free ? 0 : rule.firstFen + steps(order.grams) * rule.stepFen,
    coldFen: order.coldGrams === 0 || (free && rule.freeCoversCold) ? 0 : coldFen,
  };
}
