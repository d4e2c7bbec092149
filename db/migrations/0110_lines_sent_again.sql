-- What a case sends again is looked for by the case; without this all lines of a county were read for it.
create index order_line_after_sale on trade.order_line (county, after_sale) where after_sale is not null;
