import { sql } from 'kysely';
import { type Db, scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';
import { equalBytes } from '#platform/tlog/bytes.ts';
import { leafHash } from '#platform/tlog/merkle.ts';
import { type GrownTile, growTiles } from '#platform/tlog/tiles.ts';
import { addUp, decodeEntry, type PublicTotal } from './entry-layout.ts';

const AT_ONCE = 20_480;

export const logInvariants: readonly Invariant[] = [
  {
    name: 'benefit: every entry is in the public log once, or waits for it',
    check: (db) =>
      scoped(db, 'all', async (tx) => {
        const { rows } = await sql<{ line: string }>`
          select format('county %s entry %s: in the log %s, waiting %s', coalesce(e.county, l.county, w.county),
                        coalesce(e.id, l.entry, w.entry), l.entry is not null, w.entry is not null) as line
            from benefit.entry e
            full join benefit.log_leaf l on l.county = e.county and l.entry = e.id
            full join benefit.log_waiting w on w.county = e.county and w.entry = e.id
           where e.id is null or (l.entry is null) = (w.entry is null)
           limit 20`.execute(tx);
        return rows.map((row) => row.line);
      }),
  },
  {
    name: 'benefit: the public log’s lines say what its entries say',
    check: (db) =>
      scoped(db, 'all', async (tx) => {
        const { rows } = await sql<{ line: string }>`
          select format('position %s says otherwise than entry %s of county %s', l.position, e.id, e.county) as line
            from benefit.log_leaf l join benefit.entry e on e.county = l.county and e.id = l.entry
           where not starts_with(encode(l.data, 'escape'),
             format('shanhuo-benefit/1 %s %s %s %s ', e.county, e.month, e.mechanism, e.fen))
           limit 20`.execute(tx);
        return rows.map((row) => row.line);
      }),
  },
  { name: 'benefit: leaves, tiles, totals and checkpoints of the public log agree', check: recompute },
];

/** Makes the whole tree again from its leaves and compares all that is kept of it. */
async function recompute(db: Db): Promise<string[]> {
  // The size first: what comes in meanwhile lies behind it.
  const head = await db.selectFrom('benefit.log_head').select('size').executeTakeFirst();
  if (!head || head.size === 0) return [];
  const breaches: string[] = [];
  const totals = new Map<string, PublicTotal>();
  const tiles = new Map<string, GrownTile>();
  const checkpoints = new Map(
    (
      await db.selectFrom('benefit.log_checkpoint').select(['size', 'root']).where('size', '<=', head.size).execute()
    ).map((row) => [row.size, row.root]),
  );
  if (!checkpoints.has(head.size)) breaches.push(`the head has ${head.size} leaves and no checkpoint`);
  let size = 0;
  const edge: Uint8Array[] = [];
  const grow = (leaves: readonly Uint8Array[]) => {
    const grown = growTiles(size, edge, leaves);
    for (const tile of grown.tiles) {
      tiles.set(`${tile.level}/${tile.index}`, tile);
      edge[tile.level] = tile.bytes.length === 256 * 32 ? new Uint8Array() : tile.bytes;
    }
    size += leaves.length;
    return grown.root;
  };
  const sizes = [...checkpoints.keys()].sort((a, b) => a - b);
  let next = 0;
  while (size < head.size) {
    const rows = await db
      .selectFrom('benefit.log_leaf')
      .select(['position', 'data'])
      .where('position', '>=', size)
      .where('position', '<', Math.min(size + AT_ONCE, head.size))
      .orderBy('position')
      .execute();
    const gap = rows.findIndex((row, i) => row.position !== size + i);
    if (rows.length === 0 || gap >= 0) return [...breaches, `leaf ${size + Math.max(gap, 0)} is missing`];
    addUp(
      totals,
      rows.map((row) => decodeEntry(row.data)),
    );
    const hashes = rows.map((row) => leafHash(row.data));
    const begin = size;
    while (size < begin + hashes.length) {
      // Up to the next checkpoint, or to the end of what was read.
      const stop = Math.min(sizes[next] ?? Number.POSITIVE_INFINITY, begin + hashes.length);
      const root = grow(hashes.slice(size - begin, stop - begin));
      if (sizes[next] !== size) continue;
      if (!equalBytes(checkpoints.get(size) as Buffer, root))
        breaches.push(`the checkpoint of ${size} has another root`);
      next++;
    }
  }
  breaches.push(...(await otherTiles(db, tiles, head.size)), ...(await otherTotals(db, totals, head.size)));
  return breaches.slice(0, 20);
}

async function otherTiles(db: Db, tiles: ReadonlyMap<string, GrownTile>, size: number): Promise<string[]> {
  const rows = await db.selectFrom('benefit.log_tile').select(['level', 'tile', 'hashes']).execute();
  const kept = new Map(rows.map((row) => [`${row.level}/${row.tile}`, row.hashes]));
  // A tile may have grown since; its beginning is what it was.
  const wrong = [...tiles].filter(([name, tile]) => {
    const there = kept.get(name);
    return !there || !equalBytes(there.subarray(0, tile.bytes.length), tile.bytes);
  });
  return wrong.map(([name]) => `tile ${name} is not what the first ${size} leaves make`);
}

async function otherTotals(db: Db, totals: ReadonlyMap<string, PublicTotal>, size: number): Promise<string[]> {
  const rows = await sql<PublicTotal & { size: number }>`
    select t.*, h.size from benefit.log_total t cross join benefit.log_head h`.execute(db);
  // Only comparable while nothing came in.
  if (rows.rows.some((row) => row.size !== size)) return [];
  const names = new Set([...totals.keys(), ...rows.rows.map((row) => `${row.county} ${row.month} ${row.mechanism}`)]);
  const kept = new Map(rows.rows.map((row) => [`${row.county} ${row.month} ${row.mechanism}`, row]));
  return [...names].flatMap((name) => {
    const [a, b] = [totals.get(name), kept.get(name)];
    return a?.fen === b?.fen && a?.entries === b?.entries
      ? []
      : [`total ${name}: published ${b?.fen} fen of ${b?.entries}, leaves say ${a?.fen} of ${a?.entries}`];
  });
}
