import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  consistencyRanges,
  emptyRoot,
  type Hash,
  inclusionRanges,
  leafHash,
  nodeHash,
  provesConsistency,
  provesInclusion,
  type Range,
} from './merkle.ts';
import { edgeTiles, growTiles, hashesAt, rangeHash, tilesFor } from './tiles.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** RFC 6962, section 2.1, word for word and with another hash function than the product's. */
function mth(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0) return sha();
  if (entries.length === 1) return sha(Buffer.of(0), entries[0] as Uint8Array);
  const k = 2 ** Math.floor(Math.log2(entries.length - 1));
  return sha(Buffer.of(1), mth(entries.slice(0, k)), mth(entries.slice(k)));
}

test('roots and hashes are those published with Certificate Transparency', () => {
  // Inputs and roots: google/certificate-transparency, merkletree tests (also in transparency-dev/merkle, testonly).
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const entries = inputs.map((text) => Buffer.from(text, 'hex'));
  assert.equal(hex(emptyRoot), roots[0]);
  for (const [size, root] of roots.entries()) {
    assert.equal(hex(mth(entries.slice(0, size))), root);
    if (size > 0) assert.equal(hex(growTiles(0, [], entries.slice(0, size).map(leafHash)).root), root);
  }
  // Inner nodes 0–1 and 2–3 of the same tree.
  const [a, b, c, d] = entries.map(leafHash) as [Hash, Hash, Hash, Hash];
  assert.equal(hex(nodeHash(a, b)), roots[2]);
  assert.equal(hex(nodeHash(nodeHash(a, b), nodeHash(c, d))), roots[4]);
});

const leaves = Array.from({ length: 300 }, (_, i) => Buffer.from(`leaf ${i}`));
const known = new Map<string, Buffer>();
/** The same of some leaves, each range computed once. */
function mthOf(from: number, to: number): Buffer {
  const name = `${from}-${to}`;
  const found = known.get(name) ?? mth(leaves.slice(from, to));
  known.set(name, found);
  return found;
}
const roots = Array.from({ length: 301 }, (_, size) => mthOf(0, size));
const proofOf = (ranges: readonly Range[]) => ranges.map(([from, to]) => mthOf(from, to));

test('every leaf of every tree up to 300 is proved, and no other leaf, place or size', () => {
  for (let size = 1; size <= 300; size++) {
    for (let index = 0; index < size; index += size > 40 ? 1 + ((index * 7 + size) % 13) : 1) {
      const proof = proofOf(inclusionRanges(index, size));
      const claim = { index, size, leaf: leafHash(leaves[index] as Buffer), root: roots[size] as Buffer };
      assert.ok(provesInclusion(claim, proof), `${index} in ${size}`);
      assert.ok(!provesInclusion({ ...claim, leaf: leafHash(Buffer.from('another')) }, proof));
      assert.ok(!provesInclusion({ ...claim, index: (index + 1) % (size + 1) }, proof), `${index} + 1 in ${size}`);
      assert.ok(!provesInclusion(claim, [...proof, emptyRoot]));
      assert.ok(proof.length === 0 || !provesInclusion(claim, proof.slice(1)));
      assert.ok(proof.length === 0 || !provesInclusion(claim, [sha(proof[0] as Buffer), ...proof.slice(1)]));
    }
  }
});

test('every tree up to 300 is the beginning of every larger one, and of no forked one', () => {
  for (let size = 1; size <= 300; size++) {
    for (let before = 0; before <= size; before += size > 40 ? 1 + ((before * 5 + size) % 11) : 1) {
      const older = { size: before, root: roots[before] as Buffer };
      const newer = { size, root: roots[size] as Buffer };
      const proof = before === 0 ? [] : proofOf(consistencyRanges(before, size));
      assert.ok(provesConsistency(older, newer, proof), `${before} in ${size}`);
      if (before === 0) continue;
      assert.ok(!provesConsistency({ ...older, root: sha(older.root) }, newer, proof));
      assert.ok(!provesConsistency(older, { size, root: sha(newer.root) }, proof));
      assert.ok(!provesConsistency(older, newer, [...proof, emptyRoot]));
      assert.ok(proof.length === 0 || !provesConsistency(older, newer, proof.slice(0, -1)));
    }
  }
});

/** A tree kept as tiles, grown in any portions. */
function growInPortions(portions: readonly number[], leaf: (i: number) => Hash) {
  const tiles = new Map<string, Uint8Array>();
  let size = 0;
  let root = emptyRoot;
  for (const portion of portions) {
    const edge: Uint8Array[] = [];
    for (const { level, index } of edgeTiles(size) as { level: number; index: number }[]) {
      edge[level] = tiles.get(`${level}/${index}`) as Uint8Array;
    }
    const grown = growTiles(
      size,
      edge,
      Array.from({ length: portion }, (_, i) => leaf(size + i)),
    );
    for (const tile of grown.tiles) tiles.set(`${tile.level}/${tile.index}`, tile.bytes);
    root = grown.root;
    size += portion;
  }
  return { tiles, size, root };
}

test('however a tree has grown, its tiles give the same hashes as its leaves', () => {
  const hashes = Array.from({ length: 70_000 }, (_, i) => leafHash(Buffer.from(`${i}`)));
  const whole = growTiles(0, [], hashes);
  const grown = growInPortions([1, 254, 1, 1, 255, 300, 65_000, 4_188], (i) => hashes[i] as Hash);
  assert.equal(grown.size, 70_000);
  assert.equal(hex(grown.root), hex(whole.root));
  // The example of C2SP tlog-tiles: what a tree of 70,000 is made of.
  const widths = (level: number) => whole.tiles.filter((t) => t.level === level).map((t) => t.bytes.length / 32);
  const full = (level: number) => widths(level).filter((width) => width === 256).length;
  assert.deepEqual([full(0), widths(0).at(-1)], [273, 112]);
  assert.deepEqual([full(1), widths(1).at(-1)], [1, 17]);
  assert.deepEqual(widths(2), [1]);
  assert.deepEqual([hashesAt(0, 256), hashesAt(1, 256)], [256, 1]);
  for (const [name, bytes] of grown.tiles) {
    const same = whole.tiles.find((tile) => `${tile.level}/${tile.index}` === name);
    assert.equal(hex(bytes), hex(same?.bytes as Uint8Array), name);
  }
});

test('proofs made from tiles are those made from leaves', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
      fc.nat(),
      fc.nat(),
      (portions, a, b) => {
        const entry = (i: number) => Buffer.from(`leaf ${i}`);
        const { tiles, size, root } = growInPortions(portions, (i) => leafHash(entry(i)));
        const read = (level: number, index: number) => tiles.get(`${level}/${index}`) as Uint8Array;
        const all = Array.from({ length: size }, (_, i) => entry(i));
        assert.equal(hex(root), hex(mth(all)));
        const index = a % size;
        const ranges = inclusionRanges(index, size);
        // Only what tilesFor names may be needed.
        const named = new Set(tilesFor(ranges, size).map((tile) => `${tile.level}/${tile.index}`));
        const sparing = (level: number, i: number) => {
          assert.ok(named.has(`${level}/${i}`));
          return read(level, i);
        };
        const proof = ranges.map((range) => rangeHash(range, sparing));
        assert.ok(provesInclusion({ index, size, root, leaf: leafHash(entry(index)) }, proof));
        const before = 1 + (b % size);
        const consistent = consistencyRanges(before, size).map((range) => rangeHash(range, read));
        assert.ok(provesConsistency({ size: before, root: mth(all.slice(0, before)) }, { size, root }, consistent));
      },
    ),
    { numRuns: 30 },
  );
});
