import { type RawBuilder, sql } from 'kysely';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import { dayOf, monthOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById } from '#registry';
import type { statementStates } from '../contract.ts';
import type { PartOfOrder } from './settlement-parts.ts';

type State = (typeof statementStates)[number];

export interface StatementQuery {
  /** YYYY-MM in China, this month when left out */
  month?: string;
  org?: string;
  part?: PartOfOrder['part'];
  state?: State;
}

export interface StatementRow {
  /** null for a payment of a batch, which is of no one order */
  order: string | null;
  orderNumber: string | null;
  batch: string | null;
  batchNumber: string | null;
  lineName: string | null;
  packs: number | null;
  part: PartOfOrder['part'];
  org: string | null;
  ruleName: string | null;
  state: State;
  fen: Fen;
  transfer: string;
  at: Date;
}

export interface StatementTotal {
  part: PartOfOrder['part'];
  org: string | null;
  rows: number;
  heldFen: Fen;
  postedFen: Fen;
  voidedFen: Fen;
  reversedFen: Fen;
  /** what it bore of providers' fees in the month, less what they gave back */
  feeFen: Fen;
  /** what arrived with it in the month, less what came back */
  paidFen: Fen;
  accountFen: Fen | null;
}

/**
 * The settlement statement of a month: every part of the orders paid in it and whatever refunds took out of them, what
 * was borne of providers' fees, and what arrived with organisations in it or came back, row by row with its transfer, and
 * per receiver the sums. Amounts in fen, equal to the ledger's transfers. Staff of an organisation see their own
 * organisation's parts, those of a logistics firm the freight.
 */
export async function statement(
  at: Context,
  by: Actor,
  county: County,
  query: StatementQuery & { page?: number; size?: number },
) {
  const { page = 1, size = 20 } = query;
  const { month, entries } = entriesOf(at, by, county, query);
  const totals = await totalsOf(at.db, county, entries);
  const rows = await rowsOf(at.db, entries, { size, skip: (page - 1) * size });
  const nameOf = await payeeNames(at.db, county, totals);
  return {
    month,
    totals: totals.map(({ rows: _, ...total }) => ({ ...total, orgName: nameOf(total.org) })),
    rows: rows.map((row) => ({ ...row, orgName: nameOf(row.org) })),
    total: totals.reduce((sum, total) => sum + total.rows, 0),
    page,
    size,
  };
}

/**
 * What a caller may see of a month, as a query: a row per part that stands, one per reversal, one per fee of a provider
 * that was borne in it, and one per payment or share that arrived, or came back, in it. What was paid out is told by the day it arrived and not by its orders: a
 * payment is of an account, and whose orders filled it nobody can say.
 */
export function entriesOf(at: Context, by: Actor, county: County, query: StatementQuery) {
  const month = query.month ?? monthOf(at.clock.now());
  const within = (column: string) => sql`(${sql.ref(column)} >= ${`${month}-01T00:00:00+08:00`}::timestamptz
       and ${sql.ref(column)} < ${`${nextMonth(month)}-01T00:00:00+08:00`}::timestamptz)`;
  const chosen = sql`${visibleTo(by, county)}
       and ${query.org ? sql`p.org = ${query.org}` : sql`true`}
       and ${query.part ? sql`p.part = ${query.part}` : sql`true`}`;
  const entries = sql`
    with part as (
      select p.county, p."order", o.number, o.paid_at, p.line, p.part, p.org, p.rule, p.state, p.fen, p.hold
        from trade."order" o
        join trade.settlement_part p on p.county = o.county and p."order" = o.id
       where o.county = ${county} and ${within('o.paid_at')} and ${chosen}),
    line as (
      select l.county, b.id as batch, b.number as batch_number, l.account_kind as part, l.owner as org, l.fen,
             coalesce(l.late, l.hold) as paid_by, l.ended_at, l.back, l.returned_at
        from trade.payout_line l
        join trade.payout_batch b on b.county = l.county and b.id = l.batch
       where l.county = ${county} and l.account_kind <> 'household' and l.state in ('paid', 'returned')
         and (${within('l.ended_at')} or ${within('l.returned_at')})),
    gone as (
      select county, null::uuid as "order", batch, batch_number, part, org, null::uuid as rule, 'paid' as state, fen,
             paid_by as transfer, ended_at as at
        from line where ${within('ended_at')}
      union all
      select county, null, batch, batch_number, part, org, null, 'returned', -fen, back, returned_at
        from line where ${within('returned_at')}
      union all
      select s.county, s."order", null, null, s.account_kind, s.org, null, 'paid', s.fen, s.hold, q.ended_at
        from trade.sharing q
        join trade.sharing_part s on s.county = q.county and s.sharing = q.id and s.state = 'paid'
       where q.county = ${county} and ${within('q.ended_at')}
      union all
      select b.county, b."order", null, null, s.account_kind, s.org, null, 'returned', -b.fen, b.transfer, b.ended_at
        from trade.sharing_back b
        join trade.sharing_part s on s.county = b.county and s.sharing = b.sharing and s.position = b.position
       where b.county = ${county} and b.state = 'done' and ${within('b.ended_at')}
      union all
      select c.county, c."order", null, null, c.bearer, c.org, c.rule, 'fee', -c.fen, c.transfer, c.at
        from trade.fee_charge c
       where c.county = ${county} and ${within('c.at')}),
    entry as (
      select county, "order", number, null::uuid as batch, null as batch_number, line, part, org, rule, state, fen,
             hold as transfer, paid_at as at
        from part where state <> 'voided'
      union all
      select p.county, p."order", p.number, null, null, p.line, p.part, p.org, p.rule,
             case p.state when 'voided' then 'voided' else 'reversed' end,
             case p.state when 'voided' then r.fen else -r.fen end, r.transfer, f.asked_at
        from part p
        join trade.part_reversal r on r.county = p.county and r.hold = p.hold
        join trade.refund f on f.county = r.county and f.id = r.refund
      union all
      select p.county, p."order", o.number, p.batch, p.batch_number, null, p.part, p.org, p.rule, p.state, p.fen,
             p.transfer, p.at
        from gone p
        left join trade."order" o on o.county = p.county and o.id = p."order"
       where ${chosen}),
    said as (select * from entry where ${query.state ? sql`state = ${query.state}` : sql`true`})`;
  return { month, entries };
}

/** Sums per receiver, the largest first, each with what stands on its account today. */
export async function totalsOf(db: Db, county: County, entries: RawBuilder<unknown>): Promise<StatementTotal[]> {
  const { rows } = await sql<StatementTotal>`
    ${entries}
    select s.*, (select a.credits_posted - a.debits_posted from ledger.account_facts a
                  where a.county = ${county} and a.kind = s.part and a.owner = s.org::text) as "accountFen"
      from (select part, org, count(*)::int as rows,
                   coalesce(sum(fen) filter (where state = 'held'), 0)::bigint as "heldFen",
                   coalesce(sum(fen) filter (where state = 'posted'), 0)::bigint as "postedFen",
                   coalesce(sum(fen) filter (where state = 'voided'), 0)::bigint as "voidedFen",
                   coalesce(-sum(fen) filter (where state = 'reversed'), 0)::bigint as "reversedFen",
                   coalesce(-sum(fen) filter (where state = 'fee'), 0)::bigint as "feeFen",
                   coalesce(sum(fen) filter (where state in ('paid', 'returned')), 0)::bigint as "paidFen"
              from said group by part, org) s
     order by s."heldFen" + s."postedFen" - s."reversedFen" desc, s.part, s.org`.execute(db);
  return rows;
}

/** Rows of a statement, the newest orders first. */
export async function rowsOf(
  db: Db,
  entries: RawBuilder<unknown>,
  { size, skip }: { size: number; skip: number },
): Promise<StatementRow[]> {
  const { rows } = await sql<StatementRow>`
    ${entries}
    select s."order", s.number as "orderNumber", s.batch, s.batch_number as "batchNumber", l.name || ' ' || l.sku_name as "lineName", l.packs, s.part, s.org,
           r.name as "ruleName", s.state, s.fen, s.transfer, s.at
      from said s
      left join trade.order_line l on l.county = s.county and l.id = s.line
      left join trade.settlement_rule r on r.county = s.county and r.id = s.rule
     order by s.number desc nulls first, s.at, s.transfer
     limit ${size} offset ${skip}`.execute(db);
  return rows;
}

/** What receivers are called. */
export async function payeeNames(db: Db, county: County, totals: readonly StatementTotal[]) {
  const orgs = await organisationsById(
    db,
    county,
    totals.flatMap((total) => total.org ?? []),
  );
  return (org: string | null) => (org ? (orgs.get(org)?.name ?? null) : null);
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
