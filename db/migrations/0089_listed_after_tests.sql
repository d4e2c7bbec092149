-- benefit: the county puts a product on sale after the three tests, and against one that failed only with a reason.
set local citus.multi_shard_modify_mode to 'sequential';

-- A product that was put on sale though a test failed it, and why; it is warned from that moment on all the same.
create table benefit.aid_override (
  county        int not null,
  id            uuid not null,
  product       uuid not null,
  test          uuid not null,
  failed        text[] not null check (cardinality(failed) > 0),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, test)
);

select platform.distribute('benefit.aid_override');

alter table benefit.aid_override
  add foreign key (county, product) references catalog.product (county, id),
  add foreign key (county, test) references benefit.aid_test (county, id);
create index aid_override_product on benefit.aid_override (county, product, at);

alter table benefit.aid_test drop constraint aid_test_occasion_check;
alter table benefit.aid_test
  add constraint aid_test_occasion_check check (occasion in ('listed', 'changed', 'nightly'));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.aid_override for each row execute function platform.refuse_change();
