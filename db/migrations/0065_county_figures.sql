-- benefit: county figures. Sums of entries that follow the public log; made again from nothing by `npm run figures`.
set local citus.multi_shard_modify_mode to 'sequential';

-- What one household received in a year, whole and cut three ways. dimension/key: all/'' | mechanism/… | org/id | crop/code.
-- Under the file it was written for and in the village it was written in. Category and persons are registry's, as last
-- looked at; no foreign key, because it is a copy.
create table benefit.reach (
  county        int not null,
  year          int not null,
  income        text not null,
  dimension     text not null,
  key           text not null,
  household     uuid not null,
  village       text not null,
  category      text not null,
  persons       int not null,
  entries       int not null,
  fen           bigint not null,
  -- of each month, January first
  months        bigint[] not null check (cardinality(months) = 12),
  -- in how many of them it received more than nothing
  good_months   int not null generated always as (
    (months[1] > 0)::int + (months[2] > 0)::int + (months[3] > 0)::int + (months[4] > 0)::int
    + (months[5] > 0)::int + (months[6] > 0)::int + (months[7] > 0)::int + (months[8] > 0)::int
    + (months[9] > 0)::int + (months[10] > 0)::int + (months[11] > 0)::int + (months[12] > 0)::int) stored,
  primary key (county, year, income, dimension, key, household, village),
  check (fen = months[1] + months[2] + months[3] + months[4] + months[5] + months[6] + months[7] + months[8]
    + months[9] + months[10] + months[11] + months[12])
);

-- The same per village and kind of household: what a county's figures are added up from, some thousand rows a year.
-- A household is reached when the year leaves it with more than nothing.
create table benefit.figure (
  county        int not null,
  year          int not null,
  income        text not null,
  dimension     text not null,
  key           text not null,
  village       text not null,
  category      text not null,
  entries       int not null,
  fen           bigint not null,
  households    int not null,
  persons       int not null,
  months        bigint[] not null check (cardinality(months) = 12),
  -- households that received something in each month
  month_households int[] not null check (cardinality(month_households) = 12),
  -- households reached with one good month, two, … twelve
  steady        int[] not null check (cardinality(steady) = 12),
  primary key (county, year, income, dimension, key, village, category)
);

-- Households of a village by kind and how many persons they are, as registry had it at `at`.
create table benefit.village_people (
  county        int not null,
  village       text not null check (village ~ '^\d{12}$'),
  category      text not null,
  households    int not null,
  persons       int not null,
  primary key (county, village, category)
);
create table benefit.people_counted (
  county        int not null,
  at            timestamptz not null,
  primary key (county)
);

-- What a household's income of a year was, and who says so. The newest counts.
create table benefit.household_income (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  year          int not null check (year between 2000 and 2999),
  fen           bigint not null check (fen > 0),
  source        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- How many leaves of the public log are in the figures. One per platform, as the log.
create table benefit.figures_head (
  id            int primary key check (id = 1),
  size          bigint not null check (size >= 0)
);
insert into benefit.figures_head (id, size) values (1, 0);

select platform.distribute('benefit.reach');
select platform.distribute('benefit.figure');
select platform.distribute('benefit.village_people');
select platform.distribute('benefit.people_counted');
select platform.distribute('benefit.household_income');

alter table benefit.household_income add foreign key (county, household) references registry.household (county, id);
-- The top tenth is read off its end.
create index reach_most on benefit.reach (county, year, income, dimension, key, fen desc) include (village) where fen > 0;
create index reach_village on benefit.reach (county, year, income, dimension, key, village);
create index reach_household on benefit.reach (county, household);
create index household_income_year on benefit.household_income (county, year, household, at);

alter table benefit.reach enable row level security;
alter table benefit.reach force row level security;
create policy scope on benefit.reach using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.figure enable row level security;
alter table benefit.figure force row level security;
create policy scope on benefit.figure using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.village_people enable row level security;
alter table benefit.village_people force row level security;
create policy scope on benefit.village_people using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.household_income enable row level security;
alter table benefit.household_income force row level security;
create policy scope on benefit.household_income using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.household_income for each row execute function platform.refuse_change();

-- For benefit: who lives where, and when that was last changed.
create view registry.household_people with (security_invoker = true) as
  select h.county, h.id as household, h.village, h.category, h.state, h.changed_at,
         (select count(*) from registry.household_member m where m.county = h.county and m.household = h.id)::int as persons
    from registry.household h;
