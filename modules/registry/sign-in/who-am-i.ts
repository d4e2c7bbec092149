import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { OrganisationKind } from '../contract.ts';
import { maskPhone } from '../households/masking.ts';
import { regionNames } from '../regions/regions.queries.ts';
import { signInFacts } from './actors.queries.ts';

/** What a signed-in person sees of themselves: name, masked phone, roles with the names of their places. */
export async function whoAmI(at: Context, by: Actor) {
  const facts = await signInFacts(at.db, by.person);
  const names = await regionNames(
    at.db,
    by.memberships.map((membership) => membership.region),
  );
  return {
    person: by.person,
    name: by.name,
    phoneMasked: facts?.phone_sealed ? maskPhone(at.sealer.open(facts.phone_sealed)) : null,
    totp: facts?.totp === true,
    memberships: by.memberships.map((membership) => ({
      ...membership,
      orgKind: membership.orgKind as OrganisationKind,
      regionName: names.get(membership.region)?.name ?? membership.region,
    })),
  };
}
