-- trade: stock, carts, checkouts, orders, payments, settlement.
set local citus.multi_shard_modify_mode to 'sequential';

create schema trade;

-- Packs of one lot for one SKU. Never read, added and written: only moved by a conditional update and a movement.
create table trade.stock (
  county        int not null,
  sku           uuid not null,
  lot           uuid not null,
  org           uuid not null,
  expires_on    date not null,
  on_hand       int not null check (on_hand >= 0),
  reserved      int not null check (reserved >= 0),
  state         text not null check (state in ('on_sale', 'stopped')),
  created_at    timestamptz not null,
  primary key (county, sku, lot),
  check (reserved <= on_hand)
);

create table trade.stock_movement (
  county        int not null,
  id            uuid not null,
  sku           uuid not null,
  lot           uuid not null,
  kind          text not null check (kind in ('received', 'reserved', 'released', 'taken', 'returned', 'counted')),
  on_hand       int not null,
  reserved      int not null,
  evidence_kind text not null,
  evidence      uuid not null,
  by_person     text,
  at            timestamptz not null,
  primary key (county, id),
  check (on_hand <> 0 or reserved <> 0)
);

-- Carts, addresses, checkouts and payments belong to a buyer, not to a county.
create table trade.cart (
  id            uuid primary key,
  person        text unique,
  updated_at    timestamptz not null
);

create table trade.cart_line (
  cart          uuid not null,
  county        int not null,
  sku           uuid not null,
  packs         int not null check (packs between 1 and 999),
  added_at      timestamptz not null,
  primary key (cart, county, sku)
);

create table trade.address (
  id            uuid primary key,
  person        text not null,
  region        text not null check (region ~ '^\d{12}$'),
  -- name, phone and street, sealed together
  contact_sealed bytea not null,
  is_default    boolean not null,
  created_at    timestamptz not null
);

create table trade.checkout (
  id            uuid primary key,
  person        text not null,
  state         text not null check (state in ('open', 'paid', 'closed')),
  total_fen     bigint not null check (total_fen > 0),
  counties      int[] not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null
);

create table trade.payment (
  id            uuid primary key,
  checkout      uuid not null references trade.checkout (id),
  provider      text not null,
  amount_fen    bigint not null check (amount_fen > 0),
  state         text not null check (state in ('pending', 'paid', 'closed', 'refunding', 'refunded')),
  provider_number text,
  created_at    timestamptz not null,
  paid_at       timestamptz
);

-- Each notice whole, as it came; applied once, whatever its order or number.
create table trade.payment_notice (
  id            uuid primary key,
  provider      text not null,
  notice        text not null,
  body          text not null,
  headers       jsonb not null,
  outcome       text,
  received_at   timestamptz not null,
  applied_at    timestamptz,
  unique (provider, notice)
);

create table trade.order (
  county        int not null,
  id            uuid not null,
  number        text not null,
  checkout      uuid not null,
  payment       uuid,
  person        text not null,
  state         text not null check (state in ('placed', 'paid', 'packed', 'sent', 'received', 'closed', 'cancelled', 'refunded')),
  goods_fen     bigint not null check (goods_fen > 0),
  freight_fen   bigint not null check (freight_fen >= 0),
  total_fen     bigint not null,
  grams         bigint not null check (grams > 0),
  ship_region   text not null check (ship_region ~ '^\d{12}$'),
  contact_sealed bytea not null,
  buyer_note    text,
  placed_at     timestamptz not null,
  expires_at    timestamptz not null,
  paid_at       timestamptz,
  sent_at       timestamptz,
  received_at   timestamptz,
  closed_at     timestamptz,
  primary key (county, id),
  unique (county, number),
  check (total_fen = goods_fen + freight_fen)
);

create table trade.order_line (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  position      int not null,
  org           uuid not null,
  product       uuid not null,
  sku           uuid not null,
  name          text not null,
  sku_name      text not null,
  category      text not null,
  origin        text not null,
  packs         int not null check (packs > 0),
  pack_grams    int not null,
  unit_fen      bigint not null check (unit_fen > 0),
  goods_fen     bigint not null,
  -- its part of the order's freight, split by largest remainder over gross weight
  freight_fen   bigint not null check (freight_fen >= 0),
  primary key (county, id),
  check (goods_fen = unit_fen * packs)
);

-- Which packs of which lot a line has: reserved at placing (oldest expiry first), taken at packing.
create table trade.allocation (
  county        int not null,
  line          uuid not null,
  lot           uuid not null,
  sku           uuid not null,
  packs         int not null check (packs > 0),
  state         text not null check (state in ('reserved', 'taken', 'released')),
  primary key (county, line, lot)
);

create table trade.order_move (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  from_state    text,
  to_state      text not null,
  reason        text,
  by_person     text,
  at            timestamptz not null,
  primary key (county, id)
);

-- Freight of an order by gross weight and where it goes; the longest matching prefix wins.
create table trade.freight_rule (
  county        int not null,
  id            uuid not null,
  to_region     text not null check (to_region ~ '^(\d{2}|\d{4}|\d{6})?$'),
  first_grams   int not null check (first_grams > 0),
  first_fen     bigint not null check (first_fen >= 0),
  step_grams    int not null check (step_grams > 0),
  step_fen      bigint not null check (step_fen >= 0),
  free_from_fen bigint check (free_from_fen > 0),
  primary key (county, id),
  unique (county, to_region)
);

-- How a line's money is split. First match by position wins; parts in basis points of goods or fen per pack,
-- the merchant takes what remains. Each order keeps the rule it was settled with.
create table trade.settlement_rule (
  county        int not null,
  id            uuid not null,
  position      int not null,
  name          text not null,
  basis         text not null,
  org           uuid,
  category      text,
  product       uuid,
  station_bp    int not null check (station_bp between 0 and 10000),
  platform_bp   int not null check (platform_bp between 0 and 10000),
  fund_bp       int not null check (fund_bp between 0 and 10000),
  -- agreed share for the households whose produce is in the packs
  household_fen_per_pack bigint not null check (household_fen_per_pack >= 0),
  valid_from    date not null,
  valid_until   date,
  created_by    text,
  created_at    timestamptz not null,
  primary key (county, id),
  check (station_bp + platform_bp + fund_bp <= 10000)
);

create table trade.settlement_part (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  line          uuid,
  rule          uuid,
  part          text not null check (part in ('merchant', 'station', 'freight', 'platform', 'fund', 'household')),
  org           uuid,
  fen           bigint not null check (fen > 0),
  state         text not null check (state in ('held', 'posted', 'voided')),
  hold          uuid not null,
  primary key (county, id)
);

create table trade.refund (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  payment       uuid not null,
  fen           bigint not null check (fen > 0),
  state         text not null check (state in ('asked', 'done', 'failed')),
  reason        text not null,
  by_person     text,
  asked_at      timestamptz not null,
  done_at       timestamptz,
  primary key (county, id),
  unique (county, "order")
);

select platform.distribute('trade.stock');
select platform.distribute('trade.stock_movement');
select platform.distribute('trade.order');
select platform.distribute('trade.order_line');
select platform.distribute('trade.allocation');
select platform.distribute('trade.order_move');
select platform.distribute('trade.freight_rule');
select platform.distribute('trade.settlement_rule');
select platform.distribute('trade.settlement_part');
select platform.distribute('trade.refund');

alter table trade.cart_line add foreign key (cart) references trade.cart (id) on delete cascade;
alter table trade.stock add foreign key (county, sku) references catalog.sku (county, id);
alter table trade.stock add foreign key (county, lot) references trace.lot (county, id);
alter table trade.stock_movement add foreign key (county, sku, lot) references trade.stock (county, sku, lot);
alter table trade.order_line add foreign key (county, "order") references trade.order (county, id);
alter table trade.order_line add foreign key (county, sku) references catalog.sku (county, id);
alter table trade.allocation add foreign key (county, line) references trade.order_line (county, id);
alter table trade.allocation add foreign key (county, sku, lot) references trade.stock (county, sku, lot);
alter table trade.order_move add foreign key (county, "order") references trade.order (county, id);
alter table trade.settlement_rule add foreign key (county, org) references registry.organisation (county, id);
alter table trade.settlement_part add foreign key (county, "order") references trade.order (county, id);
alter table trade.settlement_part add foreign key (county, line) references trade.order_line (county, id);
alter table trade.settlement_part add foreign key (county, rule) references trade.settlement_rule (county, id);
alter table trade.settlement_part add foreign key (county, hold) references ledger.pending (county, transfer);
alter table trade.refund add foreign key (county, "order") references trade.order (county, id);
create index stock_choice on trade.stock (county, sku, expires_on, lot) where state = 'on_sale';
create index stock_movement_stock on trade.stock_movement (county, sku, lot, at);
create index address_person on trade.address (person);
create index checkout_person on trade.checkout (person, created_at);
create index checkout_open on trade.checkout (expires_at) where state = 'open';
create index payment_checkout on trade.payment (checkout);
create index order_person on trade.order (person, placed_at);
create index order_checkout on trade.order (county, checkout);
create index order_state on trade.order (county, state, placed_at);
create index order_line_order on trade.order_line (county, "order", position);
create index order_line_product on trade.order_line (county, product);
create index allocation_lot on trade.allocation (county, lot);
create index order_move_order on trade.order_move (county, "order", at);
create index refund_asked on trade.refund (county, asked_at) where state = 'asked';
create index payment_notice_waiting on trade.payment_notice (received_at) where applied_at is null;
create index settlement_part_order on trade.settlement_part (county, "order");
create index settlement_part_org on trade.settlement_part (county, org, part, state);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.stock_movement for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.order_move for each row execute function platform.refuse_change();
