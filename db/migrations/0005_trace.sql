-- trace: purchases, lots, certificates, codes. Grams in = grams out + on hand + declared loss, for every lot.
set local citus.multi_shard_modify_mode to 'sequential';

create schema trace;

-- A purchase note. A mistake is a second note that reverses the first: same grams and money, negative.
create table trace.purchase (
  county        int not null,
  id            uuid not null,
  number        text not null,
  station       uuid not null,
  buyer         uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  crop          text not null,
  grade         text not null,
  grams         bigint not null check (grams <> 0),
  fen_per_kg    bigint not null check (fen_per_kg > 0),
  amount_fen    bigint not null,
  reference_fen_per_kg bigint,
  paid          text not null check (paid in ('cash', 'transfer', 'later')),
  lot           uuid not null,
  day           date not null,
  reverses      uuid,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, reverses),
  check ((reverses is null) = (grams > 0)),
  check (sign(grams) = sign(amount_fen))
);

create table trace.lot (
  county        int not null,
  id            uuid not null,
  number        text not null,
  kind          text not null check (kind in ('raw', 'packed')),
  org           uuid not null,
  station       uuid not null,
  crop          text not null,
  grade         text not null,
  sku           uuid,
  village       text not null,
  harvested_from date not null,
  harvested_to  date not null,
  made_on       date not null,
  expires_on    date not null,
  -- what came in, what is still here; grams_in grows for a raw lot while the station buys into it
  grams_in      bigint not null check (grams_in >= 0),
  grams_on_hand bigint not null check (grams_on_hand >= 0),
  -- what households were paid for grams_in, processing loss included
  household_fen bigint not null check (household_fen >= 0),
  packs         int,
  pack_grams    int,
  state         text not null check (state in ('open', 'closed', 'recalled')),
  created_by    text not null,
  created_at    timestamptz not null,
  primary key (county, id),
  unique (county, number),
  check ((kind = 'packed') = (sku is not null and packs is not null and pack_grams is not null)),
  check (grams_on_hand <= grams_in)
);

create table trace.lot_movement (
  county        int not null,
  id            uuid not null,
  lot           uuid not null,
  kind          text not null check (kind in ('purchase', 'reversal', 'packed_from', 'packed_into', 'loss', 'stocked')),
  grams         bigint not null check (grams <> 0),
  evidence_kind text not null,
  evidence      uuid not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- What a lot is made of, down to the purchase notes: grams and fen of each note that are in it.
create table trace.lot_source (
  county        int not null,
  lot           uuid not null,
  purchase      uuid not null,
  household     uuid not null,
  village       text not null,
  grams         bigint not null check (grams >= 0),
  fen           bigint not null check (fen >= 0),
  -- of a raw lot: what packing has taken of this note's grams and fen; a packed lot is never packed again
  taken_grams   bigint not null check (taken_grams between 0 and grams),
  taken_fen     bigint not null check (taken_fen between 0 and fen),
  primary key (county, lot, purchase)
);

create table trace.operation (
  county        int not null,
  id            uuid not null,
  kind          text not null check (kind in ('pack')),
  org           uuid not null,
  place         text not null,
  loss_grams    bigint not null check (loss_grams >= 0),
  note          text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

create table trace.operation_lot (
  county        int not null,
  operation     uuid not null,
  lot           uuid not null,
  side          text not null check (side in ('in', 'out')),
  grams         bigint not null check (grams > 0),
  fen           bigint not null check (fen >= 0),
  primary key (county, operation, lot, side)
);

-- 承诺达标合格证: what was printed, as it was printed.
create table trace.certificate (
  county        int not null,
  id            uuid not null,
  number        text not null,
  lot           uuid not null,
  issuer        uuid not null,
  issuer_name   text not null,
  contact       text not null,
  product_name  text not null,
  grams         bigint not null check (grams > 0),
  origin_name   text not null,
  statement     text not null,
  basis         text[] not null,
  rule          text not null,
  issued_on     date not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, lot)
);

-- Serials are a range, not a row per pack; the tag in each serial is keyed, so that none can be guessed.
create table trace.code_range (
  county        int not null,
  lot           uuid not null,
  gtin          text not null,
  lot_number    text not null,
  packs         int not null check (packs > 0),
  key_version   int not null,
  created_at    timestamptz not null,
  primary key (county, lot),
  unique (county, gtin, lot_number)
);

create table trace.scan (
  county        int not null,
  lot           uuid not null,
  pack          int not null,
  scans         int not null check (scans > 0),
  first_at      timestamptz not null,
  last_at       timestamptz not null,
  primary key (county, lot, pack)
);

select platform.distribute('trace.purchase');
select platform.distribute('trace.lot');
select platform.distribute('trace.lot_movement');
select platform.distribute('trace.lot_source');
select platform.distribute('trace.operation');
select platform.distribute('trace.operation_lot');
select platform.distribute('trace.certificate');
select platform.distribute('trace.code_range');
select platform.distribute('trace.scan');

alter table trace.lot add foreign key (county, org) references registry.organisation (county, id);
alter table trace.lot add foreign key (county, sku) references catalog.sku (county, id);
alter table trace.purchase add foreign key (county, station) references registry.organisation (county, id);
alter table trace.purchase add foreign key (county, buyer) references registry.organisation (county, id);
alter table trace.purchase add foreign key (county, household) references registry.household (county, id);
alter table trace.purchase add foreign key (county, lot) references trace.lot (county, id);
alter table trace.purchase add foreign key (county, reverses) references trace.purchase (county, id);
alter table trace.lot_movement add foreign key (county, lot) references trace.lot (county, id);
alter table trace.lot_source add foreign key (county, lot) references trace.lot (county, id);
alter table trace.lot_source add foreign key (county, purchase) references trace.purchase (county, id);
alter table trace.operation_lot add foreign key (county, operation) references trace.operation (county, id);
alter table trace.operation_lot add foreign key (county, lot) references trace.lot (county, id);
alter table trace.certificate add foreign key (county, lot) references trace.lot (county, id);
alter table trace.code_range add foreign key (county, lot) references trace.lot (county, id);
alter table trace.scan add foreign key (county, lot) references trace.lot (county, id);
create index purchase_household on trace.purchase (county, household, crop, day);
create index purchase_day on trace.purchase (county, day, station);
create index purchase_lot on trace.purchase (county, lot);
create index lot_open on trace.lot (county, org, kind, state, expires_on);
create unique index lot_raw_of_day on trace.lot (county, station, org, crop, grade, made_on) where kind = 'raw' and state = 'open';
create index lot_sku on trace.lot (county, sku) where sku is not null;
create index lot_movement_lot on trace.lot_movement (county, lot, at);
create index lot_source_household on trace.lot_source (county, household);
create index operation_lot_lot on trace.operation_lot (county, lot);

alter table trace.purchase enable row level security;
alter table trace.purchase force row level security;
create policy scope on trace.purchase using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.lot_source enable row level security;
alter table trace.lot_source force row level security;
create policy scope on trace.lot_source using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.purchase for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.lot_movement for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.operation for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.operation_lot for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.certificate for each row execute function platform.refuse_change();
