-- trade: when what was promised left and arrived stands at its line, since its order was closed before; so that a recall
-- knows which rewards are gone.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trade.order_line add column sent_at timestamptz;
alter table trade.order_line add column received_at timestamptz;
alter table trade.order_line add constraint order_line_sent check
  ((sent_at is null or replaces is not null and after_sale is null) and (received_at is null or sent_at is not null));

update trade.order_line l set sent_at = p.sent_at, received_at = p.received_at
  from presale.pledge p
 where p.county = l.county and p.id = l."order" and p.parcel is not null and p.sent_at is not null
   and l.replaces is not null and l.after_sale is null and l.dropped_packs = 0;

-- A parcel that was taken apart is on record; what was in it can be packed anew.
drop index fulfilment.parcel_of_order;
create unique index parcel_of_order on fulfilment.parcel (county, "order", org)
  where after_sale is null and state <> 'unpacked';
