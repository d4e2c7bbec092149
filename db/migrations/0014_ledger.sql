-- ledger: one row for an open hold and one for its end; accounts that close; the nightly look at the books.
set local citus.multi_shard_modify_mode to 'sequential';

-- A hold that is released by itself has a row here until it has ended. It alone changes: a transfer is never touched.
create table ledger.hold_due (
  county        int not null,
  expires_at    timestamptz not null,
  transfer      uuid not null,
  primary key (county, expires_at, transfer)
);

-- Who closed or reopened an account by an act, when and why; an account closed by a hold has its transfer to tell.
create table ledger.account_move (
  county        int not null,
  id            uuid not null,
  account       uuid not null,
  "to"          text not null check ("to" in ('closed', 'open')),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- One run over what must always hold, of all modules and counties.
create table ledger.reconcile_run (
  id            uuid primary key,
  begun_at      timestamptz not null,
  ended_at      timestamptz not null,
  asked         int not null check (asked >= 0),
  broken        int not null check (broken between 0 and asked),
  -- per invariant: its name, the milliseconds it took, how many breaches, the first of them
  findings      jsonb not null
);

select platform.distribute('ledger.hold_due');
select platform.distribute('ledger.account_move');

insert into ledger.hold_due (county, expires_at, transfer)
  select county, expires_at, transfer from ledger.pending where state = 'pending' and expires_at is not null;

-- What ended a hold is the transfer that names it; that there is only one is this index's word.
alter table trade.settlement_part drop constraint settlement_part_county_hold_fkey;
alter table ledger.transfer drop constraint transfer_county_pending_fkey;
drop table ledger.pending;
create unique index transfer_end on ledger.transfer (county, pending) where pending is not null;
alter table trade.settlement_part add foreign key (county, hold) references ledger.transfer (county, id)
  deferrable initially deferred;

-- How the amount or the accounts were bound: moved at most what was there, or closed an account with the hold.
alter table ledger.transfer add column flag text
  check (flag in ('balancing-debit', 'balancing-credit', 'closing-debit', 'closing-credit'));
-- What closed an account: a row of account_move, or the hold that will open it again when it is let go.
alter table ledger.account add column closed_by uuid;
update ledger.account set closed_by = id where closed_at is not null;
alter table ledger.account add check ((closed_at is null) = (closed_by is null));

-- Every transfer is written while its two accounts are locked, and no account is ever removed: the two checks by
-- foreign key cost more than half of the time of posting in bulk (docs/performance.md) and could never fail.
alter table ledger.transfer drop constraint transfer_county_debit_fkey;
alter table ledger.transfer drop constraint transfer_county_credit_fkey;
alter table ledger.account_move add foreign key (county, account) references ledger.account (county, id);

-- Each index is paid for by each transfer: as narrow as its questions allow.
drop index ledger.transfer_debit;
drop index ledger.transfer_credit;
drop index ledger.transfer_evidence;
create index transfer_debit on ledger.transfer (county, debit, created_at);
create index transfer_credit on ledger.transfer (county, credit, created_at);
create index transfer_evidence on ledger.transfer (county, evidence);
create index account_move_account on ledger.account_move (county, account, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on ledger.account_move for each row execute function platform.refuse_change();
create trigger stays before delete on ledger.account for each row execute function platform.refuse_change();
