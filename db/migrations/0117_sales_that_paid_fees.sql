-- What sales have paid of fees is asked with every settled order of an own shop; most paid none.
create index net_sale_fees on benefit.net_sale (county, agreement) include (fees_fen) where fees_fen <> 0;
drop index trade.fee_charge_org;
create index fee_charge_org on trade.fee_charge (county, org, at) include (fen) where org is not null;
