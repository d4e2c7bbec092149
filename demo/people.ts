import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { addBuyer, addPerson, addPlatform, grantRole } from '#registry';
import { buyers, platformOrganisation, platformPeople } from './common.ts';
import type { DemoPerson } from './content.ts';
import type { Org } from './house.ts';

/** The one password of all demo accounts; shown at every start that has the demo. */
export const demoPassword = 'shanhuo-demo';

/** The platform's own organisation and people. @returns who opens counties */
export async function loadPlatform(at: Context): Promise<Actor> {
  const own = platformOrganisation;
  const org = await addPlatform(at, { name: own.name, code: own.code, contact: own.contact, phone: own.phone });
  const staff = new Map<string, Actor>();
  for (const person of platformPeople) {
    staff.set(person.role, await addStaff(at, person, { county: 0, id: org, kind: own.kind, name: own.name }));
  }
  return staff.get('platform') as Actor;
}

/** A person who signs in by user name, with their role. */
export async function addStaff(at: Context, person: DemoPerson, org: Org): Promise<Actor> {
  const { username, name, role, region } = person;
  const id = await addPerson(at, { name, username, password: demoPassword });
  await grantRole(at, { person: id, county: org.county, org: org.id, role, region });
  const membership = { org: org.id, orgKind: org.kind, orgName: org.name, role, county: org.county, region };
  return { person: id, name, memberships: [membership] };
}

/** People who have bought before. They sign in by phone code, which finds them by the phone's hash. */
export async function addBuyers(context: Context): Promise<Actor[]> {
  const made: Actor[] = [];
  for (const { name, phone } of buyers) {
    const person = await addBuyer(context, { name, phone });
    made.push({ person, name, memberships: [] });
  }
  return made;
}
