import { type SkuBrief, skusById, skusOfProduct } from '#catalog';
import type { Caller } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { inScope } from './draft.ts';
import { couponsToTake } from './my-coupons.ts';
import { namesInEnglish } from './names-in-english.ts';
import { readPriceFacts } from './price-facts.queries.ts';
import { leftOf, type PriceFacts, quotaKey, usualTerms } from './price-facts.ts';

/**
 * What a buyer can know of a product's prices before asking for a quote: terms of sale, tier and member prices, the
 * campaign that runs and the one that comes, bundles, full reductions and coupons it is in.
 */
export async function productOffers(db: Db, now: Date, by: Caller, county: County, product: string) {
  const ids = await skusOfProduct(db, county, product);
  const coming = await comingCampaigns(db, now, county, ids);
  const wish = { person: by.person, coupons: [], lines: ids.map((sku) => ({ sku })) };
  const facts = await readPriceFacts(db, county, [wish], now, { partly: true });
  const skus = [...facts.skus.values()];
  const bundleSkus = await skusById(
    db,
    county,
    facts.bundles.flatMap((bundle) => bundle.items.map((item) => item.sku)),
  );
  const coupons = await couponsToTake(db, now, by, county);
  const english = await namesInEnglish(db, county, [
    ...[...facts.campaigns.values()].flat().map((campaign) => campaign.promotion),
    ...[...facts.bundles, ...facts.fullReductions].map((promotion) => promotion.id),
  ]);
  return {
    skus: ids.map((id) => {
      const prices = facts.prices.get(id) ?? [];
      const institution = prices.find((price) => price.kind === 'institution');
      return {
        sku: id,
        terms: facts.terms.get(id) ?? usualTerms,
        tiers: prices
          .filter((price) => price.kind === 'tier')
          .map(({ fromPacks, priceFen }) => ({ fromPacks, priceFen }))
          .sort((a, b) => a.fromPacks - b.fromPacks),
        memberFen: prices.find((price) => price.kind === 'member')?.priceFen ?? null,
        institution: institution ? { fromPacks: institution.fromPacks, priceFen: institution.priceFen } : null,
        campaign: runningCampaign(facts, id, english),
        coming: coming.find((campaign) => campaign.sku === id) ?? null,
      };
    }),
    bundles: facts.bundles.flatMap((bundle) => {
      const items = bundle.items.flatMap(({ sku, packs }) => {
        const brief = bundleSkus.get(sku);
        return brief?.onSale ? [{ ...words(brief), packs, listFen: brief.priceFen * packs }] : [];
      });
      const left = leftOf(facts, null, { subject: bundle.id, all: bundle.pieces, each: null });
      if (items.length < bundle.items.length || left === 0) return [];
      return [
        {
          promotion: bundle.id,
          name: bundle.name,
          nameEn: english.get(bundle.id) ?? null,
          priceFen: bundle.priceFen,
          listFen: items.reduce((sum, item) => sum + item.listFen, 0),
          left: bundle.pieces === null ? null : left,
          items: items.map(({ listFen: _, ...item }) => item),
          endsAt: bundle.endsAt,
        },
      ];
    }),
    fullReductions: facts.fullReductions
      .filter((reduction) => skus.some((sku) => inScope(reduction.scope, sku)))
      .map(({ id, name, steps, repeats, endsAt }) => ({
        promotion: id,
        name,
        nameEn: english.get(id) ?? null,
        steps: [...steps].sort((a, b) => a.fromFen - b.fromFen),
        repeats,
        endsAt,
      })),
    coupons: coupons.filter((coupon) => skus.some((sku) => inScope(coupon, sku))),
  };
}

const words = (sku: SkuBrief) => ({
  sku: sku.id,
  product: sku.product,
  nameZh: sku.nameZh,
  nameEn: sku.nameEn,
  skuNameZh: sku.skuNameZh,
  skuNameEn: sku.skuNameEn,
});

/** The lowest campaign of a SKU that has packs left. */
function runningCampaign(facts: PriceFacts, sku: string, english: ReadonlyMap<string, string>) {
  const [best] = (facts.campaigns.get(sku) ?? [])
    .filter((c) => leftOf(facts, null, { subject: c.id, all: c.pieces, each: null }) > 0)
    .sort((a, b) => a.priceFen - b.priceFen);
  if (!best) return null;
  const { promotion, name, priceFen, pieces, buyerPacks, startsAt, endsAt } = best;
  const left = pieces === null ? null : pieces - (facts.used.get(quotaKey(best.id, '')) ?? 0);
  const nameEn = english.get(promotion) ?? null;
  return { promotion, name, nameEn, priceFen, left, buyerPacks, startsAt, endsAt };
}

/** Campaigns on SKUs that have not begun, the soonest first. */
async function comingCampaigns(db: Db, now: Date, county: County, skus: readonly string[]) {
  if (skus.length === 0) return [];
  return db
    .selectFrom('trade.promotion as p')
    .innerJoin('trade.promotion_line as l', (join) =>
      join.onRef('l.county', '=', 'p.county').onRef('l.promotion', '=', 'p.id'),
    )
    .select([
      'l.sku',
      'p.id as promotion',
      'p.name',
      'p.name_en as nameEn',
      'l.pieces as left',
      'l.buyer_packs as buyerPacks',
    ])
    .select(['p.starts_at as startsAt', 'p.ends_at as endsAt'])
    .select((e) => e.fn.coalesce('l.price_fen', e.lit(0)).as('priceFen'))
    .where('p.county', '=', county)
    .where('p.kind', '=', 'campaign')
    .where('p.ended_at', 'is', null)
    .where('p.starts_at', '>', now)
    .where('l.sku', 'in', skus)
    .orderBy('p.starts_at')
    .orderBy('l.id')
    .execute();
}
