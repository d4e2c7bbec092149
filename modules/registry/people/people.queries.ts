import type { Role } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';

/** Names of people by their id; an id that is nobody's (the product itself acts as `system`) is missing from the answer. */
export async function personNames(db: Db, ids: Iterable<string>): Promise<Map<string, string>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const rows = await db.selectFrom('auth.user').select(['id', 'name']).where('id', 'in', asked).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** When a role in an organisation was taken back from a person last; null when it never was. */
export async function roleTaken(db: Db, of: { person: string; org: string; role: Role }): Promise<Date | null> {
  const row = await db
    .selectFrom('registry.membership_taken')
    .select('taken_at')
    .where('person', '=', of.person)
    .where('org', '=', of.org)
    .where('role', '=', of.role)
    .orderBy('taken_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

/** The people with a role in an organisation, oldest role first. */
export function staffOf(db: Db, county: number, org: string) {
  return db
    .selectFrom('registry.membership as m')
    .innerJoin('auth.user as u', 'u.id', 'm.person')
    .select(['m.person', 'u.name', 'u.username', 'm.role', 'm.region', 'm.created_at as createdAt'])
    .where('m.org', '=', org)
    .where('m.county', '=', county)
    .orderBy('m.created_at')
    .orderBy('m.role')
    .execute();
}

/** Somebody's role in an organisation of a county. */
export interface StaffMember {
  person: string;
  name: string;
  role: Role;
  org: string;
  orgName: string;
  /** whom a station buys for */
  buysFor: string | null;
  /** region prefix */
  region: string;
}

/** The people who have one of some roles in organisations of a county, by name. */
export async function staffInRoles(db: Db, county: number, roles: readonly Role[]): Promise<StaffMember[]> {
  const rows = await db
    .selectFrom('registry.membership as m')
    .innerJoin('auth.user as u', 'u.id', 'm.person')
    .innerJoin('registry.organisation as o', (join) =>
      join.onRef('o.county', '=', 'm.county').onRef('o.id', '=', 'm.org'),
    )
    .select(['m.person', 'u.name', 'm.role', 'm.org', 'o.name as orgName', 'o.buys_for as buysFor', 'm.region'])
    .where('m.county', '=', county)
    .where('m.role', 'in', roles)
    .orderBy('u.name')
    .orderBy('m.person')
    .execute();
  return rows as StaffMember[];
}
