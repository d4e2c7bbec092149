-- benefit: the three tests of aid products, what follows from them, and the list of dishonest operators.
set local citus.multi_shard_modify_mode to 'sequential';

-- hidden: on sale but for the three tests or the list; comes back by itself
alter table catalog.product drop constraint product_state_check;
alter table catalog.product add constraint product_state_check check (state in ('draft', 'review', 'on_sale', 'hidden', 'withdrawn'));

create view catalog.sku_facts with (security_invoker = true) as
  select county, id as sku, product, grade, net_grams, price_fen, on_sale from catalog.sku;

create view trade.shelf_facts with (security_invoker = true) as
  select county, sku, lot, org, on_hand from trade.stock where state = 'on_sale' and on_hand > 0;

-- Of each packed lot what proves its quality: the certificate in force and the reports that were not withdrawn.
create view trace.lot_quality_facts with (security_invoker = true) as
  select l.county, l.id as lot, l.number, l.sku, l.state, l.expires_on,
         (select c.number from trace.certificate c
           where c.county = l.county and c.lot = l.id
             and not exists (select from trace.certificate n where n.county = c.county and n.replaces = c.id)
           order by c.at desc limit 1) as certificate,
         array(select t.number from trace.test_report t
                where t.county = l.county and t.lot = l.id and t.passed
                  and not exists (select from trace.report_withdrawal w where w.county = t.county and w.report = t.id)
                order by t.issued_on) as reports_passed,
         array(select t.number from trace.test_report t
                where t.county = l.county and t.lot = l.id and not t.passed
                  and not exists (select from trace.report_withdrawal w where w.county = t.county and w.report = t.id)
                order by t.issued_on) as reports_failed
    from trace.lot l
   where l.kind = 'packed';

-- 失信名单: an operator that cheated, for a term; a listing is never edited, and lifted by a row of its own.
create table registry.dishonest_operator (
  county        int not null,
  id            uuid not null,
  number        text not null,
  org           uuid not null,
  -- repeated: withdrawn again and again; proven: a decision of an authority
  grounds       text not null check (grounds in ('repeated', 'proven')),
  reason        text not null,
  -- number of the decision or what else it rests on
  document      text not null,
  starts_on     date not null,
  ends_on       date not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  check (starts_on <= ends_on)
);
create table registry.dishonest_lift (
  county        int not null,
  listing       uuid not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, listing)
);

-- What a kilogram costs a buyer in a market or another shop, as somebody of the county saw it. Entered again for the same
-- market and day, the later row counts.
create table benefit.market_price (
  county        int not null,
  id            uuid not null,
  crop          text not null,
  category      text not null,
  grade         text not null,
  day           date not null,
  market        text not null,
  source        text not null,
  fen_per_kg    bigint not null check (fen_per_kg > 0),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- One run of the three tests over a product, with what each verdict rests on; never edited.
create table benefit.aid_test (
  county        int not null,
  id            uuid not null,
  product       uuid not null,
  occasion      text not null check (occasion in ('changed', 'nightly')),
  -- the day whose rule was used
  day           date not null,
  quality       text not null check (quality in ('pass', 'fail', 'cannot_say')),
  price         text not null check (price in ('pass', 'fail', 'cannot_say')),
  benefit       text not null check (benefit in ('pass', 'fail', 'cannot_say')),
  rests_on      jsonb not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- How a product stands: a running state that its moves prove.
create table benefit.aid_standing (
  county        int not null,
  product       uuid not null,
  state         text not null check (state in ('clear', 'warned', 'hidden', 'withdrawn')),
  -- which tests it failed, while it is not clear
  failed        text[] not null,
  -- the last day to put it right before the next step
  due_on        date,
  since         timestamptz not null,
  primary key (county, product),
  check ((due_on is not null) = (state in ('warned', 'hidden')))
);
create table benefit.aid_move (
  county        int not null,
  id            uuid not null,
  product       uuid not null,
  from_state    text not null,
  to_state      text not null,
  failed        text[] not null,
  due_on        date,
  -- the run that led to it; of a decision on an appeal, none
  test          uuid,
  appeal        uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- The seller says that a verdict is wrong; while it is open no deadline runs out. Upheld, these tests are excused for a time.
create table benefit.aid_appeal (
  county        int not null,
  id            uuid not null,
  product       uuid not null,
  org           uuid not null,
  failed        text[] not null,
  words         text not null,
  state         text not null check (state in ('open', 'upheld', 'rejected')),
  by_person     text not null,
  at            timestamptz not null,
  due_at        timestamptz not null,
  answer        text,
  excused_until date,
  decided_by    text,
  decided_at    timestamptz,
  primary key (county, id),
  check ((state = 'open') = (decided_at is null)),
  check ((state = 'open') = (decided_by is null)),
  check ((state = 'open') = (answer is null)),
  check ((state = 'upheld') = (excused_until is not null))
);

select platform.distribute('registry.dishonest_operator');
select platform.distribute('registry.dishonest_lift');
select platform.distribute('benefit.market_price');
select platform.distribute('benefit.aid_test');
select platform.distribute('benefit.aid_standing');
select platform.distribute('benefit.aid_move');
select platform.distribute('benefit.aid_appeal');

alter table registry.dishonest_operator add foreign key (county, org) references registry.organisation (county, id);
alter table registry.dishonest_lift add foreign key (county, listing) references registry.dishonest_operator (county, id);
alter table benefit.market_price add foreign key (crop) references registry.crop (code);
alter table benefit.market_price add foreign key (category) references catalog.category (code);
alter table benefit.aid_test add foreign key (county, product) references catalog.product (county, id);
alter table benefit.aid_standing add foreign key (county, product) references catalog.product (county, id);
alter table benefit.aid_move add foreign key (county, product) references catalog.product (county, id);
alter table benefit.aid_move add foreign key (county, test) references benefit.aid_test (county, id);
alter table benefit.aid_move add foreign key (county, appeal) references benefit.aid_appeal (county, id);
alter table benefit.aid_appeal add foreign key (county, product) references catalog.product (county, id);

create index dishonest_operator_org on registry.dishonest_operator (county, org, ends_on);
create index market_price_of on benefit.market_price (county, crop, category, grade, day);
create index aid_test_product on benefit.aid_test (county, product, at);
create index aid_standing_state on benefit.aid_standing (county, state) where state <> 'clear';
create index aid_move_product on benefit.aid_move (county, product, at);
create unique index aid_appeal_open on benefit.aid_appeal (county, product) where state = 'open';
create index aid_appeal_product on benefit.aid_appeal (county, product, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on registry.dishonest_operator for each row execute function platform.refuse_change();
create trigger append_only before update or delete on registry.dishonest_lift for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.market_price for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.aid_test for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.aid_move for each row execute function platform.refuse_change();
