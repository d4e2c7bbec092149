-- benefit: work that was counted, and the payrolls that pay for it.
set local citus.multi_shard_modify_mode to 'sequential';

-- Hours, days or pieces of one worker on one day, under the version that held on that day. Never edited: a wrong one is
-- taken back by one below zero that names it.
create table benefit.work_count (
  county        int not null,
  id            uuid not null,
  agreement     uuid not null,
  version       int not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  -- which member of the household
  member        uuid not null,
  day           date not null,
  units         int not null,
  -- parcels: taken from what fulfilment knows was packed
  source        text not null check (source in ('entered', 'parcels')),
  reverses      uuid,
  reason        text,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, reverses),
  check ((reverses is null) = (reason is null)),
  check (case when reverses is null then units > 0 else units < 0 end)
);

create table benefit.payroll (
  county        int not null,
  id            uuid not null,
  number        text not null,
  org           uuid not null,
  from_day      date not null,
  to_day        date not null,
  state         text not null check (state in ('draft', 'submitted', 'approved', 'paid', 'discarded')),
  -- by the employer in cash or by transfer, or later with what the county pays out
  paid          text not null check (paid in ('cash', 'transfer', 'later')),
  fen           bigint not null,
  drawn_by      text not null,
  drawn_at      timestamptz not null,
  approved_by   text,
  approved_at   timestamptz,
  primary key (county, id),
  unique (county, number),
  check (from_day <= to_day),
  check ((approved_by is null) = (approved_at is null)),
  check ((approved_by is not null) = (state in ('approved', 'paid'))),
  check (approved_by <> drawn_by)
);

-- What one worker gets by one payroll; the fact a wage's entry rests on.
create table benefit.payslip (
  county        int not null,
  id            uuid not null,
  payroll       uuid not null,
  agreement     uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  member        uuid not null,
  -- below zero where more was taken back than worked
  fen           bigint not null,
  primary key (county, id),
  unique (county, payroll, agreement, member)
);

-- Each count it pays for. No longer live when its payroll was discarded: the count is then free for another.
create table benefit.payroll_line (
  county        int not null,
  payroll       uuid not null,
  count         uuid not null,
  payslip       uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  fen           bigint not null,
  live          boolean not null,
  primary key (county, payroll, count)
);

create table benefit.payroll_move (
  county        int not null,
  id            uuid not null,
  payroll       uuid not null,
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('benefit.work_count');
select platform.distribute('benefit.payroll');
select platform.distribute('benefit.payslip');
select platform.distribute('benefit.payroll_line');
select platform.distribute('benefit.payroll_move');

alter table benefit.work_count add foreign key (county, agreement, version)
  references benefit.agreement_version (county, agreement, version);
alter table benefit.work_count add foreign key (county, household) references registry.household (county, id);
alter table benefit.work_count add foreign key (county, member) references registry.household_member (county, id);
alter table benefit.work_count add foreign key (county, reverses) references benefit.work_count (county, id);
alter table benefit.payroll add foreign key (county, org) references registry.organisation (county, id);
alter table benefit.payslip add foreign key (county, payroll) references benefit.payroll (county, id);
alter table benefit.payslip add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.payslip add foreign key (county, household) references registry.household (county, id);
alter table benefit.payroll_line add foreign key (county, payroll) references benefit.payroll (county, id);
alter table benefit.payroll_line add foreign key (county, count) references benefit.work_count (county, id);
alter table benefit.payroll_line add foreign key (county, payslip) references benefit.payslip (county, id);
alter table benefit.payroll_move add foreign key (county, payroll) references benefit.payroll (county, id);

create index work_count_day on benefit.work_count (county, agreement, day);
create index payroll_listed on benefit.payroll (county, org, drawn_at);
create index payroll_approved on benefit.payroll (county, id) where state = 'approved';
create index payslip_household on benefit.payslip (county, household);
create unique index payroll_line_once on benefit.payroll_line (county, count) where live;
create index payroll_line_slip on benefit.payroll_line (county, payslip);
create index payroll_move_of on benefit.payroll_move (county, payroll, at);

alter table benefit.work_count enable row level security;
alter table benefit.work_count force row level security;
create policy scope on benefit.work_count using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.payslip enable row level security;
alter table benefit.payslip force row level security;
create policy scope on benefit.payslip using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.payroll_line enable row level security;
alter table benefit.payroll_line force row level security;
create policy scope on benefit.payroll_line using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.work_count for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.payslip for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.payroll_move for each row execute function platform.refuse_change();

-- What somebody packed on a day, for piece wages.
create index parcel_packed_on on fulfilment.parcel (county, org, packed_at);
