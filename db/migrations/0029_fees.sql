-- trade: what a provider keeps of a payment is booked in the ledger of the county that bears it.
set local citus.multi_shard_modify_mode to 'sequential';

-- Whose payment the fee is of: one order of the county, since a checkout has one per county. Null where nobody bears it.
alter table trade.bill_fee add column "order" uuid;
update trade.bill_fee f set "order" = o.id
  from trade.bill_row r, trade.payment p, trade."order" o
 where r.provider = f.provider and r.day = f.day and r.kind = f.kind and r.number = f.number
   and p.id::text = r.payment and o.county = f.county and o.checkout = p.checkout;

-- A bill may be had again and say something else: what is booked is never changed, the difference is booked anew.
create table trade.fee_posting (
  county        int not null,
  transfer      uuid not null,
  provider      text not null,
  day           date not null,
  kind          text not null,
  number        text not null,
  "order"       uuid not null,
  fen           bigint not null check (fen <> 0),
  primary key (county, transfer)
);

select platform.distribute('trade.fee_posting');

alter table trade.fee_posting add foreign key (county, "order") references trade.order (county, id);
alter table trade.fee_posting add foreign key (county, transfer) references ledger.transfer (county, id) deferrable initially deferred;

create index fee_posting_day on trade.fee_posting (county, day);
-- A month's statement asks what arrived in it.
create index sharing_ended on trade.sharing (county, ended_at) where ended_at is not null;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.fee_posting for each row execute function platform.refuse_change();
