-- trade and fulfilment: after-sale cases with what they did to lines, stock and parcels; weighed packs; invoices.
set local citus.multi_shard_modify_mode to 'sequential';

-- Packs refunded before they were packed: they are not delivered, and their lots have them again.
alter table trade.order_line add column dropped_packs int not null default 0;
-- A line that is sent again or in exchange: which line it replaces, and for which case. Nothing is charged for it.
alter table trade.order_line add column replaces uuid;
alter table trade.order_line add column after_sale uuid;
alter table trade.order_line add constraint order_line_dropped check (dropped_packs between 0 and packs);
alter table trade.order_line add constraint order_line_replaces check ((replaces is null) = (after_sale is null));
alter table trade.order_line drop constraint order_line_check;
alter table trade.order_line add constraint order_line_check check (
  case when replaces is null then goods_fen = unit_fen * packs - discount_fen and goods_fen >= 0
       else goods_fen = 0 and freight_fen = 0 and discount_fen = 0 end);

-- Of the packs that were taken out of stock: those that came back to their lot fit to be sold.
alter table trade.allocation add column back_packs int not null default 0;
alter table trade.allocation add constraint allocation_back check (back_packs between 0 and packs);


-- A county's terms of after-sale: first match by position wins. Never edited: a case keeps the rule it was opened under.
create table trade.after_sale_rule (
  county        int not null,
  id            uuid not null,
  position      int not null,
  name          text not null,
  basis         text not null,
  org           uuid,
  category      text,
  product       uuid,
  -- from receipt; 0 for goods that cannot be sent back
  return_days   int not null check (return_days between 0 and 90),
  damage_hours  int not null check (damage_hours between 0 and 720),
  -- damaged fruit: less than this share is usual and not compensated, shares count in steps, up to a cap
  damage_free_bp int not null check (damage_free_bp between 0 and 10000),
  damage_step_bp int not null check (damage_step_bp between 1 and 10000),
  damage_cap_bp int not null check (damage_cap_bp between 1 and 10000),
  -- up to this amount nobody is asked
  damage_auto_fen bigint not null check (damage_auto_fen >= 0),
  damage_bearer text not null check (damage_bearer in ('merchant', 'fund')),
  merchant_hours int not null check (merchant_hours between 1 and 720),
  buyer_days    int not null check (buyer_days between 1 and 90),
  arrival_days  int not null check (arrival_days between 1 and 90),
  resend_days   int not null check (resend_days between 1 and 90),
  county_days   int not null check (county_days between 1 and 90),
  -- weighed goods: what is heavier by more than this is asked for, the rest is the merchant's
  weigh_tolerance_fen bigint not null check (weigh_tolerance_fen >= 0),
  valid_from    date not null,
  valid_until   date,
  created_by    text,
  created_at    timestamptz not null,
  primary key (county, id)
);

create table trade.after_sale_case (
  county        int not null,
  id            uuid not null,
  number        text not null,
  "order"       uuid not null,
  org           uuid not null,
  person        text not null,
  kind          text not null check (kind in ('refund', 'return', 'resend', 'exchange', 'damage')),
  state         text not null check (state in ('applied', 'accepted', 'sent_back', 'received', 'resending', 'resent',
                  'refunded', 'refused', 'disputed', 'withdrawn', 'closed')),
  reason        text not null,
  -- of the packs of the case, by weight
  damage_bp     int check (damage_bp between 1 and 10000),
  rule          uuid,
  asked_fen     bigint not null check (asked_fen >= 0),
  granted_fen   bigint check (granted_fen >= 0),
  bearer        text check (bearer in ('merchant', 'fund')),
  refund        uuid,
  return_carrier text,
  return_waybill text,
  -- why the merchant or the county decided as they did
  answer        text,
  decision      text,
  due_at        timestamptz,
  opened_at     timestamptz not null,
  closed_at     timestamptz,
  primary key (county, id),
  unique (county, number)
);

create table trade.after_sale_line (
  county        int not null,
  "case"        uuid not null,
  line          uuid not null,
  packs         int not null check (packs > 0),
  -- asked for; what was granted is the refund's
  goods_fen     bigint not null check (goods_fen >= 0),
  freight_fen   bigint not null check (freight_fen >= 0),
  primary key (county, "case", line)
);

create table trade.after_sale_move (
  county        int not null,
  id            uuid not null,
  "case"        uuid not null,
  from_state    text,
  to_state      text not null,
  act           text not null,
  party         text not null check (party in ('buyer', 'merchant', 'county', 'time', 'rule')),
  note          text,
  by_person     text,
  at            timestamptz not null,
  primary key (county, id)
);

create table trade.after_sale_message (
  county        int not null,
  id            uuid not null,
  "case"        uuid not null,
  party         text not null check (party in ('buyer', 'merchant', 'county')),
  text          text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- Evidence. Uploaded for an order before its case is opened; afterwards seen by those of the case only.
create table trade.after_sale_photo (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  "case"        uuid,
  sha256        text not null,
  width         int not null,
  height        int not null,
  party         text not null check (party in ('buyer', 'merchant', 'county')),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- A balance for goods that weighed more: an order like any other, with nothing to be delivered.
alter table trade.order add column balance_of uuid;

-- Goods whose price is by weight, weighed at packing; written once per line.
create table trade.weighing (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  line          uuid not null,
  nominal_grams bigint not null check (nominal_grams > 0),
  grams         bigint not null check (grams > 0),
  charged_fen   bigint not null check (charged_fen >= 0),
  due_fen       bigint not null check (due_fen >= 0),
  outcome       text not null check (outcome in ('exact', 'refunded', 'waived', 'asked')),
  refund        uuid,
  -- the order that asks for the difference
  balance       uuid,
  by_person     text,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, line)
);

-- An invoice as it was asked for: per order and seller. Title, tax number and mail address are sealed together.
create table trade.invoice (
  county        int not null,
  id            uuid not null,
  "order"       uuid not null,
  org           uuid not null,
  person        text not null,
  kind          text not null check (kind in ('personal', 'company')),
  title_sealed  bytea not null,
  state         text not null check (state in ('asked', 'issued', 'void', 'refused', 'withdrawn')),
  reason        text,
  asked_at      timestamptz not null,
  done_at       timestamptz,
  primary key (county, id)
);

-- What was issued: blue papers, and red-letter ones that take a blue one back.
create table trade.invoice_paper (
  county        int not null,
  id            uuid not null,
  invoice       uuid not null,
  colour        text not null check (colour in ('blue', 'red')),
  number        text not null check (number ~ '^\d{8,20}$'),
  -- the blue paper a red-letter one takes back
  takes_back    uuid,
  fen           bigint not null check (fen > 0),
  file          text,
  file_type     text check (file_type in ('pdf', 'ofd', 'webp')),
  link          text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  check ((colour = 'red') = (takes_back is not null))
);

-- One parcel per seller of an order, and one per case that sends goods again.
alter table fulfilment.parcel add column after_sale uuid;
alter table fulfilment.parcel drop constraint parcel_county_order_org_key;
alter table fulfilment.parcel drop constraint parcel_state_check;
-- 'stopped': its order was refunded whole while it was on its way, and it does not arrive
alter table fulfilment.parcel add constraint parcel_state_check check (
  state in ('packed', 'sent', 'received', 'unpacked', 'stopped'));

select platform.distribute('trade.after_sale_rule');
select platform.distribute('trade.after_sale_case');
select platform.distribute('trade.after_sale_line');
select platform.distribute('trade.after_sale_move');
select platform.distribute('trade.after_sale_message');
select platform.distribute('trade.after_sale_photo');
select platform.distribute('trade.weighing');
select platform.distribute('trade.invoice');
select platform.distribute('trade.invoice_paper');

alter table trade.order_line add foreign key (county, replaces) references trade.order_line (county, id);
alter table trade.order_line add foreign key (county, after_sale) references trade.after_sale_case (county, id);
alter table trade.after_sale_rule add foreign key (county, org) references registry.organisation (county, id);
alter table trade.after_sale_case add foreign key (county, "order") references trade.order (county, id);
alter table trade.after_sale_case add foreign key (county, rule) references trade.after_sale_rule (county, id);
alter table trade.after_sale_line add foreign key (county, "case") references trade.after_sale_case (county, id);
alter table trade.after_sale_line add foreign key (county, line) references trade.order_line (county, id);
alter table trade.after_sale_move add foreign key (county, "case") references trade.after_sale_case (county, id);
alter table trade.after_sale_message add foreign key (county, "case") references trade.after_sale_case (county, id);
alter table trade.after_sale_photo add foreign key (county, "order") references trade.order (county, id);
alter table trade.after_sale_photo add foreign key (county, "case") references trade.after_sale_case (county, id);
alter table trade.weighing add foreign key (county, line) references trade.order_line (county, id);
alter table trade.invoice add foreign key (county, "order") references trade.order (county, id);
alter table trade.invoice_paper add foreign key (county, invoice) references trade.invoice (county, id);
alter table trade.invoice_paper add foreign key (county, takes_back) references trade.invoice_paper (county, id);
alter table fulfilment.parcel add foreign key (county, after_sale) references trade.after_sale_case (county, id);
create unique index parcel_of_order on fulfilment.parcel (county, "order", org) where after_sale is null;
create unique index parcel_of_case on fulfilment.parcel (county, after_sale) where after_sale is not null;
create index order_line_replaces_line on trade.order_line (county, replaces) where replaces is not null;
create index order_balance on trade.order (county, balance_of) where balance_of is not null;
create index after_sale_case_order on trade.after_sale_case (county, "order");
create index after_sale_case_due on trade.after_sale_case (due_at) where due_at is not null;
create index after_sale_case_state on trade.after_sale_case (county, state, due_at);
create index after_sale_case_person on trade.after_sale_case (person, opened_at);
create index after_sale_line_line on trade.after_sale_line (county, line);
create index after_sale_move_case on trade.after_sale_move (county, "case", at);
create index after_sale_message_case on trade.after_sale_message (county, "case", at);
create index after_sale_photo_case on trade.after_sale_photo (county, "case");
create unique index invoice_open on trade.invoice (county, "order", org) where state in ('asked', 'issued');
create index invoice_state on trade.invoice (county, state, asked_at);
create index invoice_paper_invoice on trade.invoice_paper (county, invoice, at);
-- A red-letter paper takes back one blue paper, once.
create unique index invoice_paper_taken_back on trade.invoice_paper (county, takes_back) where takes_back is not null;

-- As before (0015), and: packs that came back to their lot were not sold after all, and packs that were sent again were
-- paid for with the line they replace.
create or replace view trade.line_lot_facts with (security_invoker = true) as
  select l.county, l."order", l.id as line, l.product, l.sku, l.org,
         (l.goods_fen
           + coalesce((select sum(d.fen) from trade.line_discount d
                        where d.county = l.county and d.line = l.id and d.bearer <> 'merchant'), 0)
           - coalesce((select sum(r.goods_fen + r.borne_fen) from trade.refund_line r
                        where r.county = l.county and r.line = l.id and not r.settled), 0))::bigint as goods_fen,
         (l.freight_fen
           - coalesce((select sum(r.freight_fen) from trade.refund_line r
                        where r.county = l.county and r.line = l.id and not r.settled), 0))::bigint as freight_fen,
         l.pack_grams, a.lot, a.packs - a.back_packs as packs, a.state
    from trade.order_line l
    join trade.allocation a on a.county = l.county and a.line = l.id and a.state <> 'released'
   where l.replaces is null and a.packs > a.back_packs;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trade.after_sale_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.after_sale_message for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trade.invoice_paper for each row execute function platform.refuse_change();
