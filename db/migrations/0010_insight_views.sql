-- What modules let the floors above read: facts as views, each in its owner's schema, so that a table can change
-- behind it. security_invoker: the reader's own region still decides which people's records are seen.

create view registry.household_facts with (security_invoker = true) as
  select county, id as household, code, village, category, state from registry.household;

create view ledger.account_facts with (security_invoker = true) as
  select county, id as account, kind, owner, normal_side, debits_posted, credits_posted from ledger.account;

create view ledger.transfer_facts with (security_invoker = true) as
  select county, id as transfer, kind, debit, credit, amount_fen, reason, evidence_kind, evidence, created_at
    from ledger.transfer;

create view catalog.product_facts with (security_invoker = true) as
  select county, id as product, org, crop, category, name_zh, name_en, origin, state from catalog.product;

create view trace.purchase_facts with (security_invoker = true) as
  select county, id as purchase, number, station, buyer, household, village, crop, grade, grams, amount_fen, lot, day,
         reverses, at
    from trace.purchase;

create view trace.lot_source_facts with (security_invoker = true) as
  select county, lot, purchase, household, village, grams, fen from trace.lot_source;

create view trace.packed_lot_facts with (security_invoker = true) as
  select county, id as lot, number, sku, org, station, packs, household_fen from trace.lot where kind = 'packed';

create view trade.order_facts with (security_invoker = true) as
  select county, id as "order", number, person, state, goods_fen, freight_fen, total_fen, ship_region, placed_at,
         paid_at, closed_at
    from trade.order;

-- A line with the packs it has of each lot, reserved or taken.
create view trade.line_lot_facts with (security_invoker = true) as
  select l.county, l."order", l.id as line, l.product, l.sku, l.org, l.goods_fen, l.freight_fen, l.pack_grams, a.lot,
         a.packs, a.state
    from trade.order_line l
    join trade.allocation a on a.county = l.county and a.line = l.id and a.state <> 'released';

-- The order of a line, to name a benefit entry's evidence as people know it.
create view trade.line_facts with (security_invoker = true) as
  select l.county, l.id as line, l."order", l.org, o.number as order_number
    from trade.order_line l
    join trade.order o on o.county = l.county and o.id = l."order";

create view trade.part_facts with (security_invoker = true) as
  select county, "order", line, part, org, fen, state from trade.settlement_part;

create view trade.refund_facts with (security_invoker = true) as
  select r.county, r."order", r.fen, r.state, r.asked_at, r.done_at from trade.refund r
    join trade.order o on o.county = r.county and o.id = r."order"
   -- money that came too late was never counted as paid, so giving it back is no refund of sales
   where o.paid_at is not null;

create view benefit.entry_facts with (security_invoker = true) as
  select county, id as entry, household, village, mechanism, fen, evidence_kind, evidence, month, at from benefit.entry;

create view benefit.line_share_facts with (security_invoker = true) as
  select county, line, lot, "order", product, sku, org, paid_fen, purchase_fen + shop_fen as household_fen, at
    from benefit.line_share;

-- The county's figures are asked by day.
create index entry_at on benefit.entry (county, at);
create index line_share_at on benefit.line_share (county, at);
create index order_paid on trade.order (county, paid_at) where paid_at is not null;
create index entry_village on benefit.entry (county, village, at);
create index purchase_village on trace.purchase (county, village, crop);
