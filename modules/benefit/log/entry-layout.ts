import {
  concat,
  equalBytes,
  fromBase64,
  fromBase64Url,
  fromUtf8,
  toBase64,
  toBase64Url,
  utf8,
} from '#platform/tlog/bytes.ts';
import { sha256 } from '#platform/tlog/sha256.ts';

/**
 * What the public log holds of a benefit entry, and what opens it (docs/decisions/public-log.md): one line of ASCII,
 * which anybody can add up, and at its end a commitment to what it rests on, which says nothing without its salt.
 */
export interface PublicEntry {
  county: number;
  /** YYYY-MM */
  month: string;
  mechanism: string;
  /** below zero for a reversal */
  fen: number;
  commitment: Uint8Array;
}

/** What an entry rests on and its salt: shown to somebody, it opens this one line and no other. */
export interface Opening extends Omit<PublicEntry, 'commitment'> {
  origin: string;
  index: number;
  salt: Uint8Array;
  evidenceKind: string;
  /** the id of the purchase note, order line or whatever it is */
  evidence: string;
}

const VERSION = 'shanhuo-benefit/1';
const version = utf8(VERSION);
const SALT_BYTES = 32;
const ENTRY = /^shanhuo-benefit\/1 (\d{6}) (\d{4}-\d{2}) ([a-z_]+) (-?[1-9]\d*) (\S{44})$/;
const OPENING =
  /^shanhuo-opening\/1 ([^\s+]+) (\d+) (\S{43}) (\d{6}) (\d{4}-\d{2}) ([a-z_]+) (-?[1-9]\d*) ([a-z_]+) ([\da-f-]{36})$/;

export function encodeEntry({ county, month, mechanism, fen, commitment }: PublicEntry): Uint8Array {
  return utf8(`${VERSION} ${county} ${month} ${mechanism} ${fen} ${toBase64(commitment)}`);
}

/** @throws Error where the bytes are no entry: there is one way to write each */
export function decodeEntry(bytes: Uint8Array): PublicEntry {
  const found = ENTRY.exec(fromUtf8(bytes));
  const commitment = found && fromBase64(found[5] as string);
  if (!found || commitment?.length !== 32) throw new Error('an entry of the log is malformed');
  const [, county, month, mechanism, fen] = found as unknown as [string, string, string, string, string];
  return { county: Number(county), month, mechanism, fen: Number(fen), commitment };
}

/** What every commitment begins with: the version after its length, and the length of the salt. */
const before = Uint8Array.of(0, version.length, ...version, 0, SALT_BYTES);

/**
 * SHA-256 over version, salt and all fields, each after its length in two bytes, so that no two lists of fields give
 * the same bytes. Of 32 random bytes of salt nobody can try out all.
 *
 * @throws RangeError where a field is not ASCII or the salt has another length: no line or opening is so
 */
export function commit(to: Omit<Opening, 'origin' | 'index'>): Uint8Array {
  const parts = [to.county, to.month, to.mechanism, to.fen, to.evidenceKind, to.evidence].map(String);
  // As one text, whose letters are then its bytes: a call for each field takes longer than the hash.
  const text = parts.map((part) => `\0\0${part}`).join('');
  const fields = utf8(text);
  if (fields.length !== text.length) throw new RangeError(`"${parts.join(' ')}" cannot be committed to`);
  let at = 0;
  for (const { length } of parts) {
    fields[at] = length >> 8;
    fields[at + 1] = length & 255;
    at += 2 + length;
  }
  if (to.salt.length !== SALT_BYTES) throw new RangeError(`a salt has ${SALT_BYTES} bytes`);
  return sha256(concat(before, to.salt, fields));
}

/** An opening as it travels: in the fragment of an address, which browsers keep to themselves. */
export function encodeOpening(one: Opening): string {
  const { origin, index, salt, county, month, mechanism, fen, evidenceKind, evidence } = one;
  const plain = [origin, index, toBase64Url(salt), county, month, mechanism, fen, evidenceKind, evidence].join(' ');
  return toBase64Url(utf8(`shanhuo-opening/1 ${plain}`));
}

/** @throws Error where the text is no opening */
export function decodeOpening(token: string): Opening {
  const bytes = fromBase64Url(token.trim());
  const found = bytes && OPENING.exec(fromUtf8(bytes));
  const salt = found && fromBase64Url(found[3] as string);
  if (!found || salt?.length !== SALT_BYTES) throw new Error('this is no opening of a line of the log');
  const [, origin, index, , county, month, mechanism, fen, evidenceKind, evidence] = found as unknown as string[];
  return {
    ...{ origin, month, mechanism, evidenceKind, evidence },
    ...{ index: Number(index), county: Number(county), fen: Number(fen), salt },
  } as Opening;
}

/** Whether an opening is of this entry of the log. */
export const opens = (one: Opening, entry: PublicEntry): boolean =>
  equalBytes(commit(one), entry.commitment) &&
  (['county', 'month', 'mechanism', 'fen'] as const).every((field) => one[field] === entry[field]);

/** One published total. */
export interface PublicTotal {
  county: number;
  month: string;
  mechanism: string;
  entries: number;
  fen: number;
}

/** Adds entries up again, as anybody can. */
export function addUp(totals: Map<string, PublicTotal>, entries: readonly PublicEntry[]): void {
  for (const { county, month, mechanism, fen } of entries) {
    const key = `${county} ${month} ${mechanism}`;
    const total = totals.get(key) ?? { county, month, mechanism, entries: 0, fen: 0 };
    total.entries += 1;
    total.fen += fen;
    totals.set(key, total);
  }
}
