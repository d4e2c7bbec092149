import { type Insertable, type Selectable, sql } from 'kysely';
import { dayOf } from '#platform/clock.ts';
import type { TraceNoteConflict, TraceOfflineNote } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import type { RefusalDetail } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import type { PurchaseReading, PurchaseRow } from '../purchases/purchases.queries.ts';
import type { ConflictKind, ConflictState } from './offline-states.ts';

export type OfflineNoteRow = Selectable<TraceOfflineNote>;
export type ConflictRow = Selectable<TraceNoteConflict> & { device_number: string | null };

/** What came under an id. @param tx scoped over the county */
export function findOfflineNote(tx: Tx, county: County, id: string): Promise<OfflineNoteRow | undefined> {
  return tx
    .selectFrom('trace.offline_note')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Keeps what came and what became of it; a refused one that is looked at again takes the place of itself. */
export async function storeNote(tx: Tx, note: Insertable<TraceOfflineNote>): Promise<void> {
  await tx
    .insertInto('trace.offline_note')
    .values(note)
    .onConflict((c) =>
      c.columns(['county', 'id']).doUpdateSet((e) => ({
        noted_at: e.ref('excluded.noted_at'),
        received_at: e.ref('excluded.received_at'),
        state: e.ref('excluded.state'),
        code: e.ref('excluded.code'),
        detail: e.ref('excluded.detail'),
        notices: e.ref('excluded.notices'),
      })),
    )
    .execute();
}

/** Opens a conflict per rule that a note breaks; one that stands about it already stays as it is. */
export async function openConflicts(
  tx: Tx,
  about: PurchaseRow,
  kinds: ReadonlyMap<ConflictKind, RefusalDetail>,
  now: Date,
): Promise<void> {
  const { county, id: purchase, village, station } = about;
  await tx
    .insertInto('trace.note_conflict')
    .values(
      [...kinds].map(([kind, detail]) => ({
        ...{ county, id: newId(), purchase, kind, village, station, state: 'open' as const, opened_at: now },
        detail: JSON.stringify(detail),
      })),
    )
    .onConflict((c) => c.columns(['county', 'purchase', 'kind']).doNothing())
    .execute();
}

const CONFLICT = sql`
  select c.*, n.number as device_number from trace.note_conflict c
    left join trace.offline_note n on n.county = c.county and n.id = c.purchase`;

const inReading = (reading: PurchaseReading, station: ReturnType<typeof sql.ref>) =>
  reading === 'all' ? sql`true` : sql`${station} = any(${reading.stations}::uuid[])`;

/** One page of conflicts: open ones in the order they came, decided ones newest first. */
export async function conflictPage(
  tx: Tx,
  county: County,
  reading: PurchaseReading,
  { state, page = 1, size = 20 }: { state?: ConflictState; page?: number; size?: number },
): Promise<{ rows: ConflictRow[]; total: number }> {
  const where = sql`c.county = ${county} and ${inReading(reading, sql.ref('c.station'))}
    and ${state === undefined ? sql`true` : sql`c.state = ${state}`}`;
  const counted = await sql<{ total: number }>`
    select count(*) as total from trace.note_conflict c where ${where}`.execute(tx);
  const { rows } = await sql<ConflictRow>`
    ${CONFLICT} where ${where}
     order by (c.state = 'open') desc, c.decided_at desc nulls first, c.opened_at, c.id
     limit ${size} offset ${(page - 1) * size}`.execute(tx);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** One conflict. @param tx scoped over the county */
export async function findConflict(tx: Tx, county: County, id: string): Promise<ConflictRow | undefined> {
  const { rows } = await sql<ConflictRow>`${CONFLICT} where c.county = ${county} and c.id = ${id}`.execute(tx);
  return rows[0];
}

interface Sent extends OfflineNoteRow {
  letters: string;
  device_name: string;
}

/** One page of what devices sent, newest first. */
export async function offlineNotePage(
  tx: Tx,
  county: County,
  reading: PurchaseReading,
  { state, q, page = 1, size = 20 }: { state?: 'accepted' | 'refused'; q?: string; page?: number; size?: number },
): Promise<{ rows: Sent[]; total: number }> {
  const part = q?.trim().toUpperCase();
  const from = sql`trace.offline_note n join trace.device d on d.county = n.county and d.id = n.device`;
  const where = sql`n.county = ${county} and ${inReading(reading, sql.ref('d.station'))}
    and ${state === undefined ? sql`true` : sql`n.state = ${state}`}
    and ${part ? sql`strpos(n.number, ${part}) > 0` : sql`true`}`;
  const counted = await sql<{ total: number }>`select count(*) as total from ${from} where ${where}`.execute(tx);
  const { rows } = await sql<Sent>`
    select n.*, d.letters, d.name as device_name from ${from} where ${where}
     order by n.received_at desc, n.id desc limit ${size} offset ${(page - 1) * size}`.execute(tx);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** What households of the scope sold in a year of each crop, in grams, over all files that stand for them now. */
export async function soldInYear(
  tx: Db,
  county: County,
  year: string,
  households: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const sold = new Map<string, Map<string, number>>();
  if (households.length === 0) return sold;
  const { rows } = await sql<{ household: string; crop: string; grams: number }>`
    select coalesce(h.into_household, p.household) as household, p.crop, sum(p.grams)::bigint as grams
      from trace.purchase p
      left join registry.household_pointer h on h.county = p.county and h.household = p.household
     where p.county = ${county} and p.day between ${`${year}-01-01`} and ${`${year}-12-31`}
       and coalesce(h.into_household, p.household) = any(${households as string[]}::uuid[])
       and p.reverses is null
       and not exists (select from trace.purchase r where r.county = p.county and r.reverses = p.id)
     group by 1, 2`.execute(tx);
  for (const { household, crop, grams } of rows) {
    const crops = sold.get(household) ?? new Map<string, number>();
    crops.set(crop, grams);
    sold.set(household, crops);
  }
  return sold;
}

/** Households whose sold or confirmed grams changed since then, under the ids they stand under now. */
export async function householdsOfNotesSince(tx: Tx, county: County, since: Date): Promise<string[]> {
  const { rows } = await sql<{ household: string }>`
    select distinct coalesce(h.into_household, p.household) as household
      from (select household from trace.purchase
             where county = ${county} and day >= ${dayOf(since)} and at >= ${since}
            union
            select p.household from trace.offline_note n
              join trace.purchase p on p.county = n.county and p.id = n.id
             where n.county = ${county} and n.received_at >= ${since}
            union
            select household from trace.yield_confirmation where county = ${county} and at >= ${since}) p
      left join registry.household_pointer h on h.county = ${county} and h.household = p.household`.execute(tx);
  return rows.map((row) => row.household);
}
