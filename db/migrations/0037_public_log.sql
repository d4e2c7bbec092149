-- benefit: the public log. Every entry is committed to an append-only tree that anybody can check, without a name.
set local citus.multi_shard_modify_mode to 'sequential';

-- Entries that are not in the log yet; written with the entry, taken away with its leaf.
create table benefit.log_waiting (
  county        int not null,
  entry         uuid not null,
  primary key (county, entry)
);

-- What the salts of a household's entries are made from. Without it none of them can be opened again, and the log stays
-- as it is: erasing is emptying this one column.
create table benefit.log_secret (
  county        int not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  secret_sealed bytea,
  made_at       timestamptz not null,
  erased_at     timestamptz,
  erased_by     text,
  erased_because text,
  primary key (county, household),
  check ((secret_sealed is null) = (erased_at is not null))
);

-- One log per platform: these belong to no county and stay on the coordinator. A leaf names its entry, and no key leads
-- there, because entries lie on other machines.
create table benefit.log_head (
  id            int primary key check (id = 1),
  origin        text not null,
  size          bigint not null check (size >= 0)
);
create table benefit.log_leaf (
  position      bigint primary key check (position >= 0),
  county        int not null,
  entry         uuid not null,
  data          bytea not null
);
create table benefit.log_tile (
  level         int not null check (level between 0 and 63),
  tile          bigint not null check (tile >= 0),
  hashes        bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, tile)
);
-- One root per size, for good. What is published of it is signed when it is asked for.
create table benefit.log_checkpoint (
  size          bigint primary key check (size > 0),
  root          bytea not null check (length(root) = 32),
  made_at       timestamptz not null
);
create table benefit.log_cosignature (
  size          bigint not null references benefit.log_checkpoint (size),
  witness       text not null,
  signature     bytea not null check (length(signature) = 72),
  signed_at     timestamptz not null,
  primary key (size, witness)
);
create table benefit.log_key (
  id            text primary key check (id ~ '^[0-9a-f]{8}$'),
  name          text not null,
  public_key    bytea not null check (length(public_key) = 32),
  seed_sealed   bytea not null,
  made_at       timestamptz not null,
  retired_at    timestamptz
);
-- What the leaves add up to; rebuilt from them by anybody.
create table benefit.log_total (
  month         text not null,
  county        int not null,
  mechanism     text not null,
  entries       bigint not null check (entries > 0),
  fen           bigint not null,
  primary key (month, county, mechanism)
);

select platform.distribute('benefit.log_waiting');
select platform.distribute('benefit.log_secret');

alter table benefit.log_waiting add foreign key (county, entry) references benefit.entry (county, id);
alter table benefit.log_secret add foreign key (county, household) references registry.household (county, id);
create unique index log_leaf_entry on benefit.log_leaf (county, entry);

alter table benefit.log_secret enable row level security;
alter table benefit.log_secret force row level security;
create policy scope on benefit.log_secret using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

-- Entries from before.
set local app.scope = 'all';
insert into benefit.log_waiting (county, entry) select county, id from benefit.entry;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.log_leaf for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.log_checkpoint for each row execute function platform.refuse_change();
