-- catalog: brand certificates, what products claim of them, stories of villages. registry: a household's consent.
set local citus.multi_shard_modify_mode to 'sequential';

-- A brand certificate (green food, organic, geographical indication, county brand) and what it covers: one product, or
-- all products of an organisation's crop. It is seen by the county before it counts.
create table catalog.mark (
  county        int not null,
  id            uuid not null,
  kind          text not null,
  org           uuid not null,
  crop          text not null,
  -- null: every product of the organisation from this crop
  product       uuid,
  number        text not null,
  issuer        text not null,
  valid_from    date not null,
  -- null: without an end, where the kind has none
  valid_until   date,
  file          text,
  state         text not null check (state in ('review', 'approved', 'returned', 'withdrawn')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, kind, number, org, crop),
  check (valid_until >= valid_from)
);

create table catalog.mark_move (
  county        int not null,
  id            uuid not null,
  mark          uuid not null,
  from_state    text,
  to_state      text not null,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- What a product says of itself. Whether buyers read it is for the certificates to say, day by day.
create table catalog.product_claim (
  county        int not null,
  product       uuid not null,
  kind          text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, product, kind)
);

-- A short text with a picture that a village tells of itself.
create table catalog.village_story (
  county        int not null,
  id            uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  title_zh      text not null,
  title_en      text not null,
  text_zh       text not null,
  text_en       text not null,
  file          uuid,
  state         text not null check (state in ('review', 'published', 'returned', 'withdrawn')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

create table catalog.story_move (
  county        int not null,
  id            uuid not null,
  story         uuid not null,
  from_state    text,
  to_state      text not null,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- A household agrees that buyers read the first name of its head, or takes that back. The last one holds.
create table registry.name_consent (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  given         boolean not null,
  -- who wrote it down: the household itself, or staff for it
  said_by       text not null check (said_by in ('household', 'staff')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('catalog.mark');
select platform.distribute('catalog.mark_move');
select platform.distribute('catalog.product_claim');
select platform.distribute('catalog.village_story');
select platform.distribute('catalog.story_move');
select platform.distribute('registry.name_consent');

alter table catalog.mark add foreign key (county, org) references registry.organisation (county, id);
alter table catalog.mark add foreign key (crop) references registry.crop (code);
alter table catalog.mark add foreign key (county, product) references catalog.product (county, id);
alter table catalog.mark_move add foreign key (county, mark) references catalog.mark (county, id);
alter table catalog.product_claim add foreign key (county, product) references catalog.product (county, id);
alter table catalog.village_story add foreign key (county, file) references platform.file (county, id);
alter table catalog.story_move add foreign key (county, story) references catalog.village_story (county, id);
alter table registry.name_consent add foreign key (county, household) references registry.household (county, id);
create index mark_covers on catalog.mark (county, org, crop) where state = 'approved';
create index mark_until on catalog.mark (county, valid_until);
create index mark_move_mark on catalog.mark_move (county, mark, at);
create index village_story_village on catalog.village_story (county, village, state, at);
create index story_move_story on catalog.story_move (county, story, at);
create index name_consent_household on registry.name_consent (county, household, at);

alter table registry.name_consent enable row level security;
alter table registry.name_consent force row level security;
create policy scope on registry.name_consent using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on catalog.mark_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on catalog.story_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on registry.name_consent for each row execute function platform.refuse_change();
