import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { tell } from '#platform/outbox.ts';
import type { OrganisationChanged } from '../events.ts';
import { mayGrantOver } from '../people/roles.ts';
import { refuse } from '../refuse.ts';
import { checkOrganisation, type OrganisationInput } from './organisation-input.ts';
import { organisationView } from './organisations.queries.ts';

/**
 * Changes an organisation's facts; its kind stays, because roles and books hang on it.
 *
 * @throws Refusal `not-found` | `organisation-kind-fixed` | those of `checkOrganisation` | `organisation-code-taken`
 */
export async function changeOrganisation(
  at: Context,
  by: Actor,
  input: OrganisationInput & { county: number; id: string },
  key: OnceKey | null,
) {
  return once(at.db, key, async (tx) => {
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
    await tell(tx, {
      type: 'registry.organisation-changed',
      county,
      payload: { organisation: id },
    } satisfies OrganisationChanged);
    return organisationView(tx, county, id);
  });
}
