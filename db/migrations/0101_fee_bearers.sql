-- trade: who bears what a provider keeps of a payment is a rule, and what each bore is booked beside the fee.
set local citus.multi_shard_modify_mode to 'sequential';

-- The platform bears it until a county has agreed on something else: nobody's share becomes less by this migration.
alter table trade.settlement_rule add column fee_bearer text not null default 'platform'
  check (fee_bearer in ('platform', 'merchant', 'fund'));
alter table trade.settlement_rule alter column fee_bearer drop default;

-- Since when all fees of a bill are booked as it says; null: not yet, or it was compared again.
alter table trade.bill add column fees_at timestamptz;
-- Of a refund's row the refund, which says of which lines the fee is given back.
alter table trade.bill_fee add column refund uuid;
-- What names nothing of ours is booked with the platform (county 0) and is of no order.
alter table trade.fee_posting alter column "order" drop not null;

-- What of a row's fee somebody bore, or got back, by which rule. What is booked is never changed, the difference is booked anew.
create table trade.fee_charge (
  county        int not null,
  transfer      uuid not null,
  provider      text not null,
  day           date not null,
  kind          text not null,
  number        text not null,
  "order"       uuid,
  bearer        text not null check (bearer in ('platform', 'merchant', 'fund')),
  org           uuid,
  rule          uuid,
  fen           bigint not null check (fen <> 0),
  at            timestamptz not null,
  primary key (county, transfer),
  check ((bearer = 'merchant') = (org is not null))
);

select platform.distribute('trade.fee_charge');

alter table trade.fee_charge add foreign key (county, "order") references trade.order (county, id);
alter table trade.fee_charge add foreign key (county, transfer) references ledger.transfer (county, id) deferrable initially deferred;

create index fee_charge_day on trade.fee_charge (county, day);
-- A month's statement asks what was borne in it.
create index fee_charge_at on trade.fee_charge (county, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.fee_charge for each row execute function platform.refuse_change();
