-- fulfilment: parcels. One order gives one parcel per merchant who has lines in it.
set local citus.multi_shard_modify_mode to 'sequential';

create schema fulfilment;

create table fulfilment.parcel (
  county        int not null,
  id            uuid not null,
  number        text not null,
  "order"       uuid not null,
  org           uuid not null,
  -- 'unpacked': the order was refunded before it left, so its packs and their codes are free again
  state         text not null check (state in ('packed', 'sent', 'received', 'unpacked')),
  grams         bigint not null check (grams > 0),
  ship_region   text not null,
  packed_in     text not null,
  carrier       text,
  waybill       text,
  packed_by     text not null,
  packed_at     timestamptz not null,
  sent_by       text,
  sent_at       timestamptz,
  received_by   text,
  received_at   timestamptz,
  primary key (county, id),
  unique (county, number),
  unique (county, "order", org)
);

-- The packs in a parcel, as serial positions of their lot: first to last, none shared.
create table fulfilment.parcel_pack (
  county        int not null,
  parcel        uuid not null,
  line          uuid not null,
  lot           uuid not null,
  first_pack    int not null check (first_pack > 0),
  last_pack     int not null,
  primary key (county, lot, first_pack),
  check (last_pack >= first_pack)
);

select platform.distribute('fulfilment.parcel');
select platform.distribute('fulfilment.parcel_pack');

alter table fulfilment.parcel add foreign key (county, "order") references trade.order (county, id);
alter table fulfilment.parcel add foreign key (county, org) references registry.organisation (county, id);
alter table fulfilment.parcel_pack add foreign key (county, parcel) references fulfilment.parcel (county, id);
alter table fulfilment.parcel_pack add foreign key (county, line) references trade.order_line (county, id);
alter table fulfilment.parcel_pack add foreign key (county, lot) references trace.lot (county, id);
create unique index parcel_waybill on fulfilment.parcel (county, carrier, waybill) where waybill is not null;
create index parcel_order on fulfilment.parcel (county, "order");
create index parcel_state on fulfilment.parcel (county, state, packed_at);
create index parcel_pack_parcel on fulfilment.parcel_pack (county, parcel);
