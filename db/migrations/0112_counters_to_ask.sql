-- trace: two counters per county that every process can ask: how far its events are recorded, and how often codes that
-- were given out were changed.
set local citus.multi_shard_modify_mode to 'sequential';

-- Taken by whoever records, and held until commit: so events get their places in the order in which others can see
-- them, and who has been told up to one place has missed nothing before it.
create table trace.epcis_seq (
  county       int primary key,
  last         bigint not null check (last > 0),
  -- when that one was recorded; never goes back
  recorded_at  timestamptz not null
);

select platform.distribute('trace.epcis_seq');

-- An event is never changed: what is added here is the order in which those that are here were recorded.
alter table trace.epcis_event disable trigger append_only;
alter table trace.epcis_event add column seq bigint;
update trace.epcis_event e set seq = n.seq
  from (select county, id, row_number() over (partition by county order by record_time, id) as seq
          from trace.epcis_event) n
 where n.county = e.county and n.id = e.id;
alter table trace.epcis_event alter column seq set not null;
alter table trace.epcis_event enable trigger append_only;
create unique index epcis_event_seq on trace.epcis_event (county, seq);

insert into trace.epcis_seq (county, last, recorded_at)
  select county, max(seq), max(record_time) from trace.epcis_event group by county;

-- the place up to which a subscriber was told
alter table trace.epcis_subscription add column told_seq bigint;
update trace.epcis_subscription s set told_seq = n.seq
  from (select t.county, t.id, coalesce(max(e.seq), 0) as seq
          from trace.epcis_subscription t
          left join trace.epcis_event e on e.county = t.county and e.record_time < t.told_until
         group by t.county, t.id) n
 where n.county = s.county and n.id = s.id;
alter table trace.epcis_subscription alter column told_seq set not null;

-- Grows with each change of codes that were given out: reissued, or voided with their packing.
create table trace.code_change (
  county   int primary key,
  changes  bigint not null check (changes > 0)
);

select platform.distribute('trace.code_change');
