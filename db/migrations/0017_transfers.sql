-- trade: money by bank transfer and in cash at stations, the providers' bills, and what does not agree.
set local citus.multi_shard_modify_mode to 'sequential';

-- How a county takes money by hand. Without a row neither way is offered.
create table trade.pay_terms (
  county        int not null primary key,
  bank_name     text,
  account_name  text,
  account_number text check (account_number ~ '^\d{6,30}$'),
  transfer_for  text not null check (transfer_for in ('nobody', 'institutions', 'everyone')),
  transfer_hold_hours int not null check (transfer_hold_hours between 1 and 720),
  cash          boolean not null,
  cash_hold_hours int not null check (cash_hold_hours between 1 and 168),
  updated_by    text not null,
  updated_at    timestamptz not null,
  check (transfer_for = 'nobody' or (bank_name is not null and account_name is not null and account_number is not null))
);

-- What a buyer writes in the remark of a transfer, or tells the keeper: eight digits, the last a check digit.
create table trade.pay_code (
  county        int not null,
  code          text not null check (code ~ '^\d{8}$'),
  kind          text not null check (kind in ('transfer', 'cash')),
  payment       uuid not null,
  checkout      uuid not null,
  fen           bigint not null check (fen > 0),
  -- who will send the transfer, as the buyer says
  payer_name    text,
  -- 'taken' once money was taken for it; that happens once
  state         text not null check (state in ('open', 'taken')),
  expires_at    timestamptz not null,
  created_at    timestamptz not null,
  primary key (county, code),
  unique (county, payment)
);

create table trade.remittance_import (
  county        int not null,
  id            uuid not null,
  file_name     text not null,
  accepted      int not null,
  repeated      int not null,
  refused       int not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- One line of the county's bank statement: money that came in.
create table trade.remittance (
  county        int not null,
  id            uuid not null,
  import        uuid not null,
  bank_number   text not null,
  booked_on     date not null,
  fen           bigint not null check (fen > 0),
  payer_name    text not null,
  payer_account_sealed bytea,
  remark        text not null,
  matched_fen   bigint not null default 0 check (matched_fen >= 0),
  -- asked to be sent back, and sent back
  returning_fen bigint not null default 0 check (returning_fen >= 0),
  returned_fen  bigint not null default 0 check (returned_fen >= 0),
  created_at    timestamptz not null,
  primary key (county, id),
  unique (county, bank_number),
  check (matched_fen + returning_fen + returned_fen <= fen)
);

create table trade.remittance_match (
  county        int not null,
  id            uuid not null,
  remittance    uuid not null,
  code          text not null,
  payment       uuid not null,
  fen           bigint not null check (fen > 0),
  how           text not null check (how in ('reference', 'name', 'person')),
  by_person     text,
  at            timestamptz not null,
  primary key (county, id)
);

-- Money that the county sends by bank: a remittance going back, or the refund of an order paid by transfer. One
-- person asks, another sends.
create table trade.bank_return (
  county        int not null,
  id            uuid not null,
  remittance    uuid,
  -- the refund's id, or the payment's own when all of it goes back
  refund        uuid,
  fen           bigint not null check (fen > 0),
  payee_name    text not null,
  payee_account_sealed bytea not null,
  reason        text not null,
  state         text not null check (state in ('asked', 'sent', 'withdrawn')),
  -- in the ledger, for a remittance; a refund's money was booked out when it was asked for
  hold          uuid,
  asked_by      text not null,
  asked_at      timestamptz not null,
  bank_number   text,
  ended_by      text,
  ended_at      timestamptz,
  primary key (county, id),
  check ((remittance is null) <> (refund is null)),
  check (state <> 'sent' or (bank_number is not null and ended_by <> asked_by))
);

-- Cash a keeper took for a code.
create table trade.cash_receipt (
  county        int not null,
  id            uuid not null,
  number        text not null,
  station       uuid not null,
  code          text not null,
  payment       uuid not null,
  fen           bigint not null check (fen > 0),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, code)
);

-- Cash a keeper gave back for a refund, against a receipt that its taker signed.
create table trade.cash_payback (
  county        int not null,
  id            uuid not null,
  number        text not null,
  station       uuid not null,
  code          text not null,
  refund        uuid not null,
  fen           bigint not null check (fen > 0),
  taker         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, refund)
);

-- Cash a keeper hands in to the county, which somebody there counts.
create table trade.cash_deposit (
  county        int not null,
  id            uuid not null,
  number        text not null,
  station       uuid not null,
  fen           bigint not null check (fen > 0),
  note          text,
  state         text not null check (state in ('handed', 'received', 'refused')),
  hold          uuid not null,
  by_person     text not null,
  at            timestamptz not null,
  reason        text,
  ended_by      text,
  ended_at      timestamptz,
  primary key (county, id),
  unique (county, number),
  check (state = 'handed' or (ended_by is not null and ended_by <> by_person))
);

-- Providers' bills belong to no county: one payment may cover several.
create table trade.bill (
  provider      text not null,
  day           date not null,
  rows          int not null,
  payments_fen  bigint not null,
  refunds_fen   bigint not null,
  fee_fen       bigint not null,
  our_payments_fen bigint not null,
  our_refunds_fen bigint not null,
  differences   int not null,
  compared_at   timestamptz not null,
  primary key (provider, day)
);

create table trade.bill_row (
  provider      text not null,
  day           date not null,
  kind          text not null check (kind in ('payment', 'refund')),
  number        text not null,
  -- our name for it, and our payment: of a refund, the one it goes back on; as the provider wrote them
  ours          text not null,
  payment       text not null,
  fen           bigint not null check (fen >= 0),
  fee_fen       bigint not null,
  at            timestamptz not null,
  primary key (provider, day, kind, number)
);

-- What a county bears of a row's fee; the shares of a row sum to its fee.
create table trade.bill_fee (
  county        int not null,
  provider      text not null,
  day           date not null,
  kind          text not null,
  number        text not null,
  fen           bigint not null,
  primary key (county, provider, day, kind, number)
);

-- Something that does not agree; people say why before it is closed. Without counties it is the platform's.
create table trade.reconcile_case (
  id            uuid primary key,
  kind          text not null check (kind in ('missing', 'surplus', 'amount', 'fee', 'remittance')),
  -- what it is about, once: 'wechat payment 4200…' or a remittance's id
  subject       text not null,
  counties      int[] not null,
  provider      text not null,
  day           date not null,
  payment       uuid,
  refund        uuid,
  remittance    uuid,
  our_fen       bigint not null,
  their_fen     bigint not null,
  state         text not null check (state in ('open', 'explained', 'corrected', 'closed')),
  opened_at     timestamptz not null,
  unique (kind, subject)
);

create table trade.reconcile_move (
  id            uuid primary key,
  case_id       uuid not null,
  from_state    text,
  to_state      text not null,
  reason        text not null check (length(btrim(reason)) >= 2),
  by_person     text not null,
  at            timestamptz not null
);

-- What the sandbox did, as a provider keeps it: its bill is made of this and of nothing of ours.
create table trade.sandbox_deed (
  kind          text not null check (kind in ('payment', 'refund')),
  ours          uuid not null,
  payment       uuid not null,
  fen           bigint not null check (fen > 0),
  fee_fen       bigint not null,
  at            timestamptz not null,
  primary key (kind, ours)
);

select platform.distribute('trade.pay_terms');
select platform.distribute('trade.pay_code');
select platform.distribute('trade.remittance_import');
select platform.distribute('trade.remittance');
select platform.distribute('trade.remittance_match');
select platform.distribute('trade.bank_return');
select platform.distribute('trade.cash_receipt');
select platform.distribute('trade.cash_payback');
select platform.distribute('trade.cash_deposit');
select platform.distribute('trade.bill_fee');

alter table trade.remittance add foreign key (county, import) references trade.remittance_import (county, id);
alter table trade.remittance_match add foreign key (county, remittance) references trade.remittance (county, id);
alter table trade.remittance_match add foreign key (county, code) references trade.pay_code (county, code);
alter table trade.bank_return add foreign key (county, remittance) references trade.remittance (county, id);
alter table trade.cash_receipt add foreign key (county, code) references trade.pay_code (county, code);
alter table trade.cash_receipt add foreign key (county, station) references registry.organisation (county, id);
alter table trade.cash_payback add foreign key (county, code) references trade.pay_code (county, code);
alter table trade.cash_payback add foreign key (county, station) references registry.organisation (county, id);
alter table trade.cash_deposit add foreign key (county, station) references registry.organisation (county, id);
alter table trade.bill_row add foreign key (provider, day) references trade.bill (provider, day);
alter table trade.reconcile_move add foreign key (case_id) references trade.reconcile_case (id);
create index pay_code_open on trade.pay_code (county, fen) where state = 'open';
create index remittance_unmatched on trade.remittance (county, booked_on) where matched_fen + returned_fen < fen;
create index remittance_match_remittance on trade.remittance_match (county, remittance);
create index remittance_match_payment on trade.remittance_match (payment);
create index cash_receipt_payment on trade.cash_receipt (payment);
create index bank_return_of on trade.bank_return (refund) where refund is not null;
create index cash_payback_of on trade.cash_payback (refund);
create index remittance_match_code on trade.remittance_match (county, code);
create index bank_return_state on trade.bank_return (county, state, asked_at);
create unique index bank_return_refund on trade.bank_return (county, refund) where state <> 'withdrawn';
create index cash_receipt_station on trade.cash_receipt (county, station, at);
create index cash_payback_station on trade.cash_payback (county, station, at);
create index cash_deposit_station on trade.cash_deposit (county, station, at);
create index bill_row_payment on trade.bill_row (provider, kind, payment);
create index bill_row_ours on trade.bill_row (provider, kind, ours);
create index bill_fee_day on trade.bill_fee (county, day);
create index reconcile_case_state on trade.reconcile_case (state, opened_at);
create index reconcile_case_counties on trade.reconcile_case using gin (counties);
create index reconcile_move_case on trade.reconcile_move (case_id, at);
create index sandbox_deed_at on trade.sandbox_deed (at);
-- Which payment or refund a notice is about, for people who look for it; what it says stands in its body alone.
alter table trade.payment_notice add column about uuid;
create index payment_notice_about on trade.payment_notice (about);
create index payment_notice_received on trade.payment_notice (received_at);
create index payment_created on trade.payment (created_at);
create index payment_paid on trade.payment (provider, paid_at);
create index payment_number on trade.payment (provider_number);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.remittance_match for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.cash_receipt for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.cash_payback for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.reconcile_move for each row execute function platform.refuse_change();
