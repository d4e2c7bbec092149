-- catalog, benefit: the variety of a product, where its seller names one, so that its price is compared with its like.
set local citus.multi_shard_modify_mode to 'sequential';

-- Empty: none is named, and the crop says enough.
alter table catalog.product add column variety text not null default '';
alter table benefit.market_price add column variety text not null default '';

create or replace view catalog.product_facts with (security_invoker = true) as
select county, id as product, org, crop, category, name_zh, name_en, origin, state, variety from catalog.product;
