import { equalBytes } from './bytes.ts';
import { sha256 } from './sha256.ts';

/**
 * The Merkle tree of RFC 6962, section 2.1, over SHA-256. Leaves are counted from 0; sizes and positions are whole
 * numbers below 2^53, so nothing here uses the bits of 32.
 */
export type Hash = Uint8Array;

const LEAF = 0x00;
const NODE = 0x01;

/** The root of a tree without leaves. */
export const emptyRoot: Hash = sha256(new Uint8Array());

export function leafHash(entry: Uint8Array): Hash {
  const input = new Uint8Array(1 + entry.length);
  input[0] = LEAF;
  input.set(entry, 1);
  return sha256(input);
}

/** Written anew for every node, of which a tree has as many as leaves. */
const pair = Uint8Array.of(NODE, ...new Uint8Array(64));

export function nodeHash(left: Hash, right: Hash): Hash {
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

/** Leaves from `from` up to, and without, `to`. */
export type Range = readonly [from: number, to: number];

/** The largest power of two below `n`, for n > 1: where a tree of n leaves is divided. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The subtrees whose hashes prove that leaf `index` is in the tree of `size` leaves, nearest first (PATH of the RFC). */
export function inclusionRanges(index: number, size: number): Range[] {
  if (!(index >= 0 && index < size)) throw new RangeError(`leaf ${index} is in no tree of ${size}`);
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    const left = index < middle;
    ranges.push(left ? [middle, to] : [from, middle]);
    [from, to] = left ? [from, middle] : [middle, to];
  }
  return ranges.reverse();
}

/** The subtrees whose hashes prove that the tree of `from` leaves is the beginning of that of `size` (PROOF of the RFC). */
export function consistencyRanges(before: number, size: number): Range[] {
  if (!(before > 0 && before <= size)) throw new RangeError(`a tree of ${before} is no beginning of one of ${size}`);
  const ranges: Range[] = [];
  let [from, to] = [0, size];
  // Whether the part that is looked at is the whole older tree, whose root whoever asks has already.
  let whole = true;
  while (before !== to) {
    const middle = from + split(to - from);
    const left = before <= middle;
    ranges.push(left ? [middle, to] : [from, middle]);
    if (!left) whole = false;
    [from, to] = left ? [from, middle] : [middle, to];
  }
  if (!whole) ranges.push([from, to]);
  return ranges.reverse();
}

/** Subtrees with 2^height leaves that stand side by side, the largest first; `index` counts those of its height. */
export function completeSubtrees([from, to]: Range): { height: number; index: number }[] {
  const found: { height: number; index: number }[] = [];
  for (let at = from; at < to; ) {
    let [height, width] = [0, 1];
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      width *= 2;
      height++;
    }
    found.push({ height, index: at / width });
    at += width;
  }
  return found;
}

/** The root over subtrees side by side as `completeSubtrees` names them. */
export function joinSubtrees(hashes: readonly Hash[]): Hash {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The root of 2^n hashes. */
export function perfectRoot(hashes: readonly Hash[]): Hash {
  let row = hashes;
  while (row.length > 1) {
    const above: Hash[] = [];
    for (let i = 0; i < row.length; i += 2) above.push(nodeHash(row[i] as Hash, row[i + 1] as Hash));
    row = above;
  }
  return row[0] as Hash;
}

/** Whether a leaf is at `index` of the tree of `size` leaves with this root. */
export function provesInclusion(
  claim: { index: number; size: number; leaf: Hash; root: Hash },
  proof: readonly Hash[],
): boolean {
  const { index, size } = claim;
  if (!Number.isSafeInteger(index) || !(index >= 0 && index < size)) return false;
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== proof.length) return false;
  const root = ranges.reduce((hash, [from], i) => {
    const beside = proof[i] as Hash;
    return from > index ? nodeHash(hash, beside) : nodeHash(beside, hash);
  }, claim.leaf);
  return equalBytes(root, claim.root);
}

/** Whether a tree with one root is the beginning of a larger one with another: that nothing before was changed. */
export function provesConsistency(
  before: { size: number; root: Hash },
  after: { size: number; root: Hash },
  proof: readonly Hash[],
): boolean {
  if (before.size > after.size || before.size < 0) return false;
  if (before.size === 0) return proof.length === 0 && equalBytes(before.root, emptyRoot);
  const ranges = consistencyRanges(before.size, after.size);
  if (ranges.length !== proof.length) return false;
  // The innermost part: the whole older tree, or the first hash of the proof.
  const isWhole = ranges.every(([from]) => from >= before.size);
  const hashes = isWhole ? [before.root, ...proof] : [...proof];
  const sides = isWhole ? ranges : ranges.slice(1);
  let older = hashes[0] as Hash;
  let newer = older;
  sides.forEach(([from], i) => {
    const beside = hashes[i + 1] as Hash;
    if (from >= before.size) {
      newer = nodeHash(newer, beside);
    } else {
      older = nodeHash(beside, older);
      newer = nodeHash(beside, newer);
    }
  });
  return equalBytes(older, before.root) && equalBytes(newer, after.root);
}
