import type { Fen, Grams } from '#platform/money.ts';

/** Freight to a region: the first grams at one price, then by whole steps; free from an amount of goods on. */
export interface FreightRule {
  /** two, four or six digits of the destination; '' is everywhere */
  toRegion: string;
  firstGrams: Grams;
  firstFen: Fen;
  stepGrams: Grams;
  stepFen: Fen;
  freeFromFen: Fen | null;
}

/** The rule for a destination: the longest prefix that matches, undefined when the county sends nothing there. */
export function ruleFor<R extends FreightRule>(rules: readonly R[], region: string): R | undefined {
  return rules
    .filter((rule) => region.startsWith(rule.toRegion))
    .sort((a, b) => b.toRegion.length - a.toRegion.length)[0];
}

/**
 * What one order's freight costs, in fen.
 *
 * @param grams gross grams of the whole order, > 0
 */
export function freightOf(rule: FreightRule, order: { goodsFen: Fen; grams: Grams }): Fen {
  if (rule.freeFromFen !== null && order.goodsFen >= rule.freeFromFen) return 0;
  const beyond = Math.max(0, order.grams - rule.firstGrams);
  return rule.firstFen + Math.ceil(beyond / rule.stepGrams) * rule.stepFen;
}
