import type { Actor, Role } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { refuse } from '../refuse.ts';
import { addPerson } from './add-person.ts';
import { grantRole } from './grant-role.ts';
import { mayGrantOver } from './roles.ts';

/**
 * A new member of staff with their first role. Nobody gives more than they have: the role's region lies inside the
 * region of the one who gives it.
 *
 * @throws Refusal `role-outside-your-region` | `username-taken` | `not-found` | `role-not-for-this-kind`
 */
export async function addStaff(
  at: Context,
  by: Actor,
  input: {
    county: number;
    org: string;
    name: string;
    username: string;
    password: string;
    role: Role;
    region: string;
  },
) {
  if (!mayGrantOver(by.memberships, input.region)) throw refuse('role-outside-your-region');
  return transact(at.db, async (tx) => {
    const person = await addPerson(at, input, tx);
    const { county, org, role, region } = input;
    const granted = await grantRole(at, { person, county, org, role, region, by: by.person }, tx);
    return { person, name: input.name.trim(), username: input.username, role, ...granted };
  });
}
