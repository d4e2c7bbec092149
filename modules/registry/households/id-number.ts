// Resident identity number, GB 11643-1999: 6 digits of address, birthday YYYYMMDD, 3 of sequence, and a check
// character by ISO 7064 MOD 11-2.
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;
const CHECKS = '10X98765432';

/**
 * Whether a text is a resident ID number: form, a birthday that exists and is not after `today`, check character.
 * The address is not looked up: people keep the number of a county that was renamed or merged long ago.
 *
 * @param today YYYY-MM-DD
 */
export function isIdNumber(text: string, today: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false;
  const birthday = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const at = new Date(`${birthday}T00:00:00Z`);
  if (Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== birthday) return false;
  if (birthday < '1880-01-01' || birthday > today) return false;
  return completeIdNumber(text.slice(0, 17)) === text;
}

/** An ID number from its first 17 digits. */
export function completeIdNumber(first17: string): string {
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(first17[i]), 0);
  return first17 + CHECKS[sum % 11];
}
