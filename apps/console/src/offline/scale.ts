/**
 * What scales say on a serial line when they send without being asked. Read from the makers' manuals:
 *
 * - **Yaohua XK3190**, continuous format 0: STX, sign, six digits, number of decimals, two hex digits of an XOR over
 *   bytes 2–9, ETX. Kilograms.
 * - **Yaohua XK3190**, the format with `=`: `=`, seven characters with the lowest digit first, and the sign: `=00.1000-`.
 * - **A&D** and the many that copy it: `ST,GS,+00012.34kg` and CR LF; ST stable, US not, OL too heavy; GS gross, NT net.
 * - **Mettler-Toledo continuous**: STX, status A (decimals), B (net, sign, range, motion, kg), C, six digits of weight,
 *   six of tare, CR, and perhaps a checksum.
 * - a weight with its unit on a line, as small scales say it: `  12.345 kg`, `wn0012.34kg`.
 */

/** One weight off the line. */
export interface Reading {
  grams: number;
  /** the scale says it stands still; null where its format cannot say so */
  stable: boolean | null;
}

const STX = '\x02';
const ETX = '\x03';
/** Longer than any frame: what has not become one by then never will. */
const LONGEST = 64;

/**
 * Takes whole frames out of what came in so far.
 *
 * @param text bytes as characters (latin1)
 * @returns the weights in it, oldest first, and what is left for the next time
 */
export function readScale(text: string): { readings: Reading[]; rest: string } {
  const readings: Reading[] = [];
  let rest = text;
  for (;;) {
    const frame = takeFrame(rest);
    if (!frame) return { readings, rest: rest.slice(-LONGEST) };
    if (frame.reading) readings.push(frame.reading);
    rest = rest.slice(frame.end);
  }
}

/** The first frame of a text and where it ends; a broken one has no reading. Undefined: it is not all there yet. */
function takeFrame(text: string): { reading?: Reading; end: number } | undefined {
  const [frameAt, wordAt] = [text.indexOf(STX), text.search(/[=A-Za-z\d+-]/)];
  if (frameAt < 0 && wordAt < 0) return undefined;
  const start = frameAt < 0 || (wordAt >= 0 && wordAt < frameAt) ? wordAt : frameAt;
  const from = text.slice(start);
  if (from[0] === STX) {
    // Toledo's status byte may look like Yaohua's sign, so Yaohua's checksum decides.
    if (from.length < 12) return undefined;
    const short = yaohua(from.slice(0, 12));
    if (short) return { reading: short, end: start + 12 };
    if (from[11] === ETX) return { end: start + 12 };
    if (from.length < 17) return undefined;
    const long = toledo(from.slice(0, 17));
    return { reading: long, end: start + (long ? 17 : 1) };
  }
  if (from[0] === '=') {
    if (from.length < 9) return undefined;
    const reading = reversed(from.slice(0, 9));
    return { reading, end: start + (reading ? 9 : 1) };
  }
  const lineEnd = from.search(/[\r\n]/);
  // A checksum that stood behind the frame before is no line.
  if (frameAt >= 0 && (lineEnd < 0 || frameAt < start + lineEnd)) return { end: frameAt };
  if (lineEnd < 0) return undefined;
  return { reading: line(from.slice(0, lineEnd)), end: start + lineEnd + 1 };
}

function yaohua(frame: string): Reading | undefined {
  const found = /^([+-])(\d{6})([0-4])([0-9A-F]{2})$/.exec(frame.slice(1, -1));
  if (!found || frame.at(-1) !== ETX) return undefined;
  let xor = 0;
  for (const character of frame.slice(1, 9)) xor ^= character.charCodeAt(0);
  if (xor !== Number.parseInt(found[4] ?? '', 16)) return undefined;
  return weigh(`${found[1]}${found[2]}`, Number(found[3]), 'kg', null);
}

function reversed(frame: string): Reading | undefined {
  const found = /^=([\d.]{7})([0 +-])$/.exec(frame);
  if (!found) return undefined;
  const text = [...(found[1] ?? '')].reverse().join('');
  if ((text.match(/\./g) ?? []).length > 1) return undefined;
  return weigh(`${found[2] === '-' ? '-' : ''}${text}`, 0, 'kg', null);
}

function toledo(frame: string): Reading | undefined {
  const [a, b] = [frame.charCodeAt(1), frame.charCodeAt(2)];
  const digits = frame.slice(4, 10);
  if (frame[16] !== '\r' || !/^[ \d]{6}$/.test(digits) || (a & 0x20) === 0 || (b & 0x20) === 0) return undefined;
  // Bits 0–2 of A: 2 is whole units, each step above one decimal more, below one zero less.
  const decimals = (a & 7) - 2;
  if (b & 4) return undefined;
  return weigh(`${b & 2 ? '-' : ''}${digits.trim() || '0'}`, decimals, b & 16 ? 'kg' : 'lb', (b & 8) === 0);
}

const LINE =
  /^(?:(ST|US|OL|QT)[,\s]\s*)?(?:(?:GS|NT|TR)[,\s]\s*)?(?:w[nw]\s*)?([+-]?)\s*(\d{1,8}(?:\.\d{0,4})?)\s*(kg|g|lb|jin)\s*$/i;

function line(text: string): Reading | undefined {
  const found = LINE.exec(text.trim());
  if (!found || /^(OL|QT)$/i.test(found[1] ?? '')) return undefined;
  const said = found[1]?.toUpperCase();
  return weigh(`${found[2]}${found[3]}`, 0, (found[4] ?? '').toLowerCase(), said ? said === 'ST' : null);
}

const UNITS: Record<string, number> = { kg: 1000, g: 1, jin: 500, lb: 453.592_37 };

function weigh(text: string, decimals: number, unit: string, stable: boolean | null): Reading {
  return { grams: Math.round((Number(text) / 10 ** decimals) * (UNITS[unit] ?? 1000)), stable };
}

/** Same weight so often in a row stands still, where the scale cannot say so itself. */
const STILL = 5;

/** Whether the newest reading stands still: as the scale says, or because it has not changed for a while. */
export function isStill(newest: readonly Reading[]): boolean {
  const last = newest.at(-1);
  if (!last || last.grams <= 0) return false;
  if (last.stable !== null) return last.stable;
  return newest.length >= STILL && newest.slice(-STILL).every((one) => one.grams === last.grams);
}
