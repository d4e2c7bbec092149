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
    'ledger: every end is of a hold, of its accounts and no larger than it',
    sql`
      select format('county %s %s %s ends %s %s: %s of %s fen', e.county, e.kind, e.id, h.kind, e.pending, e.amount_fen,
               h.amount_fen) as line
        from ledger.transfer e left join ledger.transfer h on h.county = e.county and h.id = e.pending
       where e.pending is not null
         and (h.kind is distinct from 'pending' or e.debit <> h.debit or e.credit <> h.credit
           or e.amount_fen > h.amount_fen or (e.kind <> 'post' and e.amount_fen <> h.amount_fen))
       limit 20`,
  ),
  lines(
    'ledger: the holds that will be released by themselves are exactly the open ones with an expiry',
    sql`
      select format('county %s hold %s until %s: %s', county, transfer, expires_at,
               case when d then 'is over or was never held' else 'would never be released' end) as line
        from (select h.county, h.id as transfer, h.expires_at
                from ledger.transfer h left join ledger.transfer e on e.county = h.county and e.pending = h.id
               where h.expires_at is not null and e.id is null) open
        full join (select county, transfer, expires_at, true as d from ledger.hold_due) due
             using (county, transfer, expires_at)
       where d is null or open.* is null
       limit 20`,
  ),
  lines(
    'ledger: every transfer is between two accounts of its county',
    sql`select format('county %s transfer %s: %s → %s', t.county, t.id, t.debit, t.credit) as line
          from ledger.transfer t
          left join ledger.account d on d.county = t.county and d.id = t.debit
          left join ledger.account c on c.county = t.county and c.id = t.credit
         where d.id is null or c.id is null or d.currency <> c.currency limit 20`,
  ),
  lines(
    'ledger: every closed account says what closed it',
    sql`select format('county %s account %s closed by %s', a.county, a.id, a.closed_by) as line
          from ledger.account a
         where a.closed_by is not null
           and not exists (select from ledger.account_move m where m.county = a.county and m.id = a.closed_by
                              and m.account = a.id and m."to" = 'closed')
           and not exists (select from ledger.transfer h where h.county = a.county and h.id = a.closed_by
                              and ((h.flag = 'closing-debit' and h.debit = a.id)
                                or (h.flag = 'closing-credit' and h.credit = a.id)))
         limit 20`,
  ),
  lines(
    'ledger: no limited account has gone below nothing',
    sql`select format('county %s account %s (%s)', county, id, kind) as line from ledger.account
         where (limited_side = 'debit' and debits_pending + debits_posted > credits_posted)
            or (limited_side = 'credit' and credits_pending + credits_posted > debits_posted)
         limit 20`,
  ),
];
