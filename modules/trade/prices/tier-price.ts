import { type DraftLine, lowerUnit } from './draft.ts';
import type { SkuPrice } from './price-facts.ts';

/** Tier price by quantity: that of the highest step the packs of the line reach. */
export function tierPrice(line: DraftLine, prices: readonly SkuPrice[]): void {
  const reached = prices
    .filter((price) => price.kind === 'tier' && price.fromPacks <= line.packs)
    .sort((a, b) => b.fromPacks - a.fromPacks)[0];
  if (reached) lowerUnit(line, { ...reached, kind: 'tier', rule: reached.id, name: `满 ${reached.fromPacks} 件优惠` });
}
