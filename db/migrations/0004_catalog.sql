-- catalog: products, SKUs, prices.
set local citus.multi_shard_modify_mode to 'sequential';

create schema catalog;

create table catalog.category (
  code        text primary key,
  parent      text,
  name_zh     text not null,
  name_en     text not null,
  picture     text not null,
  position    int not null
);

create table catalog.product (
  county          int not null,
  id              uuid not null,
  org             uuid not null,
  crop            text not null,
  category        text not null,
  name_zh         text not null,
  name_en         text not null,
  tagline_zh      text not null,
  tagline_en      text not null,
  story_zh        text not null,
  story_en        text not null,
  origin          text not null check (origin ~ '^\d{12}$'),
  storage         text not null check (storage in ('ambient', 'cool', 'chilled', 'frozen')),
  shelf_life_days int not null check (shelf_life_days > 0),
  harvest_months  int[] not null,
  state           text not null check (state in ('draft', 'review', 'on_sale', 'withdrawn')),
  search          tsvector not null,
  version         int not null,
  created_by      text,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  primary key (county, id)
);

create table catalog.product_picture (
  county      int not null,
  product     uuid not null,
  position    int not null,
  file        uuid not null,
  alt_zh      text not null,
  primary key (county, product, position)
);

create table catalog.sku (
  county        int not null,
  id            uuid not null,
  product       uuid not null,
  name_zh       text not null,
  name_en       text not null,
  net_grams     int not null check (net_grams > 0),
  gross_grams   int not null,
  grade         text not null,
  price_fen     bigint not null check (price_fen > 0),
  gtin          text not null check (gtin ~ '^\d{14}$'),
  on_sale       boolean not null,
  position      int not null,
  primary key (county, id),
  unique (county, gtin),
  check (gross_grams >= net_grams)
);

-- A GTIN printed on a pack names no county; this small shared table does.
create table catalog.gtin (
  gtin        text primary key check (gtin ~ '^\d{14}$'),
  county      int not null,
  sku         uuid not null
);

create table catalog.product_move (
  county      int not null,
  id          uuid not null,
  product     uuid not null,
  from_state  text not null,
  to_state    text not null,
  reason      text,
  by_person   text,
  at          timestamptz not null,
  primary key (county, id)
);

-- The day's farm-gate price of a crop and grade, in fen per kilogram; source says who entered it from where.
create table catalog.reference_price (
  county      int not null,
  crop        text not null,
  grade       text not null,
  day         date not null,
  fen_per_kg  bigint not null check (fen_per_kg > 0),
  floor_fen_per_kg bigint check (floor_fen_per_kg > 0),
  source      text not null,
  by_person   text,
  created_at  timestamptz not null,
  primary key (county, crop, grade, day)
);

select platform.reference('catalog.category');
select platform.reference('catalog.gtin');
select platform.distribute('catalog.product');
select platform.distribute('catalog.product_picture');
select platform.distribute('catalog.sku');
select platform.distribute('catalog.product_move');
select platform.distribute('catalog.reference_price');

alter table catalog.product add foreign key (county, org) references registry.organisation (county, id);
alter table catalog.product add foreign key (category) references catalog.category (code);
alter table catalog.product add foreign key (crop) references registry.crop (code);
alter table catalog.product_picture add foreign key (county, product) references catalog.product (county, id);
alter table catalog.product_picture add foreign key (county, file) references platform.file (county, id);
alter table catalog.sku add foreign key (county, product) references catalog.product (county, id);
alter table catalog.product_move add foreign key (county, product) references catalog.product (county, id);
alter table catalog.reference_price add foreign key (crop) references registry.crop (code);
create index product_state on catalog.product (county, state, category);
create index product_search on catalog.product using gin (search);
create index sku_product on catalog.sku (county, product);
create index product_move_product on catalog.product_move (county, product, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on catalog.product_move for each row execute function platform.refuse_change();
