-- trade: names of promotions and coupons in English, beside the Chinese ones.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trade.promotion add column name_en text;
alter table trade.coupon_template add column name_en text;
