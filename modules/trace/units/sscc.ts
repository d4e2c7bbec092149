import type { County } from '#platform/ids.ts';
import { checkDigit } from '../digital-link/linters.ts';

/**
 * The prefix of numbers for cases of sellers without a GS1 company prefix: `2`, which GS1 leaves to companies' own use,
 * then the county. Like our in-house GTINs they mean something only under the shop's own address: on goods for other
 * firms' warehouses an SSCC must begin with a prefix that was bought.
 */
export const inHousePrefix = (county: County): string => `2${county}`;

/** How many cases a prefix can number: what sixteen digits leave after it. */
export const roomOf = (prefix: string): number => 10 ** (16 - prefix.length);

/**
 * A serial shipping container code: extension digit 0, prefix, serial, check digit; eighteen digits in all.
 *
 * @param serial from 1, below `roomOf(prefix)`
 */
export function ssccOf(prefix: string, serial: number): string {
  const body = `0${prefix}${String(serial).padStart(16 - prefix.length, '0')}`;
  return body + checkDigit(body);
}

/** The county of an in-house number; null for one with a bought prefix. */
export const countyOfSscc = (sscc: string): County | null => {
  const found = /^02(\d{6})\d{10}$/.exec(sscc)?.[1];
  return found ? Number(found) : null;
};

/** The path of a case's page as a GS1 Digital Link. */
export const unitPath = (sscc: string): string => `/00/${sscc}`;
