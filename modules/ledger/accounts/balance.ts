import { sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { refuse } from '../refuse.ts';

export interface Balance {
  side: 'debit' | 'credit';
  debitsPending: Fen;
  debitsPosted: Fen;
  creditsPending: Fen;
  creditsPosted: Fen;
  /** posted, towards the account's normal side */
  balance: Fen;
  /** held, towards the account's normal side */
  pending: Fen;
}

type Sums = Omit<Balance, 'balance' | 'pending'>;

/**
 * The balance of an account, now or as it stood at an instant (added up from its transfers up to and with it). Fen.
 *
 * @throws Refusal `account-not-found`
 */
export async function balance(db: Db, county: County, account: string, at?: Date): Promise<Balance> {
  const { rows } = at ? await sumsAt(db, county, account, at) : await sumsNow(db, county, account);
  const sums = rows[0];
  if (!sums) throw refuse('account-not-found', { account });
  return { ...sums, ...towards(sums) };
}

/** Balance and held amount towards the normal side of an account. */
export function towards(sums: Sums): { balance: Fen; pending: Fen } {
  const sign = sums.side === 'debit' ? 1 : -1;
  // `+ 0` because -1 × 0 is -0, which is printed as such.
  return {
    balance: sign * (sums.debitsPosted - sums.creditsPosted) + 0,
    pending: sign * (sums.debitsPending - sums.creditsPending) + 0,
  };
}

const sumsNow = (db: Db, county: County, account: string) =>
  sql<Sums>`
    select normal_side as side, debits_pending as "debitsPending", debits_posted as "debitsPosted",
           credits_pending as "creditsPending", credits_posted as "creditsPosted"
      from ledger.account where county = ${county} and id = ${account}`.execute(db);

// A hold stands from its pending transfer to whatever ended it; a post moves its own amount, which may be less.
const sumsAt = (db: Db, county: County, account: string, at: Date) =>
  sql<Sums>`
    select a.normal_side as side,
           coalesce(sum(case when t.debit = a.id then case t.kind when 'pending' then t.amount_fen when 'single' then 0 else -p.amount_fen end end), 0)::bigint as "debitsPending",
           coalesce(sum(t.amount_fen) filter (where t.debit = a.id and t.kind in ('single', 'post')), 0)::bigint as "debitsPosted",
           coalesce(sum(case when t.credit = a.id then case t.kind when 'pending' then t.amount_fen when 'single' then 0 else -p.amount_fen end end), 0)::bigint as "creditsPending",
           coalesce(sum(t.amount_fen) filter (where t.credit = a.id and t.kind in ('single', 'post')), 0)::bigint as "creditsPosted"
      from ledger.account a
      left join ledger.transfer t on t.county = a.county and (t.debit = a.id or t.credit = a.id) and t.created_at <= ${at}
      left join ledger.transfer p on p.county = t.county and p.id = t.pending
     where a.county = ${county} and a.id = ${account}
     group by a.normal_side`.execute(db);
