import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { textArray } from '#platform/database/arrays.ts';
import type { Db } from '#platform/db.ts';

/** The columns of an actor, of a person `u`: the roles that count are those in organisations that are not suspended. */
const ACTOR = sql`
  u.id as person, u.name,
  (select coalesce(json_agg(json_build_object('org', m.org, 'orgKind', o.kind, 'orgName', o.name, 'role', m.role,
                                              'county', m.county, 'region', m.region)
                            order by m.created_at, m.role), '[]')
     from registry.membership m join registry.organisation o on o.county = m.county and o.id = m.org
    where m.person = u.id and o.state = 'active') as memberships`;

/** A person with the roles that count. Null when there is no such person. */
export async function actorOf(db: Db, person: string): Promise<Actor | null> {
  const { rows } = await sql<Actor>`select ${ACTOR} from auth."user" u where u.id = ${person}`.execute(db);
  return rows[0] ?? null;
}

/** For whom sessions stand that have not run out, by their tokens. */
export async function actorsOfSessions(db: Db, tokens: readonly string[]): Promise<Map<string, Actor>> {
  const { rows } = await sql<Actor & { token: string }>`
    select s.token, ${ACTOR}
      from auth.session s join auth."user" u on u.id = s."userId"
     where s.token = any(${textArray(tokens)}::text[]) and s."expiresAt" > now()`.execute(db);
  return new Map(rows.map(({ token, ...actor }) => [token, actor]));
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
