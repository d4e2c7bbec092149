-- ledger: accounts and transfers, in the words of double entry. Amounts in fen; one currency per account.
set local citus.multi_shard_modify_mode to 'sequential';

create schema ledger;

create table ledger.account (
  county          int not null,
  id              uuid not null,
  kind            text not null,
  owner           text not null,
  currency        text not null check (currency ~ '^[A-Z]{3}$'),
  normal_side     text not null check (normal_side in ('debit', 'credit')),
  debits_pending  bigint not null check (debits_pending >= 0),
  debits_posted   bigint not null check (debits_posted >= 0),
  credits_pending bigint not null check (credits_pending >= 0),
  credits_posted  bigint not null check (credits_posted >= 0),
  -- the side that may never outgrow the other one: 'debit' stops an account from paying out what it never got
  limited_side    text check (limited_side in ('debit', 'credit')),
  closed_at       timestamptz,
  created_at      timestamptz not null,
  primary key (county, id),
  unique (county, kind, owner, currency),
  check (limited_side is distinct from 'debit' or debits_pending + debits_posted <= credits_posted),
  check (limited_side is distinct from 'credit' or credits_pending + credits_posted <= debits_posted)
);

create table ledger.transfer (
  county          int not null,
  id              uuid not null,
  kind            text not null check (kind in ('single', 'pending', 'post', 'void', 'expire')),
  debit           uuid not null,
  credit          uuid not null,
  amount_fen      bigint not null check (amount_fen >= 0),
  -- the pending transfer that a post, void or expire ends
  pending         uuid,
  expires_at      timestamptz,
  reason          text not null,
  evidence_kind   text not null,
  evidence        uuid not null,
  by_person       text,
  created_at      timestamptz not null,
  primary key (county, id),
  check (debit <> credit),
  check ((kind in ('post', 'void', 'expire')) = (pending is not null))
);

-- Each pending transfer, until something ends it and after.
create table ledger.pending (
  county          int not null,
  transfer        uuid not null,
  state           text not null check (state in ('pending', 'posted', 'voided', 'expired')),
  expires_at      timestamptz,
  ended_by        uuid,
  primary key (county, transfer)
);

select platform.distribute('ledger.account');
select platform.distribute('ledger.transfer');
select platform.distribute('ledger.pending');

alter table ledger.transfer add foreign key (county, debit) references ledger.account (county, id);
alter table ledger.transfer add foreign key (county, credit) references ledger.account (county, id);
alter table ledger.transfer add foreign key (county, pending) references ledger.pending (county, transfer);
alter table ledger.pending add foreign key (county, transfer) references ledger.transfer (county, id) deferrable initially deferred;
create index transfer_debit on ledger.transfer (county, debit, created_at, id);
create index transfer_credit on ledger.transfer (county, credit, created_at, id);
create index transfer_evidence on ledger.transfer (county, evidence_kind, evidence);
create index pending_expiry on ledger.pending (county, expires_at) where state = 'pending' and expires_at is not null;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on ledger.transfer for each row execute function platform.refuse_change();
