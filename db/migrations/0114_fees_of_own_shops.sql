-- What a household's own shop bore of its provider's fees is taken from what its sales bring the household.
alter table benefit.net_sale
  -- taken from this sale, in fen; below nothing where the provider gave some back
  add column fees_fen bigint not null default 0,
  add constraint net_sale_fees check (refund is null or fees_fen = 0);
alter table benefit.net_sale alter column fees_fen drop default;
create index fee_charge_org on trade.fee_charge (county, org, at) where org is not null;
