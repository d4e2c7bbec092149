import { type Actor, type Caller, membershipsIn, overCounty, sellsFor } from '#platform/actor.ts';
import type { Db } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { orgsServed } from '#trade';

/** Whether somebody is of the organiser's staff who sell. */
export const isOfOrganiser = (by: Caller, county: County, org: string): boolean => sellsFor(by, county).includes(org);

/** The organiser's own people write a project, and the county for them. @throws Refusal `not-allowed` */
export function requireWriter(by: Actor, county: County, org: string): void {
  if (!isOfOrganiser(by, county, org) && !overCounty(by, county, ['operator'])) throw refusePlatform('not-allowed');
}

/** Whose projects somebody reads whole: all of the county's, or those of the organisations they serve. */
export async function projectsRead(db: Db, by: Actor, county: County): Promise<'all' | string[]> {
  if (membershipsIn(by, county, ['operator', 'platform', 'auditor', 'cadre']).length > 0) return 'all';
  return orgsServed(db, by, county);
}

/** Whose goods somebody packs and sends, as their parcels. */
export function sendersOf(db: Db, by: Actor, county: County): Promise<'all' | string[]> {
  return orgsServed(db, { ...by, memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator']) }, county);
}

/** Whoever packs goods of the organiser sends what is owed. @throws Refusal `not-allowed` */
export async function requireSender(db: Db, by: Actor, county: County, org: string): Promise<void> {
  const served = await sendersOf(db, by, county);
  if (served !== 'all' && !served.includes(org)) throw refusePlatform('not-allowed');
}
