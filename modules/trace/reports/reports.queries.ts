import { type Selectable, sql } from 'kysely';
import type { TraceTestReport } from '#platform/database/tables.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { LotReading } from '../lots/lot-rights.ts';
import type { ReportKind, TestItem } from './report-kinds.ts';

export type ReportRow = Selectable<TraceTestReport> & {
  lot_number: string;
  org: string;
  withdrawn: string | null;
};

/**
 * The reports of one kind that speak for a lot: its own that passed and were not withdrawn, else those of all the lots
 * it was made of, each of which must have one. A test of walnuts says nothing of their oil: processing ends the way.
 *
 * @returns none when part of the lot was never tested so
 */
export async function coveringReports(db: Db, county: County, lot: string, kind: ReportKind): Promise<string[]> {
  const { rows } = await sql<{ lot: string; inputs: string[]; reports: string[] }>`
    with recursive up as (
      select ${lot}::uuid as lot
      union
      select i.lot
        from up
        join trace.operation_lot o on o.county = ${county} and o.lot = up.lot and o.side = 'out'
        join trace.operation p on p.county = o.county and p.id = o.operation and p.kind not in ('undo', 'process')
        join trace.operation_lot i on i.county = o.county and i.operation = o.operation and i.side = 'in'
       where not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)
    )
    select up.lot,
           array(select i.lot::text
                   from trace.operation_lot o
                   join trace.operation p on p.county = o.county and p.id = o.operation and p.kind not in ('undo', 'process')
                   join trace.operation_lot i on i.county = o.county and i.operation = o.operation and i.side = 'in'
                  where o.county = ${county} and o.lot = up.lot and o.side = 'out' and i.lot <> up.lot
                    and not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)) as inputs,
           array(select t.id::text from trace.test_report t
                  where t.county = ${county} and t.lot = up.lot and t.kind = ${kind} and t.passed
                    and not exists (select from trace.report_withdrawal w where w.county = t.county and w.report = t.id)
                  order by t.id) as reports
      from up`.execute(db);
  const known = new Map(rows.map((row) => [row.lot, row]));
  const found = new Map<string, string[] | null>();
  const cover = (id: string): string[] | null => {
    if (found.has(id)) return found.get(id) ?? null;
    // A lot that is on its way already would go in circles; no operation makes one, but nothing here relies on it.
    found.set(id, null);
    const row = known.get(id);
    const own = row?.reports ?? [];
    const parts = own.length > 0 ? [own] : (row?.inputs ?? []).map(cover);
    const whole = parts.length > 0 && parts.every((part) => part !== null) ? parts.flatMap((part) => part ?? []) : null;
    found.set(id, whole);
    return whole;
  };
  return [...new Set(cover(lot) ?? [])];
}

/** A lot and all that it was made of, with processing too: what was found in any of them concerns a buyer. */
export async function lotAndOrigins(db: Db, county: County, lot: string): Promise<string[]> {
  const { rows } = await sql<{ lot: string }>`
    with recursive up as (
      select ${lot}::uuid as lot
      union
      select i.lot
        from up
        join trace.operation_lot o on o.county = ${county} and o.lot = up.lot and o.side = 'out'
        join trace.operation p on p.county = o.county and p.id = o.operation and p.kind <> 'undo'
        join trace.operation_lot i on i.county = o.county and i.operation = o.operation and i.side = 'in'
       where not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)
    )
    select lot from up`.execute(db);
  return rows.map((row) => row.lot);
}

export interface ReportFilter {
  lots?: readonly string[];
  kind?: ReportKind;
  passed?: boolean;
  /** part of the report's, the lot's or the laboratory's name */
  q?: string;
  page: number;
  size: number;
}

/** Reports of lots that somebody may see, the newest first. */
export async function listReports(
  db: Db,
  county: County,
  reading: LotReading,
  filter: ReportFilter,
): Promise<{ rows: ReportRow[]; total: number }> {
  const { lots, kind, passed } = filter;
  const q = filter.q?.trim();
  const where = sql.join(
    [
      sql`t.county = ${county}`,
      reading === 'all'
        ? sql`true`
        : sql`(l.org = any(${reading.orgs}::uuid[]) or l.station = any(${reading.stations}::uuid[]))`,
      ...(lots === undefined ? [] : [sql`t.lot = any(${lots as string[]}::uuid[])`]),
      ...(kind === undefined ? [] : [sql`t.kind = ${kind}`]),
      ...(passed === undefined ? [] : [sql`t.passed = ${passed}`]),
      ...(q ? [sql`(strpos(t.number, ${q}) > 0 or strpos(t.lab, ${q}) > 0 or strpos(l.number, upper(${q})) > 0)`] : []),
    ],
    sql` and `,
  );
  const from = sql`trace.test_report t join trace.lot l on l.county = t.county and l.id = t.lot`;
  const counted = await sql<{ total: number }>`select count(*) as total from ${from} where ${where}`.execute(db);
  const { rows } = await sql<ReportRow>`
    select t.*, l.number as lot_number, l.org,
           (select w.reason from trace.report_withdrawal w where w.county = t.county and w.report = t.id) as withdrawn
      from ${from} where ${where}
     order by t.issued_on desc, t.id desc
     limit ${filter.size} offset ${(filter.page - 1) * filter.size}`.execute(db);
  return { rows, total: counted.rows[0]?.total ?? 0 };
}

/** One report of a lot that somebody may see. */
export async function findReport(
  db: Db,
  county: County,
  id: string,
  reading: LotReading,
): Promise<ReportRow | undefined> {
  const { rows } = await sql<ReportRow>`
    select t.*, l.number as lot_number, l.org,
           (select w.reason from trace.report_withdrawal w where w.county = t.county and w.report = t.id) as withdrawn
      from trace.test_report t join trace.lot l on l.county = t.county and l.id = t.lot
     where t.county = ${county} and t.id = ${id}
       and ${reading === 'all' ? sql`true` : sql`(l.org = any(${reading.orgs}::uuid[]) or l.station = any(${reading.stations}::uuid[]))`}`.execute(
    db,
  );
  return rows[0];
}

/** Items by report, in the order of the paper; figures without idle zeros. */
export async function itemsOf(
  db: Db,
  county: County,
  reports: readonly string[],
): Promise<Map<string, (TestItem & { passed: boolean })[]>> {
  if (reports.length === 0) return new Map();
  const { rows } = await sql<TestItem & { report: string; passed: boolean }>`
    select report, name, unit, trim_scale(most)::text as most, trim_scale(measured)::text as measured, passed
      from trace.test_item
     where county = ${county} and report = any(${reports as string[]}::uuid[])
     order by report, n`.execute(db);
  const items = new Map<string, (TestItem & { passed: boolean })[]>();
  for (const { report, ...item } of rows) items.set(report, [...(items.get(report) ?? []), item]);
  return items;
}
