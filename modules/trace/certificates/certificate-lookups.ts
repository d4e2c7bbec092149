import { sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { lotPath, rangesOf } from '../codes/codes.queries.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { publicReports } from '../reports/report-views.ts';
import { KEPT_YEARS, keptUntil } from './certificate-rules.ts';
import type { certificateRoutes, certificateStates } from './certificates.contract.ts';
import { type CertificateRow, certificatesWhere } from './certificates.queries.ts';

type State = (typeof certificateStates)[number];

export const ofLotInForce = (county: County, lot: string) =>
  sql<boolean>`c.county = ${county} and c.lot = ${lot} and r.id is null`;

/** C621221-260917-0001-9F3A7C21: the number, which names its county, and the check behind it. */
const CODE = /^C(\d{6})-\d{6}-\d{4,}-[0-9A-F]{8}$/;

/** A certificate by what stands on it; undefined when the number or the check is wrong, which is not told apart. */
export async function findCertificate(
  db: Db,
  typed: string,
): Promise<(CertificateRow & { county: County }) | undefined> {
  const code = typed.trim().toUpperCase();
  const county = Number(CODE.exec(code)?.[1]);
  if (!county) return undefined;
  const number = code.slice(0, -9);
  const [row] = await certificatesWhere(
    db,
    sql`c.county = ${county} and c.number = ${number} and c.check_tag = ${code.slice(-8)}`,
  );
  return row && { ...row, county };
}

type Successor = { number: string; code: string };

/**
 * How certificates stand. Recalled comes first: whoever holds such goods must not read past it. Replaced: there is a
 * new one of the same lot, or all that was in the lot has gone into lots with certificates of their own.
 */
export async function standingOf(
  db: Db,
  county: County,
  rows: readonly CertificateRow[],
): Promise<Map<string, { state: State; successors: Successor[] }>> {
  if (rows.length === 0) return new Map();
  const lots = [...new Set(rows.map((row) => row.lot))];
  const found = await sql<{ lot: string; recalled: boolean; into: Successor[] }>`
    select l.id as lot, l.state = 'recalled' as recalled,
           case when l.grams_on_hand > 0 then '[]'::json else coalesce((
             select json_agg(distinct jsonb_build_object('number', c.number, 'code', c.number || '-' || c.check_tag))
               from trace.operation_lot i
               join trace.operation p on p.county = i.county and p.id = i.operation and p.kind <> 'undo'
               join trace.operation_lot o on o.county = i.county and o.operation = i.operation and o.side = 'out'
               join trace.certificate c on c.county = o.county and c.lot = o.lot
              where i.county = l.county and i.lot = l.id and i.side = 'in'
                and not exists (select from trace.operation u where u.county = p.county and u.reverses = p.id)
                and not exists (select from trace.certificate n where n.county = c.county and n.replaces = c.id)
           ), '[]'::json) end as into
      from trace.lot l
     where l.county = ${county} and l.id = any(${lots}::uuid[])`.execute(db);
  const byLot = new Map(found.rows.map((row) => [row.lot, row]));
  const newer = await certificatesWhere(
    db,
    sql`c.county = ${county} and c.lot = any(${lots}::uuid[]) and r.id is null`,
  );
  const inForce = new Map(newer.map((row) => [row.lot, { number: row.number, code: row.code }]));
  return new Map(
    rows.map((row) => {
      const lot = byLot.get(row.lot);
      const own = row.replacedBy === null ? undefined : inForce.get(row.lot);
      const successors = own ? [own] : (lot?.into ?? []);
      const state: State = lot?.recalled ? 'recalled' : successors.length > 0 ? 'replaced' : 'valid';
      return [row.id, { state, successors: state === 'recalled' ? [] : successors }];
    }),
  );
}

/** What anybody who holds the paper is told of it. @throws Refusal `certificate-unknown` */
export async function certificateStatus(
  db: Db,
  code: string,
): Promise<Static<typeof certificateRoutes.certificateStatus.answer>> {
  const found = await findCertificate(db, code);
  if (!found) throw refuse('certificate-unknown');
  const { id, lot, county, replacedBy: _, ...certificate } = found;
  const standing = (await standingOf(db, county, [found])).get(id);
  if (!standing) throw refuse('certificate-unknown');
  const range = (await rangesOf(db, county, [lot])).get(lot);
  return {
    ...standing,
    county,
    certificate,
    lotPath: range ? lotPath(range.gtin, range.lotNumber) : null,
    reports: await publicReports(db, county, lot),
  };
}

/** The register of certificates of the lots somebody may see; `due`: only those that need no longer be kept. */
export async function certificatePage(
  at: Context,
  by: Actor,
  county: County,
  filter: { lot?: string; due?: boolean; q?: string; page: number; size: number },
) {
  const reading = lotReading(by, county);
  const q = filter.q?.trim();
  // Issued so long ago that the last day of keeping is over.
  const before = dayBefore(dayOf(at.clock.now()));
  const where = sql<boolean>`${sql.join(
    [
      sql`c.county = ${county}`,
      reading === 'all'
        ? sql`true`
        : sql`(l.org = any(${reading.orgs}::uuid[]) or l.station = any(${reading.stations}::uuid[]))`,
      ...(filter.lot === undefined ? [] : [sql`c.lot = ${filter.lot}`]),
      ...(filter.due ? [sql`c.issued_on < ${before}`] : []),
      ...(q
        ? [
            sql`(strpos(c.number, upper(${q})) > 0 or strpos(l.number, upper(${q})) > 0 or strpos(c.product_name, ${q}) > 0)`,
          ]
        : []),
    ],
    sql` and `,
  )}`;
  const counted = await sql<{ total: number }>`
    select count(*) as total from trace.certificate c
      join trace.lot l on l.county = c.county and l.id = c.lot where ${where}`.execute(at.db);
  const { page, size } = filter;
  const rows = await certificatesWhere(at.db, where, { size, offset: (page - 1) * size });
  const standing = await standingOf(at.db, county, rows);
  return {
    rows: rows.map(({ replacedBy: _, ...row }) => ({
      ...row,
      state: standing.get(row.id)?.state ?? 'valid',
      keptUntil: keptUntil(row.issuedOn),
    })),
    total: counted.rows[0]?.total ?? 0,
    page,
    size,
  };
}

/** The day so many years before which everything may go. */
const dayBefore = (today: string): string => {
  const day = `${Number(today.slice(0, 4)) - KEPT_YEARS}${today.slice(4)}`;
  return day.endsWith('02-29') ? addDays(`${day.slice(0, 4)}-02-28`, 1) : day;
};
