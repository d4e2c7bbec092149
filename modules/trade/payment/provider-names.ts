/** A UUID as providers take it: 32 characters, no dashes. */
export const shortId = (id: string): string => id.replaceAll('-', '');

/** The UUID again. */
export const longId = (short: string): string =>
  `${short.slice(0, 8)}-${short.slice(8, 12)}-${short.slice(12, 16)}-${short.slice(16, 20)}-${short.slice(20)}`;

/**
 * The name under which a refund is asked for: one for ever, and another only when the provider has closed the one
 * before for good, since then nothing can be paid under it any more.
 */
export const refundName = (id: string, tries: number): string =>
  tries === 0 ? shortId(id) : `${shortId(id)}-${tries}`;

/** Which refund a name is of, or null when it is none of ours; `_n` is one order's part of a payment that goes back whole. */
export function refundOfName(name: string): { id: string; tries: number } | null {
  const found = /^([0-9a-f]{32})(?:-(\d{1,3}))?(?:_\d{1,2})?$/.exec(name);
  return found ? { id: longId(found[1] as string), tries: Number(found[2] ?? 0) } : null;
}

/**
 * The name of one order within a payment that covers several: providers combine orders, each under a number of its own,
 * and another payment of the same checkout must not use it again.
 */
export const partName = (payment: string, index: number): string =>
  `${BigInt(`0x${shortId(payment)}`)
    .toString(36)
    .padStart(25, '0')}_${index}`;

/** The payment and the order's place in it that a part's name is of, or null. */
export function partOfName(name: string): { payment: string; index: number } | null {
  const found = /^([0-9a-z]{25})_(\d{1,2})$/.exec(name);
  if (!found) return null;
  const number = [...(found[1] as string)].reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n);
  const hex = number.toString(16).padStart(32, '0');
  return hex.length > 32 ? null : { payment: longId(hex), index: Number(found[2]) };
}

/** Our id behind a name that a provider tells us, of a payment one order of which is named as well; null: none of ours. */
export function uuidOfName(name: string): string | null {
  if (/^[0-9a-f]{32}$/.test(name)) return longId(name);
  return partOfName(name)?.payment ?? null;
}
