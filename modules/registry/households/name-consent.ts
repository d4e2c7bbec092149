import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, type OnceKey, once, scoped, type Tx, withScope } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { Sealer } from '#platform/secrets.ts';
import type { NameConsentChanged } from '../events.ts';
import { personNames } from '../people/people.queries.ts';
import { firstName } from './first-name.ts';
import { householdNow } from './household-doors.queries.ts';
import { householdScope } from './household-scope.ts';
import { maskName } from './masking.ts';
import type { NameConsent, OwnConsent } from './name-consent.contract.ts';
import { householdsOfPerson } from './own-households.queries.ts';

type View = Static<typeof NameConsent>;

const writers = ['keeper', 'cadre', 'operator'] as const;

/**
 * Staff write down that a household agrees that buyers read its first name, or takes that back. Each is a fact of its own;
 * the last one holds, from that moment on.
 *
 * @throws Refusal `not-allowed` | `not-found` outside the caller's region too
 */
export async function sayConsent(
  at: Context,
  by: Actor,
  input: { county: County; id: string; given: boolean },
  key: OnceKey | null,
): Promise<View> {
  const { county, id, given } = input;
  const scope = householdScope(by, county, writers);
  return once(at.db, key, async (tx) => {
    await withScope(tx, scope);
    await write(tx, { county, id, given, saidBy: 'staff', by: by.person, at: at.clock.now() });
    return consentView(tx, county, id);
  });
}

/**
 * The household's own people say it, by the phone they signed in with; to others the household does not exist.
 *
 * @throws Refusal `not-found`
 */
export async function sayOwnConsent(
  at: Context,
  by: Actor,
  input: { county: County; id: string; given: boolean },
  key: OnceKey | null,
): Promise<Static<typeof OwnConsent>> {
  const { county, id, given } = input;
  const own = (await householdsOfPerson(at.db, by.person, county)).find((one) => one.household === id);
  if (!own) throw refusePlatform('not-found');
  await once(at.db, key, async (tx) => {
    await withScope(tx, own.village);
    await write(tx, { county, id, given, saidBy: 'household', by: by.person, at: at.clock.now() });
    return id;
  });
  const mine = await ownConsents(at, by);
  return mine.find((one) => one.household === id) as Static<typeof OwnConsent>;
}

/** What each of a person's households has said, and what buyers read of it. */
export async function ownConsents(at: Context, by: Actor): Promise<Static<typeof OwnConsent>[]> {
  const own = await householdsOfPerson(at.db, by.person);
  return Promise.all(
    own.map(({ county, household, village }) =>
      scoped(at.db, village, async (tx) => {
        const { given, at: since } = await consentView(tx, county, household);
        return { county, household, given, at: since, shownAs: await nameToShow(tx, at.sealer, county, household) };
      }),
    ),
  );
}

/** What stands of a household's consent, with its history. @throws Refusal `not-found` */
export async function consentView(tx: Tx, county: County, id: string): Promise<View> {
  if (!(await householdNow(tx, county, id))) throw refusePlatform('not-found');
  const rows = await tx
    .selectFrom('registry.name_consent')
    .select(['given', 'said_by as saidBy', 'by_person', 'at'])
    .where('county', '=', county)
    .where('household', '=', id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(50)
    .execute();
  const people = await personNames(
    tx,
    rows.map((row) => row.by_person),
  );
  const history = rows.map(({ by_person, ...row }) => ({
    ...row,
    // A member of the household is not named to staff by an account's name.
    byName: row.saidBy === 'household' ? '' : (people.get(by_person) ?? ''),
  }));
  return { given: history[0]?.given ?? false, at: history[0]?.at ?? null, history };
}

async function write(
  tx: Tx,
  of: { county: County; id: string; given: boolean; saidBy: 'household' | 'staff'; by: string; at: Date },
): Promise<void> {
  const household = await tx
    .selectFrom('registry.household')
    .select(['village', 'state'])
    .where('county', '=', of.county)
    .where('id', '=', of.id)
    .forUpdate()
    .executeTakeFirst();
  if (household?.state !== 'active') throw refusePlatform('not-found');
  const { village } = household;
  await tx
    .insertInto('registry.name_consent')
    .values({
      ...{ county: of.county, id: newId(), household: of.id, village, given: of.given, said_by: of.saidBy },
      ...{ by_person: of.by, at: of.at },
    })
    .execute();
  const event: NameConsentChanged = {
    type: 'registry.name-consent-changed',
    county: of.county,
    payload: { household: of.id },
  };
  await tell(tx, event);
}

async function nameToShow(tx: Tx, sealer: Sealer, county: County, household: string): Promise<string> {
  const head = await tx
    .selectFrom('registry.household_member')
    .select('name_sealed')
    .where('county', '=', county)
    .where('household', '=', household)
    .where('relation', '=', 'head')
    .executeTakeFirst();
  const name = head ? sealer.open(head.name_sealed) : '';
  return firstName(name) ?? maskName(name);
}

/**
 * First names of those among some households who agreed to it and did not take it back. Of a file that was merged into
 * another, that household's word counts.
 *
 * @param tx with a scope (platform/db.ts, withScope)
 */
export async function firstNamesOf(
  tx: Db,
  sealer: Sealer,
  county: County,
  households: Iterable<string>,
): Promise<Map<string, string>> {
  const asked = [...new Set(households)];
  if (asked.length === 0) return new Map();
  const { rows } = await sql<{ household: string; name_sealed: Buffer }>`
    select h.id as household, m.name_sealed
      from registry.household h
      join registry.household_member m
        on m.county = h.county and m.household = coalesce(h.merged_into, h.id) and m.relation = 'head'
     cross join lateral (
       select c.given from registry.name_consent c
        where c.county = h.county and c.household = coalesce(h.merged_into, h.id)
        order by c.at desc, c.id desc limit 1) last
     where h.county = ${county} and h.id = any(${asked}::uuid[]) and last.given`.execute(tx);
  return new Map(
    rows.flatMap((row) => {
      const name = firstName(sealer.open(row.name_sealed));
      return name ? [[row.household, name] as const] : [];
    }),
  );
}
