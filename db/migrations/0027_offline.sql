-- registry and trace: households that were one all along; notes written without a signal, the devices they were
-- written on, and what did not fit when they arrived.
set local citus.multi_shard_modify_mode to 'sequential';

-- A household written down twice: the second one points to the first, for ever. Pointers are flat: what a household
-- points to points to nothing.
alter table registry.household drop constraint household_state_check;
alter table registry.household add constraint household_state_check check (state in ('active', 'left', 'merged'));
alter table registry.household add column merged_into uuid;
alter table registry.household add constraint household_merged check ((state = 'merged') = (merged_into is not null));
-- When anything that a station carries of it changed last: what a device asks for that has the rest already.
alter table registry.household add column changed_at timestamptz;
update registry.household set changed_at = created_at where changed_at is null;
alter table registry.household alter column changed_at set not null;

-- Two files became one: who said so, and why.
create table registry.household_merge (
  county      int not null,
  household   uuid not null,
  into_household uuid not null,
  reason      text not null,
  by_person   text not null,
  at          timestamptz not null,
  primary key (county, household)
);

-- A role that was taken back: until when the person had it, for work that arrives later.
create table registry.membership_taken (
  person      text not null,
  org         uuid not null,
  role        text not null,
  county      int not null,
  region      text not null,
  taken_at    timestamptz not null,
  taken_by    text not null,
  primary key (person, org, role, taken_at)
);

-- A phone or tablet that may write notes without a signal. Its letters stand before the numbers it gives.
create table trace.device (
  county        int not null,
  id            uuid not null,
  -- null: a cadre's, which only reads
  station       uuid,
  person        text not null,
  letters       text not null check (letters ~ '^[A-Z]{1,4}$'),
  name          text not null,
  created_at    timestamptz not null,
  recovered_at  timestamptz,
  revoked_at    timestamptz,
  revoked_by    text,
  revoked_why   text,
  primary key (county, id),
  unique (county, letters),
  check ((revoked_at is null) = (revoked_by is null))
);

-- What a device sent, as it sent it, and what became of it. An accepted purchase or reversal has the same id.
create table trace.offline_note (
  county        int not null,
  id            uuid not null,
  device        uuid not null,
  -- as printed on the paper
  number        text not null,
  kind          text not null check (kind in ('purchase', 'reversal')),
  -- where the device thought the household lived: the key of row-level security
  village       text not null check (village ~ '^\d{12}$'),
  said          jsonb not null,
  -- the device's clock, and what it was taken to mean
  written_at    timestamptz not null,
  noted_at      timestamptz not null,
  received_at   timestamptz not null,
  by_person     text not null,
  state         text not null check (state in ('accepted', 'refused')),
  -- of a refused one: why
  code          text,
  detail        jsonb,
  -- of an accepted one: what the keeper is told although nobody has to decide
  notices       text[] not null,
  primary key (county, id),
  check ((state = 'refused') = (code is not null))
);

-- An accepted note that breaks a rule: the goods are there and the paper was given, so the county decides.
create table trace.note_conflict (
  county        int not null,
  id            uuid not null,
  purchase      uuid not null,
  kind          text not null,
  detail        jsonb not null,
  village       text not null check (village ~ '^\d{12}$'),
  station       uuid not null,
  state         text not null check (state in ('open', 'confirmed', 'reversed')),
  opened_at     timestamptz not null,
  decided_at    timestamptz,
  decided_by    text,
  reason        text,
  primary key (county, id),
  unique (county, purchase, kind),
  check ((state = 'open') = (decided_at is null)),
  check ((decided_at is null) = (decided_by is null))
);

select platform.distribute('registry.household_merge');
select platform.distribute('trace.device');
select platform.distribute('trace.offline_note');
select platform.distribute('trace.note_conflict');

alter table registry.household add foreign key (county, merged_into) references registry.household (county, id);
alter table registry.household_merge add foreign key (county, household) references registry.household (county, id);
alter table registry.household_merge add foreign key (county, into_household) references registry.household (county, id);
alter table trace.device add foreign key (county, station) references registry.organisation (county, id);
alter table trace.offline_note add foreign key (county, device) references trace.device (county, id);
alter table trace.note_conflict add foreign key (county, purchase) references trace.purchase (county, id);

create index household_merged_into on registry.household (county, merged_into) where merged_into is not null;
create index household_changed on registry.household (county, changed_at);
create index membership_taken_of on registry.membership_taken (person, org, role);
create index device_person on trace.device (county, person);
-- A number is on one note only; a refused one does not hold its number, for nothing stands under it.
create unique index offline_note_number on trace.offline_note (county, device, number) where state = 'accepted';
create index offline_note_received on trace.offline_note (county, received_at);
create index note_conflict_open on trace.note_conflict (county, state, opened_at);

alter table trace.offline_note enable row level security;
alter table trace.offline_note force row level security;
create policy scope on trace.offline_note using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.note_conflict enable row level security;
alter table trace.note_conflict force row level security;
create policy scope on trace.note_conflict using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

-- For the floors above: which file stands for a merged one.
create view registry.household_pointer with (security_invoker = true) as
  select county, id as household, merged_into as into_household from registry.household where merged_into is not null;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on registry.household_merge for each row execute function platform.refuse_change();
