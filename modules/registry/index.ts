// The door of registry: who and where.
export { cropsByCode } from './crops/crops.queries.ts';
export {
  householdBrief,
  householdCategories,
  yieldLimitGrams,
  yieldLimits,
} from './households/household-doors.queries.ts';
export { organisationsById } from './organisations/organisations.queries.ts';
export { personNames } from './people/people.queries.ts';
export { loadRegions, openCounty } from './regions/load-regions.ts';
export { regionNames, requireCounty, villageInCounty } from './regions/regions.queries.ts';
