import type { Actor } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';

/** A person with the roles that count: those in organisations that are not suspended. Null when there is no such person. */
export async function actorOf(db: Db, person: string): Promise<Actor | null> {
  const found = await db.selectFrom('auth.user').select(['id', 'name']).where('id', '=', person).executeTakeFirst();
  if (!found) return null;
  const memberships = await db
    .selectFrom('registry.membership as m')
    .innerJoin('registry.organisation as o', (join) =>
      join.onRef('o.county', '=', 'm.county').onRef('o.id', '=', 'm.org'),
    )
    .select(['m.org', 'o.kind as orgKind', 'o.name as orgName', 'm.role', 'm.county', 'm.region'])
    .where('m.person', '=', person)
    .where('o.state', '=', 'active')
    .orderBy('m.created_at')
    .orderBy('m.role')
    .execute();
  return { person, name: found.name, memberships };
}

/** What a person is shown of their own sign-in, beside name and roles. */
export async function signInFacts(db: Db, person: string) {
  return db
    .selectFrom('auth.user as u')
    .leftJoin('auth.phone as p', 'p.person', 'u.id')
    .select(['u.twoFactorEnabled as totp', 'u.username', 'p.phone_sealed'])
    .where('u.id', '=', person)
    .executeTakeFirst();
}
