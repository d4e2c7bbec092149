import { type RawBuilder, sql } from 'kysely';
import { scoped } from '#platform/db.ts';
import type { Invariant } from '#platform/module.ts';

/** Each query answers one line per breach, at most twenty; it reads people's rows of the whole country. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: (db) => scoped(db, 'all', async (tx) => (await query.execute(tx)).rows.map((row) => row.line)),
});

/** How a hold `h` stands by its end `e`. */
const endOf = sql`case when h.id is null then 'none' when e.id is null then 'open' else e.kind end`;

export const payoutInvariants: readonly Invariant[] = [
  lines(
    'payouts: every payment stands as its hold in the ledger does, and a returned one is owed again',
    sql`
      select format('county %s payment %s (%s) of %s fen: its hold is %s of %s, back came %s',
               l.county, l.id, l.state, l.fen, ${endOf}, h.amount_fen, b.amount_fen) as line
        from trade.payout_line l
        left join ledger.transfer h on h.county = l.county and h.id = l.hold
        left join ledger.transfer e on e.county = l.county and e.pending = l.hold
        left join ledger.account d on d.county = h.county and d.id = h.debit
        left join ledger.account c on c.county = h.county and c.id = h.credit
        left join ledger.transfer b on b.county = l.county and b.id = l.back
        left join ledger.transfer t on t.county = l.county and t.id = l.late
       where case l.state
               when 'waiting' then l.hold is not null
               when 'cancelled' then l.hold is not null
               when 'failed' then l.hold is not null and ${endOf} <> 'void'
               when 'paid' then ${endOf} <> case when l.late is null then 'post' else 'void' end
               when 'returned' then ${endOf} <> case when l.late is null then 'post' else 'void' end
               else ${endOf} <> 'open'
             end
          or (l.hold is not null and (h.amount_fen <> l.fen or d.kind <> l.account_kind or d.owner <> l.owner::text
                                      or c.kind <> 'payout_clearing' or c.owner <> l.channel))
          or (l.back is not null and (b.amount_fen is distinct from l.fen or b.debit <> h.credit or b.credit <> h.debit))
          or (l.late is not null and (t.amount_fen is distinct from l.fen or t.debit <> h.debit or t.credit <> h.credit))
       limit 20`,
  ),
  lines(
    'payouts: what went out through a channel is exactly its payments and shares that arrived and did not come back',
    sql`
      with gone as (
        select county, channel, sum(fen) filter (where state = 'paid') as paid,
               sum(fen) filter (where state in ('under_way', 'confirming', 'handing')) as held
          from trade.payout_line where channel <> 'station' group by county, channel
        union all
        select l.county, 'station', 0, sum(l.fen) filter (where l.state = 'handing')
          from trade.payout_line l where l.channel = 'station' group by l.county
        union all
        select s.county, o.provider, sum(s.fen) filter (where s.state = 'paid'), sum(s.fen) filter (where s.state = 'under_way')
          from trade.sharing_part s
          join trade.order_sharing o on o.county = s.county and o."order" = s."order" group by s.county, o.provider
        union all
        select b.county, o.provider, -sum(b.fen), 0
          from trade.sharing_back b
          join trade.order_sharing o on o.county = b.county and o."order" = b."order"
         where b.state = 'done' group by b.county, o.provider),
      sums as (select county, channel, coalesce(sum(paid), 0) as paid, coalesce(sum(held), 0) as held from gone group by county, channel)
      select format('county %s channel %s: the ledger has %s fen out and %s under way, the payments are %s and %s',
               coalesce(a.county, s.county), coalesce(a.owner, s.channel), coalesce(a.credits_posted - a.debits_posted, 0),
               coalesce(a.credits_pending, 0), coalesce(s.paid, 0), coalesce(s.held, 0)) as line
        from (select * from ledger.account where kind = 'payout_clearing') a
        full join sums s on s.county = a.county and s.channel = a.owner
       where coalesce(a.credits_posted - a.debits_posted, 0) <> coalesce(s.paid, 0)
          or coalesce(a.credits_pending, 0) <> coalesce(s.held, 0)
       limit 20`,
  ),
  lines(
    'payouts: an approved batch was approved by another person, and no more is paid than they approved',
    sql`
      select format('county %s batch %s: prepared by %s, approved by %s for %s fen, its payments are %s',
               b.county, b.number, b.prepared_by, b.approved_by, b.approved_fen, l.fen) as line
        from trade.payout_batch b
        join (select county, batch, sum(fen) filter (where hold is not null) as fen,
                     count(*) filter (where hold is not null) as sent from trade.payout_line group by county, batch) l
          on l.county = b.county and l.batch = b.id
       where b.approved_by = b.prepared_by or coalesce(l.fen, 0) > coalesce(b.approved_fen, 0)
          or (l.sent > 0 and b.state in ('prepared', 'cancelled'))
       limit 20`,
  ),
  lines(
    'payouts: a payment handed out at a station has its receipt, and no other has one',
    sql`
      select format('county %s payment %s (%s, %s): receipt %s', l.county, l.id, l.channel, l.state, r.number) as line
        from trade.payout_line l
        left join trade.payout_receipt r on r.county = l.county and r.line = l.id
       where (r.line is not null) <> (l.channel = 'station' and l.state = 'paid')
       limit 20`,
  ),
  lines(
    'payouts: nothing is shared of an order above its cap, and no share comes back twice',
    sql`
      select format('county %s order %s: shared %s of at most %s fen', o.county, o."order", s.fen, o.cap_fen) as line
        from trade.order_sharing o
        join (select county, "order", sum(fen) as fen from trade.sharing_part where state <> 'failed' group by county, "order") s
          on s.county = o.county and s."order" = o."order"
       where s.fen > o.cap_fen
      union all
      select format('county %s sharing %s part %s: %s fen of %s came back', p.county, p.sharing, p.position, b.fen, p.fen)
        from trade.sharing_part p
        join (select county, sharing, position, sum(fen) as fen from trade.sharing_back where state = 'done' group by county, sharing, position) b
          on b.county = p.county and b.sharing = p.sharing and b.position = p.position
       where b.fen > p.fen or p.state <> 'paid'
       limit 20`,
  ),
  lines(
    'payouts: every share stands as its hold in the ledger does',
    sql`
      select format('county %s sharing %s part %s (%s): its hold is %s of %s fen', s.county, s.sharing, s.position, s.state,
               ${endOf}, h.amount_fen) as line
        from trade.sharing_part s
        left join ledger.transfer h on h.county = s.county and h.id = s.hold
        left join ledger.transfer e on e.county = s.county and e.pending = s.hold
       where h.amount_fen is distinct from s.fen
          or ${endOf} <> case s.state when 'under_way' then 'open' when 'paid' then 'post' else 'void' end
       limit 20`,
  ),
  lines(
    'payouts: nothing is stuck: the sweep has run, and what is approved is sent',
    sql`
      select format('county %s: the sweep has not looked since %s', s.county, s.swept_day) as line
        from trade.payout_sweep s join registry.county c on c.county = s.county and c.state = 'open'
       where s.at < now() - interval '3 days'
      union all
      select format('county %s payment %s waits since its batch was approved at %s', l.county, l.id, b.approved_at)
        from trade.payout_line l join trade.payout_batch b on b.county = l.county and b.id = l.batch
       where l.state = 'waiting' and b.state = 'approved' and b.approved_at < now() - interval '1 hour'
       limit 20`,
  ),
];
