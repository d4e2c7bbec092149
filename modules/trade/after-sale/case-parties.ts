import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { orgsServed } from '../orders/order-readers.ts';
import { refuse } from '../refuse.ts';
import { type CaseFields, caseById } from './cases.queries.ts';

/** What somebody is to a case. A person can be more than one, as a merchant who buys in the own county is. */
export interface Standing {
  buyer: boolean;
  merchant: boolean;
  county: boolean;
}

/** Whose cases `by` may answer as their seller: of their own organisation, or of the one their station buys for. */
export async function sellersServed(db: Db, by: Actor, county: County): Promise<string[]> {
  const seller = { ...by, memberships: membershipsIn(by, county, ['merchant', 'keeper']) };
  const served = await orgsServed(db, seller, county);
  return served === 'all' ? [] : served;
}

/** The county's staff who may read all cases: its operator decides, the platform and the auditor look. */
export const readsAllCases = (by: Actor, county: County): boolean =>
  overCounty(by, county, ['operator', 'platform', 'auditor']);

/**
 * A case for somebody who may read it, and what they are to it. To everybody else it does not exist.
 *
 * @throws Refusal `case-not-found`
 */
export async function caseForReader(
  db: Db,
  by: Actor,
  county: County,
  id: string,
): Promise<{ found: CaseFields; standing: Standing }> {
  const found = await caseById(db, county, id);
  if (!found) throw refuse('case-not-found');
  const standing = await standingTo(db, by, county, found);
  if (!standing.buyer && !standing.merchant && !readsAllCases(by, county)) throw refuse('case-not-found');
  return { found, standing };
}

export async function standingTo(
  db: Db,
  by: Actor,
  county: County,
  of: { person: string; org: string },
): Promise<Standing> {
  return {
    buyer: of.person === by.person,
    merchant: (await sellersServed(db, by, county)).includes(of.org),
    county: overCounty(by, county, ['operator']),
  };
}

/**
 * That somebody is one of these parties.
 *
 * @throws Refusal `not-allowed`
 */
export function requireParty(standing: Standing, party: keyof Standing): void {
  if (!standing[party]) throw refusePlatform('not-allowed');
}
