-- benefit: agreements between organisations and households or villages, which every mechanism posts under.
set local citus.multi_shard_modify_mode to 'sequential';

create table benefit.agreement (
  county        int not null,
  id            uuid not null,
  number        text not null,
  kind          text not null check (kind in ('shop', 'industry', 'startup', 'employment', 'shareholding')),
  org           uuid not null,
  state         text not null check (state in ('draft', 'half_signed', 'in_force', 'disputed', 'ended', 'expired')),
  -- the newest version, signed or not
  latest        int not null check (latest > 0),
  by_person     text not null,
  at            timestamptz not null,
  -- when it ceased to hold; facts before it stay under it
  over_at       timestamptz,
  primary key (county, id),
  unique (county, number),
  check ((over_at is null) = (state not in ('ended', 'expired')))
);

-- What is agreed; never edited, a change is the next version and is signed anew.
create table benefit.agreement_version (
  county        int not null,
  agreement     uuid not null,
  version       int not null check (version > 0),
  -- by kind, see agreement-kinds.ts
  terms         jsonb not null,
  starts_on     date not null,
  ends_on       date not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, agreement, version),
  check (starts_on <= ends_on)
);

-- With whom: a household, or a whole village where household is null.
create table benefit.agreement_party (
  county        int not null,
  agreement     uuid not null,
  id            uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  household     uuid,
  primary key (county, agreement, id)
);

-- Who signed which version, and how. The organisation's own has no party and no village.
create table benefit.agreement_signature (
  county        int not null,
  agreement     uuid not null,
  version       int not null,
  -- the party's id, or the organisation's
  signer        uuid not null,
  party         uuid,
  village       text check (village ~ '^\d{12}$'),
  -- account: signed in at the console; code: sent to the household's phone; paper: a photo, with a witness
  method        text not null check (method in ('account', 'code', 'paper')),
  paper         uuid,
  -- of a paper: the witness
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, agreement, version, signer),
  check ((party is null) = (village is null)),
  check ((party is null) = (method = 'account')),
  check ((method = 'paper') = (paper is not null))
);

-- The photo of a signed paper; its bytes lie in the closed store.
create table benefit.agreement_paper (
  county        int not null,
  id            uuid not null,
  agreement     uuid not null,
  sha256        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- "This is not what we agreed": nothing posts for that household under it until the county has decided.
create table benefit.agreement_dispute (
  county        int not null,
  id            uuid not null,
  agreement     uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  words         text not null,
  -- released: the household is bound by it no longer
  state         text not null check (state in ('open', 'stands', 'released', 'withdrawn')),
  by_person     text not null,
  at            timestamptz not null,
  due_at        timestamptz not null,
  closed_at     timestamptz,
  closed_by     text,
  answer        text,
  primary key (county, id),
  check ((state = 'open') = (closed_at is null)),
  check ((closed_at is null) = (closed_by is null)),
  check ((closed_at is null) = (answer is null))
);

create table benefit.agreement_move (
  county        int not null,
  id            uuid not null,
  agreement     uuid not null,
  from_state    text,
  to_state      text not null,
  words         text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('benefit.agreement');
select platform.distribute('benefit.agreement_version');
select platform.distribute('benefit.agreement_party');
select platform.distribute('benefit.agreement_signature');
select platform.distribute('benefit.agreement_paper');
select platform.distribute('benefit.agreement_dispute');
select platform.distribute('benefit.agreement_move');

alter table benefit.agreement add foreign key (county, org) references registry.organisation (county, id);
alter table benefit.agreement_version add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.agreement_party add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.agreement_party add foreign key (county, household) references registry.household (county, id);
alter table benefit.agreement_paper add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.agreement_signature add foreign key (county, agreement, version)
  references benefit.agreement_version (county, agreement, version);
alter table benefit.agreement_signature add foreign key (county, agreement, party)
  references benefit.agreement_party (county, agreement, id);
alter table benefit.agreement_signature add foreign key (county, paper) references benefit.agreement_paper (county, id);
alter table benefit.agreement_dispute add foreign key (county, agreement) references benefit.agreement (county, id);
alter table benefit.agreement_dispute add foreign key (county, household) references registry.household (county, id);
alter table benefit.agreement_move add foreign key (county, agreement) references benefit.agreement (county, id);

create index agreement_listed on benefit.agreement (county, state, at);
create index agreement_org on benefit.agreement (county, org, kind);
create index agreement_party_household on benefit.agreement_party (county, household) where household is not null;
create index agreement_party_village on benefit.agreement_party (county, village);
create unique index agreement_dispute_open on benefit.agreement_dispute (county, agreement, household) where state = 'open';
create index agreement_move_of on benefit.agreement_move (county, agreement, at);

alter table benefit.agreement_party enable row level security;
alter table benefit.agreement_party force row level security;
create policy scope on benefit.agreement_party using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.agreement_dispute enable row level security;
alter table benefit.agreement_dispute force row level security;
create policy scope on benefit.agreement_dispute using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.agreement_signature enable row level security;
alter table benefit.agreement_signature force row level security;
create policy scope on benefit.agreement_signature using (village is null or current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.agreement_version for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.agreement_party for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.agreement_signature for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.agreement_paper for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.agreement_move for each row execute function platform.refuse_change();
