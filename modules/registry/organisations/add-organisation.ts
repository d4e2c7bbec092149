import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { OrganisationChanged } from '../events.ts';
import { refuse } from '../refuse.ts';
import { requireCounty } from '../regions/regions.queries.ts';
import { checkOrganisation, type OrganisationInput } from './organisation-input.ts';
import { organisationView } from './organisations.queries.ts';

/**
 * Registers an organisation of a county.
 *
 * @throws Refusal `county-not-open` | those of `checkOrganisation` | `organisation-code-taken`
 */
export async function addOrganisation(
  at: Context,
  by: Actor,
  input: OrganisationInput & { county: number },
  key: OnceKey | null,
) {
  return once(at.db, key, async (tx) => {
    const { county } = input;
    await requireCounty(tx, county);
    await checkOrganisation(tx, by, county, input);
    const id = newId();
    const added = await tx
      .insertInto('registry.organisation')
      .values({
        county,
        id,
        kind: input.kind,
        name: input.name.trim(),
        code: input.code,
        region: input.region,
        contact: input.contact.trim(),
        phone: input.phone,
        buys_for: input.buysFor ?? null,
        state: 'active',
        created_at: at.clock.now(),
      })
      .onConflict((c) => c.columns(['county', 'code']).doNothing())
      .executeTakeFirst();
    if (added.numInsertedOrUpdatedRows === 0n) throw refuse('organisation-code-taken');
    await tell(tx, {
      type: 'registry.organisation-changed',
      county,
      payload: { organisation: id },
    } satisfies OrganisationChanged);
    return organisationView(tx, county, id);
  });
}
