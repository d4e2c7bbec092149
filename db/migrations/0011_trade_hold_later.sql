-- trade: a part may be written before the hold it names. The accounts of a county are shared by all its orders and are
-- locked from the posting on, so the posting comes last in its transaction; that the hold is there is checked at commit.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trade.settlement_part drop constraint settlement_part_county_hold_fkey;
alter table trade.settlement_part add foreign key (county, hold) references ledger.pending (county, transfer)
  deferrable initially deferred;
