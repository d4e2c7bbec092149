-- benefit: what each fact did for which household, and what of a buyer's money reached farms.
set local citus.multi_shard_modify_mode to 'sequential';

create schema benefit;

-- One fact, one entry: the same purchase or order line cannot be claimed twice for a household.
create table benefit.entry (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  mechanism     text not null check (mechanism in ('shop', 'industry', 'startup', 'employment', 'shareholding', 'crowdfunding')),
  fen           bigint not null check (fen <> 0),
  evidence_kind text not null check (evidence_kind in ('purchase', 'order_line')),
  evidence      uuid not null,
  transfer      uuid not null,
  month         text not null check (month ~ '^\d{4}-\d{2}$'),
  at            timestamptz not null,
  primary key (county, id),
  unique (county, evidence_kind, evidence, household)
);

-- Per line and lot, once settled: what the buyer paid, where the order's own money went, and what of it households had
-- been paid when the grams were weighed in (out of the merchant's pocket, so it is no seventh part of paid_fen).
create table benefit.line_share (
  county        int not null,
  line          uuid not null,
  lot           uuid not null,
  "order"       uuid not null,
  product       uuid not null,
  sku           uuid not null,
  org           uuid not null,
  packs         int not null check (packs > 0),
  grams         bigint not null check (grams > 0),
  paid_fen      bigint not null check (paid_fen >= 0),
  purchase_fen  bigint not null check (purchase_fen >= 0),
  shop_fen      bigint not null check (shop_fen >= 0),
  merchant_fen  bigint not null check (merchant_fen >= 0),
  station_fen   bigint not null check (station_fen >= 0),
  freight_fen   bigint not null check (freight_fen >= 0),
  platform_fen  bigint not null check (platform_fen >= 0),
  fund_fen      bigint not null check (fund_fen >= 0),
  at            timestamptz not null,
  primary key (county, line, lot),
  check (paid_fen = shop_fen + merchant_fen + station_fen + freight_fen + platform_fen + fund_fen)
);

-- How many packs of a lot have been settled: where the next line's slice of the lot's purchases begins. Its row is the
-- lock that keeps two lines from taking the same slice.
create table benefit.lot_settled (
  county        int not null,
  lot           uuid not null,
  packs         int not null check (packs > 0),
  primary key (county, lot)
);

select platform.distribute('benefit.entry');
select platform.distribute('benefit.line_share');
select platform.distribute('benefit.lot_settled');

alter table benefit.entry add foreign key (county, household) references registry.household (county, id);
alter table benefit.entry add foreign key (county, transfer) references ledger.transfer (county, id);
alter table benefit.line_share add foreign key (county, line) references trade.order_line (county, id);
alter table benefit.line_share add foreign key (county, lot) references trace.lot (county, id);
alter table benefit.lot_settled add foreign key (county, lot) references trace.lot (county, id);
create index entry_household on benefit.entry (county, household, at);
create index entry_month on benefit.entry (county, month, mechanism, village);
create index line_share_product on benefit.line_share (county, product, at);
create index line_share_lot on benefit.line_share (county, lot);
create index line_share_order on benefit.line_share (county, "order");

alter table benefit.entry enable row level security;
alter table benefit.entry force row level security;
create policy scope on benefit.entry using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.entry for each row execute function platform.refuse_change();
