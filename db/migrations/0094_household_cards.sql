-- registry: a household's card, whose code leads to it at the scale. What is printed is made from the card's id with the
-- server's key and never stored; the hash finds it again. Whose it is stands in the household, behind its village's scope.
set local citus.multi_shard_modify_mode to 'sequential';

create table registry.household_card (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  code_hash     text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, code_hash)
);

-- Lost, worn out, replaced: from then on it leads to nobody.
create table registry.household_card_end (
  county        int not null,
  card          uuid not null,
  -- null: a new one was made
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, card)
);

select platform.distribute('registry.household_card');
select platform.distribute('registry.household_card_end');

alter table registry.household_card add foreign key (county, household) references registry.household (county, id);
alter table registry.household_card_end add foreign key (county, card) references registry.household_card (county, id);
create index household_card_household on registry.household_card (county, household);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on registry.household_card
  for each row execute function platform.refuse_change();
create trigger append_only before update or delete on registry.household_card_end
  for each row execute function platform.refuse_change();
