-- platform: what every floor stands on — helpers for the cluster, outbox, idempotency, counters, files.
set local citus.multi_shard_modify_mode to 'sequential';

create schema if not exists platform;

-- On Citus these spread a table over the nodes or copy it to all of them; on plain PostgreSQL they do nothing,
-- so that the same migrations run on both.
create function platform.distribute(target regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    execute format('select create_distributed_table(%L, %L, colocate_with => %L)', target, 'county',
      case when target = 'platform.outbox'::regclass then 'default' else 'platform.outbox' end);
  end if;
end $$;

create function platform.reference(target regclass) returns void language plpgsql as $$
begin
  if exists (select from pg_extension where extname = 'citus') then
    execute format('select create_reference_table(%L)', target);
  end if;
end $$;

create function platform.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'facts in %.% are never edited: write a new fact that names the old one', tg_table_schema, tg_table_name
    using errcode = 'SH001';
end $$;

-- An event is written in the transaction that makes it true and carried upwards after commit.
create table platform.outbox (
  county      int         not null,
  id          uuid        not null,
  type        text        not null,
  payload     jsonb       not null,
  created_at  timestamptz not null,
  primary key (county, id)
);

-- One row per event and subscriber whose effect is in: the same event delivered twice finds it and stops.
create table platform.handled (
  county      int         not null,
  event       uuid        not null,
  subscriber  text        not null,
  handled_at  timestamptz not null,
  primary key (county, event, subscriber)
);

-- The numbers people read out: order 260917-0012, lot, purchase note, household code.
create table platform.counter (
  county      int    not null,
  name        text   not null,
  value       bigint not null,
  primary key (county, name)
);

create table platform.file (
  county      int         not null,
  id          uuid        not null,
  sha256      text        not null,
  mime        text        not null,
  bytes       int         not null,
  width       int         not null,
  height      int         not null,
  by_person   text,
  created_at  timestamptz not null,
  primary key (county, id)
);

-- Belongs to no county: a key is chosen by the caller before anybody knows which counties the write will touch.
create table platform.idempotency (
  scope       text        not null,
  key         text        not null,
  input_hash  text        not null,
  answer      jsonb,
  created_at  timestamptz not null,
  primary key (scope, key)
);

select platform.distribute('platform.outbox');
select platform.distribute('platform.handled');
select platform.distribute('platform.counter');
select platform.distribute('platform.file');

create index outbox_created on platform.outbox (county, created_at);
create index idempotency_created on platform.idempotency (created_at);
