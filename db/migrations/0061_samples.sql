-- benefit: figures checked by asking a random sample of those they are about.
set local citus.multi_shard_modify_mode to 'sequential';

-- One draw: from what, how surely, and the seed with which anybody can draw the same again. None is ever taken back.
create table benefit.sample (
  county        int not null,
  id            uuid not null,
  number        text not null,
  unit          text not null check (unit in ('entry', 'household')),
  from_month    text not null check (from_month ~ '^\d{4}-\d{2}$'),
  to_month      text not null check (to_month ~ '^\d{4}-\d{2}$'),
  -- prefix of the region it was drawn from; the county's own for all of it
  region        text not null check (region ~ '^\d{6}(\d{3}){0,2}$'),
  confidence_bp int not null check (confidence_bp in (9000, 9500, 9900)),
  margin_bp     int not null check (margin_bp between 100 and 2000),
  seed          text not null check (seed ~ '^[0-9a-f]{32}$'),
  population    int not null,
  size          int not null,
  -- what the whole population is claimed to have received
  claimed_fen   bigint not null check (claimed_fen > 0),
  due_on        date not null,
  by_person     text not null,
  at            timestamptz not null,
  closed_by     text,
  closed_at     timestamptz,
  primary key (county, id),
  unique (county, number),
  check (from_month <= to_month),
  check (size between 1 and population),
  check ((closed_by is null) = (closed_at is null))
);

-- Whom or what it fell on, in the order drawn, and who asks.
create table benefit.sample_item (
  county        int not null,
  sample        uuid not null,
  n             int not null check (n > 0),
  entry         uuid,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  claimed_fen   bigint not null check (claimed_fen > 0),
  checker       text not null,
  primary key (county, sample, n)
);

-- Photo or recording that goes with an answer; its bytes lie in the closed store.
create table benefit.sample_proof (
  county        int not null,
  id            uuid not null,
  sample        uuid not null,
  n             int not null,
  kind          text not null check (kind in ('photo', 'voice')),
  sha256        text not null,
  mime          text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- What the household said; said again, the later row counts.
create table benefit.sample_answer (
  county        int not null,
  id            uuid not null,
  sample        uuid not null,
  n             int not null,
  village       text not null check (village ~ '^\d{12}$'),
  outcome       text not null check (outcome in ('received', 'not_received', 'different', 'unreachable')),
  -- null where nobody could be asked
  actual_fen    bigint check (actual_fen >= 0),
  words         text not null,
  photo         uuid,
  voice         uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check ((outcome = 'unreachable') = (actual_fen is null)),
  check (outcome <> 'not_received' or actual_fen = 0)
);

select platform.distribute('benefit.sample');
select platform.distribute('benefit.sample_item');
select platform.distribute('benefit.sample_proof');
select platform.distribute('benefit.sample_answer');

alter table benefit.sample_item add foreign key (county, sample) references benefit.sample (county, id);
alter table benefit.sample_item add foreign key (county, entry) references benefit.entry (county, id);
alter table benefit.sample_item add foreign key (county, household) references registry.household (county, id);
alter table benefit.sample_proof add foreign key (county, sample, n) references benefit.sample_item (county, sample, n);
alter table benefit.sample_answer add foreign key (county, sample, n) references benefit.sample_item (county, sample, n);
alter table benefit.sample_answer add foreign key (county, photo) references benefit.sample_proof (county, id);
alter table benefit.sample_answer add foreign key (county, voice) references benefit.sample_proof (county, id);

create index sample_listed on benefit.sample (county, at);
create index sample_item_checker on benefit.sample_item (county, checker);
create index sample_answer_item on benefit.sample_answer (county, sample, n, at);

alter table benefit.sample_item enable row level security;
alter table benefit.sample_item force row level security;
create policy scope on benefit.sample_item using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.sample_answer enable row level security;
alter table benefit.sample_answer force row level security;
create policy scope on benefit.sample_answer using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.sample_item for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.sample_proof for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.sample_answer for each row execute function platform.refuse_change();
