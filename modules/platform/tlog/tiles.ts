import { concat } from './bytes.ts';
import { completeSubtrees, type Hash, joinSubtrees, perfectRoot, type Range } from './merkle.ts';

/** A tree as files (C2SP tlog-tiles): tiles of up to 256 hashes, and bundles of as many entries. */
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;

/** A tile of a level, or, with level 'entries', a bundle. A partial one has fewer than 256. */
export interface Tile {
  level: number | 'entries';
  index: number;
  width: number;
}

/** How many hashes a level has in a tree of `size`. */
export const hashesAt = (level: number, size: number): number => Math.floor(size / TILE_WIDTH ** level);

/** The address of a tile below the log's prefix: `tile/0/x001/x234/067.p/12`. */
export function tilePath({ level, index, width }: Tile): string {
  const parts: string[] = [];
  for (let rest = index; ; rest = Math.floor(rest / 1000)) {
    parts.unshift(`${parts.length > 0 ? 'x' : ''}${String(rest % 1000).padStart(3, '0')}`);
    if (rest < 1000) break;
  }
  return `tile/${level}/${parts.join('/')}${width < TILE_WIDTH ? `.p/${width}` : ''}`;
}

/** The tile an address means; undefined where it is not written as `tilePath` writes it. */
export function parseTilePath(path: string): Tile | undefined {
  const found = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path);
  if (!found) return undefined;
  const level = found[1] === 'entries' ? 'entries' : Number(found[1]);
  const index = Number((found[2] as string).replaceAll(/[x/]/g, ''));
  const tile: Tile = { level, index, width: found[3] === undefined ? TILE_WIDTH : Number(found[3]) };
  return tile.width > 0 && tilePath(tile) === path && (level === 'entries' || level <= 63) ? tile : undefined;
}

/** All tiles of one level, or all bundles, of a tree of `size`. */
export function* tilesOfLevel(level: Tile['level'], size: number): Generator<Tile> {
  const count = level === 'entries' ? size : hashesAt(level, size);
  for (let index = 0; index * TILE_WIDTH < count; index++) yield tileAt(level, index, count);
}

const tileAt = (level: Tile['level'], index: number, count: number): Tile => ({
  level,
  index,
  width: Math.min(TILE_WIDTH, count - index * TILE_WIDTH),
});

/** The bundle that holds an entry, in a tree of `size`. */
export const bundleOf = (entry: number, size: number): Tile => tileAt('entries', Math.floor(entry / TILE_WIDTH), size);

/** Where the hashes stand from which a subtree's is computed: all in one tile. */
function placeOf({ height, index }: { height: number; index: number }) {
  const level = Math.floor(height / 8);
  const count = 2 ** (height % 8);
  const first = index * count;
  const tile = Math.floor(first / TILE_WIDTH);
  return { level, tile, from: first - tile * TILE_WIDTH, count };
}

/** The tiles from which the hashes of some ranges are computed, each once, as a tree of `size` has them. */
export function tilesFor(ranges: readonly Range[], size: number): Tile[] {
  const tiles = new Map<string, Tile>();
  for (const place of ranges.flatMap(completeSubtrees).map(placeOf)) {
    tiles.set(`${place.level}/${place.tile}`, tileAt(place.level, place.tile, hashesAt(place.level, size)));
  }
  return [...tiles.values()];
}

/** Reads the bytes of a tile that is there. */
export type TileBytes = (level: number, index: number) => Uint8Array;

/** The hash of a range of leaves, from tiles. */
export function rangeHash(range: Range, read: TileBytes): Hash {
  return joinSubtrees(
    completeSubtrees(range).map((subtree) => {
      const { level, tile, from, count } = placeOf(subtree);
      return perfectRoot(hashesIn(read(level, tile)).slice(from, from + count));
    }),
  );
}

export function hashesIn(tile: Uint8Array): Hash[] {
  return Array.from({ length: Math.floor(tile.length / HASH_BYTES) }, (_, i) =>
    tile.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES),
  );
}

/** A tile that has grown, whole, as it is to be kept. */
export interface GrownTile {
  level: number;
  index: number;
  bytes: Uint8Array;
}

/**
 * Appends leaves to a tree.
 *
 * @param size how many leaves it has
 * @param edge the bytes of the unfinished last tile of each level
 * @returns the tiles that changed, and the root of the larger tree
 */
export function growTiles(
  size: number,
  edge: readonly Uint8Array[],
  leaves: readonly Hash[],
): { tiles: GrownTile[]; root: Hash } {
  const tiles: GrownTile[] = [];
  const last: Uint8Array[] = [];
  let added = leaves;
  for (let level = 0; added.length > 0 || hashesAt(level, size) > 0; level++) {
    const before = hashesAt(level, size);
    let open = [...hashesIn(edge[level] ?? new Uint8Array())];
    let index = Math.floor(before / TILE_WIDTH);
    const above: Hash[] = [];
    for (const hash of added) {
      open.push(hash);
      if (open.length < TILE_WIDTH) continue;
      tiles.push({ level, index, bytes: concat(...open) });
      above.push(perfectRoot(open));
      open = [];
      index++;
    }
    const rest = concat(...open);
    if (open.length > 0 && added.length > 0) tiles.push({ level, index, bytes: rest });
    last.push(rest);
    added = above;
  }
  return { tiles, root: rangeHash([0, size + leaves.length], (level) => last[level] as Uint8Array) };
}

/** Where the unfinished last tiles of a tree are. */
export function edgeTiles(size: number): Tile[] {
  const tiles: Tile[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level++) {
    const count = hashesAt(level, size);
    if (count % TILE_WIDTH > 0) tiles.push(tileAt(level, Math.floor(count / TILE_WIDTH), count));
  }
  return tiles;
}

/** Entries as a bundle: each after its length in two bytes. */
export function packBundle(entries: readonly Uint8Array[]): Uint8Array {
  return concat(...entries.flatMap((entry) => [Uint8Array.of(entry.length >> 8, entry.length & 255), entry]));
}

/** The entries of a bundle; undefined where its lengths do not end with its bytes. */
export function readBundle(bytes: Uint8Array): Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + (((bytes[at] as number) << 8) | (bytes[at + 1] as number));
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
