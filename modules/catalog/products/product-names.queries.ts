import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/** Names of products by their id, whatever their state. */
export async function productNames(
  db: Db,
  county: County,
  ids: Iterable<string>,
): Promise<Map<string, { nameZh: string; nameEn: string }>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await db
    .selectFrom('catalog.product')
    .select(['id', 'name_zh as nameZh', 'name_en as nameEn'])
    .where('county', '=', county)
    .where('id', 'in', asked)
    .execute();
  return new Map(rows.map(({ id, ...names }) => [id, names]));
}
