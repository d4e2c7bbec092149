-- A paid order has half a dozen parts, and asking for each whether its order is there took the database longer than
-- writing it. It cannot fail: parts are written in the transaction that has locked their orders, and no order is ever
-- deleted. An invariant asks every night.
alter table trade.settlement_part drop constraint settlement_part_county_order_fkey;
