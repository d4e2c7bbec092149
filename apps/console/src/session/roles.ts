import type { Route, Who } from '#platform/http/contract.ts';

/** The roles as contracts name them. */
export type Role = Extract<Who, readonly unknown[]>[number];

type Membership = { role: Role; region: string };

/** The memberships that count in a county: those over it, and those over a part of it. */
export function membershipsIn<M extends Membership>(memberships: readonly M[], county: number): M[] {
  const code = String(county);
  return memberships.filter((m) => code.startsWith(m.region) || m.region.startsWith(code));
}

/** Roles in a county, each once. */
export function rolesIn(memberships: readonly Membership[], county: number): Role[] {
  return [...new Set(membershipsIn(memberships, county).map((m) => m.role))];
}

/** Whether someone may call a route in a county: the contract's own line, so that screen and server agree. */
export function mayCall(route: Route, memberships: readonly Membership[], county: number): boolean {
  const { who } = route;
  if (who === 'anyone' || who === 'signed-in') return true;
  const code = String(county);
  const counting = memberships.filter((m) => !route.wholeCounty || code.startsWith(m.region));
  return rolesIn(counting, county).some((role) => who.includes(role));
}
