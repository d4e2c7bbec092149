-- benefit: what insurers paid of the floor prices they bear.
set local citus.multi_shard_modify_mode to 'sequential';

-- A payment of an insurer to the organisation whose floor price it bears; a row that reverses another says that it was a
-- mistake.
create table benefit.insurance_payment (
  county        int not null,
  id            uuid not null,
  number        text not null,
  org           uuid not null,
  insurer       text not null,
  -- the insurer's own number of the settlement
  reference     text not null,
  day           date not null,
  fen           bigint not null check (fen <> 0),
  -- the paper's name in the closed store
  file          text not null,
  words         text not null,
  reverses      uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, reverses),
  check ((reverses is null) = (fen > 0))
);

select platform.distribute('benefit.insurance_payment');

alter table benefit.insurance_payment
  add foreign key (county, org) references registry.organisation (county, id),
  add foreign key (county, reverses) references benefit.insurance_payment (county, id);
create index insurance_payment_org on benefit.insurance_payment (county, org, day);
create index insurance_payment_reference on benefit.insurance_payment (county, insurer, reference);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.insurance_payment for each row execute function platform.refuse_change();
