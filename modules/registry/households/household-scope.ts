import { type Actor, type Role, scopeIn } from '#platform/actor.ts';
import { refusePlatform } from '#platform/errors.ts';

/**
 * The region prefix whose households a caller may see in a county.
 *
 * @throws Refusal `not-allowed` when none
 */
export function householdScope(by: Actor, county: number, allowed: readonly Role[]): string {
  const scope = scopeIn(by, county, allowed);
  if (scope === null) throw refusePlatform('not-allowed');
  return scope;
}
