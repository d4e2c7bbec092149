import { type RawBuilder, sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { payoutInvariants } from './payouts/payouts.invariants.ts';

/** Each query answers one line per breach, at most twenty: enough to see what is wrong. */
const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: async (db) => (await query.execute(db)).rows.map((row) => row.line),
});

/** States of an order whose money has come in and not gone back. */
const held = sql`('paid', 'packed', 'sent', 'received')`;

/** Per order that was paid: what its buyer has given and not got back, and what others bear of it, in fen. */
const standing = sql`
  select o.county, o.id, o.number, o.state,
         o.total_fen - coalesce(r.fen, 0) as paid,
         coalesce(b.fen, 0) - coalesce(r.borne, 0) as borne
    from trade."order" o
    left join (select r.county, r."order", sum(r.fen) as fen, sum(l.borne) as borne
                 from trade.refund r
                 left join (select county, refund, sum(borne_fen) as borne from trade.refund_line group by county, refund) l
                   on l.county = r.county and l.refund = r.id
                group by r.county, r."order") r on r.county = o.county and r."order" = o.id
    left join (select l.county, l."order", sum(d.fen) as fen
                 from trade.line_discount d
                 join trade.order_line l on l.county = d.county and l.id = d.line
                where d.bearer <> 'merchant' group by l.county, l."order") b on b.county = o.county and b."order" = o.id
   where o.paid_at is not null`;

export const tradeInvariants: readonly Invariant[] = [
  ...payoutInvariants,
  lines(
    'trade: stock on hand equals the sum of its movements',
    sql`
      select format('county %s lot %s: %s on hand; its movements say %s',
               s.county, s.lot, s.on_hand, coalesce(m.on_hand, 0)) as line
        from trade.stock s
        left join (select county, sku, lot, sum(on_hand) as on_hand
                     from trade.stock_movement group by county, sku, lot) m using (county, sku, lot)
       where s.on_hand <> coalesce(m.on_hand, 0)
       limit 20`,
  ),
  lines(
    'trade: reserved stock equals the packs that open orders have',
    sql`
      select format('county %s lot %s: %s reserved, open orders have %s',
               s.county, s.lot, s.reserved, coalesce(a.packs, 0)) as line
        from trade.stock s
        left join (select county, sku, lot, sum(packs) as packs
                     from trade.allocation where state = 'reserved' group by county, sku, lot) a using (county, sku, lot)
       where s.reserved <> coalesce(a.packs, 0)
       limit 20`,
  ),
  lines(
    'trade: a lot in stock is whole: packs on hand and packs taken are the packs it came with, less those destroyed',
    sql`
      select format('county %s lot %s: %s on hand and %s taken of %s packs',
               s.county, s.lot, s.on_hand, coalesce(a.packs, 0), m.packs) as line
        from trade.stock s
        left join (select county, sku, lot, sum(on_hand) as packs from trade.stock_movement
                    where kind in ('received', 'destroyed') group by county, sku, lot) m
          on m.county = s.county and m.sku = s.sku and m.lot = s.lot
        left join (select county, sku, lot, sum(packs - back_packs) as packs
                     from trade.allocation where state = 'taken' group by county, sku, lot) a
          on a.county = s.county and a.sku = s.sku and a.lot = s.lot
       where s.on_hand + coalesce(a.packs, 0) is distinct from m.packs
       limit 20`,
  ),
  lines(
    'trade: the grams that left a packed lot for stock are the packs that stock received',
    sql`
      select format('county %s lot %s: %s g left the lot, stock received %s packs of %s g',
               l.county, l.number, g.grams, coalesce(m.packs, 0), l.pack_grams) as line
        from trace.lot l
        join (select county, lot, -sum(grams) as grams from trace.lot_movement
               where kind = 'stocked' group by county, lot) g on g.county = l.county and g.lot = l.id
        left join (select county, lot, sum(on_hand) as packs from trade.stock_movement
                    where kind = 'received' group by county, lot) m on m.county = l.county and m.lot = l.id
       where g.grams <> coalesce(m.packs, 0)::bigint * l.pack_grams
       limit 20`,
  ),
  lines(
    'trade: lines sum to their order, and each line has its packs',
    sql`
      select format('county %s order %s (%s): lines of %s + %s fen for %s + %s; %s of %s packs have a lot',
               o.county, o.number, o.state, l.goods, l.freight, o.goods_fen, o.freight_fen, l.allocated, l.packs) as line
        from trade."order" o
        join (select l.county, l."order", sum(l.goods_fen) as goods, sum(l.freight_fen) as freight,
                     sum(l.packs - l.dropped_packs) as packs,
                     coalesce(sum(a.packs), 0) as allocated
                from trade.order_line l
                left join (select county, line, sum(packs) as packs from trade.allocation
                            where state <> 'released' group by county, line) a on a.county = l.county and a.line = l.id
               where l.replaces is null
               group by l.county, l."order") l on l.county = o.county and l."order" = o.id
       where l.goods <> o.goods_fen or l.freight <> o.freight_fen
          or l.allocated <> case when o.state = 'cancelled' or (o.state = 'refunded' and o.sent_at is null) then 0
                                 else l.packs end
       limit 20`,
  ),
  lines(
    'trade: packs that left are of an order that has begun to leave',
    sql`
      select format('county %s order %s line %s: packs left at %s, the order has not', a.county, o.number, a.line, a.sent_at) as line
        from trade.allocation a
        join trade.order_line l on l.county = a.county and l.id = a.line
        join trade."order" o on o.county = l.county and o.id = l."order"
       where a.sent_at is not null and l.replaces is null and o.promise is null and o.sent_at is null
       limit 20`,
  ),
  lines(
    'trade: the parts of a paid order sum to what was paid and not given back, and stand as the order does',
    sql`
      select format('county %s order %s (%s): parts of %s fen for %s, as %s',
               o.county, o.number, o.state, coalesce(p.fen, 0), s.paid + s.borne, p.states) as line
        from trade."order" o
        left join (${standing}) s on s.county = o.county and s.id = o.id
        left join (select p.county, p."order",
                          sum(case when p.state = 'voided' then 0 else p.fen - coalesce(b.fen, 0) end) as fen,
                          string_agg(distinct p.state, ', ') filter (where p.state <> 'voided') as states
                     from trade.settlement_part p
                     left join (select county, hold, sum(fen) as fen from trade.part_reversal group by county, hold) b
                       on b.county = p.county and b.hold = p.hold
                    group by p.county, p."order") p on p.county = o.county and p."order" = o.id
       where case
               when o.paid_at is null then p.fen is not null
               else p.fen is distinct from s.paid + s.borne
                 or case when o.state in ${held} then p.states is distinct from 'held'
                         when o.state = 'closed' then p.states is distinct from 'posted'
                         else p.fen <> 0 end
             end
       limit 20`,
  ),
  lines(
    'trade: what refunds give back is what they take out of parts, line by line never more than was charged',
    sql`
      select format('county %s refund %s of %s fen: lines of %s, parts of %s', r.county, r.id, r.fen, l.fen, p.fen) as line
        from trade.refund r
        join trade."order" o on o.county = r.county and o.id = r."order" and o.paid_at is not null
        left join (select county, refund, sum(goods_fen + freight_fen) as fen, sum(borne_fen) as borne
                     from trade.refund_line group by county, refund) l on l.county = r.county and l.refund = r.id
        left join (select county, refund, sum(fen) as fen from trade.part_reversal group by county, refund) p
          on p.county = r.county and p.refund = r.id
       where l.fen is distinct from r.fen or p.fen is distinct from r.fen + l.borne
      union all
      select format('county %s line %s: %s + %s fen given back of %s + %s', l.county, l.id, r.goods, r.freight, l.goods_fen, l.freight_fen)
        from trade.order_line l
        join (select county, line, sum(goods_fen) as goods, sum(freight_fen) as freight
                from trade.refund_line group by county, line) r on r.county = l.county and r.line = l.id
       where r.goods > l.goods_fen or r.freight > l.freight_fen
       limit 20`,
  ),
  lines(
    'trade: each reversal is its transfer, and what a voided part has left is held anew',
    sql`
      select format('county %s part %s (%s) of %s fen, %s reversed: transfer of %s, rest of %s',
               p.county, p.part, p.state, p.fen, r.fen, t.amount_fen, n.fen) as line
        from trade.part_reversal r
        join trade.settlement_part p on p.county = r.county and p.hold = r.hold
        left join ledger.transfer t on t.county = r.county and t.id = r.transfer
        left join trade.settlement_part n on n.county = r.county and n.hold = r.rest
       where case when p.state = 'voided'
                  then t.kind is distinct from 'void' or t.pending <> p.hold or p.fen <> r.fen + coalesce(n.fen, 0)
                  else t.kind is distinct from 'single' or t.amount_fen <> r.fen or r.rest is not null end
          or (n.hold is not null and (n."order", n.part, n.rule) is distinct from (p."order", p.part, p.rule))
      union all
      select format('county %s part %s of order %s is voided by no refund', p.county, p.part, p."order")
        from trade.settlement_part p
       where p.state = 'voided'
         and not exists (select from trade.part_reversal r where r.county = p.county and r.hold = p.hold)
       limit 20`,
  ),
  lines(
    'trade: every part and its hold in the ledger agree',
    sql`
      select format('county %s part %s of order %s: %s with %s fen, its hold is %s with %s',
               p.county, p.part, p."order", p.state, p.fen, e.kind, t.amount_fen) as line
        from trade.settlement_part p
        left join ledger.transfer t on t.county = p.county and t.id = p.hold
        left join ledger.transfer e on e.county = p.county and e.pending = p.hold
       where t.amount_fen is distinct from p.fen
          or e.kind is distinct from case p.state when 'posted' then 'post' when 'voided' then 'void' end
       limit 20`,
  ),
  lines(
    'trade: every part is held for whom it is of',
    sql`
      select format('county %s part %s of order %s is of %s, its hold is for %s %s',
               p.county, p.part, p."order", coalesce(p.org::text, 'the county'), a.kind, a.owner) as line
        from trade.settlement_part p
        join ledger.transfer t on t.county = p.county and t.id = p.hold
        join ledger.account a on a.county = t.county and a.id = t.credit
       where a.kind <> case p.part when 'household' then 'shop_share' else p.part end
          or a.owner <> coalesce(p.org::text, case p.part when 'platform' then 'platform' else 'county' end)
          or t.evidence <> p."order"
      union all
      select format('county %s part %s of order %s is of an order, line or rule that is not there', p.county, p.part, p."order")
        from trade.settlement_part p
        left join trade."order" o on o.county = p.county and o.id = p."order"
        left join trade.order_line l on l.county = p.county and l.id = p.line
        left join trade.settlement_rule r on r.county = p.county and r.id = p.rule
       where (p.line is null) <> (p.part = 'freight') or (p.line is not null and l."order" is distinct from p."order")
          or (p.rule is not null and r.id is null) or o.id is null
       limit 20`,
  ),
  lines(
    'trade: money received for orders is exactly the money of orders under way',
    sql`
      select format('county %s: %s fen received for orders, orders under way have %s',
               county, coalesce(a.fen, 0), coalesce(o.fen, 0)) as line
        from (select county, sum(credits_posted - debits_posted) as fen
                from ledger.account where kind = 'orders_received' group by county) a
        full join (select county, sum(paid + borne) as fen
                     from (${standing}) s where state in ${held} group by county) o using (county)
       where coalesce(a.fen, 0) <> coalesce(o.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: money with the providers is exactly that of paid orders not given back',
    sql`
      select format('county %s: %s fen with the providers, paid orders have %s',
               county, coalesce(a.fen, 0), coalesce(o.fen, 0)) as line
        from (select county, sum(fen) as fen
                from (select county, debits_posted - credits_posted as fen
                        from ledger.account where kind in ('provider_clearing', 'remittance')
                      -- of tills only what orders brought: households are paid from them, too
                      union all select county, fen from trade.cash_receipt
                      union all select county, -fen from trade.cash_payback
                      union all select county, -fen from trade.cash_deposit where state = 'received'
                      -- and what the providers kept of it
                      union all select county, fen from trade.fee_posting) x
               group by county) a
        full join (select county, sum(paid) as fen from (${standing}) s group by county) o using (county)
       where coalesce(a.fen, 0) <> coalesce(o.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: the way back of goods is borne by whom the case says, and never more than was paid for it',
    sql`
      select format('county %s case %s: %s paid %s fen for %s, %s given back, %s booked', c.county, c.number, c.freight_paid_by,
               c.freight_paid_fen, c.freight_bearer, c.freight_back_fen, coalesce(t.fen, 0)) as line
        from trade.after_sale_case c
        left join (select county, evidence, sum(amount_fen) as fen from ledger.transfer where reason = 'return-freight'
                    group by county, evidence) t on t.county = c.county and t.evidence = c.id
       where coalesce(t.fen, 0) <> case
               when c.freight_back_fen is null or c.freight_bearer = 'buyer' then 0
               when c.freight_paid_by = 'merchant' and c.freight_bearer = 'platform' then c.freight_paid_fen
               else greatest(c.freight_back_fen, 0) end
          or abs(coalesce(c.freight_back_fen, 0)) > coalesce(c.freight_paid_fen, 0)
          or (c.freight_paid_by is not null and c.freight_paid_by = c.freight_bearer)
          or c.freight_paid_fen > coalesce((select r.return_freight_cap_fen from trade.after_sale_rule r
                                             where r.county = c.county and r.id = c.rule), c.freight_paid_fen)
       limit 20`,
  ),
  lines(
    'trade: a checkout names exactly its orders',
    sql`
      select format('checkout %s names orders %s, order %s of county %s names checkout %s',
               c.id, c.orders, o.id, o.county, o.checkout) as line
        from (select c.id, c.orders, u.county, u."order"
                from trade.checkout c, unnest(c.counties, c.orders) u (county, "order")) c
        full join trade."order" o on o.county = c.county and o.id = c."order" and o.checkout = c.id
       where c.id is null or o.id is null
       limit 20`,
  ),
  lines(
    'trade: what is used of a quota is what orders claim of it',
    sql`
      select format('county %s quota %s of "%s": %s used, orders claim %s',
               q.county, q.subject, q.holder, q.used, coalesce(c.n, 0)) as line
        from trade.quota q
        left join (select county, subject, holder, sum(n) as n from trade.claim where state = 'held'
                    group by county, subject, holder) c using (county, subject, holder)
       where q.used <> coalesce(c.n, 0)
      union all
      select format('county %s order %s (%s): its claims are %s', o.county, o.number, o.state, c.state)
        from trade.claim c join trade."order" o on o.county = c.county and o.id = c."order"
       where (c.state = 'returned') <> (o.state in ('cancelled', 'refunded'))
       limit 20`,
  ),
  lines(
    'trade: a checkout is what its orders sum to, and a payment is what its checkout asks for',
    sql`
      select format('checkout %s (%s): %s fen, its orders sum to %s, its payments ask for %s',
               c.id, c.state, c.total_fen, o.fen, p.amounts) as line
        from trade.checkout c
        left join (select checkout, sum(total_fen) as fen from trade."order" group by checkout) o on o.checkout = c.id
        left join (select checkout, min(amount_fen) as low, max(amount_fen) as high,
                          string_agg(distinct amount_fen::text, ', ') as amounts
                     from trade.payment group by checkout) p on p.checkout = c.id
       where o.fen is distinct from c.total_fen or p.low <> c.total_fen or p.high <> c.total_fen
       limit 20`,
  ),
  lines(
    'trade: an order is paid by exactly one payment, and is refunded exactly when all of it was given back',
    sql`
      select format('county %s order %s (%s): payment is %s, %s of %s fen given back',
               o.county, o.number, o.state, coalesce(p.state, 'none'), coalesce(r.fen, 0), o.total_fen) as line
        from trade."order" o
        left join trade.payment p on p.id = o.payment
        left join (select county, "order", sum(fen) as fen, min(payment::text) as payment, count(distinct payment) as payments
                     from trade.refund group by county, "order") r on r.county = o.county and r."order" = o.id
       where case
               when o.state in ('placed', 'cancelled') then p.id is not null or r.fen is not null
               when o.state = 'refunded' then r.fen is distinct from o.total_fen
               else p.state is distinct from 'paid' or p.checkout <> o.checkout or r.fen >= o.total_fen
             end
          or r.payments > 1 or r.payment <> o.payment::text
       limit 20`,
  ),
  lines(
    'trade: nothing is stuck: no checkout open long past its time, no notice stored and not applied',
    sql`
      select format('checkout %s should have ended at %s', id, expires_at) as line
        from trade.checkout where state = 'open' and expires_at < now() - interval '10 minutes'
      union all
      select format('notice %s of %s, received at %s, is not applied', notice, provider, received_at)
        from trade.payment_notice where applied_at is null and received_at < now() - interval '10 minutes'
       limit 20`,
  ),
];
