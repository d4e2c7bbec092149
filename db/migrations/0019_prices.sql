-- trade: prices below the list price, promotions, coupons and who bears them; freight of goods that must be kept cold.
set local citus.multi_shard_modify_mode to 'sequential';

-- What cold goods cost on top, by their own grams in the rule's steps; null: nothing cold is sent there.
alter table trade.freight_rule add column cold_first_fen bigint default 0 check (cold_first_fen >= 0);
alter table trade.freight_rule add column cold_step_fen bigint not null default 0 check (cold_step_fen >= 0);
alter table trade.freight_rule add column free_covers_cold boolean not null default false;

-- A price of a pack for some buyers or from some packs on; borne by the seller. Changed by ending one and making another.
create table trade.sku_price (
  county        int not null,
  id            uuid not null,
  sku           uuid not null,
  kind          text not null check (kind in ('tier', 'member', 'institution')),
  from_packs    int not null check (from_packs between 1 and 999),
  price_fen     bigint not null check (price_fen > 0),
  created_by    text,
  created_at    timestamptz not null,
  ended_by      text,
  ended_at      timestamptz,
  primary key (county, id)
);

-- Who has joined a county's membership.
create table trade.member (
  county        int not null,
  person        text not null,
  joined_at     timestamptz not null,
  left_at       timestamptz,
  primary key (county, person)
);

create table trade.promotion (
  county        int not null,
  id            uuid not null,
  kind          text not null check (kind in ('campaign', 'bundle', 'full_reduction')),
  name          text not null,
  bearer        text not null check (bearer in ('merchant', 'county', 'platform')),
  -- whose goods alone it is for
  org           uuid,
  -- the order in which those of one kind are tried
  position      int not null,
  starts_at     timestamptz not null,
  ends_at       timestamptz not null,
  -- campaign: how long an unpaid order with its goods is held
  hold_minutes  int check (hold_minutes between 1 and 1440),
  -- bundle: what one costs, how many there are, how many for one buyer
  price_fen     bigint check (price_fen > 0),
  pieces        int check (pieces > 0),
  buyer_pieces  int check (buyer_pieces > 0),
  -- full reduction: for what goods, whether those at a campaign or bundle price count, whether it repeats per amount
  category      text,
  products      uuid[],
  on_reduced    boolean not null,
  repeats       boolean not null,
  created_by    text,
  created_at    timestamptz not null,
  ended_by      text,
  ended_at      timestamptz,
  primary key (county, id),
  check (ends_at > starts_at),
  check (bearer <> 'merchant' or org is not null),
  check ((kind = 'bundle') = (price_fen is not null))
);

create table trade.promotion_line (
  county        int not null,
  id            uuid not null,
  promotion     uuid not null,
  sku           uuid not null,
  -- bundle: packs in one; campaign: 1
  packs         int not null check (packs between 1 and 999),
  -- campaign: price of a pack, how many packs there are at it, how many for one buyer
  price_fen     bigint check (price_fen > 0),
  pieces        int check (pieces > 0),
  buyer_packs   int check (buyer_packs > 0),
  primary key (county, id),
  unique (county, promotion, sku)
);

create table trade.promotion_step (
  county        int not null,
  promotion     uuid not null,
  from_fen      bigint not null check (from_fen > 0),
  off_fen       bigint not null check (off_fen > 0),
  primary key (county, promotion, from_fen),
  check (off_fen <= from_fen)
);

create table trade.coupon_template (
  county        int not null,
  id            uuid not null,
  name          text not null,
  bearer        text not null check (bearer in ('merchant', 'county', 'platform')),
  org           uuid,
  off_fen       bigint not null check (off_fen > 0),
  -- from which sum of its goods on; 0 is any
  from_fen      bigint not null check (from_fen >= 0),
  category      text,
  products      uuid[],
  on_reduced    boolean not null,
  total         int not null check (total > 0),
  taken         int not null check (taken between 0 and total),
  per_person    int not null check (per_person between 1 and 100),
  -- whether whoever likes may take one; else it is only given
  open          boolean not null,
  take_from     timestamptz not null,
  take_until    timestamptz not null,
  -- a coupon ends so many days after it is taken, and never later than valid_until
  valid_days    int check (valid_days between 1 and 366),
  valid_until   timestamptz not null,
  created_by    text,
  created_at    timestamptz not null,
  ended_by      text,
  ended_at      timestamptz,
  primary key (county, id),
  check (take_until > take_from and valid_until >= take_until),
  check (bearer <> 'merchant' or org is not null),
  check (off_fen <= from_fen or from_fen = 0)
);

-- A person's coupon. Whether it is used stands in trade.quota, so that a cancelled order gives it back by itself.
create table trade.coupon (
  county        int not null,
  id            uuid not null,
  template      uuid not null,
  person        text not null,
  -- the person's first, second … of this template
  number        int not null check (number > 0),
  given_by      text,
  taken_at      timestamptz not null,
  valid_until   timestamptz not null,
  primary key (county, id),
  unique (county, template, person, number)
);

select platform.distribute('trade.sku_price');
select platform.distribute('trade.member');
select platform.distribute('trade.promotion');
select platform.distribute('trade.promotion_line');
select platform.distribute('trade.promotion_step');
select platform.distribute('trade.coupon_template');
select platform.distribute('trade.coupon');

alter table trade.sku_price add foreign key (county, sku) references catalog.sku (county, id);
alter table trade.promotion add foreign key (county, org) references registry.organisation (county, id);
alter table trade.promotion_line add foreign key (county, promotion) references trade.promotion (county, id);
alter table trade.promotion_line add foreign key (county, sku) references catalog.sku (county, id);
alter table trade.promotion_step add foreign key (county, promotion) references trade.promotion (county, id);
alter table trade.coupon_template add foreign key (county, org) references registry.organisation (county, id);
alter table trade.coupon add foreign key (county, template) references trade.coupon_template (county, id);
create unique index sku_price_standing on trade.sku_price (county, sku, kind, from_packs) where ended_at is null;
create index member_person on trade.member (person);
create index promotion_ends on trade.promotion (county, ends_at);
create index promotion_line_sku on trade.promotion_line (county, sku);
create index coupon_person on trade.coupon (person, valid_until);
create index coupon_of_person on trade.coupon (county, person, valid_until);
create index line_discount_rule on trade.line_discount (county, rule);
