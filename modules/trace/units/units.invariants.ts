import { sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';
import { holds } from '../holds.ts';

export const unitInvariants: readonly Invariant[] = [
  holds(
    'a case holds what was put into it and not taken out',
    sql`select u.county, u.sscc as id, format('%s packs of lot %s are in it, its acts leave %s', c.packs, f.lot, f.packs) as why
          from trace.logistic_unit u
          cross join lateral (
            select p.lot, sum(case a.act when 'add' then 1 else -1 end * (p.to_pack - p.from_pack + 1)) as packs
              from trace.aggregation a
              join trace.aggregation_part p on p.county = a.county and p.aggregation = a.id and p.lot is not null
             where a.county = u.county and a.unit = u.id group by p.lot) f
          cross join lateral (
            select coalesce(sum(x.to_pack - x.from_pack + 1), 0) as packs from trace.unit_content x
             where x.county = u.county and x.unit = u.id and x.lot = f.lot) c
         where c.packs <> f.packs order by 1, 2`,
  ),
  holds(
    'a pack lies in one case at most, and is a pack of its lot',
    sql`select a.county, r.lot_number as id, format('packs %s to %s', a.from_pack, a.to_pack) as why
          from trace.unit_content a
          join trace.code_range r on r.county = a.county and r.lot = a.lot
         where a.to_pack > r.packs
            or exists (select from trace.unit_content b where b.county = a.county and b.lot = a.lot
                        and b.from_pack > a.from_pack and b.from_pack <= a.to_pack)
         order by 1, 2`,
  ),
  holds(
    'a case stands where its last loading says',
    sql`select u.county, u.sscc as id, 'stands elsewhere than its acts say' as why
          from trace.logistic_unit u
          left join lateral (
            select case a.act when 'add' then a.unit end as parent from trace.aggregation a
              join trace.aggregation_part p on p.county = a.county and p.aggregation = a.id and p.child = u.id
             where a.county = u.county order by a.at desc, a.id desc limit 1) f on true
         where u.parent is distinct from f.parent order by 1, 2`,
  ),
];
