import { LRUCache } from 'lru-cache';
import { atMost } from '#platform/at-most.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { refuse } from '../refuse.ts';
import { padRegionPrefix, parseRegionCode } from './region-code.ts';
import { villageName } from './region-name.ts';

/** A region as screens see it. */
export interface RegionRow {
  code: string;
  /** 1 province to 5 village */
  level: number;
  /** official name */
  name: string;
  /** address from the province down */
  fullName: string;
  parent: string | null;
  longitude: number | null;
  latitude: number | null;
}

const regionRows = (db: Db) =>
  db
    .selectFrom('registry.region')
    .select(['code', 'level', 'name', 'full_name as fullName', 'parent', 'longitude', 'latitude'])
    .orderBy('code');

/** One region by its 12-digit code; undefined when the table has none (villages only of opened counties). */
export function findRegion(db: Db, code: string): Promise<RegionRow | undefined> {
  return regionRows(db).where('code', '=', code).executeTakeFirst();
}

/** Regions by their codes, in code order; those not in the table are missing from the answer. */
async function regionsByCode(db: Db, codes: readonly string[]): Promise<RegionRow[]> {
  return codes.length === 0 ? [] : regionRows(db).where('code', 'in', codes).execute();
}

/**
 * The regions one level below, in code order; below null are the provinces. Feeds address pickers.
 *
 * @throws Refusal `region-code-broken`
 */
export async function regionsUnder(db: Db, parent: string | null): Promise<RegionRow[]> {
  if (parent === null) return regionRows(db).where('level', '=', 1).execute();
  if (!(await findRegion(db, parent))) throw refuse('region-code-broken', { code: parent });
  return regionRows(db).where('parent', '=', parent).execute();
}

/**
 * A region and those above it, province first.
 *
 * @throws Refusal `region-code-broken`
 */
export async function regionWithAbove(db: Db, code: string): Promise<{ region: RegionRow; above: RegionRow[] }> {
  const parsed = parseRegionCode(code);
  if (!parsed.ok) throw refuse('region-code-broken', { code });
  const prefixes = [2, 4, 6, 9].filter((length) => length < parsed.region.prefix.length);
  const rows = await regionsByCode(db, [code, ...prefixes.map((length) => padRegionPrefix(code.slice(0, length)))]);
  const region = rows.find((row) => row.code === code);
  if (!region) throw refuse('region-code-broken', { code });
  return { region, above: rows.filter((row) => row !== region) };
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

/** Which of some counties are open, in ascending order. */
export async function openCounties(db: Db, counties: readonly number[]): Promise<number[]> {
  const rows = await db
    .selectFrom('registry.county')
    .select('county')
    .where('county', 'in', counties)
    .where('state', '=', 'open')
    .orderBy('county')
    .execute();
  return rows.map((row) => row.county);
}

/** Every county that is open, in order of code: for jobs that look through them all. */
export async function everyOpenCounty(db: Db): Promise<number[]> {
  const rows = await db
    .selectFrom('registry.county')
    .select('county')
    .where('state', '=', 'open')
    .orderBy('county')
    .execute();
  return rows.map((row) => row.county);
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
  const nameOf = (code: string) => (code === '' ? { name: '全国', fullName: '全国' } : knownNames.get(code));
  const found = new Map(asked.flatMap((code) => [[code, nameOf(code)] as const]));
  const unknown = asked.filter((code) => !found.get(code));
  if (unknown.length > 0) {
    const rows = await regionsByCode(
      db,
      unknown.map((code) => padRegionPrefix(code)),
    );
    const byCode = new Map(rows.map((row) => [row.code, row]));
    for (const code of unknown) {
      const row = byCode.get(padRegionPrefix(code));
      if (!row) continue;
      const name = { name: row.level === 5 ? villageName(row.name) : row.name, fullName: row.fullName };
      found.set(code, name);
      knownNames.set(code, name);
    }
  }
  return new Map([...found].flatMap(([code, name]) => (name ? [[code, name] as const] : [])));
}

// Every order and every list asks for them, and the official names change with a release and not while a server runs.
const knownNames = new LRUCache<string, RegionName>(atMost(20_000));

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

/** Where the nearest place above a village lies whose coordinates are known: its county's seat; null when there is none. */
export async function coordinatesNear(
  db: Db,
  village: string,
): Promise<{ longitude: number; latitude: number } | null> {
  const above = [9, 6, 4].map((digits) => padRegionPrefix(village.slice(0, digits)));
  const row = await db
    .selectFrom('registry.region')
    .select(['longitude', 'latitude'])
    .where('code', 'in', above)
    .where('longitude', 'is not', null)
    .where('latitude', 'is not', null)
    .orderBy('level', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.longitude == null || row.latitude === null ? null : { longitude: row.longitude, latitude: row.latitude };
}
