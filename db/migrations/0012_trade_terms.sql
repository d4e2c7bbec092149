-- trade: what a line was charged and why, terms of sale, and limited things that an order may use up.
set local citus.multi_shard_modify_mode to 'sequential';

-- goods_fen is what is charged: the list price of the packs less the line's discounts.
alter table trade.order_line add column discount_fen bigint not null default 0 check (discount_fen >= 0);
alter table trade.order_line drop constraint order_line_check;
alter table trade.order_line add check (goods_fen = unit_fen * packs - discount_fen and goods_fen >= 0);

-- Each fen of a line's discount: which rule gave it, and who bears it.
create table trade.line_discount (
  county        int not null,
  line          uuid not null,
  position      int not null,
  kind          text not null check (kind in ('tier', 'member', 'institution', 'campaign', 'bundle', 'full_reduction', 'coupon')),
  rule          uuid not null,
  name          text not null,
  fen           bigint not null check (fen > 0),
  bearer        text not null check (bearer in ('merchant', 'county', 'platform')),
  primary key (county, line, position)
);

-- Terms of sale of a SKU; without a row it is sold pack by pack, without limit, and held for 15 minutes.
create table trade.sku_terms (
  county        int not null,
  sku           uuid not null,
  min_packs     int not null check (min_packs between 1 and 999),
  step_packs    int not null check (step_packs between 1 and 999),
  -- what one buyer may have in all of orders that are not over; null is no limit
  buyer_packs   int check (buyer_packs > 0),
  hold_minutes  int not null check (hold_minutes between 1 and 1440),
  -- price and grams of a pack are an estimate until it is weighed at packing
  by_weight     boolean not null,
  updated_by    text,
  updated_at    timestamptz not null,
  primary key (county, sku)
);

-- How much of something limited is used: what one buyer may have of a SKU, a campaign's pieces, a coupon's one use.
-- Never read, added and written: claimed by an upsert that the check refuses.
create table trade.quota (
  county        int not null,
  subject       uuid not null,
  -- a person, or '' for all together
  holder        text not null,
  most          int not null check (most > 0),
  used          int not null check (used between 0 and most),
  primary key (county, subject, holder)
);

-- What an order uses of such quotas; given back when it is cancelled or refunded whole.
create table trade.claim (
  county        int not null,
  "order"       uuid not null,
  subject       uuid not null,
  holder        text not null,
  n             int not null check (n > 0),
  state         text not null check (state in ('held', 'returned')),
  primary key (county, "order", subject, holder)
);

select platform.distribute('trade.line_discount');
select platform.distribute('trade.sku_terms');
select platform.distribute('trade.quota');
select platform.distribute('trade.claim');

alter table trade.line_discount add foreign key (county, line) references trade.order_line (county, id);
alter table trade.sku_terms add foreign key (county, sku) references catalog.sku (county, id);
alter table trade.claim add foreign key (county, "order") references trade.order (county, id);
alter table trade.claim add foreign key (county, subject, holder) references trade.quota (county, subject, holder);
create index claim_subject on trade.claim (county, subject, holder);
