/** What a person may be in an organisation. A buyer needs no role: being signed in is enough. */
export const roles = [
  'keeper',
  'merchant',
  'cadre',
  'operator',
  'platform',
  'purchaser',
  'courier',
  'auditor',
] as const;
export type Role = (typeof roles)[number];

/** One role of a person: in which organisation, over which region prefix ('' is the whole country). */
export interface Membership {
  org: string;
  /** what kind of organisation, as registry names kinds */
  orgKind: string;
  orgName: string;
  role: Role;
  /** county of the organisation; 0 for the platform itself */
  county: number;
  region: string;
}

/** A signed-in person. */
export interface Actor {
  person: string;
  name: string;
  memberships: readonly Membership[];
}

/** Whoever calls: a signed-in person, or a visitor. */
export type Caller = Actor | { person: null; memberships: readonly [] };

/** The product itself, where a job or a notice acts and no person does. */
export const system: Actor = { person: 'system', name: 'system', memberships: [] };

/**
 * The memberships that let `by` act in a county: those whose region holds the county, or lies inside it.
 * A station in a village passes the county's door; the act then looks at its own region and organisation.
 */
export function membershipsIn(by: Caller, county: number, allowed: readonly Role[] = roles): Membership[] {
  const code = String(county);
  return by.memberships.filter(
    (m) => allowed.includes(m.role) && (code.startsWith(m.region) || m.region.startsWith(code)),
  );
}

/** Whether one of these roles is over the whole county, not over one of its townships or villages. */
export const overCounty = (by: Caller, county: number, allowed: readonly Role[]): boolean =>
  membershipsIn(by, county, allowed).some((m) => String(county).startsWith(m.region));

/** The organisations that `by` sells for in a county. */
export const sellsFor = (by: Caller, county: number): string[] =>
  membershipsIn(by, county, ['merchant']).map((m) => m.org);

/** Whose goods somebody may read whole: those of all sellers, or of the organisations they sell for. */
export const sellersRead = (by: Caller, county: number): 'all' | string[] =>
  overCounty(by, county, ['operator', 'platform', 'auditor']) ? 'all' : sellsFor(by, county);

/**
 * The widest region prefix under which `by` may see people's records in a county: the county itself for those
 * whose region holds it, else the one township or village they serve; null when there is none.
 */
export function scopeIn(by: Caller, county: number, allowed: readonly Role[] = roles): string | null {
  const code = String(county);
  const prefixes = membershipsIn(by, county, allowed).map((m) => (m.region.length <= code.length ? code : m.region));
  return prefixes.sort((a, b) => a.length - b.length)[0] ?? null;
}
