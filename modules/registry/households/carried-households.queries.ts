import { setImmediate } from 'node:timers/promises';
import type { Tx } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { regionNames } from '../regions/regions.queries.ts';
import { cardHashes } from './household-cards.queries.ts';
import { maskName } from './masking.ts';
import { movedAwaySince } from './moves.queries.ts';
import { spellings } from './name-search.ts';

/** What a phone needs of a household to buy from it without a signal, and no more: never a full name. */
export interface CarriedHousehold {
  id: string;
  code: string;
  village: string;
  villageName: string;
  /** 张*明 */
  headMasked: string;
  /** zjm */
  initials: string;
  /** the most it can bring of each crop in a year, in grams */
  crops: { crop: string; limitGrams: number }[];
  /** what its card in use is found by; null: it has none */
  card: string | null;
}

/**
 * The active households that the transaction's scope shows, in order of village and code, and the ids of those that
 * are none any more or moved away.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 * @param only those changed since then, or named; all when left out
 */
export async function carriedHouseholds(
  tx: Tx,
  sealer: Sealer,
  county: number,
  only?: { since: Date; ids: readonly string[] },
): Promise<{ rows: CarriedHousehold[]; gone: string[] }> {
  let found = tx
    .selectFrom('registry.household as h')
    .innerJoin('registry.household_member as m', (join) =>
      join.onRef('m.county', '=', 'h.county').onRef('m.household', '=', 'h.id').on('m.relation', '=', 'head'),
    )
    .select(['h.id', 'h.code', 'h.village', 'h.state', 'm.id as member', 'm.name_sealed'])
    .where('h.county', '=', county);
  if (only) {
    const { since, ids } = only;
    found = found.where((e) =>
      e.or([e('h.changed_at', '>=', since), ...(ids.length > 0 ? [e('h.id', 'in', [...ids])] : [])]),
    );
  } else found = found.where('h.state', '=', 'active');
  const heads = await found.orderBy('h.village').orderBy('h.code').execute();
  const active = heads.filter((row) => row.state === 'active');
  const limits = await limitsOf(
    tx,
    county,
    active.map((row) => row.id),
  );
  const cards = await cardHashes(
    tx,
    county,
    active.map((row) => row.id),
  );
  const names = await regionNames(
    tx,
    active.map((row) => row.village),
  );
  const rows: CarriedHousehold[] = [];
  for (const [i, { id, code, village, member, name_sealed }] of active.entries()) {
    // As in a search by name: others are answered in between.
    if (i % 500 === 499) await setImmediate();
    const { name, initials } = spellings(member, () => sealer.open(name_sealed));
    rows.push({
      ...{ id, code, village, villageName: names.get(village)?.name ?? village },
      ...{ headMasked: maskName(name), initials, crops: limits.get(id) ?? [] },
      card: cards.get(id) ?? null,
    });
  }
  const away = only ? await movedAwaySince(tx, county, only.since) : [];
  return { rows, gone: [...heads.filter((row) => row.state !== 'active').map((row) => row.id), ...away] };
}

/** See yieldLimitGrams: by trees or by land, whichever gives more. */
async function limitsOf(tx: Tx, county: number, households: readonly string[]) {
  const byHousehold = new Map<string, { crop: string; limitGrams: number }[]>();
  if (households.length === 0) return byHousehold;
  const rows = await tx
    .selectFrom('registry.household_yield as y')
    .innerJoin('registry.crop as c', 'c.code', 'y.crop')
    .select(['y.household', 'y.crop', 'y.area_centimu', 'y.trees', 'c.grams_per_mu', 'c.grams_per_tree'])
    .where('y.county', '=', county)
    .where('y.household', 'in', households)
    .orderBy('y.household')
    .orderBy('y.crop')
    .execute();
  for (const row of rows) {
    const list = byHousehold.get(row.household) ?? [];
    list.push({ crop: row.crop, limitGrams: mostGrams(row) });
    byHousehold.set(row.household, list);
  }
  return byHousehold;
}

/** The most that land and trees give in a year, in grams: whichever gives more, for the trees stand on the land. */
export function mostGrams(row: {
  area_centimu: number;
  trees: number;
  grams_per_mu: number | null;
  grams_per_tree: number | null;
}): number {
  const byLand = Math.floor((row.area_centimu * (row.grams_per_mu ?? 0)) / 100);
  return Math.max(byLand, row.trees * (row.grams_per_tree ?? 0));
}
