-- When packs of an order left, with their parcel: an order of several parcels is on its way in parts, and what is still
-- here of it can be refunded line by line.
alter table trade.allocation add column sent_at timestamptz;
update trade.allocation a set sent_at = p.sent_at
  from fulfilment.parcel_pack k
  join fulfilment.parcel p on p.county = k.county and p.id = k.parcel
 where k.county = a.county and k.line = a.line and k.lot = a.lot and a.state = 'taken' and p.sent_at is not null;
-- Packs that came back are in no parcel any more.
update trade.allocation a set sent_at = o.sent_at
  from trade.order_line l
  join trade."order" o on o.county = l.county and o.id = l."order"
 where l.county = a.county and l.id = a.line and a.state = 'taken' and a.sent_at is null and a.back_packs > 0
   and o.sent_at is not null;
alter table trade.allocation add constraint allocation_sent check (sent_at is null or state = 'taken');
