-- trace: who is told of a named query's new events, where, and how far he has been told.
set local citus.multi_shard_modify_mode to 'sequential';

create table trace.epcis_subscription (
  county        int not null,
  id            uuid not null,
  query         text not null,
  dest          text not null,
  -- signs what is sent; null: the subscriber gave none
  token_sealed  bytea,
  -- null: each new event as it comes
  schedule      jsonb,
  report_if_empty boolean not null,
  epc_format    text not null check (epc_format in ('No_Preference', 'Always_GS1_Digital_Link', 'Never_Translates')),
  initial_record_time timestamptz not null,
  -- what was recorded before this was told
  told_until    timestamptz not null,
  next_at       timestamptz not null,
  last_notified_at timestamptz,
  failures      int not null check (failures >= 0),
  -- what the last failure was
  why           text,
  by_person     text not null,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  ended_because text check (ended_because in ('removed', 'query-removed', 'unanswered', 'no-right')),
  primary key (county, id),
  check ((ended_at is null) = (ended_because is null))
);

select platform.distribute('trace.epcis_subscription');

create index epcis_subscription_query on trace.epcis_subscription (county, query) where ended_at is null;
create index epcis_subscription_due on trace.epcis_subscription (county, next_at) where ended_at is null;
