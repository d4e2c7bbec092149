-- fulfilment: a parcel that was taken apart is on record; what was in it can be packed anew, as rewards of a recalled lot are.
set local citus.multi_shard_modify_mode to 'sequential';

drop index fulfilment.parcel_of_order;
create unique index parcel_of_order on fulfilment.parcel (county, "order", org)
  where after_sale is null and state <> 'unpacked';
