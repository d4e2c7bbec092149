import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { refuse } from '../refuse.ts';
import { padRegionPrefix, parseRegionCode } from './region-code.ts';
import { villageName } from './region-name.ts';

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

/** An opened county. */
export interface OpenCounty {
  county: number;
  /** 12 digits */
  code: string;
  /** official name: 酉阳土家族苗族自治县 */
  name: string;
  /** what people call it: 酉阳 */
  shortName: string;
}

/**
 * The county as a tenant.
 *
 * @throws Refusal `county-not-open`
 */
export async function requireCounty(db: Db, county: number): Promise<OpenCounty> {
  const row = await db
    .selectFrom('registry.county')
    .select(['county', 'code', 'name', 'short_name as shortName'])
    .where('county', '=', county)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (!row) throw refusePlatform('county-not-open', { county });
  return row;
}

/** A place's short name (村 without its committee) and its address from the province down. */
export interface RegionName {
  name: string;
  fullName: string;
}

/**
 * Names by region code or prefix ('' is the whole country), under the very keys that were asked for. Codes that are
 * not in the table are missing from the answer.
 */
export async function regionNames(db: Db, codes: Iterable<string>): Promise<Map<string, RegionName>> {
  const asked = [...new Set(codes)];
  const rows = await regionsByCode(
    db,
    asked.filter((code) => code !== '').map((code) => padRegionPrefix(code)),
  );
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const names = new Map<string, RegionName>();
  for (const code of asked) {
    const row = byCode.get(padRegionPrefix(code));
    if (code === '') names.set(code, { name: '全国', fullName: '全国' });
    else if (row)
      names.set(code, { name: row.level === 5 ? villageName(row.name) : row.name, fullName: row.full_name });
  }
  return names;
}

/**
 * A village (or neighbourhood) of a county.
 *
 * @param village 12 digits
 * @throws Refusal `region-code-broken` when it is no village of the official list | `village-outside-county`
 */
export async function villageInCounty(db: Db, county: number, village: string): Promise<RegionName & { code: string }> {
  const parsed = parseRegionCode(village);
  if (!parsed.ok || parsed.region.level !== 5) throw refuse('region-code-broken', { code: village });
  // Villages of other counties are in the table only where that county is open; so the county comes first.
  if (parsed.region.county !== county) throw refuse('village-outside-county', { village, county });
  const name = (await regionNames(db, [village])).get(village);
  if (!name) throw refuse('region-code-broken', { code: village });
  return { code: village, ...name };
}
