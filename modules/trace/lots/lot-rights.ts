import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { County } from '#platform/ids.ts';

/** Whose lots somebody may see: all of the county, or those of his stations and organisations. */
export type LotReading = 'all' | { orgs: string[]; stations: string[] };

const orgsOf = (by: Actor, county: County, role: 'merchant' | 'keeper'): string[] =>
  membershipsIn(by, county, [role]).map((m) => m.org);

export function lotReading(by: Actor, county: County): LotReading {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return 'all';
  return { orgs: orgsOf(by, county, 'merchant'), stations: orgsOf(by, county, 'keeper') };
}

/** Whether somebody may certify or pack a lot: its owner's staff, the keeper of the station it lies in, the operator. */
export const mayHandle = (by: Actor, county: County, lot: { org: string; station: string }): boolean =>
  overCounty(by, county, ['operator']) ||
  orgsOf(by, county, 'merchant').includes(lot.org) ||
  orgsOf(by, county, 'keeper').includes(lot.station);

/** Whether somebody works for the lot's owner. */
export const ownsLot = (by: Actor, county: County, lot: { org: string }): boolean =>
  orgsOf(by, county, 'merchant').includes(lot.org);

export const isOperator = (by: Actor, county: County): boolean => overCounty(by, county, ['operator']);
