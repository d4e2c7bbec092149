import { type Selectable, sql } from 'kysely';
import type { TraceLot } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen, Grams } from '#platform/money.ts';
import type { LotReading } from './lot-rights.ts';
import type { Held } from './lot-shares.ts';

export type LotRow = Selectable<TraceLot>;

/** A lot, locked until the end of the transaction; undefined when there is none. */
export function lockLot(tx: Tx, county: County, id: string): Promise<LotRow | undefined> {
  return tx
    .selectFrom('trace.lot')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** Lots by id, locked in one sorted order, so that two acts on the same lots wait instead of dying. */
export async function lockLots(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, LotRow>> {
  const { rows } = await sql<LotRow>`
    select * from trace.lot where county = ${county} and id = any(${[...new Set(ids)]}::uuid[])
     order by id for update`.execute(tx);
  return new Map(rows.map((row) => [row.id, row]));
}

export interface LotFilter {
  kind?: 'raw' | 'packed';
  state?: 'open' | 'closed' | 'recalled';
  crop?: string;
  /** true: something is left of it */
  onHand?: boolean;
  /** true: sent and not yet received */
  inTransit?: boolean;
  /** part of a lot number */
  q?: string;
  page: number;
  size: number;
}

const readable = (reading: LotReading) =>
  reading === 'all'
    ? sql`true`
    : sql`(l.org = any(${reading.orgs}::uuid[]) or l.station = any(${reading.stations}::uuid[]))`;

/** One page of lots, newest first, and how many there are in all. */
export async function listLots(
  db: Db,
  county: County,
  reading: LotReading,
  filter: LotFilter,
): Promise<{ rows: LotRow[]; total: number }> {
  const { kind, state, crop, onHand, inTransit, q } = filter;
  const where = sql.join(
    [
      sql`l.county = ${county}`,
      readable(reading),
      ...(kind === undefined ? [] : [sql`l.kind = ${kind}`]),
      ...(state === undefined ? [] : [sql`l.state = ${state}`]),
      ...(crop === undefined ? [] : [sql`l.crop = ${crop}`]),
      ...(onHand === undefined ? [] : [onHand ? sql`l.grams_on_hand > 0` : sql`l.grams_on_hand = 0`]),
      ...(inTransit === undefined ? [] : [sql`l.in_transit = ${inTransit}`]),
      ...(q === undefined || q.trim() === '' ? [] : [sql`strpos(l.number, ${q.trim().toUpperCase()}) > 0`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from trace.lot l where ${where}`.execute(db);
  const { rows } = await sql<LotRow>`
    select l.* from trace.lot l where ${where}
     order by l.made_on desc, l.number desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** One lot that the reader may see; undefined otherwise. */
export async function findLot(
  db: Db,
  county: County,
  id: string,
  reading: LotReading = 'all',
): Promise<LotRow | undefined> {
  const { rows } = await sql<LotRow>`
    select l.* from trace.lot l where l.county = ${county} and l.id = ${id} and ${readable(reading)}`.execute(db);
  return rows[0];
}

/** Lots by their ids. */
export async function lotsById(db: Db, county: County, ids: readonly string[]): Promise<Map<string, LotRow>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('trace.lot')
    .selectAll()
    .where('county', '=', county)
    .where('id', 'in', ids)
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The newest packed lots of a SKU that may be sold on a day. */
export async function sellableLots(db: Db, county: County, sku: string, day: string, limit: number): Promise<LotRow[]> {
  return db
    .selectFrom('trace.lot')
    .selectAll()
    .where('county', '=', county)
    .where('sku', '=', sku)
    .where('state', '<>', 'recalled')
    .where('expires_on', '>=', day)
    .orderBy('made_on', 'desc')
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
}

interface Bought {
  county: County;
  station: string;
  org: string;
  crop: string;
  grade: string;
  village: string;
  day: string;
  expiresOn: string;
  harvestedOn: string;
  grams: Grams;
  fen: Fen;
  by: string;
  at: Date;
}

/** Adds a purchase to the open raw lot of the day, if there is one. */
export async function addToLotOfDay(tx: Tx, of: Bought): Promise<{ id: string; number: string } | undefined> {
  const { rows } = await sql<{ id: string; number: string }>`
    update trace.lot set
      grams_in = grams_in + ${of.grams}, grams_on_hand = grams_on_hand + ${of.grams},
      household_fen = household_fen + ${of.fen},
      harvested_from = least(harvested_from, ${of.harvestedOn}::date),
      harvested_to = greatest(harvested_to, ${of.harvestedOn}::date)
     where county = ${of.county} and kind = 'raw' and state = 'open' and station = ${of.station} and org = ${of.org}
       and crop = ${of.crop} and grade = ${of.grade} and made_on = ${of.day}
    returning id, number`.execute(tx);
  return rows[0];
}

/** Opens the raw lot of the day with a purchase, or adds to the one that was opened meanwhile. */
export async function openLotOfDay(tx: Tx, of: Bought, number: string): Promise<{ id: string; number: string }> {
  const { rows } = await sql<{ id: string; number: string }>`
    insert into trace.lot (county, id, number, kind, org, station, crop, grade, village, harvested_from, harvested_to,
      made_on, expires_on, grams_in, grams_on_hand, household_fen, state, created_by, created_at)
    values (${of.county}, ${newId()}, ${number}, 'raw', ${of.org}, ${of.station}, ${of.crop}, ${of.grade}, ${of.village},
      ${of.harvestedOn}, ${of.harvestedOn}, ${of.day}, ${of.expiresOn}, ${of.grams}, ${of.grams}, ${of.fen}, 'open',
      ${of.by}, ${of.at})
    on conflict (county, station, org, crop, grade, made_on) where kind = 'raw' and state = 'open' do update set
      grams_in = lot.grams_in + excluded.grams_in, grams_on_hand = lot.grams_on_hand + excluded.grams_on_hand,
      household_fen = lot.household_fen + excluded.household_fen,
      harvested_from = least(lot.harvested_from, excluded.harvested_from),
      harvested_to = greatest(lot.harvested_to, excluded.harvested_to)
    returning id, number`.execute(tx);
  return rows[0] as { id: string; number: string };
}

/** What notes still have in raw lots, by lot, in note order. @param tx scoped over the county */
export async function heldIn(tx: Tx, county: County, lots: readonly string[]): Promise<Map<string, Held[]>> {
  const { rows } = await sql<Held & { lot: string }>`
    select lot, purchase, household, village, grams - taken_grams as grams, fen - taken_fen as fen
      from trace.lot_source
     where county = ${county} and lot = any(${lots as string[]}::uuid[])
     order by lot, purchase`.execute(tx);
  const byLot = new Map<string, Held[]>();
  for (const lot of lots) byLot.set(lot, []);
  for (const { lot, ...held } of rows) byLot.get(lot)?.push(held);
  return byLot;
}

/** Writes down movements of lots. */
export async function moveLots(
  tx: Tx,
  county: County,
  movements: readonly {
    lot: string;
    kind: 'purchase' | 'reversal' | 'taken' | 'made' | 'loss' | 'stocked' | 'given_back' | 'unmade';
    grams: Grams;
  }[],
  said: { evidenceKind: string; evidence: string; by: string; at: Date },
): Promise<void> {
  const moved = movements.filter((movement) => movement.grams !== 0);
  if (moved.length === 0) return;
  await tx
    .insertInto('trace.lot_movement')
    .values(
      moved.map((movement) => ({
        county,
        id: newId(),
        ...movement,
        evidence_kind: said.evidenceKind,
        evidence: said.evidence,
        by_person: said.by,
        at: said.at,
      })),
    )
    .execute();
}
