import { type Actor, membershipsIn, overCounty, sellsFor } from '#platform/actor.ts';
import type { County } from '#platform/ids.ts';

/** Whose lots somebody may see: all of the county, or those of his stations and organisations. */
export type LotReading = 'all' | { orgs: string[]; stations: string[] };

const stationsOf = (by: Actor, county: County): string[] => membershipsIn(by, county, ['keeper']).map((m) => m.org);

export function lotReading(by: Actor, county: County): LotReading {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return 'all';
  return { orgs: sellsFor(by, county), stations: stationsOf(by, county) };
}

/** Whether a lot is among those somebody may see. */
export const maySee = (reading: LotReading, lot: { org: string; station: string }): boolean =>
  reading === 'all' || reading.orgs.includes(lot.org) || reading.stations.includes(lot.station);

/** Whether somebody may certify or pack a lot: its owner's staff, the keeper of the station it lies in, the operator. */
export const mayHandle = (by: Actor, county: County, lot: { org: string; station: string }): boolean =>
  overCounty(by, county, ['operator']) ||
  sellsFor(by, county).includes(lot.org) ||
  stationsOf(by, county).includes(lot.station);

/** Whether somebody works for the lot's owner. */
export const ownsLot = (by: Actor, county: County, lot: { org: string }): boolean =>
  sellsFor(by, county).includes(lot.org);

export const isOperator = (by: Actor, county: County): boolean => overCounty(by, county, ['operator']);
