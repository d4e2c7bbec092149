import type { RegistryHousehold, RegistryHouseholdMember } from '#platform/database/tables.ts';
import type { Tx } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { mostGrams } from './carried-households.queries.ts';
import { maskName } from './masking.ts';

/** A household as other modules may show it: never with a full name. */
export interface HouseholdBrief {
  id: string;
  /** the number people read out */
  code: string;
  village: string;
  category: RegistryHousehold['category'];
  /** 张*明 */
  headMasked: string;
}

/**
 * Households by id, as far as the transaction's scope shows them; the others are missing from the answer.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function householdBrief(
  tx: Tx,
  sealer: Sealer,
  county: number,
  ids: Iterable<string>,
): Promise<Map<string, HouseholdBrief>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await tx
    .selectFrom('registry.household as h')
    .innerJoin('registry.household_member as m', (join) =>
      join.onRef('m.county', '=', 'h.county').onRef('m.household', '=', 'h.id').on('m.relation', '=', 'head'),
    )
    .select(['h.id', 'h.code', 'h.village', 'h.category', 'm.name_sealed'])
    .where('h.county', '=', county)
    .where('h.id', 'in', asked)
    .execute();
  return new Map(
    rows.map(({ name_sealed, ...row }) => [row.id, { ...row, headMasked: maskName(sealer.open(name_sealed)) }]),
  );
}

/**
 * The file that stands for a household now: itself, or the one it was merged into; undefined outside the scope.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function householdNow(
  tx: Tx,
  county: number,
  id: string,
): Promise<{ id: string; state: RegistryHousehold['state'] } | undefined> {
  const find = (one: string) =>
    tx
      .selectFrom('registry.household')
      .select(['id', 'state', 'merged_into'])
      .where('county', '=', county)
      .where('id', '=', one)
      .executeTakeFirst();
  const found = await find(id);
  return found?.merged_into ? find(found.merged_into) : found;
}

/**
 * All files of one household: its own and those that were merged into it. Notes and entries stay under the file they
 * were written for.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function householdFiles(tx: Tx, county: number, id: string): Promise<string[]> {
  const merged = await tx
    .selectFrom('registry.household')
    .select('id')
    .where('county', '=', county)
    .where('merged_into', '=', id)
    .orderBy('id')
    .execute();
  return [id, ...merged.map((row) => row.id)];
}

/**
 * The most a household can bring of a crop in a year, in grams: by its trees or by its land, whichever gives more (the
 * trees stand on the land). Null when it never declared the crop, or is outside the transaction's scope.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function yieldLimitGrams(tx: Tx, county: number, household: string, crop: string): Promise<number | null> {
  const row = await tx
    .selectFrom('registry.household_yield as y')
    .innerJoin('registry.crop as c', 'c.code', 'y.crop')
    .select(['y.area_centimu', 'y.trees', 'c.grams_per_mu', 'c.grams_per_tree'])
    .where('y.county', '=', county)
    .where('y.household', '=', household)
    .where('y.crop', '=', crop)
    .executeTakeFirst();
  return row ? mostGrams(row) : null;
}

/**
 * Which category each household is in, without opening anybody's name; for pages that count.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function householdCategories(
  tx: Tx,
  county: number,
  ids: Iterable<string>,
): Promise<Map<string, RegistryHousehold['category']>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await tx
    .selectFrom('registry.household')
    .select(['id', 'category'])
    .where('county', '=', county)
    .where('id', 'in', asked)
    .execute();
  return new Map(rows.map((row) => [row.id, row.category]));
}

/**
 * The most a household can bring of each crop it declared in a year, in grams, in crop order; see yieldLimitGrams.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function yieldLimits(tx: Tx, county: number, household: string): Promise<Map<string, number>> {
  const rows = await tx
    .selectFrom('registry.household_yield')
    .select('crop')
    .where('county', '=', county)
    .where('household', '=', household)
    .orderBy('crop')
    .execute();
  const limits = new Map<string, number>();
  for (const { crop } of rows) limits.set(crop, (await yieldLimitGrams(tx, county, household, crop)) ?? 0);
  return limits;
}

/**
 * Whether one of a household's members bears this name; false too outside the transaction's scope.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function isMemberNamed(
  tx: Tx,
  sealer: Sealer,
  county: number,
  household: string,
  name: string,
): Promise<boolean> {
  const members = await tx
    .selectFrom('registry.household_member')
    .select('name_sealed')
    .where('county', '=', county)
    .where('household', '=', household)
    .execute();
  return members.some((member) => sealer.open(member.name_sealed) === name.trim());
}

/** A member as an employer tells them apart: never with a full name. */
export interface MemberBrief {
  member: string;
  household: string;
  relation: RegistryHouseholdMember['relation'];
  /** 张*明 */
  nameMasked: string;
}

/**
 * The members of households, head first, as far as the transaction's scope shows them.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function householdMembers(
  tx: Tx,
  sealer: Sealer,
  county: number,
  households: Iterable<string>,
): Promise<MemberBrief[]> {
  const rows = await tx
    .selectFrom('registry.household_member')
    .select(['id as member', 'household', 'relation', 'name_sealed'])
    .where('county', '=', county)
    .where((e) => e('household', '=', e.fn.any(e.val([...new Set(households)]))))
    .orderBy('household')
    .orderBy((e) => e('relation', '=', 'head'), 'desc')
    .orderBy('id')
    .execute();
  return rows.map(({ name_sealed, ...row }) => ({ ...row, nameMasked: maskName(sealer.open(name_sealed)) }));
}

/**
 * Which member of which household a person is, by the phone they signed in with; only the keyed hashes are compared.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function membersOfPersons(
  tx: Tx,
  county: number,
  persons: readonly string[],
): Promise<{ person: string; member: string; household: string; village: string }[]> {
  return tx
    .selectFrom('auth.user as u')
    .innerJoin('registry.household_member as m', 'm.phone_hash', 'u.phoneNumber')
    .select(['u.id as person', 'm.id as member', 'm.household', 'm.village'])
    .where('m.county', '=', county)
    .where('u.phoneNumberVerified', '=', true)
    .where((e) => e('u.id', '=', e.fn.any(e.val([...persons]))))
    .orderBy('u.id')
    .orderBy('m.id')
    .execute();
}
