import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { cropsByCode, personNames } from '#registry';
import { refuse } from '../refuse.ts';
import { bannedIn, bannedPesticides } from './banned-pesticides.ts';
import { type PesticideRule, pesticideRules } from './pesticides.queries.ts';
import type { Pesticide } from './plots.contract.ts';

type View = Static<typeof Pesticide>;

/**
 * A county writes a line of its pesticide table: what may be sprayed on a crop and how long to wait then, that it may
 * no more (`stop`), or that nobody may spray it (`ban`; without a crop, on any). Never changed: the latest line counts.
 *
 * @throws Refusal `pesticide-banned` | `crop-needed` | `plot-crop-unknown` | `interval-needed`
 */
export async function setPesticide(
  at: Context,
  by: Actor,
  input: {
    county: County;
    product: string;
    nameEn: string;
    crop?: string;
    kind: 'use' | 'stop' | 'ban';
    intervalDays?: number;
    basis: string;
  },
  key: OnceKey | null,
): Promise<View> {
  const { county, crop, kind, intervalDays } = input;
  const [product, nameEn, basis] = [input.product.trim(), input.nameEn.trim(), input.basis.trim()];
  return once(at.db, key, async (tx) => {
    const banned = bannedIn(product) ?? bannedIn(nameEn);
    if (banned && kind === 'use') throw refuse('pesticide-banned', { product, basis: banned.basis });
    if (kind === 'use' && crop === undefined) throw refuse('crop-needed');
    if (crop !== undefined && !(await cropsByCode(tx)).has(crop)) throw refuse('plot-crop-unknown', { crop });
    if (kind === 'use' && intervalDays === undefined) throw refuse('interval-needed');
    const row: PesticideRule = {
      ...{ county, id: newId(), product, name_en: nameEn, crop: crop ?? null, kind, basis, at: at.clock.now() },
      ...{ interval_days: kind === 'use' ? (intervalDays ?? null) : null, by_person: by.person },
    };
    await tx.insertInto('trace.pesticide_rule').values(row).execute();
    const [view] = await views(tx, [row]);
    return view as View;
  });
}

/** A county's table with what the country bans, in order of product; for a crop only what concerns it. */
export async function pesticideTable(db: Db, county: County, crop?: string): Promise<View[]> {
  const own = await views(db, await pesticideRules(db, county, { crop }));
  const national = bannedPesticides.map(({ zh, en, basis }) => ({
    ...{ product: zh, nameEn: en, crop: null, cropName: null, kind: 'ban' as const, intervalDays: null, basis },
    ...{ national: true, byName: null, at: null },
  }));
  return [...own, ...national];
}

async function views(db: Db, rows: readonly PesticideRule[]): Promise<View[]> {
  const crops = await cropsByCode(db);
  const people = await personNames(
    db,
    rows.map((row) => row.by_person),
  );
  return rows.map((row) => ({
    ...{ product: row.product, nameEn: row.name_en, crop: row.crop, kind: row.kind, basis: row.basis, at: row.at },
    ...{ intervalDays: row.interval_days, national: false, byName: people.get(row.by_person) ?? '' },
    cropName: row.crop ? (crops.get(row.crop)?.nameZh ?? row.crop) : null,
  }));
}
