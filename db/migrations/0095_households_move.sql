-- registry: a household moves to another village. Its file follows it; what was bought, paid and agreed stays where it was.
set local citus.multi_shard_modify_mode to 'sequential';

-- Two villages and a day: nothing that says who they are.
create table registry.household_move (
  county        int not null,
  id            uuid not null,
  household     uuid not null,
  from_village  text not null check (from_village ~ '^\d{12}$'),
  to_village    text not null check (to_village ~ '^\d{12}$'),
  on_day        date not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check (from_village <> to_village)
);

select platform.distribute('registry.household_move');

alter table registry.household_move add foreign key (county, household) references registry.household (county, id);
create index household_move_household on registry.household_move (county, household, at);
create index household_move_at on registry.household_move (county, at);

-- What a household said of its name is never edited, but must be seen where the household lives now: the village is the
-- key of row-level security and no part of what was said.
create function platform.refuse_change_but_village() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'village' = to_jsonb(old) - 'village' then return new; end if;
  end if;
  raise exception 'facts in %.% are never edited: write a new fact that names the old one', tg_table_schema, tg_table_name
    using errcode = 'SH001';
end $$;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on registry.household_move
  for each row execute function platform.refuse_change();
drop trigger append_only on registry.name_consent;
create trigger append_only before update or delete on registry.name_consent
  for each row execute function platform.refuse_change_but_village();
