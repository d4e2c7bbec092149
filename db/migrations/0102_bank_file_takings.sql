-- trade: a file for the bank holds whole account numbers, so each time somebody takes it away is on record.
set local citus.multi_shard_modify_mode to 'sequential';

create table trade.payout_file_taking (
  county        int not null,
  id            uuid not null,
  file          uuid not null,
  format        text not null check (format in ('csv', 'xlsx')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('trade.payout_file_taking');

alter table trade.payout_file_taking add foreign key (county, file) references trade.payout_file (county, id);
create index payout_file_taking_file on trade.payout_file_taking (county, file, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.payout_file_taking for each row execute function platform.refuse_change();
