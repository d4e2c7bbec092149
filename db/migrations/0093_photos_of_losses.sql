-- trace: photos of what was lost, beside the operation that declares it.
set local citus.multi_shard_modify_mode to 'sequential';

create table trace.operation_photo (
  county        int not null,
  id            uuid not null,
  operation     uuid not null,
  sha256        text not null,
  width         int not null,
  height        int not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('trace.operation_photo');

alter table trace.operation_photo add foreign key (county, operation) references trace.operation (county, id);
create index operation_photo_operation on trace.operation_photo (county, operation);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.operation_photo
  for each row execute function platform.refuse_change();
