import { type DraftLine, lowerUnit } from './draft.ts';
import type { SkuPrice } from './price-facts.ts';

const names = { member: '会员价', institution: '单位采购价' } as const;

/** Member or institution price: the lower of those that the buyer may have. */
export function memberPrice(
  line: DraftLine,
  prices: readonly SkuPrice[],
  buyer: { member: boolean; purchaser: boolean },
): void {
  const lowest = prices
    .filter((price) => price.fromPacks <= line.packs && mayHave(price, buyer))
    .sort((a, b) => a.priceFen - b.priceFen || (a.id < b.id ? -1 : 1))[0];
  if (lowest && lowest.kind !== 'tier') {
    lowerUnit(line, { priceFen: lowest.priceFen, kind: lowest.kind, rule: lowest.id, name: names[lowest.kind] });
  }
}

const mayHave = ({ kind }: SkuPrice, buyer: { member: boolean; purchaser: boolean }): boolean =>
  (kind === 'member' && buyer.member) || (kind === 'institution' && buyer.purchaser);
