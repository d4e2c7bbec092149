import { sql } from 'kysely';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import { dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById } from '#registry';
import type { PartOfOrder } from './settlement-parts.ts';

interface Asked {
  month?: string;
  org?: string;
  part?: PartOfOrder['part'];
  page?: number;
  size?: number;
}

interface Row {
  order: string;
  orderNumber: string;
  part: PartOfOrder['part'];
  org: string | null;
  state: PartOfOrder['state'];
  fen: number;
  transfer: string;
  at: Date;
}

/**
 * The settlement statement of a month: every part of the orders paid in it, and per receiver what is held, posted and
 * voided. Amounts in fen; equal to the ledger's holds. Staff of an organisation see their own organisation's parts,
 * those of a logistics firm the freight.
 *
 * @param query.month YYYY-MM in China, this month when left out
 */
export async function statement(at: Context, by: Actor, county: County, query: Asked) {
  const { page = 1, size = 20 } = query;
  const month = query.month ?? monthOf(at.clock.now());
  const found = sql`
      from trade."order" o
      join trade.settlement_part p on p.county = o.county and p."order" = o.id
     where o.county = ${county}
       and o.paid_at >= ${`${month}-01T00:00:00+08:00`}::timestamptz
       and o.paid_at < ${`${nextMonth(month)}-01T00:00:00+08:00`}::timestamptz
       and ${visibleTo(by, county)}
       and ${query.org ? sql`p.org = ${query.org}` : sql`true`}
       and ${query.part ? sql`p.part = ${query.part}` : sql`true`}`;
  const { rows: totals } = await sql<Total>`
    select p.part, p.org, count(*)::int as parts,
           coalesce(sum(p.fen) filter (where p.state = 'held'), 0)::bigint as "heldFen",
           coalesce(sum(p.fen) filter (where p.state = 'posted'), 0)::bigint as "postedFen",
           coalesce(sum(p.fen) filter (where p.state = 'voided'), 0)::bigint as "voidedFen"
    ${found}
     group by p.part, p.org
     order by sum(p.fen) filter (where p.state <> 'voided') desc nulls last, p.part, p.org`.execute(at.db);
  const { rows } = await sql<Row>`
    select p."order", o.number as "orderNumber", p.part, p.org, p.state, p.fen, p.hold as transfer, o.paid_at as at
    ${found}
     order by o.paid_at desc, o.number desc, p.id
     limit ${size} offset ${(page - 1) * size}`.execute(at.db);
  const orgs = await organisationsById(
    at.db,
    county,
    totals.flatMap((total) => total.org ?? []),
  );
  const nameOf = (org: string | null) => (org ? (orgs.get(org)?.name ?? null) : null);
  return {
    month,
    totals: totals.map(({ parts: _, ...total }) => ({ ...total, orgName: nameOf(total.org) })),
    rows: rows.map((row) => ({ ...row, orgName: nameOf(row.org) })),
    total: totals.reduce((sum, total) => sum + total.parts, 0),
    page,
    size,
  };
}

interface Total {
  part: PartOfOrder['part'];
  org: string | null;
  parts: number;
  heldFen: number;
  postedFen: number;
  voidedFen: number;
}

function visibleTo(by: Actor, county: County) {
  if (overCounty(by, county, ['operator', 'platform', 'auditor'])) return sql`true`;
  const own = membershipsIn(by, county, ['merchant', 'keeper']).map((m) => m.org);
  const carries = membershipsIn(by, county, ['courier']).length > 0;
  return sql`(p.org = any(${own}::uuid[]) or (${carries} and p.part = 'freight'))`;
}

function nextMonth(month: string): string {
  const [year = 0, m = 0] = month.split('-').map(Number);
  return dayOf(new Date(Date.UTC(year, m, 2))).slice(0, 7);
}
