-- A day's bill read all refunds, and for each refund all lines of all bills.
create index refund_done on trade.refund (done_at);
create index bill_row_refund on trade.bill_row (provider, left(replace(ours, '-', ''), 32)) where kind = 'refund';

drop index trade.bill_row_ours;
