import type { RegistryOrganisation } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { regionNames } from '../regions/regions.queries.ts';

/** An organisation as other modules see it. */
export interface OrganisationBrief {
  id: string;
  kind: RegistryOrganisation['kind'];
  name: string;
  /** unified social credit code */
  code: string;
  /** region prefix it serves; a station's is its village */
  region: string;
  /** whom a station buys for */
  buysFor: string | null;
  contact: string;
  phone: string;
  state: RegistryOrganisation['state'];
}

/** Organisations of a county by their id; those it does not have are missing from the answer. */
export async function organisationsById(
  db: Db,
  county: number,
  ids: Iterable<string>,
): Promise<Map<string, OrganisationBrief>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await db
    .selectFrom('registry.organisation')
    .select(['id', 'kind', 'name', 'code', 'region', 'buys_for as buysFor', 'contact', 'phone', 'state'])
    .where('county', '=', county)
    .where('id', 'in', asked)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The active station of each village: the one whose region holds it most closely; villages without one are missing. */
export async function stationsOfVillages(
  db: Db,
  county: number,
  villages: Iterable<string>,
): Promise<Map<string, string>> {
  const stations = await db
    .selectFrom('registry.organisation')
    .select(['id', 'region'])
    .where('county', '=', county)
    .where('kind', '=', 'station')
    .where('state', '=', 'active')
    .orderBy('region')
    .orderBy('id')
    .execute();
  const closest = (village: string) =>
    stations
      .filter((station) => village.startsWith(station.region))
      .sort((a, b) => b.region.length - a.region.length)[0];
  return new Map(
    [...new Set(villages)].flatMap((village) => {
      const station = closest(village);
      return station ? [[village, station.id] as const] : [];
    }),
  );
}

function organisations(db: Db, county: number) {
  return db
    .selectFrom('registry.organisation')
    .select(['county', 'id', 'kind', 'name', 'code', 'region', 'contact', 'phone', 'state'])
    .select(['buys_for as buysFor', 'created_at as createdAt'])
    .where('county', '=', county);
}

async function withRegionNames<Row extends { region: string }>(db: Db, rows: readonly Row[]) {
  const names = await regionNames(
    db,
    rows.map((row) => row.region),
  );
  return rows.map((row) => ({ ...row, regionName: names.get(row.region)?.name ?? row.region }));
}

/**
 * One organisation as screens see it.
 *
 * @throws Refusal `not-found`
 */
export async function organisationView(db: Db, county: number, id: string) {
  const row = await organisations(db, county).where('id', '=', id).executeTakeFirst();
  if (!row) throw refusePlatform('not-found');
  return (await withRegionNames(db, [row]))[0] as typeof row & { regionName: string };
}

/** A page of a county's organisations, by kind and name. */
export async function organisationPage(
  db: Db,
  county: number,
  { page = 1, size = 20, q, kind }: { page?: number; size?: number; q?: string; kind?: RegistryOrganisation['kind'] },
) {
  let found = organisations(db, county);
  if (kind) found = found.where('kind', '=', kind);
  if (q?.trim()) {
    const like = `%${q.trim().replace(/[\\%_]/g, '\\$&')}%`;
    found = found.where((e) => e.or([e('name', 'ilike', like), e('code', 'ilike', like), e('contact', 'ilike', like)]));
  }
  const { total } = await found
    .clearSelect()
    .select((e) => e.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  const rows = await found
    .orderBy('kind')
    .orderBy('name')
    .orderBy('id')
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { rows: await withRegionNames(db, rows), total, page, size };
}

/** The stations of a county that are in use, with the village each stands in. */
export async function stationsOf(db: Db, county: number): Promise<{ name: string; village: string }[]> {
  const rows = await organisations(db, county)
    .where('kind', '=', 'station')
    .where('state', '=', 'active')
    .orderBy('region')
    .orderBy('name')
    .execute();
  const names = await regionNames(
    db,
    rows.map((row) => row.region),
  );
  return rows.map((row) => ({ name: row.name, village: names.get(row.region)?.fullName ?? row.region }));
}
