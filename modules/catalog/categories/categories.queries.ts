import type { Db } from '#platform/db.ts';
import { categories } from './categories.ts';

/** All categories in the order of the shop's shelf. */
export function listCategories(db: Db) {
  return db
    .selectFrom('catalog.category')
    .select(['code', 'parent', 'name_zh as nameZh', 'name_en as nameEn', 'picture'])
    .orderBy('position')
    .orderBy('code')
    .execute();
}

/** Brings catalog.category up to the list the program carries. */
export async function loadCategories(db: Db): Promise<void> {
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
