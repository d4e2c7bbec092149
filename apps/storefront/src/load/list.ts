import type { ShopClient } from '../../contracts.ts';
import { sharesOf } from './shares.ts';

const size = 24;

/** A page of products on sale, by words, county and category; null when the category does not exist. */
export async function loadList(
  client: ShopClient,
  wish: { q?: string; county: string | null; category?: string; page: string | null },
) {
  const page = Math.max(1, Math.min(1000, Number.parseInt(wish.page ?? '1', 10) || 1));
  const q = wish.q?.slice(0, 60) || undefined;
  const [counties, all] = await Promise.all([client.registry.counties(), client.catalog.categories()]);
  const county = counties.find((c) => String(c.county) === wish.county);
  const category = all.find((c) => c.code === wish.category);
  if (wish.category && !category) return null;
  const found = await client.catalog.products({
    query: { q, county: county?.county, category: wish.category, sort: q ? undefined : 'season', page, size },
  });
  return {
    q,
    county,
    category,
    counties,
    categories: all.filter((c) => c.parent === null),
    products: found.rows,
    shares: await sharesOf(client, found.rows),
    total: found.total,
    page,
    pages: Math.ceil(found.total / size),
  };
}
