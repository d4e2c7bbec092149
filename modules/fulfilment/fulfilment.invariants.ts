import { type RawBuilder, sql } from 'kysely';
import type { Invariant } from '#platform/module.ts';

const lines = (name: string, query: RawBuilder<{ line: string }>): Invariant => ({
  name,
  check: async (db) => (await query.execute(db)).rows.map((row) => row.line),
});

export const fulfilmentInvariants: readonly Invariant[] = [
  lines(
    'fulfilment: no two packs of a lot share a place, and none lies beyond its lot',
    sql`
      select format('county %s lot %s: places %s to %s of %s packs, the next begins at %s', county, lot, first_pack, last_pack, packs, next) as line
        from (select k.county, k.lot, k.first_pack, k.last_pack, l.packs,
                     lead(k.first_pack) over (partition by k.county, k.lot order by k.first_pack) as next
                from fulfilment.parcel_pack k join trace.lot l on l.county = k.county and l.id = k.lot) p
       where next <= last_pack or last_pack > packs
       limit 20`,
  ),
  lines(
    'fulfilment: parcels hold exactly the packs that were taken out of stock for them',
    sql`
      select format('county %s order %s line %s lot %s: %s packs in parcels, %s taken', a.county, l."order", a.line, a.lot,
               coalesce(k.packs, 0), a.packs - a.back_packs) as line
        from trade.allocation a
        join trade.order_line l on l.county = a.county and l.id = a.line
        left join (select county, line, lot, sum(last_pack - first_pack + 1) as packs
                     from fulfilment.parcel_pack group by county, line, lot) k
          on k.county = a.county and k.line = a.line and k.lot = a.lot
       -- What was refunded after it was packed comes out before its parcel leaves, a moment after it is in stock again.
       where a.state = 'taken'
         and coalesce(k.packs, 0) not between a.packs - a.back_packs
             and a.packs - a.back_packs + case when a.sent_at is null then l.dropped_packs else 0 end
       limit 20`,
  ),
  lines(
    'fulfilment: packs have left for trade exactly when their parcel has',
    sql`
      select format('county %s line %s lot %s: left at %s, in parcels that are %s', a.county, a.line, a.lot,
               coalesce(a.sent_at::text, 'no time'), p.states) as line
        from trade.allocation a
        join (select k.county, k.line, k.lot, array_agg(distinct p.state) as states, bool_and(p.sent_at is not null) as sent
                from fulfilment.parcel_pack k join fulfilment.parcel p on p.county = k.county and p.id = k.parcel
               group by k.county, k.line, k.lot) p on p.county = a.county and p.line = a.line and p.lot = a.lot
       where (a.sent_at is not null) <> p.sent
       limit 20`,
  ),
  lines(
    'fulfilment: parcels are where their order is',
    sql`
      select format('county %s order %s is %s, its parcels are %s', o.county, o.number, o.state, p.states) as line
        from trade."order" o
        join (select county, "order", array_agg(distinct state) as states from fulfilment.parcel
               where after_sale is null and not promised and (state <> 'unpacked' or not exists (
                       select from fulfilment.parcel q where q.county = parcel.county and q."order" = parcel."order"
                          and q.after_sale is null and not q.promised and q.state <> 'unpacked'))
               group by county, "order") p
          on p.county = o.county and p."order" = o.id
       where case
               when o.state = 'packed' then not p.states <@ array['packed', 'sent']
               when o.state = 'sent' then p.states <> array['sent']
               when o.state in ('received', 'closed') then p.states <> array['received']
               when o.state in ('placed', 'cancelled') then true
               else false
             end
       limit 20`,
  ),
];
