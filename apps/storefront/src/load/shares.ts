import type { ShopClient } from '../../contracts.ts';

/** Farm shares of the products on a page, one question per county; basis points, null for "not yet known". */
export async function sharesOf(
  client: ShopClient,
  products: readonly { county: number; id: string }[],
): Promise<Map<string, number | null>> {
  const byCounty = Map.groupBy(products, (product) => product.county);
  const answers = await Promise.all(
    [...byCounty].map(([county, own]) =>
      client.benefit.farmShares({ query: { county, products: own.map((product) => product.id).join(',') } }),
    ),
  );
  return new Map(answers.flat().map((share) => [share.product, share.shareBp]));
}
