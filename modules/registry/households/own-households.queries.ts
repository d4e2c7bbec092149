import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { householdFiles } from './household-doors.queries.ts';

/**
 * The households of which a person is a member, in one county or in every open one: those with a member whose phone is the one the
 * person signed in by. Only the keyed hashes are compared; a person who signed in by password has no such phone.
 *
 * @returns with the files of each: its own and those that were merged into it
 */
export async function householdsOfPerson(
  db: Db,
  person: string,
  county?: County,
): Promise<{ county: County; household: string; village: string; files: string[] }[]> {
  const phone = await db
    .selectFrom('auth.user')
    .select('phoneNumber')
    .where('id', '=', person)
    .where('phoneNumberVerified', '=', true)
    .executeTakeFirst();
  const hash = phone?.phoneNumber;
  if (!hash) return [];
  return scoped(db, county === undefined ? 'all' : String(county), async (tx) => {
    const own = await tx
      .selectFrom('registry.county as c')
      .innerJoin('registry.household_member as m', 'm.county', 'c.county')
      // A file that was merged into another is that household's.
      .innerJoin('registry.household as was', (join) =>
        join.onRef('was.county', '=', 'm.county').onRef('was.id', '=', 'm.household'),
      )
      .innerJoin('registry.household as h', (join) =>
        join.onRef('h.county', '=', 'm.county').on((e) => e('h.id', '=', e.fn.coalesce('was.merged_into', 'was.id'))),
      )
      .select(['h.county', 'h.id as household', 'h.village'])
      .distinct()
      .where('m.phone_hash', '=', hash)
      .$if(county !== undefined, (e) => e.where('h.county', '=', county as County))
      .where('h.state', '=', 'active')
      .orderBy('h.county')
      .orderBy('h.id')
      .execute();
    return Promise.all(
      own.map(async (one) => ({ ...one, files: await householdFiles(tx, one.county, one.household) })),
    );
  });
}
