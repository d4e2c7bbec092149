import type { Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { organisationKindWords, roleWords } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { forgetPerson } from '../sign-in/identify.ts';
import { rolesOfKind } from './roles.ts';

/**
 * Gives a person a role in an organisation that can have it, over the organisation's region or a part of it. Who may do
 * this is the caller's question (add-staff.ts); the demo and the first start call it as the product itself. A role
 * that is there already keeps its day and takes the region.
 *
 * @param input.region prefix; default: the organisation's
 * @throws Refusal `not-found` | `role-not-for-this-kind` | `role-outside-your-region` beyond the organisation's region
 */
export async function grantRole(
  at: Context,
  input: { person: string; county: number; org: string; role: Role; region?: string; by?: string },
  db: Db = at.db,
): Promise<{ region: string; createdAt: Date }> {
  const granted = await transact(db, async (tx) => {
    const org = await tx
      .selectFrom('registry.organisation')
      .select(['kind', 'region'])
      .where('county', '=', input.county)
      .where('id', '=', input.org)
      .executeTakeFirst();
    if (!org) throw refusePlatform('not-found');
    if (!rolesOfKind[org.kind].includes(input.role)) {
      throw refuse('role-not-for-this-kind', {
        kind: organisationKindWords[org.kind].en,
        kindZh: organisationKindWords[org.kind].zh,
        role: roleWords[input.role].en,
        roleZh: roleWords[input.role].zh,
      });
    }
    const region = input.region ?? org.region;
    if (!region.startsWith(org.region)) throw refuse('role-outside-your-region');
    return tx
      .insertInto('registry.membership')
      .values({
        person: input.person,
        org: input.org,
        role: input.role,
        county: input.county,
        region,
        created_at: at.clock.now(),
        created_by: input.by ?? null,
      })
      .onConflict((c) =>
        c.columns(['person', 'org', 'role']).doUpdateSet((e) => ({ region: e.ref('excluded.region') })),
      )
      .returning(['region', 'created_at as createdAt'])
      .executeTakeFirstOrThrow();
  });
  forgetPerson(at, input.person);
  return granted;
}
