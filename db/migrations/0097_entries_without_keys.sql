-- benefit: an entry names the transfer that its act writes and the household it reads in the same transaction, neither of
-- which is ever deleted, and waits for the log by the statement that writes it; looking each up again took a third of
-- what writing it takes. That they are there is asked by reconcile.
set local citus.multi_shard_modify_mode to 'sequential';

alter table benefit.entry
  drop constraint entry_county_transfer_fkey,
  drop constraint entry_county_household_fkey;
alter table benefit.log_waiting drop constraint log_waiting_county_entry_fkey;
