/**
 * What a device keeps is sealed with AES-256-GCM under one random key. That key is wrapped twice: under the PIN
 * (PBKDF2, SHA-256) and under a key that the server gives only to the keeper the device is registered to, so that a
 * forgotten PIN never loses a note. A six-digit PIN keeps out whoever finds the phone, not a laboratory; the phone's own
 * lock is the first door.
 */
import type { Keep } from './idb.ts';

/** OWASP's figure for PBKDF2 with SHA-256 (2023) is 600,000. */
const ITERATIONS = 600_000;
/** So many wrong PINs are a slip of the finger; after that each one costs twice the waiting, up to a quarter of an hour. */
const FREE_TRIES = 4;
const FIRST_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 15 * 60_000;

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: Uint8Array<ArrayBuffer>;
}

/** What is readable without the PIN: whose device it is, and how often somebody guessed. No name, no household. */
export interface VaultRecord {
  id: 'vault';
  person: string;
  county: number;
  station: string | null;
  device: string;
  letters: string;
  salt: Uint8Array<ArrayBuffer>;
  iterations: number;
  byPin: Sealed;
  byRecovery: Sealed;
  wrong: number;
  /** when the next PIN may be tried, ms */
  notBefore: number;
}

/** An open vault. `where` is bound into what is sealed: a record moved to another place does not open. */
export interface Vault {
  record: VaultRecord;
  seal(where: string, value: unknown): Promise<Sealed>;
  open<T>(where: string, sealed: Sealed): Promise<T>;
}

export type Unlocked =
  | { vault: Vault }
  | { refused: 'wrong'; wrong: number }
  | { refused: 'wait'; until: number; wrong: number };

/** The vault's record, or undefined on a device that was never set up. */
export const readVault = (keep: Keep) => keep.get<VaultRecord>('meta', 'vault');

/** Sets a device up. @param recoveryKey base64, 32 bytes, from the server */
export async function makeVault(
  keep: Keep,
  of: Pick<VaultRecord, 'person' | 'county' | 'station' | 'device' | 'letters'>,
  pin: string,
  recoveryKey: string,
): Promise<Vault> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const record: VaultRecord = {
    ...{ id: 'vault', ...of, ...(await wrapByPin(raw, pin)), wrong: 0, notBefore: 0 },
    byRecovery: await encrypt(await importKey(fromBase64(recoveryKey)), 'recovery', raw),
  };
  await keep.put('meta', record);
  return opened(record, raw);
}

/**
 * Opens the vault with the PIN. A wrong one is counted before it is known to be wrong, so that a reload gains nothing.
 */
export async function unlock(keep: Keep, pin: string, now: number): Promise<Unlocked> {
  let wait = 0;
  const record = await keep.change<VaultRecord>('vault', (before) => {
    if (!before) throw new Error('this device is not set up');
    wait = before.notBefore > now ? before.notBefore : 0;
    if (wait) return before;
    const wrong = before.wrong + 1;
    return { ...before, wrong, notBefore: now + waitAfter(wrong) };
  });
  if (wait) return { refused: 'wait', until: wait, wrong: record.wrong };
  try {
    const raw = await decrypt(await pinKey(pin, record.salt, record.iterations), 'pin', record.byPin);
    const right = await keep.change<VaultRecord>('vault', () => ({ ...record, wrong: 0, notBefore: 0 }));
    return { vault: await opened(right, raw) };
  } catch (error) {
    if ((error as Error).name !== 'OperationError') throw error;
    return { refused: 'wrong', wrong: record.wrong };
  }
}

/** Opens the vault with the key the server gave, and gives it a new PIN. */
export async function recoverVault(keep: Keep, recoveryKey: string, pin: string): Promise<Vault> {
  const before = await readVault(keep);
  if (!before) throw new Error('this device is not set up');
  const raw = await decrypt(await importKey(fromBase64(recoveryKey)), 'recovery', before.byRecovery);
  const record = { ...before, ...(await wrapByPin(raw, pin)), wrong: 0, notBefore: 0 };
  await keep.put('meta', record);
  return opened(record, raw);
}

/** Forgets households, prices and session. Notes stay sealed where they are: they are somebody's money. */
export const wipeReference = (keep: Keep): Promise<void> => keep.clear('sealed');

/** How long the next try has to wait after so many wrong ones. */
export function waitAfter(wrong: number): number {
  return wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (wrong - FREE_TRIES));
}

async function opened(record: VaultRecord, raw: Uint8Array<ArrayBuffer>): Promise<Vault> {
  const key = await importKey(raw);
  raw.fill(0);
  return {
    record,
    seal: (where, value) => encrypt(key, where, new TextEncoder().encode(JSON.stringify(value))),
    open: async (where, sealed) => JSON.parse(new TextDecoder().decode(await decrypt(key, where, sealed))),
  };
}

async function wrapByPin(raw: Uint8Array<ArrayBuffer>, pin: string) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const byPin = await encrypt(await pinKey(pin, salt, ITERATIONS), 'pin', raw);
  return { salt, iterations: ITERATIONS, byPin };
}

async function pinKey(pin: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey']);
  const how = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations };
  return crypto.subtle.deriveKey(how, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

const importKey = (raw: Uint8Array<ArrayBuffer>) =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);

async function encrypt(key: CryptoKey, where: string, data: Uint8Array<ArrayBuffer>): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const how = { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(where) };
  return { iv, data: new Uint8Array(await crypto.subtle.encrypt(how, key, data)) };
}

async function decrypt(key: CryptoKey, where: string, { iv, data }: Sealed): Promise<Uint8Array<ArrayBuffer>> {
  const how = { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(where) };
  return new Uint8Array(await crypto.subtle.decrypt(how, key, data));
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
