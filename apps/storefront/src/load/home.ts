import type { Answers, ShopClient } from '../../contracts.ts';
import type { Lang } from '../i18n/index.ts';
import { say } from '../lib/say.ts';
import { isInSeason } from '../lib/season.ts';
import { openProjects } from './projects.ts';
import { sharesOf } from './shares.ts';

type Season = Answers['insight']['season'];

/** What the home page of a county shows; without a county, of all open ones together. */
export async function loadHome(client: ShopClient, lang: Lang, only?: number) {
  const [counties, categories, products] = await Promise.all([
    client.registry.counties(),
    client.catalog.categories(),
    client.catalog.products({ query: { county: only, sort: 'season', size: 48 } }),
  ]);
  const open = counties.filter((c) => only === undefined || c.county === only);
  // All there is, or the first of many: only then is a category without goods known to be empty.
  const complete = products.total <= products.rows.length;
  const offered = new Set(products.rows.map((product) => product.category));
  const shown = products.rows.slice(0, 24);
  const [seasons, shares, projects] = await Promise.all([
    Promise.all(open.map((c) => client.insight.season({ params: { county: c.county } }))),
    sharesOf(client, shown),
    openProjects(client, open),
  ]);
  return {
    county: open.length === 1 ? open[0] : undefined,
    counties: open.map((c, at) => ({ ...c, season: seasons[at] as Season })),
    categories: categories.filter((c) => c.parent === null && (!complete || offered.has(c.code))),
    products: shown,
    total: products.total,
    shares,
    projects,
    villages: villagesOf(products.rows),
    lead: leadOf(shown, categories, seasons, lang),
    now: together(seasons, lang),
  };
}

/** The product the page opens with, the name of its crop if it is harvested this month, and its category's drawing. */
function leadOf(
  products: Answers['catalog']['products']['rows'],
  categories: Answers['catalog']['categories'],
  seasons: readonly Season[],
  lang: Lang,
) {
  const product = products[0];
  if (!product) return undefined;
  const crop = seasons.flatMap((season) => season.inSeason).find((c) => c.crop === product.crop);
  return {
    product,
    ripeCrop: crop && isInSeason(product, new Date()) ? say(lang, crop.nameZh, crop.nameEn) : undefined,
    categoryPicture: categories.find((c) => c.code === product.category)?.picture ?? '',
  };
}

/** Several counties' seasons as one. A share of shares would weigh them wrongly, so it is only said of one county. */
function together(seasons: readonly Season[], lang: Lang) {
  const sum = (of: (season: Season) => number) => seasons.reduce((total, season) => total + of(season), 0);
  const crops = new Map(seasons.flatMap((s) => s.inSeason).map((c) => [c.crop, say(lang, c.nameZh, c.nameEn)]));
  return {
    villages: sum((s) => s.villages),
    households: sum((s) => s.households),
    shareBp: seasons.length === 1 ? (seasons[0]?.shareBp ?? null) : null,
    crops: [...crops.values()],
  };
}

/** The villages some products come from, those with most first. */
export function villagesOf(products: Answers['catalog']['products']['rows']) {
  return [...Map.groupBy(products, (product) => product.origin)]
    .map(([code, own]) => ({
      code,
      name: own[0]?.originName ?? '',
      township: own[0]?.townshipName ?? '',
      products: own,
    }))
    .sort((a, b) => b.products.length - a.products.length);
}
