import type { ShopClient } from '../../contracts.ts';
import { orNull } from '../lib/problems.ts';
import { sharesOf } from './shares.ts';

/** All that the page of one product shows; null when it is not on sale. `sku` is the one chosen first: the cheapest. */
export async function loadProduct(client: ShopClient, county: number, id: string, anonymous: boolean) {
  const params = { county, id };
  const product = await orNull(client.catalog.product({ params }));
  if (!product) return null;
  const skus = product.skus.filter((sku) => sku.onSale);
  const sku = skus.find((s) => s.id === product.sku?.id) ?? skus[0];
  const [place, availability, share, lots, neighbours, village, freight, offers, memberships, badges, tests] =
    await Promise.all([
      client.registry.county({ params: { county } }),
      client.trade.availability({ params }),
      client.benefit.productFarmShare({ params }),
      Promise.all(skus.map((s) => client.trace.lotsOnSale({ params: { county, id: s.id } }))),
      client.catalog.products({ query: { county, village: product.origin, size: 5 } }),
      orNull(client.insight.village({ params: { county, village: product.origin } })),
      client.trade.freightRules({ params: { county } }),
      client.trade.productOffers({ params }),
      anonymous ? [] : client.trade.memberships(),
      client.catalog.productBadges({ params }),
      orNull(client.benefit.productTests({ params })),
    ]);
  const others = neighbours.rows.filter((other) => other.id !== product.id).slice(0, 4);
  const left = new Map(availability.map((a) => [a.sku, a.available]));
  return {
    product,
    county: place,
    sku,
    skus: skus.map((s) => ({ ...s, available: left.get(s.id) ?? 0 })),
    sold: availability.reduce((sum, a) => sum + a.sold, 0),
    share,
    lots: lots.flat(),
    village,
    /** The least an order of this county pays for freight; undefined where nothing is sent anywhere yet. */
    freightFromFen: freight.length > 0 ? Math.min(...freight.map((rule) => rule.firstFen)) : undefined,
    offers,
    /** whether the visitor has joined this county's membership */
    member: memberships.some((m) => m.county === county),
    badges,
    /** null for the few seconds until a new listing is tested */
    tests,
    others,
    otherShares: await sharesOf(client, others),
  };
}
