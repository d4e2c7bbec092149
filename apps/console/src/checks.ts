/**
 * Check digits, so that a wrong number is seen while it is typed. The server checks again and decides.
 */

const ID_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const ID_CHECKS = '10X98765432';

/** GB 11643: eighteen characters, a real date of birth, and the check character. */
export function idNumberRight(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const born = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const date = new Date(`${born}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== born) return false;
  const sum = ID_WEIGHTS.reduce((all, weight, i) => all + weight * Number(text[i]), 0);
  return ID_CHECKS[sum % 11] === text[17];
}

const CODE_LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const CODE_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/** GB 32100: the eighteen characters of a unified social credit code, the last one a check. */
export function organisationCodeRight(text: string): boolean {
  if (text.length !== 18) return false;
  let sum = 0;
  for (const [i, weight] of CODE_WEIGHTS.entries()) {
    const value = CODE_LETTERS.indexOf(text[i] ?? '');
    if (value < 0) return false;
    sum += value * weight;
  }
  return CODE_LETTERS[(31 - (sum % 31)) % 31] === text[17];
}
