/**
 * A text as providers take it: no control characters, nothing outside the basic plane (WeChat Pay knows UTF-8 of one
 * to three bytes only, so an emoji makes it refuse the whole request), and not longer than `most` bytes.
 */
export function plainText(text: string, most: number): string {
  let out = '';
  let bytes = 0;
  for (const sign of text.replace(/\p{Cc}|\p{Cs}|\p{Cf}|\p{Variation_Selector}/gu, '')) {
    const size = Buffer.byteLength(sign);
    if (size > 3) continue;
    if (bytes + size > most) break;
    out += sign;
    bytes += size;
  }
  return out.trim() || '山货';
}

/** An instant as both providers write it, in the time of China: `2026-09-17T14:00:00+08:00`. */
export const chinaTime = (at: Date): string =>
  `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** `39.80`, `-0.29`, `0.00000` in yuan as whole fen, rounded half away from nought. @throws RangeError on anything else */
export function fenOfYuan(text: string): number {
  const found = /^(-?)(\d{1,12})(?:\.(\d{1,8}))?$/.exec(text.trim());
  if (!found) throw new RangeError(`"${text}" is no amount in yuan`);
  const [, sign, whole, part = ''] = found;
  const digits = part.padEnd(3, '0');
  const fen = Number(whole) * 100 + Number(digits.slice(0, 2)) + (Number(digits[2]) >= 5 ? 1 : 0);
  return sign === '-' && fen !== 0 ? -fen : fen;
}
