import type { Insertable } from 'kysely';
import type { CatalogCategory } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';

/** All categories in the order of the shop's shelf. */
export function listCategories(db: Db) {
  return db
    .selectFrom('catalog.category')
    .select(['code', 'parent', 'name_zh as nameZh', 'name_en as nameEn', 'picture'])
    .orderBy('position')
    .orderBy('code')
    .execute();
}

/**
 * Adds categories, or gives those that are there other names, pictures or places on the shelf. They are the whole
 * country's, so no county's staff may do it; a loader does.
 */
export async function setCategories(db: Db, categories: readonly Insertable<CatalogCategory>[]): Promise<void> {
  if (categories.length === 0) return;
  await db
    .insertInto('catalog.category')
    .values([...categories])
    .onConflict((c) =>
      c.column('code').doUpdateSet((e) => ({
        parent: e.ref('excluded.parent'),
        name_zh: e.ref('excluded.name_zh'),
        name_en: e.ref('excluded.name_en'),
        picture: e.ref('excluded.picture'),
        position: e.ref('excluded.position'),
      })),
    )
    .execute();
}
