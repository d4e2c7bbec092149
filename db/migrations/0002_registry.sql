-- registry: who and where — regions, counties, organisations, people's roles, households, pairings.
set local citus.multi_shard_modify_mode to 'sequential';

create schema registry;

create table registry.region (
  code        text primary key check (code ~ '^\d{12}$'),
  level       smallint not null check (level between 1 and 5),
  name        text not null,
  full_name   text not null,
  pinyin      text not null,
  parent      text,
  longitude   real,
  latitude    real
);

-- A county that has been opened: the tenant.
create table registry.county (
  county      int primary key check (county between 110000 and 999999),
  code        text not null unique,
  name        text not null,
  short_name  text not null,
  state       text not null check (state in ('open', 'closed')),
  opened_at   timestamptz not null
);

-- What an acre or a tree can give in a year, at most in a good one; bounds what a household can sell.
create table registry.crop (
  code              text primary key,
  name_zh           text not null,
  name_en           text not null,
  grams_per_mu      int check (grams_per_mu > 0),
  grams_per_tree    int check (grams_per_tree > 0),
  certificate       boolean not null,
  shelf_life_days   int not null check (shelf_life_days > 0)
);

create table registry.organisation (
  county      int not null,
  id          uuid not null,
  kind        text not null check (kind in ('merchant', 'cooperative', 'station', 'county_centre', 'platform', 'purchasing_unit', 'logistics')),
  name        text not null,
  code        text not null,
  region      text not null check (region ~ '^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$'),
  contact     text not null,
  phone       text not null,
  buys_for    uuid,
  state       text not null check (state in ('active', 'suspended')),
  created_at  timestamptz not null,
  primary key (county, id),
  unique (county, code)
);

-- A role of a person in an organisation, over a region prefix ('' is the whole country). Belongs to no county:
-- it is read at sign-in, before a county is known.
create table registry.membership (
  person      text not null,
  org         uuid not null,
  role        text not null check (role in ('keeper', 'merchant', 'cadre', 'operator', 'platform', 'purchaser', 'courier', 'auditor')),
  county      int not null,
  region      text not null check (region ~ '^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$'),
  created_at  timestamptz not null,
  created_by  text,
  primary key (person, org, role)
);

create table registry.household (
  county      int not null,
  id          uuid not null,
  code        text not null,
  village     text not null check (village ~ '^\d{12}$'),
  category    text not null check (category in ('general', 'lifted', 'monitored')),
  state       text not null check (state in ('active', 'left')),
  created_at  timestamptz not null,
  created_by  text,
  primary key (county, id),
  unique (county, code)
);

-- Names, ID numbers and phones are sealed; the hashes are keyed, so that equality can be looked up and nothing else.
create table registry.household_member (
  county          int not null,
  id              uuid not null,
  household       uuid not null,
  village         text not null,
  relation        text not null check (relation in ('head', 'spouse', 'child', 'parent', 'other')),
  name_sealed     bytea not null,
  id_number_sealed bytea,
  id_number_hash  text,
  phone_sealed    bytea,
  phone_hash      text,
  primary key (county, id)
);

create table registry.household_yield (
  county          int not null,
  household       uuid not null,
  village         text not null,
  crop            text not null,
  area_centimu    int not null check (area_centimu >= 0),
  trees           int not null check (trees >= 0),
  primary key (county, household, crop),
  check (area_centimu > 0 or trees > 0)
);

-- Every reading of a person's file: who, why, which fields.
create table registry.household_reading (
  county      int not null,
  id          uuid not null,
  household   uuid not null,
  person      text not null,
  role        text not null,
  fields      text[] not null,
  reason      text not null,
  at          timestamptz not null,
  primary key (county, id)
);

create table registry.pairing (
  county      int not null,
  id          uuid not null,
  helper_kind text not null check (helper_kind in ('branch', 'firm', 'shop', 'secretary')),
  helper_name text not null,
  helper_org  uuid,
  helper_person text,
  village     text not null check (village ~ '^\d{12}$'),
  household   uuid,
  duty        text not null,
  since       date not null,
  until       date,
  created_by  text,
  created_at  timestamptz not null,
  primary key (county, id)
);

select platform.reference('registry.region');
select platform.reference('registry.county');
select platform.reference('registry.crop');
select platform.distribute('registry.organisation');
select platform.distribute('registry.household');
select platform.distribute('registry.household_member');
select platform.distribute('registry.household_yield');
select platform.distribute('registry.household_reading');
select platform.distribute('registry.pairing');

create index region_parent on registry.region (parent);
create index membership_org on registry.membership (org);
alter table registry.household_member add foreign key (county, household) references registry.household (county, id);
alter table registry.household_yield add foreign key (county, household) references registry.household (county, id);
alter table registry.household_yield add foreign key (crop) references registry.crop (code);
alter table registry.household_reading add foreign key (county, household) references registry.household (county, id);
alter table registry.organisation add foreign key (county, buys_for) references registry.organisation (county, id);
create index household_village on registry.household (county, village, code);
create index household_member_household on registry.household_member (county, household);
create unique index household_member_head on registry.household_member (county, household) where relation = 'head';
create unique index household_member_id_number on registry.household_member (county, id_number_hash) where id_number_hash is not null;
create index household_member_phone on registry.household_member (county, phone_hash) where phone_hash is not null;
create index household_reading_household on registry.household_reading (county, household, at);
create index pairing_village on registry.pairing (county, village);

-- The scope is a region prefix set for one transaction; without one nothing is seen (see platform/db.ts, withScope).
alter table registry.household enable row level security;
alter table registry.household force row level security;
create policy scope on registry.household using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table registry.household_member enable row level security;
alter table registry.household_member force row level security;
create policy scope on registry.household_member using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table registry.household_yield enable row level security;
alter table registry.household_yield force row level security;
create policy scope on registry.household_yield using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on registry.household_reading for each row execute function platform.refuse_change();
