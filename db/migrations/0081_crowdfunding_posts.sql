-- benefit: what a funded project brings its households, under the agreement each of them signed.
set local citus.multi_shard_modify_mode to 'sequential';

create table benefit.project_share (
  county        int not null,
  project       uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  -- the organiser, who is the other side of the agreement
  org           uuid not null,
  -- of the households' part
  bp            int not null check (bp between 1 and 10000),
  fen           bigint not null check (fen >= 0),
  -- when the project was funded
  at            timestamptz not null,
  primary key (county, project, household)
);

alter table benefit.agreement drop constraint agreement_kind_check;
alter table benefit.agreement add constraint agreement_kind_check
  check (kind in ('shop', 'industry', 'startup', 'employment', 'shareholding', 'crowdfunding'));
alter table benefit.left_out drop constraint left_out_evidence_kind_check;
alter table benefit.left_out add constraint left_out_evidence_kind_check
  check (evidence_kind in ('floor', 'agreed_line', 'sale', 'project'));
alter table benefit.left_out drop constraint left_out_why_check;
alter table benefit.left_out add constraint left_out_why_check check (why in
  ('wrong-period', 'agreement-over', 'household-disputed', 'quantity-used', 'fund-short', 'over-share'));

select platform.distribute('benefit.project_share');

alter table benefit.project_share
  add foreign key (county, project) references presale.project (county, id),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, org) references registry.organisation (county, id);

create index project_share_household on benefit.project_share (county, household);

alter table benefit.project_share enable row level security;
alter table benefit.project_share force row level security;
create policy scope on benefit.project_share using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.project_share for each row execute function platform.refuse_change();
