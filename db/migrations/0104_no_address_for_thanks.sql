-- trade: where nothing is sent, no address is kept. A pledge for thanks has neither region nor contact.
set local citus.multi_shard_modify_mode to 'sequential';

alter table trade."order" alter column ship_region drop not null;
alter table trade."order" alter column contact_sealed drop not null;
alter table trade."order" add constraint order_ship_whole check ((ship_region is null) = (contact_sealed is null));
alter table trade."order" add constraint order_ship_needed check (ship_region is not null or promise is not null);

-- What pledges for thanks kept of people until now was never needed for anything.
update trade."order" o set ship_region = null, contact_sealed = null
  from presale.pledge p
  join presale.tier t on t.county = p.county and t.id = p.tier
 where p.county = o.county and p.id = o.id and t.sku is null;
