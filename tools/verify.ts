#!/usr/bin/env node
/**
 * `npm run verify -- <folder or address>`: checks a public log from its files alone, of a folder they were downloaded
 * into or from a running platform. Needs no database, no secret and nothing of this program but its arithmetic.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { fromUtf8 } from '#platform/tlog/bytes.ts';
import { checkConsistency, checkLog, type ReadFile } from '#platform/tlog/check-log.ts';
import { type NoteKey, openCheckpoint, parseKey, parseNote } from '#platform/tlog/note.ts';
import { addUp, decodeEntry, type PublicTotal } from '../modules/benefit/log/entry-layout.ts';

const usage = `npm run verify -- <folder or address> [--key <name+id+base64>] [--witness <name+id+base64>] [--since <file>] [--save <folder>]
  address    of the log, like https://shop.example.cn/log; or a folder with checkpoint and tile/ in it
  --key      the log's public key; without it the folder's file "key" is taken
  --witness  a witness that must have cosigned the checkpoint; may be given several times
  --since    a checkpoint kept from before: the log must continue it
  --save     keep every file that was read in a folder, for checking again without the net`;

/** What was found right. */
export interface Verified {
  origin: string;
  size: number;
  files: number;
  totals: PublicTotal[];
  /** counties whose published totals were compared */
  compared: number[];
}

/**
 * Checks a log from end to end: the checkpoint's signature, every entry, every tile up to the root, the totals that are
 * published, and, where an older checkpoint is given, that the log continues it.
 *
 * @throws Error naming what is wrong
 */
export async function verifyLog(
  read: ReadFile,
  trust: { key: NoteKey; witnesses?: readonly NoteKey[]; since?: string },
): Promise<Verified> {
  const { key, witnesses = [], since } = trust;
  const note = fromUtf8(await read('checkpoint'));
  const checkpoint = await openCheckpoint(note, key, witnesses);
  const missing = witnesses.find((one) => !checkpoint.witnesses.includes(one.name));
  if (missing) throw new Error(`${missing.name} has not cosigned the checkpoint`);
  const totals = new Map<string, PublicTotal>();
  const files = await checkLog(read, checkpoint, (entries) => addUp(totals, entries.map(decodeEntry)));
  if (since !== undefined) await checkConsistency(read, await openCheckpoint(since, key), checkpoint);
  const all = [...totals.values()].sort(
    (a, b) => a.county - b.county || a.month.localeCompare(b.month) || a.mechanism.localeCompare(b.mechanism),
  );
  const compared: number[] = [];
  for (const county of new Set(all.map((total) => total.county))) {
    const published = await read(`totals/${county}.json`).catch(() => undefined);
    if (published && compareTotals(fromUtf8(published), county, checkpoint, all)) compared.push(county);
  }
  return { origin: checkpoint.origin, size: checkpoint.size, files: files + 1, totals: all, compared };
}

/** @returns false where the file is of another size, as of a log that has grown since */
function compareTotals(text: string, county: number, at: { size: number }, all: readonly PublicTotal[]): boolean {
  const published = JSON.parse(text) as { size: number; totals: PublicTotal[] };
  if (published.size !== at.size) return false;
  const line = (one: PublicTotal) => `${one.month} ${one.mechanism}: ${one.fen} fen in ${one.entries} entries`;
  const [told, true_] = [published.totals, all.filter((one) => one.county === county)].map((rows) =>
    rows.map(line).sort(),
  );
  const wrong = told?.find((one) => !true_?.includes(one)) ?? true_?.find((one) => !told?.includes(one));
  if (wrong) throw new Error(`the published totals of ${county} are not the sum of its entries: ${wrong}`);
  return true;
}

/** Reads from a folder, or from an address; keeps what it read where it is told to. */
function reader(from: string, save?: string): ReadFile {
  return async (path) => {
    if (!/^https?:/.test(from)) return readFile(join(from, path));
    const answer = await fetch(`${from.replace(/\/$/, '')}/${path}`);
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    if (save) {
      const file = join(save, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
    return bytes;
  };
}

const keyFrom = (text: string): NoteKey => {
  const key = parseKey(text);
  if (!key) throw new Error(`${text.trim()} is no public key`);
  return key;
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      key: { type: 'string' },
      witness: { type: 'string', multiple: true },
      since: { type: 'string' },
      save: { type: 'string' },
    },
  });
  const [from] = positionals;
  if (!from) throw new Error(usage);
  const read = reader(from, values.save);
  const text = values.key ?? (await readFile(join(values.save ?? from, 'key'), 'utf8').catch(() => undefined));
  if (!text) {
    const { signatures } = parseNote(fromUtf8(await read('checkpoint')));
    throw new Error(
      `--key is needed: the checkpoint says it is signed by ${signatures.map((one) => one.name).join(', ')}; ask its platform for the key by another way\n\n${usage}`,
    );
  }
  const since = values.since === undefined ? undefined : await readFile(values.since, 'utf8');
  const trust = { key: keyFrom(text), witnesses: (values.witness ?? []).map(keyFrom), ...(since && { since }) };
  const found = await verifyLog(read, trust);
  if (values.save) await writeFile(join(values.save, 'key'), `${text.trim()}\n`);
  for (const { county, month, mechanism, entries, fen } of found.totals) {
    console.log(
      `${county} ${month} ${mechanism.padEnd(12)} ${String(entries).padStart(8)} ${(fen / 100).toFixed(2).padStart(16)}`,
    );
  }
  console.log(
    `${found.origin}: ${found.size} entries, ${found.files} files, all as the checkpoint says${since ? '; it continues the older one' : ''}`,
  );
  if (found.compared.length > 0) console.log(`published totals agree: ${found.compared.join(', ')}`);
}

if (import.meta.main) {
  await main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
