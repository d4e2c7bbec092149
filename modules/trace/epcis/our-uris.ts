import { isInHouse } from '#catalog';
import type { County } from '#platform/ids.ts';
import { lotPath } from '../codes/codes.queries.ts';
import { lotUri } from './epc-uri.ts';

/** Addresses of our own things in events, under the address buyers reach the shop at. */
export function ourUris(publicUrl: string) {
  return {
    /** a lot of packs: the Digital Link on them; of in-house numbers on our own host, for GS1's resolver knows none */
    packedLot: (gtin: string, number: string): string =>
      isInHouse(gtin) ? publicUrl + lotPath(gtin, number) : lotUri(gtin, number),
    /** a lot that has no GTIN yet */
    rawLot: (county: County, number: string): string => `${publicUrl}/lots/${county}/${number}`,
    /** a case or pallet */
    unit: (sscc: string): string => `https://id.gs1.org/00/${sscc}`,
    /** a village, or a wider region by its twelve digits */
    village: (code: string): string => `${publicUrl}/village/${code}`,
    parcel: (county: County, number: string): string => `${publicUrl}/parcels/${county}/${number}`,
    order: (county: County, number: string): string => `${publicUrl}/orders/${county}/${number}`,
  };
}

/** The twelve digits of a place of ours, whatever host the address was made for. */
export const regionOfUri = (uri: string): string | null => /\/village\/(\d{12})$/.exec(uri)?.[1] ?? null;
