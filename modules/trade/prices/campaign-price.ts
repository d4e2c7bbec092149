import { claimsOn, type Draft, type DraftLine } from './draft.ts';
import { type CampaignLine, leftOf, type PriceFacts } from './price-facts.ts';

/**
 * Campaign price: the lowest of a SKU that has packs left for this buyer. So many packs as are left cost it; the others
 * stay as they are.
 */
export function campaignPrice(
  draft: Draft,
  line: DraftLine,
  campaigns: readonly CampaignLine[],
  facts: Pick<PriceFacts, 'used'>,
  person: string | null,
): void {
  const limits = (of: CampaignLine) => ({ subject: of.id, all: of.pieces, each: of.buyerPacks });
  const best = campaigns
    .filter((of) => of.priceFen < line.unitFen && leftOf(facts, person, limits(of)) > 0)
    .sort((a, b) => a.priceFen - b.priceFen || a.position - b.position || (a.id < b.id ? -1 : 1))[0];
  if (!best) return;
  const n = Math.min(line.plainPacks, leftOf(facts, person, limits(best)));
  line.discounts.push({
    kind: 'campaign',
    rule: best.promotion,
    name: best.name,
    fen: (line.unitFen - best.priceFen) * n,
    bearer: best.bearer,
  });
  line.plainPacks -= n;
  line.setFen += best.priceFen * n;
  draft.claims.push(...claimsOn(person, limits(best), { n, refusal: 'campaign-sold-out', name: best.name }));
  draft.holdMinutes = Math.min(draft.holdMinutes, best.holdMinutes ?? Number.POSITIVE_INFINITY);
}
