-- benefit: two entries that may be one and the same help, found by what they rest on or by how alike they are.
set local citus.multi_shard_modify_mode to 'sequential';

create table benefit.double_claim (
  county        int not null,
  id            uuid not null,
  -- evidence: both rest on one fact; likeness: same household, amount and day by two ways; year: the same again a year later
  how           text not null check (how in ('evidence', 'likeness', 'year')),
  first_entry   uuid not null,
  second_entry  uuid not null,
  -- the file that stands for the household now, and its village
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  -- what would be claimed twice
  fen           bigint not null check (fen > 0),
  found_at      timestamptz not null,
  primary key (county, id),
  unique (county, first_entry, second_entry),
  check (first_entry <> second_entry)
);

-- What the county found when it looked; decided again, the later row counts. No figure changes by it.
create table benefit.double_decision (
  county        int not null,
  id            uuid not null,
  claim         uuid not null,
  decision      text not null check (decision in ('same', 'different')),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('benefit.double_claim');
select platform.distribute('benefit.double_decision');

alter table benefit.double_claim add foreign key (county, first_entry) references benefit.entry (county, id);
alter table benefit.double_claim add foreign key (county, second_entry) references benefit.entry (county, id);
alter table benefit.double_claim add foreign key (county, household) references registry.household (county, id);
alter table benefit.double_decision add foreign key (county, claim) references benefit.double_claim (county, id);

create index double_claim_found on benefit.double_claim (county, found_at);
create index double_decision_claim on benefit.double_decision (county, claim, at);

alter table benefit.double_claim enable row level security;
alter table benefit.double_claim force row level security;
create policy scope on benefit.double_claim using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.double_claim for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.double_decision for each row execute function platform.refuse_change();
