-- Looked for without a scan: refunds by their payment and by the name a provider knows them by, which says no county;
-- operations of the last days, which are told as events.
create index refund_payment on trade.refund (payment);
create index refund_name on trade.refund (id);
create index operation_at on trace.operation (county, at);
