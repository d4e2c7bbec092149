-- trace: plots of households and cooperatives, the work done on them, and what may be sprayed on what.
set local citus.multi_shard_modify_mode to 'sequential';

-- A piece of land, for as long as somebody works it.
create table trace.plot (
  county        int not null,
  id            uuid not null,
  number        text not null,
  household     uuid,
  org           uuid,
  -- where the land lies, which does not move: the key of row-level security
  village       text not null check (village ~ '^\d{12}$'),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  check ((household is null) <> (org is null))
);

-- What is said of it from a day on, until the next version begins or it is given up.
create table trace.plot_version (
  county        int not null,
  plot          uuid not null,
  version       int not null check (version > 0),
  village       text not null check (village ~ '^\d{12}$'),
  name          text not null,
  crop          text not null,
  -- hundredths of a mu, as households' registered yields
  area_centimu  int not null check (area_centimu >= 0),
  trees         int not null check (trees >= 0),
  -- GeoJSON Polygon of one ring, and the area it encloses
  boundary      jsonb,
  boundary_centimu int check (boundary_centimu >= 0),
  -- what it is expected to give in a season
  yield_grams   bigint not null check (yield_grams > 0),
  from_day      date not null,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, plot, version),
  check (area_centimu > 0 or trees > 0),
  check ((boundary is null) = (boundary_centimu is null)),
  check ((version = 1) = (reason is null))
);

-- Given up: the last day it was worked.
create table trace.plot_end (
  county        int not null,
  plot          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  on_day        date not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, plot)
);

-- Something done on a plot; a wrong entry is struck by another that names it.
create table trace.plot_work (
  county        int not null,
  id            uuid not null,
  plot          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  kind          text not null check (kind in ('sow', 'fertilise', 'spray', 'irrigate', 'prune', 'harvest', 'other')),
  on_day        date not null,
  -- used, or harvested
  grams         bigint check (grams > 0),
  millilitres   bigint check (millilitres > 0),
  -- of a spray: its active ingredient, and the first day on which may be harvested
  product       text,
  interval_days int check (interval_days >= 0),
  free_on       date,
  note          text,
  -- of a harvest that was bought: its purchase
  evidence_kind text check (evidence_kind = 'purchase'),
  evidence      uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check (num_nulls(product, interval_days, free_on) = case when kind = 'spray' then 0 else 3 end),
  check (free_on = on_day + interval_days),
  check ((evidence_kind is null) = (evidence is null)),
  check (evidence is null or kind = 'harvest')
);

create table trace.plot_strike (
  county        int not null,
  work          uuid not null,
  plot          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, work)
);

create table trace.plot_photo (
  county        int not null,
  id            uuid not null,
  plot          uuid not null,
  work          uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  sha256        text not null,
  width         int not null,
  height        int not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- What a county lets spray on a crop and how long to wait then, as the label says, or what nobody may spray. The latest
-- row for a product and crop counts; without a crop, for all of them.
create table trace.pesticide_rule (
  county        int not null,
  id            uuid not null,
  product       text not null,
  name_en       text not null,
  crop          text,
  kind          text not null check (kind in ('use', 'stop', 'ban')),
  interval_days int check (interval_days between 0 and 365),
  basis         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check ((kind = 'use') = (interval_days is not null)),
  check (kind <> 'use' or crop is not null)
);

-- Off which plot a note's produce came, where that was said, and when it was harvested; notes before this say neither.
alter table trace.purchase add column plot uuid;
alter table trace.purchase add column harvested_on date;

select platform.distribute('trace.plot');
select platform.distribute('trace.plot_version');
select platform.distribute('trace.plot_end');
select platform.distribute('trace.plot_work');
select platform.distribute('trace.plot_strike');
select platform.distribute('trace.plot_photo');
select platform.distribute('trace.pesticide_rule');

alter table trace.plot add foreign key (county, household) references registry.household (county, id);
alter table trace.plot add foreign key (county, org) references registry.organisation (county, id);
alter table trace.plot_version add foreign key (county, plot) references trace.plot (county, id);
alter table trace.plot_version add foreign key (crop) references registry.crop (code);
alter table trace.plot_end add foreign key (county, plot) references trace.plot (county, id);
alter table trace.plot_work add foreign key (county, plot) references trace.plot (county, id);
alter table trace.plot_work add foreign key (county, evidence) references trace.purchase (county, id);
alter table trace.plot_strike add foreign key (county, work) references trace.plot_work (county, id);
alter table trace.plot_photo add foreign key (county, work) references trace.plot_work (county, id);
alter table trace.pesticide_rule add foreign key (crop) references registry.crop (code);
alter table trace.purchase add foreign key (county, plot) references trace.plot (county, id);

create index plot_household on trace.plot (county, household) where household is not null;
create index plot_org on trace.plot (county, org) where org is not null;
create index plot_village on trace.plot (county, village);
create index plot_work_plot on trace.plot_work (county, plot, on_day);
create unique index plot_work_evidence on trace.plot_work (county, evidence) where evidence is not null;
create index plot_work_at on trace.plot_work (county, at);
create index plot_photo_work on trace.plot_photo (county, work);
create index pesticide_rule_product on trace.pesticide_rule (county, product, crop, at);

alter table trace.plot enable row level security;
alter table trace.plot force row level security;
create policy scope on trace.plot using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.plot_version enable row level security;
alter table trace.plot_version force row level security;
create policy scope on trace.plot_version using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.plot_end enable row level security;
alter table trace.plot_end force row level security;
create policy scope on trace.plot_end using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.plot_work enable row level security;
alter table trace.plot_work force row level security;
create policy scope on trace.plot_work using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.plot_strike enable row level security;
alter table trace.plot_strike force row level security;
create policy scope on trace.plot_strike using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table trace.plot_photo enable row level security;
alter table trace.plot_photo force row level security;
create policy scope on trace.plot_photo using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

-- Each version with the last day it stood for; null where it stands.
create view trace.plot_term with (security_invoker = true) as
  select v.county, v.plot, p.number, p.household, p.org, v.version, v.village, v.name, v.crop, v.area_centimu, v.trees,
         v.boundary, v.boundary_centimu, v.yield_grams, v.from_day, least(n.from_day - 1, e.on_day) as to_day
    from trace.plot_version v
    join trace.plot p on p.county = v.county and p.id = v.plot
    left join trace.plot_version n on n.county = v.county and n.plot = v.plot and n.version = v.version + 1
    left join trace.plot_end e on e.county = v.county and e.plot = v.plot;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.plot for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.plot_version for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.plot_end for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.plot_work for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.plot_strike for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.plot_photo for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.pesticide_rule for each row execute function platform.refuse_change();
