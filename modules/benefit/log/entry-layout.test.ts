import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leafHash } from '#platform/tlog/merkle.ts';
import { commit, decodeEntry, decodeOpening, encodeEntry, encodeOpening, opens } from './entry-layout.ts';
import { saltOf } from './sequence.ts';

// What was published stays as it is, so a line must be written and opened by every later release as by the first. The
// bytes were worked out apart from this program, by Python's hashlib and hmac from docs/decisions/public-log.md.
const bytes = (hex: string) => Uint8Array.fromHex(hex);
const salt = Uint8Array.from({ length: 32 }, (_, i) => i);
const evidence = '01a22236-134f-7000-8a4a-a4d5194e3667';
const line = { county: 621221, month: '2026-11', mechanism: 'shop', fen: -1250 };
const to = { ...line, evidenceKind: 'order_line', evidence, salt };
const commitment = bytes('a6923d3711081db2eeb9b44abb11a167a9c91f0cbb8a38087c883fe44457a801');

test('a line, its commitment, its leaf and its salt are the bytes that were agreed', () => {
  assert.deepEqual(commit(to), commitment);
  const data = encodeEntry({ ...line, commitment });
  assert.equal(
    Buffer.from(data).toString(),
    'shanhuo-benefit/1 621221 2026-11 shop -1250 ppI9NxEIHbLuubRKuxGhZ6nJHwy7ijgIfIg/5ERXqAE=',
  );
  assert.deepEqual(decodeEntry(data), { ...line, commitment });
  assert.deepEqual(leafHash(data), bytes('65151949e1331afb89434b3fb4f3fbe974c9722fd9a8eba325d535c951f15f63'));
  assert.deepEqual(
    Uint8Array.from(saltOf(Buffer.from(salt), evidence)),
    bytes('7a3f9554d4fcc5d40786dbf956985308fa83a2355719e83d01404bfa5ef999fe'),
  );
});

test('every field is in the commitment, and none runs into the next', () => {
  const others = [
    { ...to, county: 621222 },
    { ...to, month: '2026-12' },
    { ...to, mechanism: 'startup' },
    { ...to, fen: 1250 },
    { ...to, evidenceKind: 'agreed_line' },
    { ...to, evidence: evidence.replace('0', '1') },
    { ...to, salt: salt.toReversed() },
    { ...to, mechanism: 'shop-', fen: 1250 },
  ];
  const all = [to, ...others].map((one) => Buffer.from(commit(one)).toString('hex'));
  assert.equal(new Set(all).size, all.length);
});

test('an opening that somebody made up is none of the line, however long its words are', () => {
  const long = { ...to, evidenceKind: 'x'.repeat(300) };
  assert.deepEqual(commit(long), bytes('8de37d09947543a5fcb851c907d9d0850616e87538528f2015140b125c031ec4'));
  const opening = decodeOpening(encodeOpening({ ...long, origin: 'shop.example.cn/log', index: 0 }));
  assert.equal(opens(opening, { ...line, commitment }), false);
  assert.equal(opens({ ...opening, evidenceKind: to.evidenceKind }, { ...line, commitment }), true);
});

test('what no log holds cannot be committed to', () => {
  assert.throws(() => commit({ ...to, mechanism: '网店' }), RangeError);
  assert.throws(() => commit({ ...to, salt: salt.slice(1) }), RangeError);
});
