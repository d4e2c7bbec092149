import type { RegistryOrganisation } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';

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
