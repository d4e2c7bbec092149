import type { Actor, Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { refuse } from '../refuse.ts';
import { forgetPerson } from '../sign-in/identify.ts';
import { mayGrantOver } from './roles.ts';

/**
 * Takes a role back; the person stays, for what they did stands under their name.
 *
 * @throws Refusal `not-found` | `role-outside-your-region` when the role reaches beyond the caller's own region
 */
export async function removeStaff(
  at: Context,
  by: Actor,
  input: { county: number; org: string; person: string; role: Role },
  key: OnceKey | null,
): Promise<undefined> {
  await once(at.db, key, async (tx) => {
    const taken = await tx
      .deleteFrom('registry.membership')
      .where('person', '=', input.person)
      .where('org', '=', input.org)
      .where('role', '=', input.role)
      .where('county', '=', input.county)
      .returning('region')
      .executeTakeFirst();
    if (!taken) throw refusePlatform('not-found');
    if (!mayGrantOver(by.memberships, taken.region)) throw refuse('role-outside-your-region');
    // Work that was done while the person had it may arrive later (notes written without a signal).
    const { county, org, person, role } = input;
    await tx
      .insertInto('registry.membership_taken')
      .values({ county, org, person, role, region: taken.region, taken_at: at.clock.now(), taken_by: by.person })
      .execute();
  });
  forgetPerson(at, input.person);
}
