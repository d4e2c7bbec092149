import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { lines } from '../lines.ts';

export const aidInvariants: readonly Invariant[] = [
  lines(
    'benefit: how a product stands is where its moves lead from clear',
    sql`
      select format('county %s product %s stands %s, last move %s', s.county, s.product, s.state, m.to_state) as line
        from benefit.aid_standing s
        left join lateral (select to_state from benefit.aid_move m where m.county = s.county and m.product = s.product
                            order by at desc, id desc limit 1) m on true
       where s.state <> coalesce(m.to_state, 'clear')
      union all
      select format('county %s product %s moved from %s after %s', m.county, m.product, m.from_state, m.before)
        from (select county, product, from_state,
                     coalesce(lag(to_state) over (partition by county, product order by at, id), 'clear') as before
                from benefit.aid_move) m
       where m.from_state <> m.before
       limit 20`,
  ),
  lines(
    'benefit: nothing is on sale that the tests or the list of dishonest operators took off the shop',
    sql`
      select format('county %s product %s is on sale, stands %s', p.county, p.product, s.state) as line
        from catalog.product_facts p
        left join benefit.aid_standing s on s.county = p.county and s.product = p.product
       where p.state = 'on_sale' and s.state = 'hidden'
      union all
      select format('county %s product %s is on sale, its seller is on the list', p.county, p.product)
        from catalog.product_facts p
        join registry.dishonest_operator d on d.county = p.county and d.org = p.org
       where p.state = 'on_sale' and (now() at time zone 'Asia/Shanghai')::date between d.starts_on and d.ends_on
         and not exists (select from registry.dishonest_lift l where l.county = d.county and l.listing = d.id)
       limit 20`,
  ),
  lines(
    'benefit: a move of a product names a run in which a test failed, or passed, or an appeal that was upheld',
    sql`
      select format('county %s product %s move to %s', m.county, m.product, m.to_state) as line
        from benefit.aid_move m
        left join benefit.aid_test t on t.county = m.county and t.id = m.test
        left join benefit.aid_appeal a on a.county = m.county and a.id = m.appeal
       where (t.id is null) = (a.id is null) or a.id is not null and (a.state <> 'upheld' or m.to_state <> 'clear')
          or t.id is not null and t.product <> m.product
       limit 20`,
  ),
  lines(
    'benefit: what went on sale by its tests had passed, or could not be judged, or says why it went all the same',
    sql`
      select format('county %s product %s listed on %s', t.county, t.product, t.day) as line
        from benefit.aid_test t
        left join benefit.aid_override o on o.county = t.county and o.test = t.id
       where t.occasion = 'listed' and 'fail' = any(array[t.quality, t.price, t.benefit]) and o.id is null
         and not exists (
           select from benefit.aid_appeal a
            where a.county = t.county and a.product = t.product and a.state = 'upheld' and a.excused_until >= t.day)
      union all
      select format('county %s product %s overrides what did not fail', o.county, o.product)
        from benefit.aid_override o
        join benefit.aid_test t on t.county = o.county and t.id = o.test
       where t.product <> o.product or t.occasion <> 'listed'
          or not 'fail' = any(array[t.quality, t.price, t.benefit])
       limit 20`,
  ),
];
