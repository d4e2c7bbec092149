import { type Fen, type Grams, splitByWeight } from '#platform/money.ts';
import { type FreightRule, freightOf, ruleFor } from '../freight/freight.ts';
import { refuse } from '../refuse.ts';
import type { PriceFacts } from './price-facts.ts';

/** Freight of an order and its lines. */
export interface FreightParts {
  freightFen: Fen;
  /** the part of it that keeps goods cold */
  coldFen: Fen;
  /** per line, in their order */
  lines: Fen[];
  /** the sum of goods from which on the rule sends free */
  freeFromFen: Fen | null;
}

/** Of goods that nobody has said where to send yet: only what is free wherever it goes is known. */
export function unknownFreight({ freightRules }: Pick<PriceFacts, 'freightRules'>): FreightParts {
  const everywhere = freightRules.flatMap((rule) => rule.freeFromFen ?? []);
  const always = everywhere.length > 0 && everywhere.length === freightRules.length;
  return { freightFen: 0, coldFen: 0, lines: [], freeFromFen: always ? Math.max(...everywhere) : null };
}

/** Whether goods travel in the cold chain 冷链. */
export const needsCold = (sku: { storage: string }): boolean => sku.storage === 'chilled' || sku.storage === 'frozen';

/**
 * Freight to a place: by gross weight, cold goods with a surcharge on their own weight; free from a sum of goods on,
 * after discounts. Split over the lines by gross weight, the surcharge over the cold ones.
 *
 * @throws Refusal `freight-unknown` | `cold-chain-unknown`
 */
export function freightParts(
  facts: Pick<PriceFacts, 'freightRules' | 'countyName'>,
  region: string,
  goodsFen: Fen,
  lines: readonly { grams: Grams; cold: boolean }[],
): FreightParts {
  const rule: FreightRule | undefined = ruleFor(facts.freightRules, region);
  if (!rule) throw refuse('freight-unknown', { county: facts.countyName });
  const grams = lines.map((line) => line.grams);
  const coldGrams = lines.map((line) => (line.cold ? line.grams : 0));
  const sum = (of: number[]) => of.reduce((total, n) => total + n, 0);
  const freight = freightOf(rule, { goodsFen, grams: sum(grams), coldGrams: sum(coldGrams) });
  if (!freight) throw refuse('cold-chain-unknown', { county: facts.countyName });
  const base = splitByWeight(freight.baseFen, grams);
  const cold = freight.coldFen > 0 ? splitByWeight(freight.coldFen, coldGrams) : [];
  return {
    freightFen: freight.baseFen + freight.coldFen,
    coldFen: freight.coldFen,
    lines: base.map((fen, i) => fen + (cold[i] ?? 0)),
    freeFromFen: rule.freeFromFen,
  };
}
