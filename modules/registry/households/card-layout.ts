/**
 * What stands on a household's card: twelve letters and digits that say nothing of whose it is. As Crockford's base 32
 * they can be read out and typed: no I, L, O or U, and who writes an O means a zero. Screens and server read this file.
 */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
export const CARD_SIGNS = 12;

/** Bytes as the letters of a card: five bits each, from the front. @param bytes eight at least */
export function cardLetters(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  return Array.from({ length: CARD_SIGNS }, (_, i) => SIGNS[Number((bits >> BigInt(59 - 5 * i)) & 31n)]).join('');
}

/** In groups of four, as they are printed for people. */
export const spelledCard = (letters: string): string => letters.replace(/(.{4})(?=.)/g, '$1 ');

/** What the square code on a card holds: capitals, digits and colons, which make it small. */
export const cardText = (county: number, letters: string): string => `SHANHUO:${county}:${letters}`;

/** What was read or typed is a card's: its letters; or why it leads nowhere here; undefined for all other text. */
export function readCardText(text: string, county: number): { letters: string } | { county: number } | undefined {
  const coded = /^SHANHUO:(\d{6}):([0-9A-Z]{12})$/i.exec(text.trim());
  if (coded && Number(coded[1]) !== county) return { county: Number(coded[1]) };
  const typed = (coded?.[2] ?? text).toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  return typed.length === CARD_SIGNS && [...typed].every((sign) => SIGNS.includes(sign))
    ? { letters: typed }
    : undefined;
}

/**
 * What a card is found by, here and on a device without a signal: from what a device carries no card can be printed.
 *
 * @returns 22 signs of base64url: 132 bits of SHA-256
 */
export async function cardHash(county: number, letters: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(cardText(county, letters)));
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
}
