import type { ShopClient } from '../../contracts.ts';
import { orNull } from '../lib/problems.ts';

export type RegionLevel = { options: { code: string; name: string }[]; chosen: string };

/**
 * The selects of a region picker: provinces, then what lies below each choice, down to the township.
 * `code` is the deepest choice so far; one that does not exist starts over.
 */
export async function loadRegionLevels(client: ShopClient, code: string): Promise<RegionLevel[]> {
  const chain = /^\d{12}$/.test(code) ? await chainOf(client, code) : [];
  const parents = [undefined, ...chain].slice(0, 4);
  const lists = await Promise.all(parents.map((parent) => client.registry.regions({ query: { parent } })));
  return lists
    .map((list, at) => ({ options: list.map(({ code: own, name }) => ({ code: own, name })), chosen: chain[at] ?? '' }))
    .filter((level) => level.options.length > 0);
}

async function chainOf(client: ShopClient, code: string): Promise<string[]> {
  const found = await orNull(client.registry.region({ params: { code } }));
  if (!found) return [];
  return [...found.above, found.region]
    .sort((a, b) => a.level - b.level)
    .filter((r) => r.level <= 4)
    .map((r) => r.code);
}

/** The deepest choice of the four selects of a posted form. A changed upper level makes those below it void. */
export function deepestRegion(chosen: readonly string[]): string {
  let deepest = '';
  for (const code of chosen) {
    if (!code || !isBelow(code, deepest)) break;
    deepest = code;
  }
  return deepest;
}

const isBelow = (code: string, upper: string) => code.startsWith(upper.replace(/(000)?(000)?(00)?(00)?$/, ''));

/** Four selects are full when the last one shown has a choice: then an address can name this region. */
export const isComplete = (levels: readonly RegionLevel[]): boolean =>
  levels.length > 1 && Boolean(levels.at(-1)?.chosen);
