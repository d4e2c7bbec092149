-- trace: what is done with lots besides packing them. Each operation is a fact: lots in, lots out, what was lost.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trace.operation drop constraint operation_kind_check;
alter table trace.operation add constraint operation_kind_check
  check (kind in ('grade', 'mix', 'split', 'process', 'move', 'receive', 'lose', 'pack', 'undo'));
-- What households were paid for grams that are lost of a lot as it lies there; what is lost while something is made of
-- a lot is part of what that cost.
alter table trace.operation add column loss_fen bigint not null default 0;
-- Which way of processing, where another produce comes out.
alter table trace.operation add column process text;
-- The operation that this one undoes: the same lots with their sides swapped, the loss negative.
alter table trace.operation add column reverses uuid;
alter table trace.operation drop constraint operation_loss_grams_check;
alter table trace.operation add constraint operation_undo check (
  (kind = 'undo') = (reverses is not null)
  and (kind = 'undo' or (loss_grams >= 0 and loss_fen >= 0))
  and (kind <> 'undo' or (loss_grams <= 0 and loss_fen <= 0)));
alter table trace.operation add constraint operation_process check ((kind = 'process') = (process is not null));

-- What each note gave of what an operation took of a lot. Operations from before have none and cannot be undone.
create table trace.operation_source (
  county        int not null,
  operation     uuid not null,
  lot           uuid not null,
  purchase      uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  grams         bigint not null check (grams >= 0),
  fen           bigint not null check (fen >= 0),
  primary key (county, operation, lot, purchase)
);

-- Sent and not yet received: whoever weighs it at the other end says how much has come.
alter table trace.lot add column in_transit boolean not null default false;

alter table trace.lot_movement drop constraint lot_movement_kind_check;
alter table trace.lot_movement add constraint lot_movement_kind_check
  check (kind in ('purchase', 'reversal', 'taken', 'made', 'loss', 'stocked', 'given_back', 'unmade',
    -- names of taken and made before there was more than packing
    'packed_from', 'packed_into'));

select platform.distribute('trace.operation_source');

alter table trace.operation add foreign key (county, reverses) references trace.operation (county, id);
alter table trace.operation_source add foreign key (county, operation) references trace.operation (county, id);
alter table trace.operation_source add foreign key (county, lot) references trace.lot (county, id);
alter table trace.operation_source add foreign key (county, purchase) references trace.purchase (county, id);
create unique index operation_reverses on trace.operation (county, reverses) where reverses is not null;

alter table trace.operation_source enable row level security;
alter table trace.operation_source force row level security;
create policy scope on trace.operation_source using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.operation_source for each row execute function platform.refuse_change();
