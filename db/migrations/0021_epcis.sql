-- trace: events as EPCIS 2.0 describes them, our own and those that others gave us, with what they are found by.
set local citus.multi_shard_modify_mode to 'sequential';

-- An event is kept once and whole; beside it stands only what every list asks for. Never edited: who was wrong declares
-- it by a second event with the same event_id.
create table trace.epcis_event (
  county        int not null,
  id            uuid not null,
  event_id      text not null,
  -- when it was declared wrong, as UTC text; empty for the event itself
  declared      text not null,
  -- of the content (CBV 2.0, 8.9), whatever the event calls itself
  hash          text not null,
  type          text not null,
  action        text check (action in ('ADD', 'OBSERVE', 'DELETE')),
  event_time    timestamptz not null,
  record_time   timestamptz not null,
  document      jsonb not null,
  -- namespaces of the document it came in: prefix → address
  prefixes      jsonb not null,
  -- the fact of ours that it tells, 'operation:…'; null for what others gave us
  fact          text,
  capture       uuid,
  -- whose it is: the lot's owner and the station it lay in, or who captured it
  org           uuid,
  station       uuid,
  by_person     text not null,
  primary key (county, id),
  unique (county, event_id, declared),
  unique (county, fact)
);

-- What an event is found by: 'epc' → canonical identifier, 'bizStep' → address, and so on; numbers and times as numbers.
create table trace.epcis_term (
  county        int not null,
  event         uuid not null,
  field         text not null,
  value         text not null,
  number        double precision,
  primary key (county, event, field, value)
);

-- A capture that was asked for; the document only until it is done.
create table trace.epcis_capture (
  county        int not null,
  id            uuid not null,
  org           uuid not null,
  by_person     text not null,
  behaviour     text not null check (behaviour in ('rollback', 'proceed')),
  document      jsonb,
  events        int not null check (events >= 0),
  captured      int not null default 0 check (captured between 0 and events),
  errors        jsonb not null default '[]',
  created_at    timestamptz not null,
  finished_at   timestamptz,
  primary key (county, id),
  check ((document is null) = (finished_at is not null))
);

create table trace.epcis_query (
  county        int not null,
  name          text not null check (length(name) between 1 and 60),
  query         jsonb not null,
  by_person     text not null,
  created_at    timestamptz not null,
  primary key (county, name)
);

-- Which place lies inside which, as master data of captured documents say; for queries "with descendants".
create table trace.epcis_place (
  county        int not null,
  parent        text not null,
  child         text not null,
  primary key (county, parent, child)
);

-- Up to when the facts of a kind are known to be told, so that looking for untold ones need not begin at the first.
create table trace.epcis_told (
  county        int not null,
  kind          text not null,
  until         timestamptz not null,
  primary key (county, kind)
);

select platform.distribute('trace.epcis_event');
select platform.distribute('trace.epcis_term');
select platform.distribute('trace.epcis_capture');
select platform.distribute('trace.epcis_query');
select platform.distribute('trace.epcis_place');
select platform.distribute('trace.epcis_told');

alter table trace.epcis_event add foreign key (county, capture) references trace.epcis_capture (county, id);
alter table trace.epcis_term add foreign key (county, event) references trace.epcis_event (county, id);
create index epcis_event_time on trace.epcis_event (county, event_time, id);
create index epcis_event_recorded on trace.epcis_event (county, record_time, id);
create index epcis_event_capture on trace.epcis_event (county, capture) where capture is not null;
create index epcis_term_value on trace.epcis_term (county, field, value, event);
create index epcis_term_number on trace.epcis_term (county, field, number, event) where number is not null;
create index epcis_capture_created on trace.epcis_capture (county, created_at, id);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.epcis_event for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.epcis_term for each row execute function platform.refuse_change();
