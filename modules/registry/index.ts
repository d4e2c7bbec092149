// The door of registry: who and where.
import type { Module } from '#platform/module.ts';
import { householdRoutes } from './households/households.routes.ts';
import { registryInvariants } from './invariants.ts';
import { organisationRoutes } from './organisations/organisations.routes.ts';
import { pairingRoutes } from './pairings/pairings.routes.ts';
import { regionRoutes } from './regions/regions.routes.ts';
import { signInRoutes } from './sign-in/sign-in.routes.ts';
import { tidySignIn } from './sign-in/tidy-up.ts';

export { type Crop, cropsByCode } from './crops/crops.queries.ts';
export { addCrops, loadCrops } from './crops/load-crops.ts';
export type { ProduceKind } from './crops/produce-kinds.ts';
export { type CarriedHousehold, carriedHouseholds } from './households/carried-households.queries.ts';
export { FEWEST_HOUSEHOLDS } from './households/few-households.ts';
export {
  householdBrief,
  householdCategories,
  householdFiles,
  householdMembers,
  householdNow,
  isMemberNamed,
  type MemberBrief,
  membersOfPersons,
  yieldLimitGrams,
  yieldLimits,
} from './households/household-doors.queries.ts';
export { firstNamesOf } from './households/name-consent.ts';
export { householdsOfPerson } from './households/own-households.queries.ts';
export { readHousehold } from './households/read-household.ts';
export { noteReading, noteReadings } from './households/readings.queries.ts';
export { addPlatform } from './organisations/add-platform.ts';
export {
  type DishonestListing,
  dishonestGrounds,
  dishonestOn,
  dishonestOperators,
  liftDishonest,
  listDishonest,
  requireHonest,
} from './organisations/dishonest-operators.ts';
export { isOrganisationCode } from './organisations/organisation-code.ts';
export {
  type OrganisationBrief,
  organisationsById,
  stationsOf,
  stationsOfVillages,
} from './organisations/organisations.queries.ts';
export { type PairedHousehold, pairedHouseholds } from './pairings/paired-households.queries.ts';
export { addBuyer } from './people/add-buyer.ts';
export { addPerson } from './people/add-person.ts';
export { grantRole } from './people/grant-role.ts';
export { personNames, roleTaken, type StaffMember, staffInRoles } from './people/people.queries.ts';
export { phonesOf } from './people/phones.queries.ts';
export { loadRegions, openCounty } from './regions/load-regions.ts';
export {
  coordinatesNear,
  everyOpenCounty,
  openCounties,
  regionNames,
  requireCounty,
  villageInCounty,
} from './regions/regions.queries.ts';
export { actorOf } from './sign-in/actors.queries.ts';
export { makeIdentify } from './sign-in/identify.ts';
export { askOwnCode, provePhone } from './sign-in/prove-phone.ts';

export const registryModule: Module = {
  name: 'registry',
  routes(app, at) {
    signInRoutes(app, at);
    regionRoutes(app, at);
    organisationRoutes(app, at);
    householdRoutes(app, at);
    pairingRoutes(app, at);
  },
  jobs: (at) => [tidySignIn(at)],
  invariants: registryInvariants,
};
