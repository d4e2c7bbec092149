import { randomInt } from 'node:crypto';

/**
 * The check digit of a row of digits by ISO 7064 MOD 11,10: it finds every wrong digit and nearly every swap of two
 * neighbours, and is itself a digit, so that it can be typed on any keypad.
 */
export function checkDigit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}

/** A new code of eight digits, the last its check digit. Never with a zero first, which spreadsheets drop. */
export function makePayCode(random: (below: number) => number = randomInt): string {
  const digits = String(1_000_000 + random(9_000_000));
  return digits + checkDigit(digits);
}

/** Whether a text is a code as it should be typed: eight digits that pass their check. */
export const isPayCode = (code: string): boolean => /^\d{8}$/.test(code) && checkDigit(code.slice(0, 7)) === code[7];

/** A code in two halves, as people read it out and type it. */
export const showPayCode = (code: string): string => `${code.slice(0, 4)} ${code.slice(4)}`;

/** A code as a person typed it, or null when it is none. */
export function readPayCode(text: string): string | null {
  const code = text.normalize('NFKC').replace(/[\s-]/g, '');
  return isPayCode(code) ? code : null;
}

/**
 * The codes that a bank's remark names, each once, in order. Eight digits in one run, or in two halves; what fails its
 * check is a date, a phone's part or another number.
 */
export function codesIn(remark: string): string[] {
  const found = remark.normalize('NFKC').matchAll(/(?<!\d)(?=(\d{4})[ -]?(\d{4})(?!\d))/g);
  return [...new Set([...found].map(([, head, tail]) => `${head}${tail}`).filter(isPayCode))];
}
