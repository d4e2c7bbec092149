-- benefit: dividends on stakes that were agreed, compared with the bank and with the promised floor.
set local citus.multi_shard_modify_mode to 'sequential';

-- What a bank pays on a one-year deposit, as the county read it; the newest of the latest day not after a day holds on it.
create table benefit.deposit_rate (
  county        int not null,
  id            uuid not null,
  day           date not null,
  -- a year, in basis points
  bp            int not null check (bp between 1 and 2000),
  source        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

create table benefit.dividend (
  county        int not null,
  id            uuid not null,
  number        text not null,
  org           uuid not null,
  from_day      date not null,
  to_day        date not null,
  -- who holds shares at the end of this day is paid
  record_day    date not null,
  -- per hundred shares; null: nothing on this class
  common_fen    bigint check (common_fen > 0),
  preferred_fen bigint check (preferred_fen > 0),
  -- what the organisation has earned in the period and may distribute
  profit_fen    bigint not null check (profit_fen > 0),
  fen           bigint not null,
  -- the bank's rate of the record day
  bank_bp       int not null,
  paid          text not null check (paid in ('cash', 'transfer', 'later')),
  state         text not null check (state in ('declared', 'approved', 'paid', 'withdrawn')),
  declared_by   text not null,
  declared_at   timestamptz not null,
  approved_by   text,
  approved_at   timestamptz,
  primary key (county, id),
  unique (county, number),
  check (from_day <= to_day),
  check (common_fen is not null or preferred_fen is not null),
  check (fen <= profit_fen),
  check ((approved_by is null) = (approved_at is null)),
  check ((approved_by is not null) = (state in ('approved', 'paid'))),
  check (approved_by <> declared_by)
);

-- What one holder gets: a household, or a village's collective where household is null.
create table benefit.dividend_line (
  county        int not null,
  id            uuid not null,
  dividend      uuid not null,
  agreement     uuid not null,
  version       int not null,
  household     uuid,
  village       text not null check (village ~ '^\d{12}$'),
  class         text not null check (class in ('common', 'preferred')),
  shares        int not null check (shares > 0),
  stake_fen     bigint not null check (stake_fen > 0),
  fen           bigint not null check (fen > 0),
  -- what the bank, and what the promised floor would have brought the stake in the period
  bank_fen      bigint not null,
  floor_fen     bigint not null,
  primary key (county, id),
  unique nulls not distinct (county, dividend, agreement, village, household)
);

create table benefit.dividend_move (
  county        int not null,
  id            uuid not null,
  dividend      uuid not null,
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- An approved dividend is below the bank, or below what was promised: the county has to answer.
create table benefit.dividend_alert (
  county        int not null,
  id            uuid not null,
  dividend      uuid not null,
  agreement     uuid not null,
  kind          text not null check (kind in ('below_bank', 'below_floor')),
  -- a year, on the stake, in basis points: what was paid, and what it should have been at least
  paid_bp       int not null,
  least_bp      int not null,
  at            timestamptz not null,
  answer        text,
  answered_by   text,
  answered_at   timestamptz,
  primary key (county, id),
  unique (county, dividend, agreement, kind),
  check ((answer is null) = (answered_by is null)),
  check ((answer is null) = (answered_at is null))
);

-- A village's collective shares out what it got of a dividend; only then it is income of households.
create table benefit.distribution (
  county        int not null,
  id            uuid not null,
  number        text not null,
  -- the collective's line
  line          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  fen           bigint not null check (fen > 0),
  words         text not null,
  state         text not null check (state in ('declared', 'approved', 'paid', 'withdrawn')),
  declared_by   text not null,
  declared_at   timestamptz not null,
  approved_by   text,
  approved_at   timestamptz,
  primary key (county, id),
  unique (county, number),
  check ((approved_by is null) = (approved_at is null)),
  check ((approved_by is not null) = (state in ('approved', 'paid'))),
  check (approved_by <> declared_by)
);

create table benefit.distribution_line (
  county        int not null,
  id            uuid not null,
  distribution  uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  fen           bigint not null check (fen > 0),
  primary key (county, id),
  unique (county, distribution, household)
);

select platform.distribute('benefit.deposit_rate');
select platform.distribute('benefit.dividend');
select platform.distribute('benefit.dividend_line');
select platform.distribute('benefit.dividend_move');
select platform.distribute('benefit.dividend_alert');
select platform.distribute('benefit.distribution');
select platform.distribute('benefit.distribution_line');

alter table benefit.dividend add foreign key (county, org) references registry.organisation (county, id);
alter table benefit.dividend_line
  add foreign key (county, dividend) references benefit.dividend (county, id),
  add foreign key (county, agreement, version) references benefit.agreement_version (county, agreement, version),
  add foreign key (county, household) references registry.household (county, id);
alter table benefit.dividend_move add foreign key (county, dividend) references benefit.dividend (county, id);
alter table benefit.dividend_alert
  add foreign key (county, dividend) references benefit.dividend (county, id),
  add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.distribution add foreign key (county, line) references benefit.dividend_line (county, id);
alter table benefit.distribution_line
  add foreign key (county, distribution) references benefit.distribution (county, id),
  add foreign key (county, household) references registry.household (county, id);

create index deposit_rate_day on benefit.deposit_rate (county, day, at);
create index dividend_listed on benefit.dividend (county, org, declared_at);
create index dividend_approved on benefit.dividend (county, id) where state = 'approved';
create index dividend_line_household on benefit.dividend_line (county, household) where household is not null;
create index dividend_alert_open on benefit.dividend_alert (county, at) where answer is null;
create index distribution_of on benefit.distribution (county, line);
create index distribution_approved on benefit.distribution (county, id) where state = 'approved';
create index distribution_line_household on benefit.distribution_line (county, household);

alter table benefit.dividend_line enable row level security;
alter table benefit.dividend_line force row level security;
create policy scope on benefit.dividend_line using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.distribution_line enable row level security;
alter table benefit.distribution_line force row level security;
create policy scope on benefit.distribution_line using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.deposit_rate for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.dividend_line for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.dividend_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.distribution_line for each row execute function platform.refuse_change();
