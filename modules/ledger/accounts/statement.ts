import { sql } from 'kysely';
import { addDays, startOfDay } from '#platform/clock.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';
import { type Balance, balanceAt } from './balance.ts';

export interface Movement {
  transfer: string;
  at: Date;
  /** the account on the other side */
  other: string;
  debit: Fen;
  credit: Fen;
  /** after this movement, towards the account's normal side */
  balance: Fen;
  reason: string;
  evidenceKind: string;
  evidence: string;
}

export interface AccountStatement extends Pick<Balance, 'side'> {
  opening: Fen;
  closing: Fen;
  debits: Fen;
  credits: Fen;
  /** held at the end of the period, towards the account's normal side */
  pending: Fen;
  rows: Movement[];
  total: number;
}

/**
 * The statement of an account over days in China: what it opened with, every movement that was posted with the balance
 * after it, and what it closed with. Opening plus movements is the closing, to the fen. Holds are told as one sum.
 *
 * @param period both days included
 * @throws Refusal `account-not-found` | `period-upside-down`
 */
export async function accountStatement(
  db: Db,
  county: County,
  account: string,
  period: { from: string; to: string; page: number; size: number },
): Promise<AccountStatement> {
  const { from, to, page, size } = period;
  if (from > to) throw refuse('period-upside-down', { from, to });
  // Instants are whole milliseconds: the last one before a day is the end of the day before.
  const before = new Date(startOfDay(from).getTime() - 1);
  const until = new Date(startOfDay(addDays(to, 1)).getTime() - 1);
  // One look for all of it: what is posted meanwhile must not stand in the closing and not among the movements.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (tx) => {
      const opened = await balanceAt(tx, county, account, before);
      const closed = await balanceAt(tx, county, account, until);
      const { rows, total } = await movements(tx, county, account, { opened, before, until, page, size });
      return {
        side: opened.side,
        opening: opened.balance,
        closing: closed.balance,
        debits: closed.debitsPosted - opened.debitsPosted,
        credits: closed.creditsPosted - opened.creditsPosted,
        pending: closed.pending,
        rows,
        total,
      };
    });
}

async function movements(
  tx: Db,
  county: County,
  account: string,
  asked: { opened: Balance; before: Date; until: Date; page: number; size: number },
) {
  const { opened, before, until, page, size } = asked;
  const found = sql`
      from ledger.transfer t
     cross join lateral (select case when t.debit = ${account}::uuid then t.amount_fen else 0 end as fen) d
     where t.county = ${county} and (t.debit = ${account}::uuid or t.credit = ${account}::uuid)
       and t.kind in ('single', 'post') and t.created_at > ${before} and t.created_at <= ${until}`;
  const sign = opened.side === 'debit' ? 1 : -1;
  const { rows } = await sql<Movement>`
    select t.id as transfer, t.created_at as at, d.fen as debit, t.amount_fen - d.fen as credit,
           case when t.debit = ${account}::uuid then t.credit else t.debit end as other,
           (${opened.balance}::bigint + ${sign}::int * sum(2 * d.fen - t.amount_fen) over (order by t.created_at, t.id)
           )::bigint as balance,
           t.reason, t.evidence_kind as "evidenceKind", t.evidence
    ${found}
     order by t.created_at, t.id
     limit ${size} offset ${(page - 1) * size}`.execute(tx);
  const { rows: counted } = await sql<{ n: number }>`select count(*)::int as n ${found}`.execute(tx);
  return { rows, total: counted[0]?.n ?? 0 };
}
