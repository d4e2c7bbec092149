-- benefit: public money paid to households, beside what they earn.
set local citus.multi_shard_modify_mode to 'sequential';

-- What one document of a programme paid to some households: written down by one person, approved by another, who books it.
create table benefit.subsidy (
  county        int not null,
  id            uuid not null,
  number        text not null,
  -- the organisation whose staff recorded it
  org           uuid not null,
  programme     text not null,
  -- the number of the paper by which it was granted
  document      text not null,
  -- which way of helping it is for
  mechanism     text not null check (mechanism in
    ('shop', 'industry', 'startup', 'employment', 'shareholding', 'crowdfunding')),
  -- on which it was paid
  day           date not null,
  -- the paper's name in the closed store
  file          text not null,
  fen           bigint not null check (fen > 0),
  state         text not null check (state in ('prepared', 'booked', 'withdrawn')),
  by_person     text not null,
  at            timestamptz not null,
  approved_by   text,
  approved_at   timestamptz,
  primary key (county, id),
  unique (county, number),
  check ((approved_by is null) = (approved_at is null)),
  check ((approved_by is not null) = (state = 'booked')),
  check (approved_by <> by_person)
);

-- What one household got by it; the fact an entry rests on. A row that reverses another says that it was a mistake.
create table benefit.subsidy_line (
  county        int not null,
  id            uuid not null,
  subsidy       uuid not null,
  n             int not null check (n > 0),
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  fen           bigint not null check (fen <> 0),
  words         text not null,
  reverses      uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, reverses),
  check ((reverses is null) = (fen > 0))
);

create table benefit.subsidy_move (
  county        int not null,
  id            uuid not null,
  subsidy       uuid not null,
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('benefit.subsidy');
select platform.distribute('benefit.subsidy_line');
select platform.distribute('benefit.subsidy_move');

alter table benefit.subsidy
  add foreign key (county, org) references registry.organisation (county, id);
alter table benefit.subsidy_line
  add foreign key (county, subsidy) references benefit.subsidy (county, id),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, reverses) references benefit.subsidy_line (county, id);
alter table benefit.subsidy_move
  add foreign key (county, subsidy) references benefit.subsidy (county, id);

create index subsidy_listed on benefit.subsidy (county, at);
create index subsidy_document on benefit.subsidy (county, document);
create index subsidy_line_of on benefit.subsidy_line (county, subsidy, n);
create index subsidy_line_household on benefit.subsidy_line (county, household);
create index subsidy_move_of on benefit.subsidy_move (county, subsidy, at);

alter table benefit.subsidy_line enable row level security;
alter table benefit.subsidy_line force row level security;
create policy scope on benefit.subsidy_line using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.subsidy_line for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.subsidy_move for each row execute function platform.refuse_change();
