import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import { plainArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { Db } from '#platform/db.ts';
import { consistencyRanges, emptyRoot, type Hash, inclusionRanges, type Range } from '#platform/tlog/merkle.ts';
import { type Checkpoint, checkpointText, formatNote, type NoteSignature, parseKey } from '#platform/tlog/note.ts';
import { packBundle, rangeHash, type Tile, tilesFor } from '#platform/tlog/tiles.ts';
import { refuse } from '../refuse.ts';
import type { PublicTotal } from './entry-layout.ts';
import { ensureLogKey, logOrigin, signWithLogKeys } from './log-keys.ts';

/**
 * A checkpoint as it was published: the latest, or that of one size.
 *
 * @throws Refusal `checkpoint-unknown`
 */
export async function checkpointAt(at: Context, size?: number): Promise<Checkpoint> {
  const [origin, row] = await pipelined(at.db, (one) => {
    let found = one.selectFrom('benefit.log_checkpoint').select(['size', 'root']).orderBy('size', 'desc').limit(1);
    if (size !== undefined) found = found.where('size', '=', size);
    return Promise.all([logOrigin({ ...at, db: one }), found.executeTakeFirst()]);
  });
  if (row) return { origin, size: row.size, root: row.root };
  if (size) throw refuse('checkpoint-unknown', { size });
  return { origin, size: 0, root: emptyRoot };
}

/** The latest checkpoint as a signed note, with whatever witnesses have said of it. */
export const signedCheckpoint = async (at: Context): Promise<string> => signed(at, await checkpointAt(at));

/**
 * The latest checkpoint that a witness has cosigned: the log grows faster than witnesses answer.
 *
 * @throws Refusal `not-witnessed-yet`
 */
export async function witnessedCheckpoint(at: Context): Promise<string> {
  const last = await at.db
    .selectFrom('benefit.log_cosignature')
    .select((e) => e.fn.max('size').as('size'))
    .executeTakeFirst();
  if (!last?.size) throw refuse('not-witnessed-yet');
  return signed(at, await checkpointAt(at, last.size));
}

async function signed(at: Context, checkpoint: Checkpoint): Promise<string> {
  await ensureLogKey(at);
  const text = checkpointText(checkpoint);
  const own = await signWithLogKeys(at, text);
  return formatNote({ text, signatures: [...own, ...(await cosignatures(at.db, checkpoint.size))] });
}

async function cosignatures(db: Db, size: number): Promise<NoteSignature[]> {
  const rows = await db
    .selectFrom('benefit.log_cosignature')
    .select(['witness', 'signature'])
    .where('size', '=', size)
    .orderBy('witness')
    .execute();
  return rows.flatMap(({ witness, signature }) => {
    const key = parseKey(witness);
    return key ? [{ name: key.name, id: key.id, signature }] : [];
  });
}

/** A tile or a bundle as a file, undefined where the log is not so large. */
export async function tileFile(db: Db, { level, index, width }: Tile): Promise<Buffer | undefined> {
  if (!Number.isSafeInteger((index + 1) * 256)) return undefined;
  if (level === 'entries') {
    const rows = await db
      .selectFrom('benefit.log_leaf')
      .select('data')
      .where('position', '>=', index * 256)
      .where('position', '<', index * 256 + width)
      .orderBy('position')
      .execute();
    return rows.length === width ? Buffer.from(packBundle(rows.map((row) => row.data))) : undefined;
  }
  const row = await db
    .selectFrom('benefit.log_tile')
    .select('hashes')
    .where('level', '=', level)
    .where('tile', '=', index)
    .executeTakeFirst();
  return row && row.hashes.length >= width * 32 ? row.hashes.subarray(0, width * 32) : undefined;
}

/** Hashes of some ranges of the tree of `size`, in one look at the database. */
async function hashesOf(db: Db, ranges: readonly Range[], size: number): Promise<Hash[]> {
  const tiles = tilesFor(ranges, size);
  const { rows } = await sql<{ level: number; tile: number; hashes: Buffer }>`
    select t.level, t.tile, t.hashes from benefit.log_tile t
      join unnest(${plainArray(tiles.map((one) => one.level))}::int[],
        ${plainArray(tiles.map((one) => one.index))}::bigint[]) n (level, tile)
        on t.level = n.level and t.tile = n.tile`.execute(db);
  const found = new Map(rows.map((row) => [`${row.level}/${row.tile}`, row.hashes]));
  return ranges.map((range) => rangeHash(range, (level, index) => found.get(`${level}/${index}`) as Buffer));
}

/**
 * That a leaf is in the tree of a checkpoint.
 *
 * @throws Refusal `checkpoint-unknown` | `no-such-leaf`
 */
export async function inclusionProof(at: Context, index: number, size?: number) {
  const checkpoint = await checkpointAt(at, size);
  if (index >= checkpoint.size) throw refuse('no-such-leaf', { index, size: checkpoint.size });
  const [leaf, hashes] = await pipelined(at.db, (one) =>
    Promise.all([
      one.selectFrom('benefit.log_leaf').select('data').where('position', '=', index).executeTakeFirstOrThrow(),
      hashesOf(one, inclusionRanges(index, checkpoint.size), checkpoint.size),
    ]),
  );
  return { checkpoint, entry: leaf.data, hashes };
}

/**
 * That the tree of one checkpoint is the beginning of another's.
 *
 * @throws Refusal `checkpoint-unknown` | `no-such-leaf`
 */
export async function consistencyProof(at: Context, from: number, to?: number) {
  const checkpoint = await checkpointAt(at, to);
  if (from > checkpoint.size) throw refuse('no-such-leaf', { index: from, size: checkpoint.size });
  const ranges = from === 0 ? [] : consistencyRanges(from, checkpoint.size);
  return { checkpoint, hashes: await hashesOf(at.db, ranges, checkpoint.size) };
}

/** What a county's entries in the log add up to, with the checkpoint they are of: both from one look. */
export async function publicTotals(at: Context, county: number) {
  const origin = await logOrigin(at);
  const { rows } = await sql<{ size: number; root: Buffer | null; totals: PublicTotal[] | null }>`
    select h.size, c.root,
           (select json_agg(json_build_object('county', t.county, 'month', t.month, 'mechanism', t.mechanism,
                                              'entries', t.entries, 'fen', t.fen) order by t.month, t.mechanism)
              from benefit.log_total t where t.county = ${county}) as totals
      from benefit.log_head h left join benefit.log_checkpoint c on c.size = h.size`.execute(at.db);
  const [row] = rows;
  return { origin, size: row?.size ?? 0, root: row?.root ?? Buffer.from(emptyRoot), totals: row?.totals ?? [] };
}
