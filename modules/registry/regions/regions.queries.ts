import type { Db } from '#platform/db.ts';

/** One region by its 12-digit code; undefined when the table has none (villages only of opened counties). */
export function findRegion(db: Db, code: string) {
  return db.selectFrom('registry.region').selectAll().where('code', '=', code).executeTakeFirst();
}

/** The regions one level below, in code order; below null are the provinces. Feeds address pickers. */
export function regionsBelow(db: Db, parent: string | null) {
  const rows = db
    .selectFrom('registry.region')
    .select(['code', 'level', 'name', 'full_name', 'pinyin'])
    .orderBy('code');
  return (parent === null ? rows.where('level', '=', 1) : rows.where('parent', '=', parent)).execute();
}

/** Regions by their codes, in one query; those not in the table are missing from the answer. */
export function regionsByCode(db: Db, codes: readonly string[]) {
  if (codes.length === 0) return Promise.resolve([]);
  return db.selectFrom('registry.region').selectAll().where('code', 'in', codes).orderBy('code').execute();
}

/** The opened counties, in code order, with the seat's coordinates where known. */
export function openedCounties(db: Db) {
  return db
    .selectFrom('registry.county as c')
    .innerJoin('registry.region as r', 'r.code', 'c.code')
    .select(['c.county', 'c.code', 'c.name', 'c.short_name', 'c.state', 'c.opened_at'])
    .select(['r.full_name', 'r.pinyin', 'r.longitude', 'r.latitude'])
    .orderBy('c.county')
    .execute();
}
