/** What is known on a page of a SKU's prices. Amounts in fen. */
export interface PriceFacts {
  priceFen: number;
  tiers: readonly { fromPacks: number; priceFen: number }[];
  /** the visitor's own member price; null for who is no member */
  memberFen: number | null;
  campaign: { priceFen: number; left: number | null; buyerPacks: number | null } | null;
}

/**
 * What packs of a SKU will cost before bundles, reductions and coupons, as the server works it out: the lowest of list,
 * tier and member price, and for as many packs as there are the campaign's. An estimate: the quote at checkout counts.
 */
export function estimateFen(sku: PriceFacts, packs: number): number {
  const reached = sku.tiers.filter((tier) => tier.fromPacks <= packs).sort((a, b) => b.fromPacks - a.fromPacks)[0];
  const unit = Math.min(sku.priceFen, reached?.priceFen ?? sku.priceFen, sku.memberFen ?? sku.priceFen);
  const { campaign } = sku;
  if (!campaign || campaign.priceFen >= unit) return unit * packs;
  const most = Math.min(campaign.left ?? packs, campaign.buyerPacks ?? packs, packs);
  return campaign.priceFen * most + unit * (packs - most);
}
