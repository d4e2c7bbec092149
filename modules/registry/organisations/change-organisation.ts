import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { tell } from '#platform/outbox.ts';
import type { OrganisationChanged } from '../events.ts';
import { mayGrantOver } from '../people/roles.ts';
import { refuse } from '../refuse.ts';
import { forgetPerson } from '../sign-in/identify.ts';
import { checkOrganisation, type OrganisationInput } from './organisation-input.ts';
import { organisationView } from './organisations.queries.ts';

/**
 * Changes an organisation's facts; its kind stays, because roles and books hang on it. When it moves to another region
 * its people's roles move with it: nobody keeps a say over a village whose station has left.
 *
 * @throws Refusal `not-found` | `organisation-kind-fixed` | those of `checkOrganisation` | `organisation-code-taken`
 */
export async function changeOrganisation(
  at: Context,
  by: Actor,
  input: OrganisationInput & { county: number; id: string },
  key: OnceKey | null,
) {
  const moved: string[] = [];
  const changed = await once(at.db, key, async (tx) => {
    const { county, id } = input;
    const found = await tx
      .selectFrom('registry.organisation')
      .select(['kind', 'region'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found || !mayGrantOver(by.memberships, found.region)) throw refusePlatform('not-found');
    if (found.kind !== input.kind) throw refuse('organisation-kind-fixed');
    await checkOrganisation(tx, by, county, input);
    const taken = await tx
      .selectFrom('registry.organisation')
      .select('id')
      .where('county', '=', county)
      .where('code', '=', input.code)
      .where('id', '<>', id)
      .executeTakeFirst();
    if (taken) throw refuse('organisation-code-taken');
    await tx
      .updateTable('registry.organisation')
      .set({
        name: input.name.trim(),
        code: input.code,
        region: input.region,
        contact: input.contact.trim(),
        phone: input.phone,
        buys_for: input.buysFor ?? null,
      })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    // Not a county centre's: a slip there would take the county from everybody who could mend it.
    if (found.kind !== 'county_centre') moved.push(...(await moveRoles(tx, county, id, input.region)));
    await tell(tx, {
      type: 'registry.organisation-changed',
      county,
      payload: { organisation: id },
    } satisfies OrganisationChanged);
    return organisationView(tx, county, id);
  });
  for (const person of moved) forgetPerson(at, person);
  return changed;
}

/** Roles that would reach outside the organisation's region take that region. @returns whose they are */
async function moveRoles(tx: Tx, county: number, org: string, region: string): Promise<string[]> {
  const roles = await tx
    .updateTable('registry.membership')
    .set({ region })
    .where('county', '=', county)
    .where('org', '=', org)
    .where((e) => e.not(e.fn<boolean>('starts_with', ['region', e.val(region)])))
    .returning('person')
    .execute();
  return roles.map((role) => role.person);
}
