import { sql } from 'kysely';
import { textArray } from '#platform/database/arrays.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { AccountKind } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { CURRENCY } from './ensure-accounts.ts';

interface Sums {
  debitsPending: Fen;
  debitsPosted: Fen;
  creditsPending: Fen;
  creditsPosted: Fen;
}

export interface Balance extends Sums {
  side: 'debit' | 'credit';
  /** posted, towards the account's normal side */
  balance: Fen;
  /** held, towards the account's normal side */
  pending: Fen;
}

/**
 * The balance of an account now. Fen.
 *
 * @throws Refusal `account-not-found`
 */
export async function balance(db: Db, county: County, account: string): Promise<Balance> {
  const { rows } = await sql<Sums & Pick<Balance, 'side'>>`
    select normal_side as side, debits_pending as "debitsPending", debits_posted as "debitsPosted",
           credits_pending as "creditsPending", credits_posted as "creditsPosted"
      from ledger.account where county = ${county} and id = ${account}`.execute(db);
  return withBalance(rows[0], account);
}

/** The balances of some owners' accounts of one kind now, in fen; who has no account yet is missing. */
export async function balancesOf(
  db: Db,
  county: County,
  kind: AccountKind,
  owners: readonly string[],
): Promise<Balance[]> {
  const { rows } = await sql<Sums & Pick<Balance, 'side'>>`
    select normal_side as side, debits_pending as "debitsPending", debits_posted as "debitsPosted",
           credits_pending as "creditsPending", credits_posted as "creditsPosted"
      from ledger.account
     where county = ${county} and kind = ${kind} and owner = any(${textArray(owners)}::text[]) and currency = ${CURRENCY}
     order by owner`.execute(db);
  return rows.map((row) => ({ ...row, ...towards(row) }));
}

/**
 * The balance of an account as it stood at an instant, transfers of that very instant included: holds that were open
 * then are pending, however they ended later. What came after is taken back from what stands now, so the nearer the
 * instant, the less is read. Fen.
 *
 * @throws Refusal `account-not-found`
 */
export async function balanceAt(db: Db, county: County, account: string, at: Date): Promise<Balance> {
  const { rows } = await sql<Sums & Pick<Balance, 'side'>>`
    select a.normal_side as side, ${sumsAt}
      from ledger.account a ${movedAfter(at)}
     where a.county = ${county} and a.id = ${account}`.execute(db);
  return withBalance(rows[0], account);
}

function withBalance(sums: (Sums & Pick<Balance, 'side'>) | undefined, account: string): Balance {
  if (!sums) throw refuse('account-not-found', { account });
  return { ...sums, ...towards(sums) };
}

/** Balance and held amount towards the normal side of an account. */
export function towards(sums: Sums & Pick<Balance, 'side'>): { balance: Fen; pending: Fen } {
  const sign = sums.side === 'debit' ? 1 : -1;
  // `+ 0` because -1 × 0 is -0, which is printed as such.
  return {
    balance: sign * (sums.debitsPosted - sums.creditsPosted) + 0,
    pending: sign * (sums.debitsPending - sums.creditsPending) + 0,
  };
}

/** Sums per kind of account, now or at an instant, in fen, with how many accounts of the kind had been moved. */
export async function sumsByKind(db: Db, county: County, at?: Date) {
  const now = sql`a.debits_pending as "debitsPending", a.debits_posted as "debitsPosted",
    a.credits_pending as "creditsPending", a.credits_posted as "creditsPosted"`;
  const { rows } = await sql<Sums & { kind: AccountKind; accounts: number }>`
    select kind, count(*)::int as accounts,
           sum("debitsPending")::bigint as "debitsPending", sum("debitsPosted")::bigint as "debitsPosted",
           sum("creditsPending")::bigint as "creditsPending", sum("creditsPosted")::bigint as "creditsPosted"
      from (select a.kind, ${at ? sumsAt : now} from ledger.account a ${at ? movedAfter(at) : sql``}
             where a.county = ${county}) of
     where "debitsPending" + "debitsPosted" + "creditsPending" + "creditsPosted" > 0
     group by kind`.execute(db);
  return rows;
}

// A hold stands from its pending transfer to whatever ended it; a post moves its own amount, which may be less.
const movedAfter = (at: Date) => {
  const side = (name: 'debit' | 'credit') => sql`
      cross join lateral (
        select coalesce(sum(t.amount_fen) filter (where t.kind in ('single', 'post')), 0)::bigint as posted,
               coalesce(sum(case t.kind when 'pending' then t.amount_fen when 'single' then 0 else -h.amount_fen end),
                 0)::bigint as pending
          from ledger.transfer t
          left join ledger.transfer h on h.county = t.county and h.id = t.pending
         where t.county = a.county and t.${sql.ref(name)} = a.id and t.created_at > ${at}) ${sql.ref(`${name}s`)}`;
  return sql`${side('debit')} ${side('credit')}`;
};

const sumsAt = sql`a.debits_pending - debits.pending as "debitsPending", a.debits_posted - debits.posted as "debitsPosted",
  a.credits_pending - credits.pending as "creditsPending", a.credits_posted - credits.posted as "creditsPosted"`;
