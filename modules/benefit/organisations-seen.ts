import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { County } from '#platform/ids.ts';

/** Whose payrolls and dividends a caller sees: all of the county's (null), or those of his own organisations. */
export const organisationsSeen = (by: Actor, county: County): string[] | null =>
  overCounty(by, county, ['operator', 'platform', 'auditor']) ? null : membershipsIn(by, county).map((m) => m.org);
