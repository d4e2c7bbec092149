-- trace: the county pauses, resumes and ends subscriptions; who did and why stands beside them.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trace.epcis_subscription add column paused_at timestamptz;

create table trace.epcis_subscription_move (
  county        int not null,
  id            uuid not null,
  subscription  uuid not null,
  to_state      text not null check (to_state in ('running', 'paused', 'ended')),
  why           text not null,
  -- whether the county did it: what it pauses its subscriber does not resume
  by_county     boolean not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('trace.epcis_subscription_move');

alter table trace.epcis_subscription_move
  add foreign key (county, subscription) references trace.epcis_subscription (county, id);
create index epcis_subscription_move_of on trace.epcis_subscription_move (county, subscription, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.epcis_subscription_move
  for each row execute function platform.refuse_change();
