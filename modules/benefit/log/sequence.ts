import { createHmac, randomBytes } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Context } from '#platform/context.ts';
import { bytesArray, plainArray, textArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { type Hash, leafHash } from '#platform/tlog/merkle.ts';
import { edgeTiles, type GrownTile, growTiles } from '#platform/tlog/tiles.ts';
import { addUp, commit, encodeEntry, type PublicEntry, type PublicTotal } from './entry-layout.ts';

/** At most so many entries become leaves in one transaction. */
const BATCH = 8192;
/** So many are read, and written, at once: while this process works on some, the database does on others. */
const PART = 1024;
/** After so many this process looks after its requests again: what is done for an entry takes some 15 µs. */
const AT_ONCE = 256;

/**
 * Takes entries that wait into the log: leaves, tiles, totals and the checkpoint of the new size are one transaction,
 * so a checkpoint is seen when all it covers is on the disk, and a crash leaves the log as it was. The head's row is
 * locked for the whole of it: of several sequencers one works, and the others find nothing to do.
 *
 * @returns how many entries were taken
 */
export async function sequenceLog(at: Context, most = BATCH): Promise<number> {
  return transact(at.db, async (tx) => {
    const head = await tx
      .selectFrom('benefit.log_head')
      .select('size')
      .where('id', '=', 1)
      .forUpdate()
      .skipLocked()
      .executeTakeFirst();
    if (!head) return 0;
    return pipelined(tx, (one) => takeWaiting(at, one, head.size, most));
  });
}

async function takeWaiting(at: Context, tx: Tx, size: number, most: number): Promise<number> {
  const sent = sending();
  sent.add(withScope(tx, 'all'));
  try {
    const leaves = await waitingLeaves(at, tx, sent, most);
    if (leaves.length > 0) await append(at, tx, sent, size, leaves);
    return leaves.length;
  } finally {
    // Also where something threw: whatever failed first says why.
    await sent.all();
  }
}

/** What waits, as leaves in the order in which they go into the log; households that need a secret are given one. */
async function waitingLeaves(at: Context, tx: Tx, sent: Sending, most: number): Promise<Leaf[]> {
  const leaves: Leaf[] = [];
  const made = new Map<string, MadeSecret>();
  for await (const rows of waitingEntries(tx, sent, most)) {
    for (const row of rows) {
      leaves.push(leafOf(row, saltOf(secretOf(at.sealer, row, made), row.entry)));
      if (leaves.length % AT_ONCE === 0) await breathe();
    }
  }
  if (made.size > 0) sent.add(keepSecrets(tx, at.sealer, at.clock.now(), [...made.values()]));
  // In the order of what is random: side by side in the log says nothing of side by side in an order.
  return leaves.sort((a, b) => a.rank - b.rank || Buffer.compare(a.public.commitment, b.public.commitment));
}

/** Writes leaves behind those of a tree of `size`, and all that follows from them. */
async function append(at: Context, tx: Tx, sent: Sending, size: number, leaves: readonly Leaf[]): Promise<void> {
  const edge = sent.add(edgeOf(tx, size));
  for (let from = 0; from < leaves.length; from += PART) {
    const part = leaves.slice(from, from + PART);
    sent.add(insertLeaves(tx, size + from, part));
    sent.add(forgetWaiting(tx, part));
    await breathe();
  }
  const entries = leaves.map((leaf) => leaf.public);
  sent.add(addTotals(tx, entries));
  const hashes = leaves.map((leaf) => leaf.hash);
  const { tiles, root } = growTiles(size, await edge, hashes);
  const larger = size + leaves.length;
  const checkpoint = { size: larger, root: Buffer.from(root), made_at: at.clock.now() };
  sent.add(keepTiles(tx, tiles));
  sent.add(tx.insertInto('benefit.log_checkpoint').values(checkpoint).execute());
  sent.add(tx.updateTable('benefit.log_head').set({ size: larger }).where('id', '=', 1).execute());
}

type Sending = ReturnType<typeof sending>;

/** Statements that are under way while this process goes on; of those that fail the first is heard of at the end. */
function sending() {
  const under: Promise<unknown>[] = [];
  return {
    add<T>(one: Promise<T>): Promise<T> {
      one.catch(() => {});
      under.push(one);
      return one;
    },
    // One after the other: those after a failed one only say that it failed.
    async all() {
      for (const one of under) await one;
    },
  };
}

interface Waiting {
  county: number;
  entry: string;
  household: string;
  village: string;
  mechanism: string;
  fen: number;
  evidenceKind: string;
  evidence: string;
  month: string;
  /** whether its household has a secret, or had one */
  known: boolean;
  /** null where it was erased */
  secretSealed: Buffer | null;
}

/** As one look at the database, in parts: while one is worked on, the next is read. */
async function* waitingEntries(tx: Tx, sent: Sending, most: number): AsyncGenerator<Waiting[]> {
  const opened = sent.add(
    sql`
    declare waiting no scroll cursor for
    select e.county, e.id as entry, e.household, e.village, e.mechanism, e.fen, e.evidence_kind as "evidenceKind",
           e.evidence, e.month, s.county is not null as known, s.secret_sealed as "secretSealed"
      from (select county, entry from benefit.log_waiting order by county, entry limit ${sql.lit(most)}) w
     -- Each by its key: behind row-level security the planner would read all that waits, and all entries, for every batch.
     cross join lateral (select * from benefit.entry x where x.county = w.county and x.id = w.entry offset 0) e
      left join lateral (select * from benefit.log_secret y
                          where y.county = e.county and y.household = e.household offset 0) s on true`.execute(tx),
  );
  const part = () => sent.add(sql<Waiting>`fetch forward ${sql.lit(PART)} from waiting`.execute(tx));
  let next = part();
  await opened;
  for (;;) {
    const { rows } = await next;
    if (rows.length === PART) next = part();
    if (rows.length > 0) yield rows;
    if (rows.length < PART) break;
  }
  sent.add(sql`close waiting`.execute(tx));
}

interface MadeSecret {
  of: Pick<Waiting, 'county' | 'household' | 'village'>;
  secret: Buffer;
}

/** The secret of an entry's household: who has none gets one, and whose was erased has none any more. */
function secretOf(sealer: Sealer, row: Waiting, made: Map<string, MadeSecret>): Buffer | undefined {
  if (row.secretSealed) return openSecret(sealer, row.secretSealed);
  if (row.known) return undefined;
  const name = `${row.county} ${row.household}`;
  const found = made.get(name) ?? { of: row, secret: randomBytes(32) };
  made.set(name, found);
  return found.secret;
}

/** Where one was erased meanwhile, it stays so: what it was to open has a salt that nobody keeps. */
async function keepSecrets(tx: Tx, sealer: Sealer, now: Date, made: readonly MadeSecret[]): Promise<void> {
  await sql`
    insert into benefit.log_secret (county, household, village, secret_sealed, made_at)
    select n.*, ${now}::timestamptz
      from unnest(${plainArray(made.map(({ of }) => of.county))}::int[],
        ${plainArray(made.map(({ of }) => of.household))}::uuid[], ${plainArray(made.map(({ of }) => of.village))}::text[],
        ${bytesArray(made.map(({ secret }) => sealer.seal(secret.toString('base64url'))))}::bytea[]) n
    on conflict do nothing`.execute(tx);
}

/**
 * Opening one takes longer than all else that is done for an entry, and households come again. Found by its sealed form,
 * which is read from the row each time: where that was erased, nothing is found.
 */
const opened = new LRUCache<string, Buffer>({ max: 40_000 });

export function openSecret(sealer: Sealer, sealed: Buffer): Buffer {
  const name = sealed.toString('latin1');
  let secret = opened.get(name);
  if (!secret) {
    secret = Buffer.from(sealer.open(sealed), 'base64url');
    opened.set(name, secret);
  }
  return secret;
}

/**
 * The salt of one entry, from its household's secret: shown, it tells nothing of another's. Where the secret was erased
 * the salt is made and forgotten.
 */
export const saltOf = (secret: Buffer | undefined, entry: string): Buffer =>
  secret ? createHmac('sha256', secret).update(`shanhuo-salt/1 ${entry}`).digest() : randomBytes(32);

/** A line of the log about to be written. */
interface Leaf {
  county: number;
  entry: string;
  public: PublicEntry;
  data: Uint8Array;
  hash: Hash;
  /** the first six bytes of the commitment, by which leaves are put in order */
  rank: number;
}

function leafOf(row: Waiting, salt: Uint8Array): Leaf {
  const { county, entry, month, mechanism, fen, evidenceKind, evidence } = row;
  const commitment = commit({ county, month, mechanism, fen, evidenceKind, evidence, salt });
  const line: PublicEntry = { county, month, mechanism, fen, commitment };
  const data = encodeEntry(line);
  const rank = commitment.subarray(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  return { county, entry, public: line, data, hash: leafHash(data), rank };
}

async function insertLeaves(tx: Tx, size: number, leaves: readonly Leaf[]): Promise<void> {
  await sql`
    insert into benefit.log_leaf (position, county, entry, data)
    select n.* from unnest(${plainArray(leaves.map((_, i) => size + i))}::bigint[],
      ${plainArray(leaves.map((leaf) => leaf.county))}::int[], ${plainArray(leaves.map((leaf) => leaf.entry))}::uuid[],
      ${bytesArray(leaves.map((leaf) => leaf.data))}::bytea[]) n`.execute(tx);
}

async function forgetWaiting(tx: Tx, leaves: readonly Leaf[]): Promise<void> {
  await sql`
    delete from benefit.log_waiting w
     using unnest(${plainArray(leaves.map((leaf) => leaf.county))}::int[],
       ${plainArray(leaves.map((leaf) => leaf.entry))}::uuid[]) n (county, entry)
     where w.county = n.county and w.entry = n.entry`.execute(tx);
}

async function addTotals(tx: Tx, entries: readonly PublicEntry[]): Promise<void> {
  const sums = new Map<string, PublicTotal>();
  addUp(sums, entries);
  const rows = [...sums.values()];
  await sql`
    insert into benefit.log_total as t (month, county, mechanism, entries, fen)
    select n.* from unnest(${plainArray(rows.map((row) => row.month))}::text[],
      ${plainArray(rows.map((row) => row.county))}::int[], ${textArray(rows.map((row) => row.mechanism))}::text[],
      ${plainArray(rows.map((row) => row.entries))}::bigint[], ${plainArray(rows.map((row) => row.fen))}::bigint[]) n
    on conflict (month, county, mechanism)
    do update set entries = t.entries + excluded.entries, fen = t.fen + excluded.fen`.execute(tx);
}

/** The unfinished last tile of each level. */
async function edgeOf(tx: Tx, size: number): Promise<Uint8Array[]> {
  const places = edgeTiles(size);
  const { rows } = await sql<{ level: number; hashes: Buffer }>`
    select t.level, t.hashes from benefit.log_tile t
      join unnest(${plainArray(places.map((place) => place.level))}::int[],
        ${plainArray(places.map((place) => place.index))}::bigint[]) n (level, tile)
        on t.level = n.level and t.tile = n.tile`.execute(tx);
  const edge: Uint8Array[] = [];
  for (const row of rows) edge[row.level] = row.hashes;
  return edge;
}

async function keepTiles(tx: Tx, tiles: readonly GrownTile[]): Promise<void> {
  await sql`
    insert into benefit.log_tile (level, tile, hashes)
    select n.* from unnest(${plainArray(tiles.map((tile) => tile.level))}::int[],
      ${plainArray(tiles.map((tile) => tile.index))}::bigint[], ${bytesArray(tiles.map((tile) => tile.bytes))}::bytea[]) n
    on conflict (level, tile) do update set hashes = excluded.hashes`.execute(tx);
}
