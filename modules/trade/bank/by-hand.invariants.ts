import { type RawBuilder, sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** What was handed out of a till is people's money: it is read for the whole country. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: (db) => scoped(db, 'all', async (tx) => (await query.execute(tx)).rows.map((row) => row.line)),
});

/** Each fact about money moved by hand, with the transfers that it must have and nothing else. */
const facts = sql`
  select county, 'remittance' as kind, id, fen from trade.remittance
  union all select county, 'remittance_match', id, fen from trade.remittance_match
  union all select county, 'cash_receipt', id, fen from trade.cash_receipt
  union all select county, 'cash_payback', id, fen from trade.cash_payback`;
/** Those that are asked first: held, then posted or voided. */
const held = sql`
  select county, 'bank_return' as kind, id, fen, hold,
         case state when 'asked' then 'pending' when 'sent' then 'posted' else 'voided' end as state
    from trade.bank_return where hold is not null
  union all
  select county, 'cash_deposit', id, fen, hold,
         case state when 'handed' then 'pending' when 'received' then 'posted' else 'voided' end
    from trade.cash_deposit`;

/** What must always hold of transfers by bank, cash at stations and bills. */
export const byHandInvariants: readonly Invariant[] = [
  lines(
    'trade: what of a remittance is matched and sent back is what its matches and returns sum to',
    sql`
      select format('county %s remittance %s: matched %s, returning %s, returned %s; its facts say %s, %s and %s', r.county,
               r.bank_number, r.matched_fen, r.returning_fen, r.returned_fen, coalesce(m.fen, 0), coalesce(b.asked, 0),
               coalesce(b.sent, 0)) as line
        from trade.remittance r
        left join (select county, remittance, sum(fen) as fen from trade.remittance_match group by county, remittance) m
          on m.county = r.county and m.remittance = r.id
        left join (select county, remittance, sum(fen) filter (where state = 'asked') as asked,
                          sum(fen) filter (where state = 'sent') as sent
                     from trade.bank_return group by county, remittance) b on b.county = r.county and b.remittance = r.id
       where r.matched_fen <> coalesce(m.fen, 0) or r.returning_fen <> coalesce(b.asked, 0)
          or r.returned_fen <> coalesce(b.sent, 0)
       limit 20`,
  ),
  lines(
    'trade: money in by bank is matched, unmatched or returned: the unmatched stands on its account',
    sql`
      select format('county %s: %s fen unmatched, the account has %s', county, coalesce(r.fen, 0), coalesce(a.fen, 0)) as line
        from (select county, sum(fen - matched_fen - returned_fen) as fen from trade.remittance group by county) r
        full join (select county, sum(credits_posted - debits_posted) as fen
                     from ledger.account where kind = 'remittance' group by county) a using (county)
       where coalesce(r.fen, 0) <> coalesce(a.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: a code that was taken has exactly its money, and no other has any',
    sql`
      select format('county %s code %s (%s): %s of %s fen', c.county, c.code, c.state, coalesce(m.fen, 0), c.fen) as line
        from trade.pay_code c
        left join (select county, code, sum(fen) as fen
                     from (select county, code, fen from trade.remittance_match
                           union all select county, code, fen from trade.cash_receipt) x
                    group by county, code) m on m.county = c.county and m.code = c.code
       where coalesce(m.fen, 0) <> case c.state when 'taken' then c.fen else 0 end
       limit 20`,
  ),
  lines(
    'trade: money moved by hand is in the ledger, once and whole',
    sql`
      select format('county %s %s %s of %s fen: %s transfers of %s fen', f.county, f.kind, f.id, f.fen, count(t.id),
               coalesce(sum(t.amount_fen), 0)) as line
        from (${facts}) f
        left join ledger.transfer t on t.county = f.county and t.evidence_kind = f.kind and t.evidence = f.id
       group by f.county, f.kind, f.id, f.fen
      having count(t.id) <> 1 or sum(t.amount_fen) <> f.fen
       limit 20`,
  ),
  lines(
    'trade: money that waits for a second look is held, and moved or released by it',
    sql`
      select format('county %s %s %s: should be %s with %s fen, its hold is %s with %s', h.county, h.kind, h.id, h.state,
               h.fen, coalesce(e.kind, 'open'), t.amount_fen) as line
        from (${held}) h
        left join ledger.transfer t on t.county = h.county and t.id = h.hold
        left join ledger.transfer e on e.county = h.county and e.pending = h.hold
       where h.state <> case e.kind when 'post' then 'posted' when 'void' then 'voided' else 'pending' end
          or t.amount_fen is distinct from h.fen or t.evidence <> h.id
       limit 20`,
  ),
  lines(
    'trade: a till has the cash that was taken less what was handed in and given back, and whatever else was paid from it',
    sql`
      select format('county %s station %s: its receipts, deposits, paybacks and hand-outs leave %s, the till has %s of them',
               county, owner, coalesce(f.fen, 0), coalesce(t.fen, 0)) as line
        from (select county, station::text as owner, sum(fen) as fen
                from (select county, station, fen from trade.cash_receipt
                      union all select county, station, -fen from trade.cash_payback
                      union all select county, station, -fen from trade.cash_deposit where state = 'received'
                      union all select l.county, l.station, -l.fen
                        from trade.payout_receipt r join trade.payout_line l on l.county = r.county and l.id = r.line
                       where r.till = 'station_cash') x
               group by county, station) f
        full join (select a.county, a.owner,
                          sum(case when t.debit = a.id then t.amount_fen else -t.amount_fen end) as fen
                     from ledger.account a
                     join ledger.transfer t on t.county = a.county and (t.debit = a.id or t.credit = a.id)
                      and t.kind in ('single', 'post')
                      and t.evidence_kind in ('cash_receipt', 'cash_payback', 'cash_deposit', 'payout')
                    where a.kind = 'station_cash' group by a.county, a.owner) t using (county, owner)
       where coalesce(f.fen, 0) <> coalesce(t.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: a bill is its lines, and its fee is what the counties bear',
    sql`
      select format('%s %s: %s lines, fee %s; there are %s with %s, borne are %s', b.provider, b.day, b.rows, b.fee_fen,
               coalesce(r.n, 0), coalesce(r.fee, 0), coalesce(f.fen, 0)) as line
        from trade.bill b
        left join (select provider, day, count(*) as n, sum(fee_fen) as fee from trade.bill_row group by provider, day) r
          using (provider, day)
        left join (select provider, day, sum(fen) as fen from trade.bill_fee group by provider, day) f using (provider, day)
       where b.rows <> coalesce(r.n, 0) or b.fee_fen <> coalesce(r.fee, 0) or b.fee_fen <> coalesce(f.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: fees are booked as the bills say, to the fen, and borne by whom the rules name',
    sql`
      select format('%s %s: the bill keeps %s fen, booked are %s', b.provider, b.day, b.fee_fen, coalesce(p.fen, 0)) as line
        from trade.bill b
        left join (select provider, day, sum(fen) as fen from trade.fee_posting group by provider, day) p using (provider, day)
       where b.fees_at is not null and b.fee_fen <> coalesce(p.fen, 0)
      union all
      select format('%s %s: compared at %s, its fees are not booked yet', provider, day, compared_at)
        from trade.bill where fees_at is null and fee_fen <> 0 and compared_at < now() - interval '1 day'
      union all
      select format('county %s %s %s %s: a fee of %s fen, booked %s, borne %s', f.county, f.provider, f.day, f.number,
               sum(f.fee), sum(f.booked), sum(f.borne))
        from (select county, provider, day, kind, number, fen as fee, 0 as booked, 0 as borne from trade.bill_fee
              union all select county, provider, day, kind, number, 0, fen, 0 from trade.fee_posting
              union all select county, provider, day, kind, number, 0, 0, fen from trade.fee_charge) f
        join trade.bill b on b.provider = f.provider and b.day = f.day
       where b.fees_at is not null
       group by f.county, f.provider, f.day, f.kind, f.number
      having sum(f.fee) <> sum(f.booked) or sum(f.fee) <> sum(f.borne)
       limit 20`,
  ),
  lines(
    'trade: each fee has its transfer, and the accounts of fees are nothing else',
    sql`
      select format('county %s fee of order %s: %s fen, its transfer %s', p.county, p."order", p.fen, t.amount_fen) as line
        from trade.fee_posting p
        left join ledger.transfer t on t.county = p.county and t.id = p.transfer
        left join ledger.account a on a.county = t.county and a.id = case when p.fen > 0 then t.debit else t.credit end
       where t.amount_fen is distinct from abs(p.fen) or a.kind <> 'provider_fee' or a.owner <> p.provider
          or t.evidence <> coalesce(p."order", p.transfer)
      union all
      select format('county %s fee borne by %s %s: %s fen, its transfer %s of %s', c.county, c.bearer, c.org, c.fen,
               t.amount_fen, a.kind)
        from trade.fee_charge c
        left join ledger.transfer t on t.county = c.county and t.id = c.transfer
        left join ledger.account a on a.county = t.county and a.id = case when c.fen > 0 then t.debit else t.credit end
        left join ledger.account f on f.county = t.county and f.id = case when c.fen > 0 then t.credit else t.debit end
       where t.amount_fen is distinct from abs(c.fen) or a.kind <> c.bearer or f.kind <> 'provider_fee' or f.owner <> c.provider
          or a.owner <> case c.bearer when 'merchant' then c.org::text when 'fund' then 'county' else 'platform' end
      union all
      select format('county %s fees of %s: the ledger has %s fen, booked and not borne are %s', county, owner,
               coalesce(a.fen, 0), coalesce(f.fen, 0))
        from (select county, owner, debits_posted - credits_posted as fen from ledger.account where kind = 'provider_fee') a
        full join (select county, provider as owner, sum(fen) as fen
                     from (select county, provider, fen from trade.fee_posting
                           union all select county, provider, -fen from trade.fee_charge) x
                    group by county, provider) f using (county, owner)
       where coalesce(a.fen, 0) <> coalesce(f.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: a case stands where its last move led, and a closed one says why',
    sql`
      select format('case %s (%s) is %s, its last move led to %s', c.id, c.subject, c.state, m.to_state) as line
        from trade.reconcile_case c
        left join lateral (select to_state, from_state from trade.reconcile_move m where m.case_id = c.id
                            order by m.at desc, m.id desc limit 1) m on true
       where m.to_state is distinct from c.state or (c.state = 'closed' and m.from_state is null)
       limit 20`,
  ),
];
