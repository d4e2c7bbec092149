import type { Membership, Role } from '#platform/actor.ts';
import type { OrganisationKind } from '../contract.ts';

/** Which roles people can have in an organisation of a kind. */
export const rolesOfKind: Record<OrganisationKind, readonly Role[]> = {
  merchant: ['merchant'],
  cooperative: ['merchant'],
  station: ['keeper'],
  county_centre: ['operator', 'cadre', 'auditor'],
  platform: ['platform', 'auditor'],
  purchasing_unit: ['purchaser'],
  logistics: ['courier'],
};

/** Who may give and take roles. */
export const granters = ['operator', 'platform'] as const satisfies readonly Role[];

/** Whether one of the memberships is a granter's and its region holds all of `region` (a prefix). */
export function mayGrantOver(memberships: readonly Membership[], region: string): boolean {
  return memberships.some((m) => (granters as readonly Role[]).includes(m.role) && region.startsWith(m.region));
}
