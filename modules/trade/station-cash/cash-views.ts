import { sql } from 'kysely';
import { type Actor, membershipsIn, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { organisationsById, personNames } from '#registry';
import { openRefundsByHand } from '../bank/open-refunds.ts';
import { readPayCode } from '../bank/pay-code.ts';
import { orderRows } from '../orders/order-rows.ts';
import { refuse } from '../refuse.ts';
import { requireStation, tillOf } from './till.ts';

/** What a code's buyer and the keeper have to do with one another. */
export type CashCodeState = 'due' | 'over' | 'taken' | 'pay-back' | 'paid-back';

/**
 * A cash code as a keeper looks it up: what it is for, what is to be taken or given back.
 *
 * @throws Refusal `pay-code-unknown`
 */
export async function cashCodeView(at: Context, county: County, typed: string) {
  const code = readPayCode(typed);
  const found = code
    ? await at.db
        .selectFrom('trade.pay_code as c')
        .innerJoin('trade.checkout as k', 'k.id', 'c.checkout')
        .select(['c.code', 'c.fen', 'c.state', 'c.checkout', 'k.state as checkoutState', 'k.expires_at as expiresAt'])
        .where('c.county', '=', county)
        .where('c.code', '=', code)
        .where('c.kind', '=', 'cash')
        .executeTakeFirst()
    : undefined;
  if (!found) throw refuse('pay-code-unknown');
  const receipt = await at.db
    .selectFrom('trade.cash_receipt')
    .select(['number', 'at', 'station'])
    .where('county', '=', county)
    .where('code', '=', found.code)
    .executeTakeFirst();
  const refunds = await openRefundsByHand(at.db, county, 'station', { code: found.code });
  const paidBack = await at.db
    .selectFrom('trade.cash_payback')
    .select((e) => e.fn.countAll().as('n'))
    .where('county', '=', county)
    .where('code', '=', found.code)
    .executeTakeFirstOrThrow();
  const orders = await at.db
    .selectFrom('trade.order')
    .selectAll()
    .where('county', '=', county)
    .where('checkout', '=', found.checkout)
    .execute();
  const due = found.checkoutState === 'open' && found.expiresAt > at.clock.now();
  const state: CashCodeState =
    refunds.length > 0
      ? 'pay-back'
      : found.state === 'open'
        ? due
          ? 'due'
          : 'over'
        : Number(paidBack.n) > 0
          ? 'paid-back'
          : 'taken';
  return {
    code: found.code,
    fen: found.fen,
    state,
    expiresAt: found.expiresAt,
    receipt: receipt ? { number: receipt.number, at: receipt.at } : null,
    refunds: refunds.map(({ id, fen, reason }) => ({ refund: id, fen, reason })),
    orders: (await orderRows(at.db, orders)).map(({ id, number, summary, summaryEn, totalFen }) => ({
      ...{ id, number, summary, summaryEn, totalFen },
    })),
  };
}

export interface CashMove {
  kind: 'receipt' | 'payback' | 'deposit' | 'hand-out';
  id: string;
  number: string;
  code: string | null;
  /** into the till; negative out of it */
  fen: Fen;
  state: 'done' | 'handed' | 'received' | 'refused';
  words: string | null;
  by: string;
  at: Date;
}

/** A station's till: what is in it, and a page of what went in and out, the newest first. */
export async function stationCash(
  at: Context,
  by: Actor,
  county: County,
  stationId: string,
  query: { page?: number; size?: number },
) {
  const { page = 1, size = 20 } = query;
  const station = await requireStation(at.db, by, county, stationId, ['operator', 'platform', 'auditor']);
  const found = sql`
    select 'receipt' as kind, id, number, code, fen, 'done' as state, null as words, by_person, at
      from trade.cash_receipt where county = ${county} and station = ${station.id}
    union all
    select 'payback', id, number, code, -fen, 'done', taker, by_person, at
      from trade.cash_payback where county = ${county} and station = ${station.id}
    union all
    select 'deposit', id, number, null, -fen, state, coalesce(reason, note), by_person, at
      from trade.cash_deposit where county = ${county} and station = ${station.id}
    union all
    select 'hand-out', r.line, r.number, null, -l.fen, 'done', r.witness, r.by_person, r.at
      from trade.payout_receipt r join trade.payout_line l on l.county = r.county and l.id = r.line
     where r.county = ${county} and l.station = ${station.id} and r.till = 'station_cash'`;
  // A till is one station's, of whichever village the households are that money of it was handed out to.
  const [rows, total] = await scoped(at.db, String(county), async (tx) => {
    const moves = await sql<CashMove & { by_person: string }>`
      select * from (${found}) m order by at desc, id desc limit ${size} offset ${(page - 1) * size}`.execute(tx);
    const all = await sql<{ n: number }>`select count(*)::int as n from (${found}) m`.execute(tx);
    return [moves.rows, all.rows[0]?.n ?? 0] as const;
  });
  const names = await personNames(
    at.db,
    rows.map((row) => row.by_person),
  );
  const till = await tillOf(at.db, county, station.id);
  return {
    station,
    tillFen: till.fen,
    handedFen: till.handedFen,
    rows: rows.map(({ by_person, ...row }) => ({
      ...row,
      fen: Number(row.fen),
      by: names.get(by_person) ?? by_person,
    })),
    ...{ total, page, size },
  };
}

/** Every station that has or had cash, for the county; a keeper sees the own ones. What waits to be counted first. */
export async function tills(at: Context, by: Actor, county: County) {
  const whole = overCounty(by, county, ['operator', 'platform', 'auditor']);
  const own = membershipsIn(by, county, ['keeper']).map((m) => m.org);
  const used = await stationsWithCash(at.db, county);
  const ids = whole ? used : [...new Set(own)];
  const orgs = await organisationsById(at.db, county, ids);
  const rows = await Promise.all(
    ids
      .filter((id) => orgs.get(id)?.kind === 'station')
      .map(async (id) => {
        const till = await tillOf(at.db, county, id);
        return { station: id, stationName: orgs.get(id)?.name ?? id, tillFen: till.fen, handedFen: till.handedFen };
      }),
  );
  const deposits = await at.db
    .selectFrom('trade.cash_deposit')
    .selectAll()
    .where('county', '=', county)
    .where('state', '=', 'handed')
    .$if(!whole, (q) => q.where('station', 'in', own.length > 0 ? own : ['00000000-0000-0000-0000-000000000000']))
    .orderBy('at')
    .execute();
  const names = await personNames(
    at.db,
    deposits.map((d) => d.by_person),
  );
  return {
    rows: rows.sort((a, b) => b.tillFen - a.tillFen || (a.station < b.station ? -1 : 1)),
    deposits: deposits.map((d) => ({
      id: d.id,
      number: d.number,
      station: d.station,
      stationName: orgs.get(d.station)?.name ?? d.station,
      fen: d.fen,
      note: d.note,
      by: names.get(d.by_person) ?? d.by_person,
      byId: d.by_person,
      at: d.at,
    })),
  };
}

async function stationsWithCash(db: Db, county: County): Promise<string[]> {
  const rows = await db
    .selectFrom('trade.cash_receipt')
    .select('station')
    .distinct()
    .where('county', '=', county)
    .orderBy('station')
    .execute();
  return rows.map((row) => row.station);
}
