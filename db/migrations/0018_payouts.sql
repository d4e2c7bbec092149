-- trade: what is owed goes out — accounts of payees, shares of an order at its provider, payout batches, the sweep.
set local citus.multi_shard_modify_mode to 'sequential';

-- An account that money is paid to. It is written once and never read back on a screen: whoever has another one now
-- gets a new row, and this one is closed, so that a payout always says which account it went to.
create table trade.payee (
  county        int not null,
  id            uuid not null,
  owner_kind    text not null check (owner_kind in ('household', 'organisation')),
  owner         uuid not null,
  -- the household's; null for organisations
  village       text check (village ~ '^\d{12}$'),
  -- merchant: a merchant number at the provider, gets shares of orders; wallet: a person's account there; bank: a bank account
  kind          text not null check (kind in ('merchant', 'wallet', 'bank')),
  provider      text not null,
  account_sealed bytea not null,
  account_hash  text not null,
  -- the last characters: enough to compare with a card in the hand
  account_tail  text not null,
  holder_sealed bytea not null,
  bank_name     text,
  state         text not null check (state in ('pending', 'active', 'refused', 'closing', 'closed')),
  why           text,
  attempts      int not null check (attempts >= 0),
  next_at       timestamptz,
  created_by    text not null,
  created_at    timestamptz not null,
  closed_by     text,
  closed_at     timestamptz,
  primary key (county, id),
  check ((owner_kind = 'household') = (village is not null)),
  check ((kind = 'bank') = (provider = 'bank')),
  check (owner_kind = 'organisation' or kind <> 'merchant'),
  check (owner_kind = 'household' or kind <> 'wallet')
);

-- When the county pays out, and from what amount on. Without a row: the defaults of payouts/schedule.ts.
create table trade.payout_schedule (
  county        int not null,
  -- 1 Monday … 7 Sunday, or a day of the month; the last day of a shorter month
  weekday       int check (weekday between 1 and 7),
  month_day     int check (month_day between 1 and 31),
  minimum_fen   bigint not null check (minimum_fen > 0),
  updated_by    text,
  updated_at    timestamptz not null,
  primary key (county),
  check ((weekday is null) <> (month_day is null))
);

-- The last day up to which the sweep has looked: a day it was not running is made up for by the next run.
create table trade.payout_sweep (
  county        int not null,
  swept_day     date not null,
  at            timestamptz not null,
  primary key (county)
);

create table trade.payout_batch (
  county        int not null,
  id            uuid not null,
  number        text not null,
  owner_kind    text not null check (owner_kind in ('household', 'organisation')),
  state         text not null check (state in ('prepared', 'approved', 'done', 'cancelled')),
  -- counts every change of its lines: an approval names the version it has seen
  version       int not null check (version > 0),
  -- 'system' for the sweep
  prepared_by   text not null,
  prepared_at   timestamptz not null,
  approved_by   text,
  approved_at   timestamptz,
  approved_fen  bigint,
  ended_by      text,
  ended_at      timestamptz,
  reason        text,
  primary key (county, id),
  unique (county, number),
  check (approved_by is distinct from prepared_by),
  check ((approved_by is null) = (approved_at is null) and (approved_by is null) = (approved_fen is null))
);

-- One payment to one household or organisation. Its id is its number at the provider, for ever.
create table trade.payout_line (
  county        int not null,
  id            uuid not null,
  batch         uuid not null,
  position      int not null,
  -- whose account in the ledger it is paid from
  account_kind  text not null check (account_kind in ('household', 'merchant', 'station')),
  owner         uuid not null,
  village       text check (village ~ '^\d{12}$'),
  fen           bigint not null check (fen > 0),
  -- a provider's name, 'bank' for the county's own bank, 'station' for cash at a station
  channel       text not null,
  payee         uuid,
  station       uuid,
  state         text not null check (state in ('waiting', 'under_way', 'confirming', 'handing', 'paid', 'failed', 'returned', 'cancelled')),
  -- the pending transfer that holds it; the one that brought it back; the one that booked it after all, its hold voided
  hold          uuid,
  back          uuid,
  late          uuid,
  why           text,
  -- the provider's or the bank's number of it
  reference     text,
  -- what the receiver's own phone needs to confirm it with, while it is 'confirming'
  confirm       text,
  attempts      int not null check (attempts >= 0),
  next_at       timestamptz,
  sent_at       timestamptz,
  ended_at      timestamptz,
  returned_at   timestamptz,
  ended_by      text,
  primary key (county, id),
  check ((channel = 'station') = (station is not null)),
  check ((channel = 'station') = (payee is null)),
  check ((account_kind = 'household') = (village is not null)),
  check ((state in ('waiting', 'cancelled')) <= (hold is null)),
  check ((state = 'returned') = (back is not null)),
  check (late is null or state in ('paid', 'returned'))
);

-- How a household got its money at a station: who gave it, on which receipt, who confirmed it.
create table trade.payout_receipt (
  county        int not null,
  line          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  number        text not null,
  photo         uuid,
  confirmed_by  text not null check (confirmed_by in ('household', 'witness')),
  witness       text,
  -- which account of the station's it came from
  till          text not null check (till in ('station_cash', 'station')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, line),
  check ((confirmed_by = 'witness') = (witness is not null))
);

-- What of a closed order is shared out at its provider: one row per order, until the rest is let go.
create table trade.order_sharing (
  county        int not null,
  "order"       uuid not null,
  payment       uuid not null,
  provider      text not null,
  -- what may be shared of it at most
  cap_fen       bigint not null check (cap_fen >= 0),
  thaws_at      timestamptz not null,
  state         text not null check (state in ('open', 'finishing', 'finished', 'thawed')),
  rounds        int not null check (rounds >= 0),
  attempts      int not null check (attempts >= 0),
  next_at       timestamptz,
  why           text,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  primary key (county, "order")
);

-- One request to share (or to let go of the rest). Its id is its number at the provider, for ever.
create table trade.sharing (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  kind          text not null check (kind in ('share', 'finish')),
  state         text not null check (state in ('under_way', 'finished', 'refused')),
  why           text,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  primary key (county, id)
);

create table trade.sharing_part (
  county        int not null,
  sharing       uuid not null,
  position      int not null,
  "order"       uuid not null,
  org           uuid not null,
  account_kind  text not null check (account_kind in ('merchant', 'station')),
  payee         uuid not null,
  fen           bigint not null check (fen > 0),
  state         text not null check (state in ('under_way', 'paid', 'failed')),
  hold          uuid not null,
  why           text,
  primary key (county, sharing, position)
);

-- A share that is taken back before a refund. Its id is its number at the provider, for ever.
create table trade.sharing_back (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  sharing       uuid not null,
  position      int not null,
  fen           bigint not null check (fen > 0),
  state         text not null check (state in ('under_way', 'done', 'failed')),
  transfer      uuid,
  why           text,
  attempts      int not null check (attempts >= 0),
  next_at       timestamptz,
  created_at    timestamptz not null,
  ended_at      timestamptz,
  primary key (county, id),
  check ((state = 'done') = (transfer is not null))
);

-- What the machine could not settle and somebody must look at.
create table trade.payout_matter (
  county        int not null,
  id            uuid not null,
  kind          text not null check (kind in ('payout-failed', 'payout-returned', 'payout-late', 'payout-unclear', 'no-way-to-pay', 'receiver-refused',
                                              'sharing-failed', 'sharing-unclear', 'thaw-near', 'back-failed')),
  -- the line, order, payee or household it is about
  subject       uuid not null,
  village       text check (village ~ '^\d{12}$'),
  fen           bigint,
  why           text not null,
  opened_at     timestamptz not null,
  closed_by     text,
  closed_at     timestamptz,
  note          text,
  primary key (county, id),
  check ((closed_by is null) = (closed_at is null))
);

select platform.distribute('trade.payee');
select platform.distribute('trade.payout_schedule');
select platform.distribute('trade.payout_sweep');
select platform.distribute('trade.payout_batch');
select platform.distribute('trade.payout_line');
select platform.distribute('trade.payout_receipt');
select platform.distribute('trade.order_sharing');
select platform.distribute('trade.sharing');
select platform.distribute('trade.sharing_part');
select platform.distribute('trade.sharing_back');
select platform.distribute('trade.payout_matter');

alter table trade.payout_line add foreign key (county, batch) references trade.payout_batch (county, id);
alter table trade.payout_line add foreign key (county, payee) references trade.payee (county, id);
alter table trade.payout_line add foreign key (county, station) references registry.organisation (county, id);
alter table trade.payout_line add foreign key (county, hold) references ledger.transfer (county, id) deferrable initially deferred;
alter table trade.payout_line add foreign key (county, back) references ledger.transfer (county, id) deferrable initially deferred;
alter table trade.payout_line add foreign key (county, late) references ledger.transfer (county, id) deferrable initially deferred;
alter table trade.payout_receipt add foreign key (county, line) references trade.payout_line (county, id);
alter table trade.payout_receipt add foreign key (county, photo) references platform.file (county, id);
alter table trade.order_sharing add foreign key (county, "order") references trade.order (county, id);
alter table trade.sharing add foreign key (county, "order") references trade.order_sharing (county, "order");
alter table trade.sharing_part add foreign key (county, sharing) references trade.sharing (county, id);
alter table trade.sharing_part add foreign key (county, payee) references trade.payee (county, id);
alter table trade.sharing_part add foreign key (county, hold) references ledger.transfer (county, id) deferrable initially deferred;
alter table trade.sharing_back add foreign key (county, sharing, position) references trade.sharing_part (county, sharing, position);
alter table trade.sharing_back add foreign key (county, transfer) references ledger.transfer (county, id) deferrable initially deferred;

-- One account of a kind for an owner at a time, and no account in two hands.
create unique index payee_owner on trade.payee (county, owner, kind, provider) where state in ('pending', 'active', 'refused');
create unique index payee_account on trade.payee (county, provider, account_hash) where state in ('pending', 'active', 'refused');
create index payee_due on trade.payee (county, next_at) where next_at is not null;
-- One payment to an owner under way at a time: the same fen cannot be promised twice.
create unique index payout_line_live on trade.payout_line (county, account_kind, owner) where state in ('waiting', 'under_way', 'confirming', 'handing');
create unique index payout_receipt_number on trade.payout_receipt (county, number);
create index payout_line_batch on trade.payout_line (county, batch, position);
create index payout_line_due on trade.payout_line (county, next_at) where next_at is not null;
create index payout_line_owner on trade.payout_line (county, owner, sent_at);
create index payout_line_station on trade.payout_line (county, station) where state = 'handing';
create index payout_batch_state on trade.payout_batch (county, state, prepared_at);
create index order_sharing_due on trade.order_sharing (county, next_at) where next_at is not null;
create index sharing_order on trade.sharing (county, "order", created_at);
create index sharing_part_order on trade.sharing_part (county, "order");
create index sharing_back_order on trade.sharing_back (county, "order");
create index sharing_back_due on trade.sharing_back (county, next_at) where next_at is not null;
create unique index payout_matter_open on trade.payout_matter (county, kind, subject) where closed_at is null;
create index payout_matter_time on trade.payout_matter (county, opened_at);
create index order_closed on trade.order (county, closed_at) where closed_at is not null;

-- What else the payouts have to know of the rooms below.
create or replace view ledger.account_facts with (security_invoker = true) as
  select county, id as account, kind, owner, normal_side, debits_posted, credits_posted, debits_pending, credits_pending,
         closed_at
    from ledger.account;
create or replace view trace.purchase_facts with (security_invoker = true) as
  select county, id as purchase, number, station, buyer, household, village, crop, grade, grams, amount_fen, lot, day,
         reverses, at, paid
    from trace.purchase;

alter table trade.payee enable row level security;
alter table trade.payee force row level security;
create policy scope on trade.payee using (village is null or current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trade.payout_line enable row level security;
alter table trade.payout_line force row level security;
create policy scope on trade.payout_line using (village is null or current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trade.payout_receipt enable row level security;
alter table trade.payout_receipt force row level security;
create policy scope on trade.payout_receipt using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trade.payout_matter enable row level security;
alter table trade.payout_matter force row level security;
create policy scope on trade.payout_matter using (village is null or current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.payout_receipt for each row execute function platform.refuse_change();
