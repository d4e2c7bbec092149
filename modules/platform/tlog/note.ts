import { concat, equalBytes, fromBase64, toBase64, toHex, utf8 } from './bytes.ts';
import { verifyEd25519 } from './ed25519.ts';
import type { Hash } from './merkle.ts';
import { sha256 } from './sha256.ts';

/** Kinds of keys (C2SP signed-note): the log's own, and a witness's (tlog-cosignature v1, whose signatures bear a time). */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

export interface NoteKey {
  name: string;
  kind: number;
  publicKey: Uint8Array;
  /** the first four bytes of what name, kind and key hash to */
  id: Uint8Array;
}

export interface NoteSignature {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
}

/** A text and who signed it; nothing is checked yet. */
export interface Note {
  text: string;
  signatures: NoteSignature[];
}

const NAME = /^[^\s+]+$/u;

export function noteKey(name: string, kind: number, publicKey: Uint8Array): NoteKey {
  const encoded = Uint8Array.of(kind, ...publicKey);
  return { name, kind, publicKey, id: sha256(concat(utf8(`${name}\n`), encoded)).slice(0, 4) };
}

/** A key as people pass it on: name+id+base64 (the vkey of Go's sumdb/note). */
export const formatKey = ({ name, kind, publicKey, id }: NoteKey): string =>
  `${name}+${toHex(id)}+${toBase64(Uint8Array.of(kind, ...publicKey))}`;

/** The key a vkey means; undefined where its parts do not fit each other. */
export function parseKey(text: string): NoteKey | undefined {
  const [name = '', , ...rest] = text.trim().split('+');
  const encoded = fromBase64(rest.join('+'));
  if (!NAME.test(name) || encoded?.length !== 33) return undefined;
  const key = noteKey(name, encoded[0] as number, encoded.slice(1));
  return formatKey(key) === text.trim() ? key : undefined;
}

/** @throws Error saying what is wrong with its form */
export function parseNote(note: string): Note {
  const end = note.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a note may not hold
  if (end < 0 || /[\0-\x09\x0b-\x1f]/.test(note)) throw new Error('this is no signed note');
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw new Error('the note has no whole signature line');
  const signatures = lines.map((line): NoteSignature => {
    const found = /^— ([^\s+]+) (\S+)$/u.exec(line);
    const bytes = found && fromBase64(found[2] as string);
    if (!found || !bytes || bytes.length < 5) throw new Error('a signature line of the note is malformed');
    return { name: found[1] as string, id: bytes.slice(0, 4), signature: bytes.slice(4) };
  });
  return { text: note.slice(0, end + 1), signatures };
}

export const signatureLine = ({ name, id, signature }: NoteSignature): string =>
  `— ${name} ${toBase64(concat(id, signature))}\n`;

export const formatNote = ({ text, signatures }: Note): string => `${text}\n${signatures.map(signatureLine).join('')}`;

export const isBy = (signature: NoteSignature, key: NoteKey): boolean =>
  signature.name === key.name && equalBytes(signature.id, key.id);

/** When a witness says it signed, in seconds; undefined for a signature of another form. */
export function cosignedAt({ signature }: NoteSignature): number | undefined {
  if (signature.length !== 72) return undefined;
  const seconds = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  return seconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seconds) : undefined;
}

/** What a witness signs: the checkpoint's text after two lines of its own. */
export const cosignedText = (text: string, seconds: number): string => `cosignature/v1\ntime ${seconds}\n${text}`;

/** Whether a signature that names this key is really this key's. */
export async function verifySignature(text: string, one: NoteSignature, key: NoteKey): Promise<boolean> {
  if (!isBy(one, key)) return false;
  if (key.kind === ED25519) return verifyEd25519(key.publicKey, utf8(text), one.signature);
  const seconds = key.kind === COSIGNATURE ? cosignedAt(one) : undefined;
  if (seconds === undefined) return false;
  return verifyEd25519(key.publicKey, utf8(cosignedText(text, seconds)), one.signature.slice(8));
}

/**
 * Which of the keys signed a note.
 *
 * @throws Error where a signature that names one of the keys is not that key's
 */
export async function signersOf(note: Note, keys: readonly NoteKey[]): Promise<NoteKey[]> {
  const signers: NoteKey[] = [];
  for (const one of note.signatures) {
    const key = keys.find((known) => isBy(one, known));
    if (!key) continue;
    if (!(await verifySignature(note.text, one, key))) throw new Error(`the signature of ${key.name} is false`);
    signers.push(key);
  }
  return signers;
}

/** A tree at a moment (C2SP tlog-checkpoint): whose, how large, with which root. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Hash;
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${toBase64(root)}\n`;

/** @throws Error saying what is wrong; extension lines are not taken, for nobody could check them */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const hash = fromBase64(root);
  const checkpoint = { origin, size: Number(size), root: hash ?? new Uint8Array() };
  if (!origin || hash?.length !== 32 || !Number.isSafeInteger(checkpoint.size) || checkpointText(checkpoint) !== text) {
    throw new Error('the note is no checkpoint');
  }
  return checkpoint;
}

/**
 * A checkpoint that the log's key has signed. The key's name is the log's origin.
 *
 * @throws Error saying why it is not to be believed
 */
export async function openCheckpoint(
  signed: string,
  key: NoteKey,
  witnesses: readonly NoteKey[] = [],
): Promise<Checkpoint & { witnesses: string[] }> {
  const note = parseNote(signed);
  const signers = await signersOf(note, [key, ...witnesses]);
  if (!signers.includes(key)) throw new Error(`the checkpoint is not signed by ${key.name}`);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint.origin !== key.name) throw new Error(`the checkpoint is of ${checkpoint.origin}, not of ${key.name}`);
  return { ...checkpoint, witnesses: signers.filter((one) => one !== key).map((one) => one.name) };
}
