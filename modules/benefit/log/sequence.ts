import { createHmac, randomBytes } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import { sql } from 'kysely';
import { LRUCache } from 'lru-cache';
import type { Context } from '#platform/context.ts';
import { bytesArray, plainArray, textArray } from '#platform/database/arrays.ts';
import { type Tx, transact, withScope } from '#platform/db.ts';
import type { Sealer } from '#platform/secrets.ts';
import { type Hash, leafHash } from '#platform/tlog/merkle.ts';
import { edgeTiles, growTiles } from '#platform/tlog/tiles.ts';
import { addUp, commit, encodeEntry, type PublicEntry, type PublicTotal } from './entry-layout.ts';

/** At most so many entries become leaves in one transaction. */
const BATCH = 8192;
/** After so many this process looks after its requests again: what is done for an entry takes some 20 µs. */
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
    await withScope(tx, 'all');
    const waiting = await waitingEntries(tx, most);
    if (waiting.length === 0) return 0;
    const secrets = await secretsOf(tx, at.sealer, at.clock.now(), waiting);
    const leaves: Leaf[] = [];
    for (const row of waiting) {
      const salt = saltOf(secrets.get(secretName(row)), row.entry);
      const entry: PublicEntry = { ...row, commitment: commit({ ...row, salt }) };
      const data = encodeEntry(entry);
      leaves.push({ ...row, public: entry, data, hash: leafHash(data) });
      if (leaves.length % AT_ONCE === 0) await breathe();
    }
    // In the order of what is random: side by side in the log says nothing of side by side in an order.
    leaves.sort((a, b) => Buffer.compare(a.public.commitment, b.public.commitment));
    await insertLeaves(tx, head.size, leaves);
    await forgetWaiting(tx, leaves);
    await addTotals(
      tx,
      leaves.map((leaf) => leaf.public),
    );
    const root = await growTree(
      tx,
      head.size,
      leaves.map((leaf) => leaf.hash),
    );
    const size = head.size + leaves.length;
    await tx.insertInto('benefit.log_checkpoint').values({ size, root, made_at: at.clock.now() }).execute();
    await tx.updateTable('benefit.log_head').set({ size }).where('id', '=', 1).execute();
    return leaves.length;
  });
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
}

async function waitingEntries(tx: Tx, most: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select e.county, e.id as entry, e.household, e.village, e.mechanism, e.fen, e.evidence_kind as "evidenceKind",
           e.evidence, e.month
      from (select county, entry from benefit.log_waiting order by county, entry limit ${most}) w
     -- Each by its key: behind row-level security the planner would read all that waits, and all entries, for every batch.
     cross join lateral (select * from benefit.entry x where x.county = w.county and x.id = w.entry offset 0) e
     order by w.county, w.entry`.execute(tx);
  return rows;
}

const secretName = (of: { county: number; household: string }) => `${of.county} ${of.household}`;

/** The secrets of some households; who has none gets one, and whose was erased has none any more. */
async function secretsOf(tx: Tx, sealer: Sealer, now: Date, waiting: readonly Waiting[]): Promise<Map<string, Buffer>> {
  const households = [...new Map(waiting.map((row) => [secretName(row), row])).values()];
  const counties = plainArray(households.map((one) => one.county));
  const ids = plainArray(households.map((one) => one.household));
  const { rows } = await sql<{ county: number; household: string; secret_sealed: Buffer | null }>`
    select s.county, s.household, s.secret_sealed from benefit.log_secret s
      join unnest(${counties}::int[], ${ids}::uuid[]) n (county, household)
        on s.county = n.county and s.household = n.household`.execute(tx);
  const secrets = new Map<string, Buffer>();
  for (const [i, row] of rows.entries()) {
    if (row.secret_sealed) secrets.set(secretName(row), openSecret(sealer, row.secret_sealed));
    if (i % AT_ONCE === 0) await breathe();
  }
  const known = new Set(rows.map(secretName));
  const without = households.filter((one) => !known.has(secretName(one)));
  if (without.length === 0) return secrets;
  const made = without.map(() => randomBytes(32));
  await sql`
    insert into benefit.log_secret (county, household, village, secret_sealed, made_at)
    select n.*, ${now}::timestamptz
      from unnest(${plainArray(without.map((one) => one.county))}::int[],
        ${plainArray(without.map((one) => one.household))}::uuid[], ${plainArray(without.map((one) => one.village))}::text[],
        ${bytesArray(made.map((secret) => sealer.seal(secret.toString('base64url'))))}::bytea[]) n`.execute(tx);
  for (const [i, one] of without.entries()) secrets.set(secretName(one), made[i] as Buffer);
  return secrets;
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

type Leaf = Waiting & { public: PublicEntry; data: Uint8Array; hash: Hash };

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

/** @returns the root of the larger tree */
async function growTree(tx: Tx, size: number, leaves: readonly Hash[]): Promise<Buffer> {
  const places = edgeTiles(size);
  const { rows } = await sql<{ level: number; hashes: Buffer }>`
    select t.level, t.hashes from benefit.log_tile t
      join unnest(${plainArray(places.map((place) => place.level))}::int[],
        ${plainArray(places.map((place) => place.index))}::bigint[]) n (level, tile)
        on t.level = n.level and t.tile = n.tile`.execute(tx);
  const edge: Uint8Array[] = [];
  for (const row of rows) edge[row.level] = row.hashes;
  const { tiles, root } = growTiles(size, edge, leaves);
  await sql`
    insert into benefit.log_tile (level, tile, hashes)
    select n.* from unnest(${plainArray(tiles.map((tile) => tile.level))}::int[],
      ${plainArray(tiles.map((tile) => tile.index))}::bigint[], ${bytesArray(tiles.map((tile) => tile.bytes))}::bytea[]) n
    on conflict (level, tile) do update set hashes = excluded.hashes`.execute(tx);
  return Buffer.from(root);
}
