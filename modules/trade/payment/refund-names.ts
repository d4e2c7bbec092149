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
