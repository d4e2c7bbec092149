import { type Selectable, sql } from 'kysely';
import type { DB } from '#platform/database/tables.ts';
import type { Db, Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { LineAccount } from './case-budget.ts';
import { type CaseState, openStates, type Party } from './case-states.ts';

export type CaseFields = Selectable<DB['trade.after_sale_case']>;
export type CaseLineFields = Selectable<DB['trade.after_sale_line']>;

export async function caseById(db: Db, county: County, id: string): Promise<CaseFields | undefined> {
  return db
    .selectFrom('trade.after_sale_case')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** The case, locked; its order is locked before it by everybody, so that cases of one order go one after another. */
export async function lockCase(tx: Tx, county: County, id: string): Promise<CaseFields | undefined> {
  return tx
    .selectFrom('trade.after_sale_case')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** What the lines of cases ask for, in the order of their lines' ids. */
export async function linesOfCases(db: Db, county: County, cases: readonly string[]): Promise<CaseLineFields[]> {
  if (cases.length === 0) return [];
  return db
    .selectFrom('trade.after_sale_line')
    .selectAll()
    .where('county', '=', county)
    .where('case', 'in', cases)
    .orderBy('case')
    .orderBy('line')
    .execute();
}

/** Lines that are sent again for a case. */
export async function linesSentAgain(db: Db, county: County, of: string) {
  return db
    .selectFrom('trade.order_line')
    .selectAll()
    .where('county', '=', county)
    .where('after_sale', '=', of)
    .orderBy('position')
    .execute();
}

/**
 * Where each bought line of an order stands: charged, given back, and claimed by cases.
 *
 * @param but a case whose own claims are left out, so that it can be decided over
 */
export async function lineAccounts(
  db: Db,
  county: County,
  order: string,
  but: string | null = null,
): Promise<Map<string, LineAccount>> {
  const { rows } = await sql<LineAccount>`
    select l.id as line, l.packs, l.goods_fen as "goodsFen", l.freight_fen as "freightFen",
           coalesce(w.charged_fen - w.due_fen, 0) as "weighedFen",
           coalesce(r.goods, 0)::bigint as "backGoodsFen", coalesce(r.freight, 0)::bigint as "backFreightFen",
           coalesce(c.packs, 0)::int as "claimedPacks",
           coalesce(c.goods, 0)::bigint as "claimedGoodsFen", coalesce(c.freight, 0)::bigint as "claimedFreightFen"
      from trade.order_line l
      left join trade.weighing w on w.county = l.county and w.line = l.id and w.outcome = 'refunded'
      cross join lateral (
        select sum(rl.goods_fen) as goods, sum(rl.freight_fen) as freight
          from trade.refund_line rl where rl.county = l.county and rl.line = l.id) r
      cross join lateral (
        select sum(cl.packs) as packs,
               sum(cl.goods_fen) filter (where c.state = any(${openStates as CaseState[]})) as goods,
               sum(cl.freight_fen) filter (where c.state = any(${openStates as CaseState[]})) as freight
          from trade.after_sale_line cl
          join trade.after_sale_case c on c.county = cl.county and c.id = cl."case"
         where cl.county = l.county and cl.line = l.id and c.id is distinct from ${but}::uuid
           and (c.state = any(${openStates as CaseState[]}) or c.granted_fen is not null)) c
     where l.county = ${county} and l."order" = ${order} and l.replaces is null`.execute(db);
  return new Map(rows.map((row) => [row.line, row]));
}

/** One line of a case's history. */
export async function insertCaseMove(
  tx: Tx,
  move: {
    county: County;
    case: string;
    from: CaseState | null;
    to: CaseState;
    act: string;
    party: Party;
    note: string | null;
    by: string | null;
    at: Date;
  },
): Promise<void> {
  await tx
    .insertInto('trade.after_sale_move')
    .values({
      county: move.county,
      id: newId(),
      case: move.case,
      from_state: move.from,
      to_state: move.to,
      act: move.act,
      party: move.party,
      note: move.note,
      by_person: move.by,
      at: move.at,
    })
    .execute();
}

/** What was paid for the lines of one seller and did not go back, freight included, in fen. */
export async function paidToSeller(db: Db, county: County, order: string, org: string): Promise<Fen> {
  const { rows } = await sql<{ fen: Fen }>`
    select (coalesce(sum(l.goods_fen + l.freight_fen), 0) - coalesce(sum(r.fen), 0))::bigint as fen
      from trade.order_line l
      cross join lateral (
        select sum(rl.goods_fen + rl.freight_fen) as fen
          from trade.refund_line rl where rl.county = l.county and rl.line = l.id) r
     where l.county = ${county} and l."order" = ${order} and l.org = ${org} and l.replaces is null`.execute(db);
  return rows[0]?.fen ?? 0;
}
