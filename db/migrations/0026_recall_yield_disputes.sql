-- trace and trade: recalls with what they hit; how much a household may sell; sales a household does not know as its own.
set local citus.multi_shard_modify_mode to 'sequential';

-- A lot is called back, with all that was made of it (or it alone).
create table trace.recall (
  county        int not null,
  id            uuid not null,
  number        text not null,
  lot           uuid not null,
  reach         text not null check (reach in ('descendants', 'lot')),
  reason        text not null,
  -- what buyers shall do with what they have
  advice        text not null,
  -- orders that have not left: given back at once, or held until their seller decides
  unshipped     text not null check (unshipped in ('refund', 'hold')),
  state         text not null check (state in ('declared', 'stopped', 'informed', 'closed', 'lifted')),
  report        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number)
);

-- The lots a recall has, and what they were before: lifted, they are that again.
create table trace.recall_lot (
  county        int not null,
  recall        uuid not null,
  lot           uuid not null,
  was_state     text not null check (was_state in ('open', 'closed', 'recalled')),
  grams_on_hand bigint not null,
  primary key (county, recall, lot)
);

create table trace.recall_move (
  county        int not null,
  id            uuid not null,
  recall        uuid not null,
  from_state    text,
  to_state      text not null,
  note          text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- Of what a household can yield of a crop: from which share on it is warned of, above which it is refused. The latest
-- row of a county counts; without one, 80 % and 120 %.
create table trace.yield_bound (
  county        int not null,
  id            uuid not null,
  warn_bp       int not null check (warn_bp between 1 and 100000),
  block_bp      int not null check (block_bp between 1 and 100000),
  basis         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check (warn_bp <= block_bp)
);

-- The county has looked and lets a household sell up to so much of a crop in a year.
create table trace.yield_confirmation (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  crop          text not null,
  year          int not null check (year between 2000 and 2999),
  grams         bigint not null check (grams > 0),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- A household says that a sale in its name was not made so.
create table trace.sale_dispute (
  county        int not null,
  id            uuid not null,
  purchase      uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  kind          text not null check (kind in ('not_mine', 'wrong_weight', 'not_paid')),
  claimed_grams bigint check (claimed_grams >= 0),
  words         text not null,
  state         text not null check (state in ('open', 'answered', 'upheld', 'rejected', 'withdrawn')),
  due_at        timestamptz not null,
  -- the note that took the sale back, where that was still possible
  reversal      uuid,
  by_person     text not null,
  at            timestamptz not null,
  closed_at     timestamptz,
  primary key (county, id),
  check ((claimed_grams is not null) = (kind = 'wrong_weight'))
);

create table trace.dispute_move (
  county        int not null,
  id            uuid not null,
  dispute       uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- What a recall hit of an order: packs of one lot in one line, as they were found and what became of them.
create table trade.recall_line (
  county        int not null,
  recall        uuid not null,
  line          uuid not null,
  lot           uuid not null,
  sku           uuid not null,
  "order"       uuid not null,
  person        text not null,
  org           uuid not null,
  packs         int not null check (packs > 0),
  -- what the recall says of orders that have not left
  unshipped     text not null check (unshipped in ('refund', 'hold')),
  found         text not null check (found in ('unpaid', 'waiting', 'packed', 'gone')),
  state         text not null check (state in ('held', 'cancelled', 'refunded', 'replaced', 'told', 'lifted')),
  -- from when on the buyer reads of it with the order
  told_at       timestamptz not null,
  -- the buyer said that he has read it
  seen_at       timestamptz,
  decided_by    text,
  decided_at    timestamptz,
  primary key (county, recall, line, lot)
);

alter table trade.stock drop constraint stock_state_check;
alter table trade.stock add constraint stock_state_check check (state in ('on_sale', 'stopped', 'recalled'));
alter table trade.stock_movement drop constraint stock_movement_kind_check;
alter table trade.stock_movement add constraint stock_movement_kind_check
  check (kind in ('received', 'taken', 'returned', 'counted', 'lost', 'destroyed'));

select platform.distribute('trace.recall');
select platform.distribute('trace.recall_lot');
select platform.distribute('trace.recall_move');
select platform.distribute('trace.yield_bound');
select platform.distribute('trace.yield_confirmation');
select platform.distribute('trace.sale_dispute');
select platform.distribute('trace.dispute_move');
select platform.distribute('trade.recall_line');

alter table trace.recall add foreign key (county, lot) references trace.lot (county, id);
alter table trace.recall_lot add foreign key (county, recall) references trace.recall (county, id);
alter table trace.recall_lot add foreign key (county, lot) references trace.lot (county, id);
alter table trace.recall_move add foreign key (county, recall) references trace.recall (county, id);
alter table trace.yield_confirmation add foreign key (county, household) references registry.household (county, id);
alter table trace.yield_confirmation add foreign key (crop) references registry.crop (code);
alter table trace.sale_dispute add foreign key (county, purchase) references trace.purchase (county, id);
alter table trace.sale_dispute add foreign key (county, household) references registry.household (county, id);
alter table trace.sale_dispute add foreign key (county, reversal) references trace.purchase (county, id);
alter table trace.dispute_move add foreign key (county, dispute) references trace.sale_dispute (county, id);
alter table trade.recall_line add foreign key (county, line) references trade.order_line (county, id);
create index recall_lot_lot on trace.recall_lot (county, lot);
create index recall_move_recall on trace.recall_move (county, recall, at);
create index yield_confirmation_household on trace.yield_confirmation (county, household, crop, year);
create unique index sale_dispute_open on trace.sale_dispute (county, purchase) where state in ('open', 'answered');
create index sale_dispute_state on trace.sale_dispute (county, state, due_at);
create index sale_dispute_household on trace.sale_dispute (county, household);
create index dispute_move_dispute on trace.dispute_move (county, dispute, at);
create index recall_line_order on trade.recall_line (county, "order");
create index recall_line_held on trade.recall_line (county, recall) where state = 'held';

alter table trace.yield_confirmation enable row level security;
alter table trace.yield_confirmation force row level security;
create policy scope on trace.yield_confirmation using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.sale_dispute enable row level security;
alter table trace.sale_dispute force row level security;
create policy scope on trace.sale_dispute using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.dispute_move enable row level security;
alter table trace.dispute_move force row level security;
create policy scope on trace.dispute_move using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.recall_lot for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.recall_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.yield_bound for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.yield_confirmation for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.dispute_move for each row execute function platform.refuse_change();
