import { concat, equalBytes } from './bytes.ts';
import {
  consistencyRanges,
  inclusionRanges,
  leafHash,
  perfectRoot,
  provesConsistency,
  provesInclusion,
} from './merkle.ts';
import type { Checkpoint } from './note.ts';
import {
  bundleOf,
  hashesAt,
  rangeHash,
  readBundle,
  type Tile,
  type TileBytes,
  tilePath,
  tilesFor,
  tilesOfLevel,
} from './tiles.ts';

/** Reads a file of the log by its path below the prefix, from wherever it is kept. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** The tiles some ranges need, of their right length. */
async function readTiles(read: ReadFile, tiles: readonly Tile[]): Promise<TileBytes> {
  const got = await Promise.all(
    tiles.map(async (tile) => {
      const bytes = await read(tilePath(tile));
      if (bytes.length !== tile.width * 32) throw new Error(`${tilePath(tile)} has a wrong length`);
      return [`${tile.level}/${tile.index}`, bytes] as const;
    }),
  );
  const byName = new Map(got);
  return (level, index) => byName.get(`${level}/${index}`) as Uint8Array;
}

/**
 * That an entry is in the log at its place, from tiles alone.
 *
 * @returns the entry's bytes as the log holds them
 * @throws Error saying which file is wrong
 */
export async function checkInclusion(read: ReadFile, { size, root }: Checkpoint, index: number): Promise<Uint8Array> {
  const bundle = bundleOf(index, size);
  const ranges = inclusionRanges(index, size);
  const [bytes, tiles] = await Promise.all([read(tilePath(bundle)), readTiles(read, tilesFor(ranges, size))]);
  const entry = readBundle(bytes)?.[index - bundle.index * 256];
  const proof = ranges.map((range) => rangeHash(range, tiles));
  if (!entry || !provesInclusion({ index, size, root, leaf: leafHash(entry) }, proof)) {
    throw new Error(`entry ${index} is not what the checkpoint says`);
  }
  return entry;
}

/**
 * That an older checkpoint is the beginning of this one, from tiles alone: nothing before it was changed or taken away.
 *
 * @throws Error where it is not: somebody was shown another log
 */
export async function checkConsistency(read: ReadFile, before: Checkpoint, now: Checkpoint): Promise<void> {
  if (before.origin !== now.origin)
    throw new Error(`the checkpoints are of two logs, ${before.origin} and ${now.origin}`);
  const forked = new Error(`the log of ${now.size} entries does not continue the one of ${before.size}: it was forked`);
  if (before.size > now.size) throw new Error(`the log has become smaller: ${before.size} entries, then ${now.size}`);
  const ranges = before.size === 0 ? [] : consistencyRanges(before.size, now.size);
  const tiles = await readTiles(read, tilesFor(ranges, now.size));
  const proof = ranges.map((range) => rangeHash(range, tiles));
  if (!provesConsistency(before, now, proof)) throw forked;
}

/**
 * Reads the whole log and recomputes every hash of it up to the checkpoint's root; a changed byte of any entry or tile
 * is found.
 *
 * @param hear called with the entries of each bundle, in order, once they are known to be those of their tile
 * @returns how many files were read
 * @throws Error naming the first file that is wrong
 */
export async function checkLog(
  read: ReadFile,
  { size, root }: Checkpoint,
  hear: (entries: readonly Uint8Array[], first: number) => void,
): Promise<number> {
  let files = 0;
  const last: Uint8Array[] = [];
  // Of each level only the roots of its full tiles go on to the next.
  let below: Uint8Array[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const roots: Uint8Array[] = [];
    for (const tile of tilesOfLevel(level, size)) {
      const bytes = await read(tilePath(tile));
      files++;
      let hashes = below.slice(tile.index * 256, tile.index * 256 + tile.width);
      if (level === 0) {
        const bundle: Tile = { ...tile, level: 'entries' };
        const entries = readBundle(await read(tilePath(bundle)));
        files++;
        if (entries?.length !== tile.width) throw new Error(`${tilePath(bundle)} does not hold ${tile.width} entries`);
        hashes = entries.map(leafHash);
        if (!equalBytes(bytes, concat(...hashes)))
          throw new Error(`${tilePath(bundle)} and ${tilePath(tile)} do not agree`);
        hear(entries, tile.index * 256);
      } else if (!equalBytes(bytes, concat(...hashes))) {
        throw new Error(`${tilePath(tile)} is not what lies below it`);
      }
      if (tile.width === 256) roots.push(perfectRoot(hashes));
      else last[level] = bytes;
    }
    below = roots;
  }
  const computed = rangeHash([0, size], (level) => last[level] as Uint8Array);
  if (!equalBytes(computed, root)) throw new Error('the tiles do not lead to the root of the checkpoint');
  return files;
}
