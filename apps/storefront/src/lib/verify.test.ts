import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import type { ReadFile } from '#platform/tlog/check-log.ts';
import { leafHash } from '#platform/tlog/merkle.ts';
import { checkpointText, ED25519, formatKey, formatNote, noteKey } from '#platform/tlog/note.ts';
import { growTiles, packBundle } from '#platform/tlog/tiles.ts';
import { commit, encodeEntry, encodeOpening } from '../../../../modules/benefit/log/entry-layout.ts';
import { keyOf, type Memory, tokenIn, verifyOpening, verifyTotals } from './verify.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const origin = 'shop.example.cn/log';
const key = noteKey(origin, ED25519, Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url'));
const line = (i: number) => ({
  ...{ county: 621221, month: `2026-0${1 + (i % 9)}`, mechanism: 'shop', fen: i + 1 },
  ...{ evidenceKind: 'order_line', evidence: '0199aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee', salt: new Uint8Array(32).fill(i) },
});

/** A log of some lines, as files. */
function logOf(lines: readonly ReturnType<typeof line>[]): ReadFile {
  const entries = lines.map((one) => encodeEntry({ ...one, commitment: commit(one) }));
  const { tiles, root } = growTiles(0, [], entries.map(leafHash));
  const text = checkpointText({ origin, size: entries.length, root });
  const own = { name: origin, id: key.id, signature: sign(null, Buffer.from(text), privateKey) };
  const files = new Map<string, Uint8Array>([
    ['checkpoint', Buffer.from(formatNote({ text, signatures: [own] }))],
    [`tile/entries/000.p/${entries.length}`, packBundle(entries)],
    ...tiles.map((tile) => [`tile/${tile.level}/000.p/${entries.length}`, tile.bytes] as const),
  ]);
  return async (path) => files.get(path) ?? Promise.reject(new Error(`no ${path}`));
}

function memory(): Memory {
  let kept: string | null = null;
  return {
    get: () => kept,
    set: (note) => {
      kept = note;
    },
  };
}

test('a shown line is found in the log, or it is said what is wrong with it', async () => {
  const lines = Array.from({ length: 20 }, (_, i) => line(i));
  const read = logOf(lines);
  const token = (i: number, change = {}) => encodeOpening({ origin, index: i, ...line(i), ...change });
  assert.equal((await verifyOpening(read, key, token(7), memory())).fen, 8);
  assert.equal(tokenIn(`https://shop.example.cn/verify#open=${token(7)} `), token(7));
  const wrong: [string, string, string][] = [
    ['opening', 'abc', 'nothing that was shown'],
    ['opening', token(7, { fen: 9 }), 'another amount'],
    ['opening', token(7, { index: 8 }), 'another place'],
    ['key', token(7, { origin: 'elsewhere.example.cn/log' }), 'another log'],
    ['log', token(7, { index: 20 }), 'beyond the end'],
  ];
  for (const [code, shown, what] of wrong)
    await assert.rejects(() => verifyOpening(read, key, shown, memory()), { code }, what);
  assert.throws(() => keyOf('x+y+z'), { code: 'key' });
  assert.equal(keyOf(formatKey(key)).name, origin);
});

test('a log that was rewritten since the last visit is found, one that has grown is not', async () => {
  const lines = Array.from({ length: 20 }, (_, i) => line(i));
  const kept = memory();
  const { totals } = await verifyTotals(logOf(lines.slice(0, 9)), key, 621221, kept);
  assert.deepEqual([totals.length, totals[0]?.month], [9, '2026-09']);
  await verifyTotals(logOf(lines), key, 621221, kept);
  assert.deepEqual((await verifyTotals(logOf(lines), key, 110101, kept)).totals, []);
  const rewritten = logOf([{ ...line(0), fen: 500 }, ...lines.slice(1)]);
  await assert.rejects(() => verifyTotals(rewritten, key, 621221, kept), { code: 'forked' });
});
