import type { ShopClient } from '../../contracts.ts';
import { inOrder, type Show, showOf } from '../lib/projects.ts';

const size = 50;

/**
 * The projects of a county, or of all open ones together, in the order people look for them.
 *
 * @param show only those of one kind; all when left out
 */
export async function loadProjects(client: ShopClient, wish: { county: string | null; show?: Show }) {
  const counties = await client.registry.counties();
  const county = counties.find((c) => String(c.county) === wish.county);
  const lists = await Promise.all(
    (county ? [county] : counties).map((c) =>
      client.presale.projects({ params: { county: c.county }, query: { size } }),
    ),
  );
  const all = inOrder(lists.flatMap((list) => list.rows));
  return {
    counties,
    county,
    projects: all.filter((project) => wish.show === undefined || showOf[project.state] === wish.show),
    any: all.length > 0,
  };
}

/** What the home page shows of projects: the few that can be backed now and end soonest. */
export async function openProjects(client: ShopClient, counties: readonly { county: number }[]) {
  const lists = await Promise.all(
    counties.map((c) => client.presale.projects({ params: { county: c.county }, query: { state: 'open', size: 3 } })),
  );
  return inOrder(lists.flatMap((list) => list.rows)).slice(0, 3);
}
