import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { atMost } from '#platform/at-most.ts';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';

// A serial is 15 characters of 5 bits: a tag of 45 bits, then the pack's number in 30 bits under a mask made from the
// tag (the synthetic-IV way). So there is no row per pack; serials say nothing of their order; two packs of a lot can
// never share one, because the number can be read back; and of 2^75 possible serials a lot of n packs accepts n: one
// random try against a million packs hits with a chance of 2^-55.
const TAG_CHARS = 9;
const PACK_CHARS = 6;
export const SERIAL_LENGTH = TAG_CHARS + PACK_CHARS;

/** Crockford's base 32: no I, L, O, U, which are read as other signs or make words. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The version lots are coded with until the county takes another; a lot remembers its own (code-keys.ts). */
export const FIRST_KEY_VERSION = 1;

/** One pack of a lot; packs count from 1. */
export interface PackCode {
  county: County;
  lot: string;
  pack: number;
  /** of the lot for this pack, see keyVersionOf */
  keyVersion: number;
}

/** The serial printed on a pack, made from the lot's key: the same every time, and never stored. */
export function serialOf(sealer: Sealer, of: PackCode): string {
  const key = lotKey(sealer, of);
  const tag = tagOf(key, of.pack);
  return encode(tag, TAG_CHARS) + encode(of.pack ^ maskOf(key, tag), PACK_CHARS);
}

/**
 * The pack a serial belongs to in a lot of `packs` packs; null when it was not made by `serialOf` for this lot.
 */
export function packOf(
  sealer: Sealer,
  lot: { county: County; lot: string; keyVersion: number; packs: number },
  serial: string,
): number | null {
  if (serial.length !== SERIAL_LENGTH) return null;
  const tag = decode(serial.slice(0, TAG_CHARS));
  const masked = decode(serial.slice(TAG_CHARS));
  if (tag === null || masked === null) return null;
  const key = lotKey(sealer, lot);
  const pack = masked ^ maskOf(key, tag);
  return pack >= 1 && pack <= lot.packs && tagOf(key, pack) === tag ? pack : null;
}

const lotKeys = new WeakMap<Sealer, LRUCache<string, KeyObject>>();

// Deriving costs more than all the rest of a check; ten thousand lots' keys are under two megabytes.
function lotKey(sealer: Sealer, of: { county: County; lot: string; keyVersion: number }): KeyObject {
  let keys = lotKeys.get(sealer);
  if (!keys) {
    keys = new LRUCache(atMost(10_000));
    lotKeys.set(sealer, keys);
  }
  const name = `${of.county}/${of.lot}/${of.keyVersion}`;
  let key = keys.get(name);
  if (!key) {
    // As a key object, which need not be taken in anew at every hash.
    key = createSecretKey(sealer.sign(`code/${of.keyVersion}`, `${of.county}/${of.lot}`));
    keys.set(name, key);
  }
  return key;
}

// The first 45 bits of a hash, which a number holds exactly; and the first 30, which an integer operation takes.
const tagOf = (key: KeyObject, pack: number): number => {
  const hash = digest(key, `t${pack}`);
  return hash.readUInt32BE(0) * 2 ** 13 + (hash.readUInt32BE(4) >>> 19);
};
const maskOf = (key: KeyObject, tag: number): number => digest(key, `m${tag}`).readUInt32BE(0) >>> 2;
const digest = (key: KeyObject, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function encode(value: number, chars: number): string {
  let text = '';
  for (let rest = value, i = 0; i < chars; i++, rest = Math.floor(rest / 32)) text = ALPHABET[rest % 32] + text;
  return text;
}

function decode(text: string): number | null {
  let value = 0;
  for (const char of text) {
    const digit = ALPHABET.indexOf(char);
    if (digit < 0) return null;
    value = value * 32 + digit;
  }
  return value;
}
