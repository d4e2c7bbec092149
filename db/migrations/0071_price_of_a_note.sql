-- trace: the price of a note for the floors above, which weigh it against what was agreed.
create or replace view trace.purchase_facts with (security_invoker = true) as
  select county, id as purchase, number, station, buyer, household, village, crop, grade, grams, amount_fen, lot, day,
         reverses, at, paid, fen_per_kg
    from trace.purchase;

-- benefit: what a refund leaves of a sale is counted against the same costs as the sale was.
alter table benefit.net_sale
  -- what the line's produce cost, and what its shop agreed to give of it, in fen
  add column costs_fen bigint not null check (costs_fen >= 0);
