-- trade: files of payments for the county's bank; who pays for goods that come back; buyers as WeChat knows them.
set local citus.multi_shard_modify_mode to 'sequential';

-- A file that a batch's bank payments were written into, once: what stands in one is in no other, or it would be paid twice.
create table trade.payout_file (
  county        int not null,
  id            uuid not null,
  batch         uuid not null,
  number        text not null,
  lines         int not null check (lines > 0),
  fen           bigint not null check (fen > 0),
  -- of its lines as the bank got them
  sha256        text not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number)
);
create table trade.payout_file_line (
  county        int not null,
  line          uuid not null,
  file          uuid not null,
  position      int not null,
  primary key (county, line),
  unique (county, file, position)
);

-- Who bears the way back of goods, by kind and by whose fault it is, and up to what; a case keeps what held at its opening.
alter table trade.after_sale_rule add column return_fault_bearer text not null default 'merchant'
  check (return_fault_bearer in ('merchant', 'buyer', 'platform'));
alter table trade.after_sale_rule add column return_choice_bearer text not null default 'buyer'
  check (return_choice_bearer in ('merchant', 'buyer', 'platform'));
alter table trade.after_sale_rule add column exchange_fault_bearer text not null default 'merchant'
  check (exchange_fault_bearer in ('merchant', 'buyer', 'platform'));
alter table trade.after_sale_rule add column exchange_choice_bearer text not null default 'buyer'
  check (exchange_choice_bearer in ('merchant', 'buyer', 'platform'));
alter table trade.after_sale_rule add column return_freight_cap_fen bigint not null default 3000
  check (return_freight_cap_fen >= 0);

-- Whose fault: the goods' (seller), or the buyer has changed their mind. Null where nothing is sent back.
alter table trade.after_sale_case add column fault text check (fault in ('seller', 'buyer'));
alter table trade.after_sale_case add column freight_bearer text check (freight_bearer in ('merchant', 'buyer', 'platform'));
-- What was paid to the carrier, by whom, and the receipt of it.
alter table trade.after_sale_case add column freight_paid_by text check (freight_paid_by in ('buyer', 'merchant'));
alter table trade.after_sale_case add column freight_paid_fen bigint check (freight_paid_fen > 0);
alter table trade.after_sale_case add column freight_photo uuid;
-- What of it went to the buyer on top of the refund, or, below nothing, was kept from it.
alter table trade.after_sale_case add column freight_back_fen bigint;
alter table trade.after_sale_case add constraint after_sale_case_freight
  check ((freight_paid_by is null) = (freight_paid_fen is null));

-- A buyer on the way to WeChat and back: the state belongs to one session, for some minutes, and is taken once.
create table trade.wechat_state (
  state_hash    text primary key,
  person        text not null,
  session_hash  text not null,
  checkout      uuid not null,
  created_at    timestamptz not null,
  used_at       timestamptz
);
create table trade.wechat_openid (
  person        text not null,
  app_id        text not null,
  openid_sealed bytea not null,
  at            timestamptz not null,
  primary key (person, app_id)
);

select platform.distribute('trade.payout_file');
select platform.distribute('trade.payout_file_line');

alter table trade.payout_file add foreign key (county, batch) references trade.payout_batch (county, id);
alter table trade.payout_file_line add foreign key (county, file) references trade.payout_file (county, id);
alter table trade.payout_file_line add foreign key (county, line) references trade.payout_line (county, id);
create index payout_file_batch on trade.payout_file (county, batch);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.payout_file for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.payout_file_line for each row execute function platform.refuse_change();
