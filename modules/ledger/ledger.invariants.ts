import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** Each query answers one line per breach, at most twenty: enough to see what is wrong. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: async (db: Db) => (await query.execute(db)).rows.map((row) => row.line),
});

export const ledgerInvariants: readonly Invariant[] = [
  lines(
    'ledger: debits equal credits in every county and currency',
    sql`select format('county %s %s: posted debits %s, credits %s; pending debits %s, credits %s',
          county, currency, sum(debits_posted), sum(credits_posted), sum(debits_pending), sum(credits_pending)) as line
          from ledger.account group by county, currency
        having sum(debits_posted) <> sum(credits_posted) or sum(debits_pending) <> sum(credits_pending)
         limit 20`,
  ),
  lines(
    'ledger: every account equals the sum of its transfers',
    sql`
      with side as (
        select t.county, t.debit as account, t.kind, t.amount_fen, p.amount_fen as held, true as is_debit
          from ledger.transfer t left join ledger.transfer p on p.county = t.county and p.id = t.pending
        union all
        select t.county, t.credit, t.kind, t.amount_fen, p.amount_fen, false
          from ledger.transfer t left join ledger.transfer p on p.county = t.county and p.id = t.pending),
      moved as (
        select county, account, is_debit,
               sum(case when kind in ('single', 'post') then amount_fen else 0 end) as posted,
               sum(case kind when 'pending' then amount_fen when 'single' then 0 else -held end) as pending
          from side group by county, account, is_debit),
      sums as (
        select county, account,
               coalesce(sum(posted) filter (where is_debit), 0) as dpo, coalesce(sum(pending) filter (where is_debit), 0) as dpe,
               coalesce(sum(posted) filter (where not is_debit), 0) as cpo, coalesce(sum(pending) filter (where not is_debit), 0) as cpe
          from moved group by county, account)
      select format('county %s account %s (%s): has %s/%s/%s/%s, its transfers say %s/%s/%s/%s', a.county, a.id, a.kind,
               a.debits_posted, a.debits_pending, a.credits_posted, a.credits_pending,
               coalesce(s.dpo, 0), coalesce(s.dpe, 0), coalesce(s.cpo, 0), coalesce(s.cpe, 0)) as line
        from ledger.account a left join sums s on s.county = a.county and s.account = a.id
       where (a.debits_posted, a.debits_pending, a.credits_posted, a.credits_pending)
          is distinct from (coalesce(s.dpo, 0), coalesce(s.dpe, 0), coalesce(s.cpo, 0), coalesce(s.cpe, 0))
       limit 20`,
  ),
  lines(
    'ledger: every hold has one end, of its own kind and no larger than itself',
    sql`
      select format('county %s hold %s: state %s, ended by %s %s over %s of %s fen', p.county, p.transfer, p.state,
               e.kind, e.id, e.amount_fen, h.amount_fen) as line
        from ledger.pending p
        join ledger.transfer h on h.county = p.county and h.id = p.transfer
        left join ledger.transfer e on e.county = p.county and e.pending = p.transfer
       where h.kind <> 'pending'
          or p.ended_by is distinct from e.id
          or p.state <> case e.kind when 'post' then 'posted' when 'void' then 'voided' when 'expire' then 'expired' else 'pending' end
          or e.amount_fen > h.amount_fen or e.debit <> h.debit or e.credit <> h.credit
       limit 20`,
  ),
  lines(
    'ledger: every pending transfer has its hold',
    sql`select format('county %s transfer %s', t.county, t.id) as line
          from ledger.transfer t left join ledger.pending p on p.county = t.county and p.transfer = t.id
         where t.kind = 'pending' and p.transfer is null limit 20`,
  ),
  lines(
    'ledger: no limited account has gone below nothing',
    sql`select format('county %s account %s (%s)', county, id, kind) as line from ledger.account
         where (limited_side = 'debit' and debits_pending + debits_posted > credits_posted)
            or (limited_side = 'credit' and credits_pending + credits_posted > debits_posted)
         limit 20`,
  ),
];
