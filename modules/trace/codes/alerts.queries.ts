import { sql } from 'kysely';
import { textArray } from '#platform/database/arrays.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { LotReading } from '../lots/lot-rights.ts';
import type { AlertKind, AlertState, Verdict } from './alert-states.ts';

export interface AlertRow {
  id: string;
  kind: AlertKind;
  lot: string;
  lotNumber: string;
  gtin: string;
  /** 0: the lot as a whole */
  pack: number;
  state: AlertState;
  verdict: Verdict | null;
  scans: number;
  /** two digits each */
  provinces: string[];
  firstAt: Date;
  lastAt: Date;
}

/** What is to be told to the county about a lot or one of its packs. */
export interface Raised {
  kind: AlertKind;
  lot: string;
  /** 0: the lot as a whole */
  pack: number;
  /** looks so far; or, where `adds`, since the last time it was told */
  scans: number;
  adds?: boolean;
  provinces: readonly string[];
}

/**
 * Raises alerts, or brings those that are not closed up to date. One of a kind is open for a pack at a time. What people
 * have closed stays closed: for good where it was confirmed or can only ever be the same again; a code taken for copied
 * may be raised anew by the looks that came after (scan-rules.ts), trying out false codes at any time.
 */
export async function raiseAlerts(db: Db, county: County, raised: readonly Raised[], at: Date): Promise<void> {
  for (const { kind, lot, pack, scans, adds = false, provinces } of raised) {
    await sql`
      insert into trace.code_alert as a (county, id, kind, lot, pack, state, scans, provinces, first_at, last_at)
      select ${county}::int, ${newId()}::uuid, ${kind}::text, ${lot}::uuid, ${pack}::int, 'open', ${scans}::int,
             ${textArray(provinces)}::text[], ${at}::timestamptz, ${at}::timestamptz
       where ${kind === 'guessed'} or not exists (select from trace.code_alert x
         where x.county = ${county} and x.lot = ${lot} and x.kind = ${kind} and x.pack = ${pack} and x.state = 'closed'
           and (x.verdict = 'confirmed' or x.kind not in ('copied', 'often')))
      on conflict (county, lot, kind, pack) where state <> 'closed' do update set
        scans = case when ${adds} then a.scans + excluded.scans else greatest(a.scans, excluded.scans) end,
        provinces = case when cardinality(excluded.provinces) >= cardinality(a.provinces) then excluded.provinces else a.provinces end,
        last_at = greatest(a.last_at, excluded.last_at)`.execute(db);
  }
}

/** Alerts about some packs that say something now: those not closed as harmless, and when the last of those was. */
export async function alertsOf(
  db: Db,
  county: County,
  packs: readonly { lot: string; pack: number }[],
): Promise<{ lot: string; pack: number; kind: AlertKind; harmlessAt: Date | null; scans: number }[]> {
  const { rows } = await sql<{ lot: string; pack: number; kind: AlertKind; harmlessAt: Date | null; scans: number }>`
    select a.lot, a.pack, a.kind, a.scans,
           case when a.verdict = 'harmless' then
             (select max(m.at) from trace.code_alert_move m
               where m.county = a.county and m.alert = a.id and m.to_state = 'closed') end as "harmlessAt"
      from trace.code_alert a
     where a.county = ${county} and a.lot = any(${packs.map((p) => p.lot)}::uuid[])
       and a.pack = any(${packs.map((p) => p.pack)}::int[]) and a.kind in ('copied', 'often')
     order by a.lot, a.pack, a.last_at`.execute(db);
  return rows;
}

export interface AlertFilter {
  state?: AlertState;
  kind?: AlertKind;
  lot?: string;
  page: number;
  size: number;
}

const alertRow = sql`a.id, a.kind, a.lot, r.lot_number as "lotNumber", r.gtin, a.pack, a.state, a.verdict, a.scans,
  a.provinces, a.first_at as "firstAt", a.last_at as "lastAt"`;
const fromAlerts = sql`trace.code_alert a
  join trace.code_range r on r.county = a.county and r.lot = a.lot
  join trace.lot l on l.county = a.county and l.id = a.lot`;

/** One page of alerts that the reader may see, the newest first, and how many there are. */
export async function listAlerts(
  db: Db,
  county: County,
  reading: LotReading,
  filter: AlertFilter,
): Promise<{ rows: AlertRow[]; total: number }> {
  const where = sql.join(
    [
      sql`a.county = ${county}`,
      readableLot(reading),
      ...(filter.state === undefined ? [] : [sql`a.state = ${filter.state}`]),
      ...(filter.kind === undefined ? [] : [sql`a.kind = ${filter.kind}`]),
      ...(filter.lot === undefined ? [] : [sql`a.lot = ${filter.lot}`]),
    ],
    sql` and `,
  );
  const counted = await sql<{ total: number }>`select count(*) as total from ${fromAlerts} where ${where}`.execute(db);
  const { rows } = await sql<AlertRow>`
    select ${alertRow} from ${fromAlerts} where ${where}
     order by a.last_at desc, a.id desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** One alert that the reader may see. */
export async function findAlert(
  db: Db,
  county: County,
  id: string,
  reading: LotReading = 'all',
): Promise<AlertRow | undefined> {
  const { rows } = await sql<AlertRow>`
    select ${alertRow} from ${fromAlerts}
     where a.county = ${county} and a.id = ${id} and ${readableLot(reading)}`.execute(db);
  return rows[0];
}

const readableLot = (reading: LotReading) =>
  reading === 'all'
    ? sql`true`
    : sql`(l.org = any(${reading.orgs}::uuid[]) or l.station = any(${reading.stations}::uuid[]))`;

export interface AlertMove {
  from: AlertState;
  to: AlertState;
  reason: string | null;
  byPerson: string;
  at: Date;
}

/** What people did about an alert, the oldest first. */
export async function alertMovesOf(db: Db, county: County, alert: string): Promise<AlertMove[]> {
  const { rows } = await sql<AlertMove>`
    select from_state as "from", to_state as "to", reason, by_person as "byPerson", at
      from trace.code_alert_move where county = ${county} and alert = ${alert} order by at, id`.execute(db);
  return rows;
}

/** An alert's state, locked until the end of the transaction. */
export async function lockAlert(tx: Tx, county: County, id: string): Promise<{ state: AlertState } | undefined> {
  const { rows } = await sql<{ state: AlertState }>`
    select state from trace.code_alert where county = ${county} and id = ${id} for update`.execute(tx);
  return rows[0];
}
