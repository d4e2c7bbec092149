-- trace: keys of codes, print files, cases (SSCC), where codes are scanned, and what the county is told of them.
set local citus.multi_shard_modify_mode to 'sequential';

-- The key version that lots packed from now on are coded with; without a row it is 1.
create table trace.code_key (
  county        int not null,
  version       int not null check (version > 1),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, version)
);

-- From this pack on a lot has codes of another key: those printed before for these packs are worth nothing.
create table trace.code_reissue (
  county        int not null,
  lot           uuid not null,
  key_version   int not null,
  from_pack     int not null check (from_pack > 0),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, lot, key_version)
);

-- Who was given the codes of which packs as a file.
create table trace.print_job (
  county        int not null,
  id            uuid not null,
  lot           uuid not null,
  from_pack     int not null check (from_pack > 0),
  to_pack       int not null,
  format        text not null check (format in ('csv', 'pdf', 'svg')),
  size          text not null,
  sheet         text not null check (sheet in ('roll', 'a4')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check (to_pack >= from_pack)
);

-- GS1 company prefixes of organisations. An SSCC names no county, so the whole country's are known everywhere.
create table trace.company_prefix (
  prefix        text not null check (prefix ~ '^\d{6,12}$'),
  county        int not null,
  org           uuid not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (prefix)
);

-- A case or pallet with a number of its own (SSCC). Its parent and its content are running; aggregations prove them.
create table trace.logistic_unit (
  county        int not null,
  id            uuid not null,
  sscc          text not null check (sscc ~ '^\d{18}$'),
  org           uuid not null,
  kind          text not null check (kind in ('case', 'pallet')),
  parent        uuid,
  created_by    text not null,
  created_at    timestamptz not null,
  primary key (county, id),
  unique (county, sscc),
  check (parent <> id)
);

create table trace.unit_content (
  county        int not null,
  unit          uuid not null,
  lot           uuid not null,
  from_pack     int not null check (from_pack > 0),
  to_pack       int not null,
  primary key (county, lot, from_pack),
  check (to_pack >= from_pack)
);

-- What was put into a unit or taken out of it, when and by whom.
create table trace.aggregation (
  county        int not null,
  id            uuid not null,
  unit          uuid not null,
  act           text not null check (act in ('add', 'remove')),
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

create table trace.aggregation_part (
  county        int not null,
  aggregation   uuid not null,
  n             int not null,
  lot           uuid,
  from_pack     int,
  to_pack       int,
  child         uuid,
  primary key (county, aggregation, n),
  check ((lot is null) <> (child is null)),
  check ((lot is null) = (from_pack is null) and (lot is null) = (to_pack is null) and to_pack >= from_pack)
);

-- A keyed hash of whoever looked last, under the key of that day: the same look again is not counted. Removed a day later.
alter table trace.scan add column visitor text;

create table trace.scan_place (
  county        int not null,
  lot           uuid not null,
  pack          int not null,
  province      text not null check (province ~ '^\d{2}$'),
  scans         int not null check (scans > 0),
  visitor       text,
  first_at      timestamptz not null,
  last_at       timestamptz not null,
  primary key (county, lot, pack, province)
);

-- When a code counts as copied; the newest is in force, and without one the defaults of codes/scan-rules.ts.
create table trace.scan_rule (
  county        int not null,
  version       int not null check (version > 0),
  provinces     int not null check (provinces between 2 and 34),
  scans         int not null check (scans between 2 and 1000),
  days          int not null check (days between 1 and 730),
  often         int not null check (often between 2 and 100000),
  name          text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, version)
);

-- What the county should look at; pack 0 is the whole lot. One of a kind is not closed at a time.
create table trace.code_alert (
  county        int not null,
  id            uuid not null,
  kind          text not null check (kind in ('copied', 'often', 'never_packed', 'withdrawn', 'not_stocked', 'recalled', 'guessed')),
  lot           uuid not null,
  pack          int not null check (pack >= 0),
  state         text not null check (state in ('open', 'looked_at', 'closed')),
  verdict       text check (verdict in ('harmless', 'confirmed')),
  scans         int not null check (scans > 0),
  provinces     text[] not null,
  first_at      timestamptz not null,
  last_at       timestamptz not null,
  primary key (county, id),
  check ((state = 'closed') = (verdict is not null))
);

create table trace.code_alert_move (
  county        int not null,
  id            uuid not null,
  alert         uuid not null,
  from_state    text not null,
  to_state      text not null,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('trace.code_key');
select platform.distribute('trace.code_reissue');
select platform.distribute('trace.print_job');
select platform.reference('trace.company_prefix');
select platform.distribute('trace.logistic_unit');
select platform.distribute('trace.unit_content');
select platform.distribute('trace.aggregation');
select platform.distribute('trace.aggregation_part');
select platform.distribute('trace.scan_place');
select platform.distribute('trace.scan_rule');
select platform.distribute('trace.code_alert');
select platform.distribute('trace.code_alert_move');

alter table trace.code_reissue add foreign key (county, lot) references trace.code_range (county, lot);
alter table trace.print_job add foreign key (county, lot) references trace.code_range (county, lot);
alter table trace.logistic_unit add foreign key (county, org) references registry.organisation (county, id);
alter table trace.logistic_unit add foreign key (county, parent) references trace.logistic_unit (county, id);
alter table trace.unit_content add foreign key (county, unit) references trace.logistic_unit (county, id);
alter table trace.unit_content add foreign key (county, lot) references trace.code_range (county, lot);
alter table trace.aggregation add foreign key (county, unit) references trace.logistic_unit (county, id);
alter table trace.aggregation_part add foreign key (county, aggregation) references trace.aggregation (county, id);
alter table trace.scan_place add foreign key (county, lot) references trace.lot (county, id);
alter table trace.code_alert add foreign key (county, lot) references trace.lot (county, id);
alter table trace.code_alert_move add foreign key (county, alert) references trace.code_alert (county, id);

create index print_job_lot on trace.print_job (county, lot, at);
create index company_prefix_org on trace.company_prefix (county, org);
create index logistic_unit_parent on trace.logistic_unit (county, parent) where parent is not null;
create index logistic_unit_org on trace.logistic_unit (county, org, created_at);
create index unit_content_unit on trace.unit_content (county, unit);
create index aggregation_unit on trace.aggregation (county, unit, at);
create index scan_visitor on trace.scan (county, last_at) where visitor is not null;
create index scan_place_visitor on trace.scan_place (county, last_at) where visitor is not null;
create unique index code_alert_one on trace.code_alert (county, lot, kind, pack) where state <> 'closed';
create index code_alert_pack on trace.code_alert (county, lot, pack);
create index code_alert_state on trace.code_alert (county, state, last_at);
create index code_alert_move_alert on trace.code_alert_move (county, alert, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.code_key for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.code_reissue for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.print_job for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.aggregation for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.aggregation_part for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.scan_rule for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.code_alert_move for each row execute function platform.refuse_change();
