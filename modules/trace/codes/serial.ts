import { createHmac } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { County } from '#platform/ids.ts';
import type { Sealer } from '#platform/secrets.ts';

// A serial is 15 characters of 5 bits: a tag of 45 bits, then the pack's number in 30 bits under a mask made from the
// tag (the synthetic-IV way). So there is no row per pack; serials say nothing of their order; two packs of a lot can
// never share one, because the number can be read back; and of 2^75 possible serials a lot of n packs accepts n: one
// random try against a million packs hits with a chance of 2^-55.
const TAG_CHARS = 9;
const PACK_CHARS = 6;
const PACK_BITS = 30n;
export const SERIAL_LENGTH = TAG_CHARS + PACK_CHARS;

/** Crockford's base 32: no I, L, O, U, which are read as other signs or make words. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The version new lots are coded with; a lot remembers its own, so that a leaked key can be left behind. */
export const KEY_VERSION = 1;

/** One pack of a lot; packs count from 1. */
export interface PackCode {
  county: County;
  lot: string;
  pack: number;
  /** of the lot, see lotFacts */
  keyVersion: number;
}

/** The serial printed on a pack, made from the lot's key: the same every time, and never stored. */
export function serialOf(sealer: Sealer, of: PackCode): string {
  const key = lotKey(sealer, of);
  const tag = tagOf(key, of.pack);
  return encode(tag, TAG_CHARS) + encode(BigInt(of.pack) ^ maskOf(key, tag), PACK_CHARS);
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
  const pack = Number(masked ^ maskOf(key, tag));
  return pack >= 1 && pack <= lot.packs && tagOf(key, pack) === tag ? pack : null;
}

const lotKeys = new WeakMap<Sealer, LRUCache<string, Buffer>>();

// Deriving costs more than all the rest of a check; ten thousand lots' keys are under two megabytes.
function lotKey(sealer: Sealer, of: { county: County; lot: string; keyVersion: number }): Buffer {
  let keys = lotKeys.get(sealer);
  if (!keys) {
    keys = new LRUCache({ max: 10_000 });
    lotKeys.set(sealer, keys);
  }
  const name = `${of.county}/${of.lot}/${of.keyVersion}`;
  let key = keys.get(name);
  if (!key) {
    key = sealer.sign(`code/${of.keyVersion}`, `${of.county}/${of.lot}`);
    keys.set(name, key);
  }
  return key;
}

const tagOf = (key: Buffer, pack: number): bigint => digest(key, `t${pack}`) >> (64n - BigInt(TAG_CHARS * 5));
const maskOf = (key: Buffer, tag: bigint): bigint => digest(key, `m${tag}`) >> (64n - PACK_BITS);
const digest = (key: Buffer, text: string): bigint =>
  createHmac('sha256', key).update(text).digest().readBigUInt64BE(0);

function encode(value: bigint, chars: number): string {
  let text = '';
  for (let rest = value, i = 0; i < chars; i++, rest >>= 5n) text = ALPHABET[Number(rest & 31n)] + text;
  return text;
}

function decode(text: string): bigint | null {
  let value = 0n;
  for (const char of text) {
    const digit = ALPHABET.indexOf(char);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  return value;
}
