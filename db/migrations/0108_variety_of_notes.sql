-- catalog, trace: the variety of what was weighed in, where the keeper named one.
set local citus.multi_shard_modify_mode to 'sequential';

-- Varieties that the county itself has named, in prices of its markets; sellers' stand on their products.
create table catalog.variety (
  county        int not null,
  crop          text not null,
  name          text not null check (name <> ''),
  known_at      timestamptz not null,
  primary key (county, crop, name)
);

select platform.distribute('catalog.variety');

alter table catalog.variety add foreign key (crop) references registry.crop (code);

insert into catalog.variety (county, crop, name, known_at)
select county, crop, variety, min(at) from benefit.market_price where variety <> '' group by county, crop, variety;

-- Empty: none was named. What was weighed in before says none, and so does what a device wrote that knew of none.
alter table trace.purchase add column variety text not null default '';

create or replace view trace.purchase_facts with (security_invoker = true) as
  select county, id as purchase, number, station, buyer, household, village, crop, grade, grams, amount_fen, lot, day,
         reverses, at, paid, fen_per_kg, variety
    from trace.purchase;
