-- trade: settlement rules with bounds and versions, lighter parts, and refunds of lines, several an order.
set local citus.multi_shard_modify_mode to 'sequential';

-- What a rule says is never edited: a change ends it and begins another that names it.
alter table trade.settlement_rule add column household_bp int not null default 0 check (household_bp between 0 and 10000);
-- taken only of packs without produce of the county's households
alter table trade.settlement_rule add column levy_bp int not null default 0 check (levy_bp between 0 and 10000);
alter table trade.settlement_rule add column replaces uuid;
alter table trade.settlement_rule drop constraint settlement_rule_check;
alter table trade.settlement_rule add check (station_bp + platform_bp + fund_bp + levy_bp + household_bp <= 10000);

-- Least and most fen of a part, per line or for all lines of an order that the rule fits.
create table trade.settlement_bound (
  county        int not null,
  rule          uuid not null,
  part          text not null check (part in ('station', 'platform', 'fund', 'levy', 'household')),
  per           text not null check (per in ('line', 'order')),
  floor_fen     bigint check (floor_fen > 0),
  cap_fen       bigint check (cap_fen >= 0),
  primary key (county, rule, part),
  check (floor_fen is not null or cap_fen is not null),
  check (floor_fen <= cap_fen)
);

-- From when on a rule speaks no more, who said so and why.
create table trade.settlement_rule_end (
  county        int not null,
  rule          uuid not null,
  ends_at       timestamptz not null,
  reason        text not null,
  by_person     text,
  at            timestamptz not null,
  primary key (county, rule)
);

-- The order in which rules are tried, each time people set it.
create table trade.settlement_order (
  county        int not null,
  id            uuid not null,
  rules         uuid[] not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- A part is its hold: one key less to write for each. Five or so parts are written for each paid order, and every
-- foreign key is a look-up for each of them, the one to the rule even a lock that all orders of a county share; the
-- order's stays, the others are what the reconcile compares.
alter table trade.settlement_part drop constraint settlement_part_pkey;
alter table trade.settlement_part drop column id;
alter table trade.settlement_part add primary key (county, hold);
alter table trade.settlement_part drop constraint settlement_part_county_hold_fkey;
alter table trade.settlement_part drop constraint settlement_part_county_line_fkey;
alter table trade.settlement_part drop constraint settlement_part_county_rule_fkey;
alter table trade.settlement_part drop constraint settlement_part_part_check;
alter table trade.settlement_part add check (part in ('merchant', 'station', 'freight', 'platform', 'fund', 'levy', 'household'));
drop index trade.settlement_part_org;

alter table trade.refund drop constraint refund_county_order_key;

-- What a refund gives back of which line: to the buyer goods and freight, to whoever bore a discount its part of it.
create table trade.refund_line (
  county        int not null,
  refund        uuid not null,
  line          uuid not null,
  goods_fen     bigint not null check (goods_fen >= 0),
  freight_fen   bigint not null check (freight_fen >= 0),
  borne_fen     bigint not null check (borne_fen >= 0),
  -- whether the parts had been posted by then
  settled       boolean not null,
  primary key (county, refund, line)
);

-- What a refund took out of which part, and the transfer that did it: the void of a hold, or a transfer back from
-- the owner's account. `rest` is the part that holds what a voided one has left.
create table trade.part_reversal (
  county        int not null,
  refund        uuid not null,
  hold          uuid not null,
  fen           bigint not null check (fen > 0),
  transfer      uuid not null,
  rest          uuid,
  primary key (county, refund, hold)
);

select platform.distribute('trade.settlement_bound');
select platform.distribute('trade.settlement_rule_end');
select platform.distribute('trade.settlement_order');
select platform.distribute('trade.refund_line');
select platform.distribute('trade.part_reversal');

alter table trade.settlement_bound add foreign key (county, rule) references trade.settlement_rule (county, id);
alter table trade.settlement_rule_end add foreign key (county, rule) references trade.settlement_rule (county, id);
alter table trade.refund_line add foreign key (county, refund) references trade.refund (county, id);
alter table trade.refund_line add foreign key (county, line) references trade.order_line (county, id);
alter table trade.part_reversal add foreign key (county, refund) references trade.refund (county, id);
alter table trade.part_reversal add foreign key (county, hold) references trade.settlement_part (county, hold);
create index refund_order on trade.refund (county, "order");
create index refund_line_line on trade.refund_line (county, line);
create index part_reversal_hold on trade.part_reversal (county, hold);

-- What was split of a line, and not given back before it was settled: the buyer's money, and discounts that others bore.
create or replace view trade.line_lot_facts with (security_invoker = true) as
  select l.county, l."order", l.id as line, l.product, l.sku, l.org,
         (l.goods_fen
           + coalesce((select sum(d.fen) from trade.line_discount d
                        where d.county = l.county and d.line = l.id and d.bearer <> 'merchant'), 0)
           - coalesce((select sum(r.goods_fen + r.borne_fen) from trade.refund_line r
                        where r.county = l.county and r.line = l.id and not r.settled), 0))::bigint as goods_fen,
         (l.freight_fen
           - coalesce((select sum(r.freight_fen) from trade.refund_line r
                        where r.county = l.county and r.line = l.id and not r.settled), 0))::bigint as freight_fen,
         l.pack_grams, a.lot, a.packs, a.state
    from trade.order_line l
    join trade.allocation a on a.county = l.county and a.line = l.id and a.state <> 'released';

set local citus.enable_unsafe_triggers to on;
-- Only its place in the order moves, as settlement_order tells.
create trigger append_only before delete or update of name, basis, org, category, product, station_bp, platform_bp, fund_bp,
  levy_bp, household_bp, household_fen_per_pack, valid_from, valid_until, replaces
  on trade.settlement_rule for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.settlement_order for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.settlement_bound for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.settlement_rule_end for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.refund_line for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.part_reversal for each row execute function platform.refuse_change();
