-- What was paid for the way back is proved by a photo of the receipt or by the carrier's number on it; one number proves
-- one payment.
alter table trade.after_sale_case
  add column freight_number text,
  add constraint after_sale_case_freight_proof
    check (freight_paid_fen is null or freight_photo is not null or freight_number is not null);
create unique index after_sale_case_freight_number on trade.after_sale_case (county, freight_number)
  where freight_number is not null;
