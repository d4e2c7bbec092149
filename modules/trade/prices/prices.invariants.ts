import { type RawBuilder, sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';

const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: async (db) => (await query.execute(db)).rows.map((row) => row.line),
});

export const pricesInvariants: readonly Invariant[] = [
  lines(
    'trade: what is off a line is the sum of its discounts, each of which has a reason',
    sql`
      select format('county %s line %s: %s fen off, its discounts say %s',
               l.county, l.id, l.discount_fen, coalesce(d.fen, 0)) as line
        from trade.order_line l
        left join (select county, line, sum(fen) as fen from trade.line_discount group by county, line) d
          on d.county = l.county and d.line = l.id
       where l.discount_fen <> coalesce(d.fen, 0)
       limit 20`,
  ),
  lines(
    'trade: coupons that are out are as many as their template says',
    sql`
      select format('county %s coupon "%s": %s taken, %s are out', t.county, t.name, t.taken, coalesce(c.n, 0)) as line
        from trade.coupon_template t
        left join (select county, template, count(*) as n, max(number) as most from trade.coupon
                    group by county, template) c on c.county = t.county and c.template = t.id
       where t.taken <> coalesce(c.n, 0) or c.most > t.per_person
       limit 20`,
  ),
  lines(
    'trade: a coupon that an order used stands as used, and on no other order',
    sql`
      select format('county %s coupon %s: on %s orders that are not over, %s used',
               c.county, c.id, coalesce(o.n, 0), coalesce(q.used, 0)) as line
        from trade.coupon c
        left join trade.quota q on q.county = c.county and q.subject = c.id and q.holder = ''
        left join (select d.county, d.rule, count(distinct l."order") as n
                     from trade.line_discount d
                     join trade.order_line l on l.county = d.county and l.id = d.line
                     join trade."order" o on o.county = l.county and o.id = l."order"
                    where d.kind = 'coupon' and o.state not in ('cancelled', 'refunded')
                    group by d.county, d.rule) o on o.county = c.county and o.rule = c.id
       where coalesce(o.n, 0) > coalesce(q.used, 0)
       limit 20`,
  ),
];
