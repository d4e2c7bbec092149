-- fulfilment: which state of a parcel is told as an event already; those from before are told in their turn.
set local citus.multi_shard_modify_mode to 'sequential';

alter table fulfilment.parcel add column told text;
create index parcel_untold on fulfilment.parcel (county, packed_at) where told is distinct from state;
