import type { Insertable } from 'kysely';
import type { RegistryCrop } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import { crops } from './crops.ts';

/** Brings registry.crop up to the list the program carries; a crop that a county added itself stays as it is. */
export async function loadCrops(db: Db): Promise<void> {
  await db
    .insertInto('registry.crop')
    .values([...crops])
    .onConflict((c) =>
      c.column('code').doUpdateSet((e) => ({
        name_zh: e.ref('excluded.name_zh'),
        name_en: e.ref('excluded.name_en'),
        grams_per_mu: e.ref('excluded.grams_per_mu'),
        grams_per_tree: e.ref('excluded.grams_per_tree'),
        produce: e.ref('excluded.produce'),
        shelf_life_days: e.ref('excluded.shelf_life_days'),
      })),
    )
    .execute();
}

/** Adds crops of a county's own to the list; a code that is there already stays as it is. */
export async function addCrops(db: Db, more: readonly Insertable<RegistryCrop>[]): Promise<void> {
  if (more.length === 0) return;
  await db
    .insertInto('registry.crop')
    .values([...more])
    .onConflict((c) => c.column('code').doNothing())
    .execute();
}
