-- presale: crowdfunding. A project, what can be pledged to it, whose it is; a pledge is an order of trade with nothing to
-- pack until the project is funded.
set local citus.multi_shard_modify_mode to 'sequential';

create schema presale;

create table presale.project (
  county        int not null,
  id            uuid not null,
  number        text not null,
  -- who carries it out: sells, packs, sends
  org           uuid not null,
  -- what it is about; one of the organiser's
  sku           uuid not null,
  title_zh      text not null,
  title_en      text not null,
  story_zh      text not null,
  story_en      text not null,
  goal_fen      bigint not null check (goal_fen > 0),
  opens_on      date not null,
  ends_on       date not null,
  deliver_by    date not null,
  -- of each price, to the county's public fund
  fund_bp       int not null check (fund_bp between 0 and 10000),
  state         text not null check (state in
    ('draft', 'submitted', 'open', 'funded', 'delivered', 'failed', 'cancelled', 'withdrawn')),
  drafted_by    text not null,
  submitted_by  text,
  opened_by     text,
  opened_at     timestamptz,
  -- when it was funded, failed or was cancelled, and what it had then
  decided_at    timestamptz,
  raised_fen    bigint,
  backers       int,
  -- when the floor above was told what its households are to have
  told_at       timestamptz,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  check (opens_on <= ends_on and ends_on < deliver_by),
  check ((opened_by is null) = (opened_at is null)),
  check (opened_by <> drafted_by and opened_by <> submitted_by),
  check ((opened_at is not null) = (state in ('open', 'funded', 'delivered', 'failed', 'cancelled'))),
  check ((decided_at is null) = (raised_fen is null) and (decided_at is null) = (backers is null)),
  check ((decided_at is not null) = (state in ('funded', 'delivered', 'failed', 'cancelled'))),
  check (state not in ('funded', 'delivered') or raised_fen >= goal_fen),
  check (told_at is null or state in ('funded', 'delivered'))
);

create table presale.tier (
  county        int not null,
  id            uuid not null,
  project       uuid not null,
  position      int not null,
  name_zh       text not null,
  name_en       text not null,
  price_fen     bigint not null check (price_fen > 0),
  -- what the organiser spends on one, theirs at success
  cost_fen      bigint not null check (cost_fen >= 0),
  -- what is owed for one; nothing named: thanks only
  sku           uuid,
  packs         int check (packs > 0),
  places        int not null check (places > 0),
  per_backer    int not null check (per_backer > 0),
  primary key (county, id),
  unique (county, project, position),
  check ((sku is null) = (packs is null)),
  check (cost_fen < price_fen)
);

-- Whose project it is, and what each has of the households' part.
create table presale.project_household (
  county        int not null,
  project       uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  bp            int not null check (bp between 1 and 10000),
  primary key (county, project, household)
);

create table presale.project_move (
  county        int not null,
  id            uuid not null,
  project       uuid not null,
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- A pledge bears the id of its order, which says how its money stands.
create table presale.pledge (
  county        int not null,
  id            uuid not null,
  project       uuid not null,
  tier          uuid not null,
  n             int not null check (n > 0),
  fen           bigint not null check (fen > 0),
  person        text not null,
  -- of the order, the one line that was paid for
  line          uuid not null,
  at            timestamptz not null,
  -- its money was there when the project was decided
  counted       boolean not null default false,
  -- what became of what is owed; from the moment the project is funded
  delivery      text check (delivery in ('owed', 'packed', 'sent', 'received')),
  parcel        uuid,
  thanks        text,
  sent_at       timestamptz,
  received_at   timestamptz,
  primary key (county, id),
  check ((delivery in ('sent', 'received')) = (sent_at is not null)),
  check ((delivery = 'received') = (received_at is not null)),
  check (thanks is null or parcel is null),
  check ((delivery in ('packed', 'sent', 'received')) = (parcel is not null or thanks is not null))
);

-- What orders can be a promise for, before there is anything to pack: a project of a floor above. Money counts until the
-- promise is over; what comes later goes straight back.
create table trade.promise (
  county        int not null,
  id            uuid not null,
  until         timestamptz not null,
  over_at       timestamptz,
  primary key (county, id)
);

-- The money of such an order is held for whom the promise says, not for whom rules say.
alter table trade."order" add column promise uuid;
alter table trade."order" drop constraint order_grams_check;
alter table trade."order" add constraint order_grams_check check (grams > 0 or promise is not null and grams = 0);

create table trade.promise_part (
  county        int not null,
  line          uuid not null,
  part          text not null check (part in ('merchant', 'fund', 'household')),
  fen           bigint not null check (fen > 0),
  primary key (county, line, part)
);

-- Goods owed for a promise are lines that replace it, as those sent again for a case replace what was bought.
alter table trade.order_line drop constraint order_line_replaces;
alter table trade.order_line add constraint order_line_replaces check (after_sale is null or replaces is not null);

-- A parcel that brings what was promised; its order is over already.
alter table fulfilment.parcel add column promised boolean not null default false;

select platform.distribute('presale.project');
select platform.distribute('presale.tier');
select platform.distribute('presale.project_household');
select platform.distribute('presale.project_move');
select platform.distribute('presale.pledge');
select platform.distribute('trade.promise');
select platform.distribute('trade.promise_part');

alter table presale.project
  add foreign key (county, org) references registry.organisation (county, id),
  add foreign key (county, sku) references catalog.sku (county, id);
alter table presale.tier
  add foreign key (county, project) references presale.project (county, id),
  add foreign key (county, sku) references catalog.sku (county, id);
alter table presale.project_household
  add foreign key (county, project) references presale.project (county, id),
  add foreign key (county, household) references registry.household (county, id);
alter table presale.project_move add foreign key (county, project) references presale.project (county, id);
alter table presale.pledge
  add foreign key (county, id) references trade."order" (county, id),
  add foreign key (county, line) references trade.order_line (county, id),
  add foreign key (county, project) references presale.project (county, id),
  add foreign key (county, tier) references presale.tier (county, id),
  add foreign key (county, parcel) references fulfilment.parcel (county, id);
alter table trade."order" add foreign key (county, promise) references trade.promise (county, id);
alter table trade.promise_part add foreign key (county, line) references trade.order_line (county, id);

create index project_listed on presale.project (county, state, ends_on);
create index project_open on presale.project (ends_on) where state = 'open';
create index project_household_of on presale.project_household (county, household);
create index project_move_of on presale.project_move (county, project, at);
create index pledge_project on presale.pledge (county, project, at);
create index pledge_person on presale.pledge (person, at);
create index pledge_owed on presale.pledge (county, project) where delivery in ('owed', 'packed', 'sent');
create index order_promise on trade."order" (county, promise, state) where promise is not null;

alter table presale.project_household enable row level security;
alter table presale.project_household force row level security;
create policy scope on presale.project_household using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

create or replace view trade.order_facts with (security_invoker = true) as
  select county, id as "order", number, person, state, goods_fen, freight_fen, total_fen, ship_region,
         placed_at, paid_at, closed_at, promise
    from trade."order";

create view presale.project_facts with (security_invoker = true) as
  select county, id as project, number, org, title_zh, title_en, state, decided_at, raised_fen from presale.project;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on presale.project_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.promise_part for each row execute function platform.refuse_change();
