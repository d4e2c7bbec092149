import type { Sealer } from '#platform/secrets.ts';
import type { CodeRange } from './codes.queries.ts';
import { packOf, SERIAL_LENGTH } from './serial.ts';

/** Which key the codes of a lot's packs are made with: its first, and those that later took over from a pack on. */
export interface CodeKeys {
  /** when the lot was packed */
  keyVersion: number;
  /** in the order of their versions */
  reissues: readonly { keyVersion: number; fromPack: number }[];
}

/** The key version in force for a pack: that of the last reissue that reaches it. */
export const keyVersionOf = (keys: CodeKeys, pack: number): number =>
  keys.reissues.findLast((reissue) => reissue.fromPack <= pack)?.keyVersion ?? keys.keyVersion;

/** What a serial turns out to be. Only with our key can one be made, so all but `false` were printed or stolen here. */
export type Reading =
  | { standing: 'genuine' | 'withdrawn' | 'never_packed'; pack: number }
  | { standing: 'false'; pack: null };

const FALSE: Reading = { standing: 'false', pack: null };
/** The most packs a serial can name (serial.ts). */
const ALL_PACKS = 2 ** 30 - 1;

/**
 * Reads a serial with every key the lot has had. `withdrawn`: its pack has a code of a newer key. `never_packed`: the
 * lot ends before its pack, so somebody has the key itself.
 */
export function readSerial(sealer: Sealer, range: CodeRange, serial: string): Reading {
  if (serial.length !== SERIAL_LENGTH) return FALSE;
  for (const keyVersion of [range.keyVersion, ...range.reissues.map((reissue) => reissue.keyVersion)]) {
    const pack = packOf(sealer, { ...range, keyVersion, packs: ALL_PACKS }, serial);
    if (pack === null) continue;
    if (pack > range.packs) return { standing: 'never_packed', pack };
    return { standing: keyVersionOf(range, pack) === keyVersion ? 'genuine' : 'withdrawn', pack };
  }
  return FALSE;
}
