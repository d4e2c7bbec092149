import type { County } from '#platform/ids.ts';

/** The check digit of GS1's modulo 10: weights 3 and 1 from the right, for GTIN, SSCC and GLN alike. */
export function checkDigit(body: string): number {
  let sum = 0;
  for (let i = 0; i < body.length; i++) sum += Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/** Whether the last digit of a number of digits is its GS1 check digit. */
export const checkDigitFits = (number: string): boolean =>
  /^\d{2,}$/.test(number) && checkDigit(number.slice(0, -1)) === Number(number.at(-1));

/**
 * A GTIN-8, -12, -13 or -14 as its 14 digits; null when the length or the check digit is wrong.
 */
export function readGtin(text: string): string | null {
  if (!/^(\d{8}|\d{12}|\d{13}|\d{14})$/.test(text) || !checkDigitFits(text)) return null;
  return text.padStart(14, '0');
}

/** How many in-house numbers a county has. */
export const MOST_IN_HOUSE = 99_999;

/**
 * The nth in-house GTIN of a county, as 14 digits: 2, the county's six digits, five of a counter, check digit. GS1
 * leaves numbers that begin with 2 to companies' own use, so none of them can be somebody's bought number.
 */
export function inHouseGtin(county: County, n: number): string {
  if (n < 1 || n > MOST_IN_HOUSE) throw new RangeError(`county ${county} has no in-house GTIN number ${n}`);
  const body = `2${county}${String(n).padStart(5, '0')}`;
  return `0${body}${checkDigit(body)}`;
}

/** Whether a 14-digit GTIN lies where GS1 lets anybody number for himself: prefixes 02, 04 and 20–29 of a GTIN-13. */
export const isInHouse = (gtin: string): boolean => /^0(02|04|2\d)/.test(gtin);
