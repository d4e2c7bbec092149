-- benefit: what posts under agreements of the industry, of shops and of startups; one fact, one entry.
set local citus.multi_shard_modify_mode to 'sequential';

-- What of a purchase note an agreement's floor price covers, and what that adds to the price at the scale. A note at or
-- above the floor uses up the agreed quantity too, and adds nothing.
create table benefit.floor_cover (
  county        int not null,
  purchase      uuid not null,
  agreement     uuid not null,
  version       int not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  -- of the note's grams, those within the quantity; negative of a reversing note
  grams         bigint not null check (grams <> 0),
  -- what the floor adds, in fen
  fen           bigint not null,
  bearer        text not null check (bearer in ('firm', 'insurance', 'fund')),
  -- the note that this one takes back
  reverses      uuid,
  at            timestamptz not null,
  primary key (county, purchase),
  unique (county, reverses),
  check ((reverses is null) = (grams > 0)),
  check (fen = 0 or (fen > 0) = (grams > 0))
);

-- What a shop gives a household of one settled line under their agreement.
create table benefit.agreed_line (
  county        int not null,
  line          uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  agreement     uuid not null,
  version       int not null,
  -- the household's own in the line
  grams         bigint not null check (grams > 0),
  fen           bigint not null check (fen > 0),
  at            timestamptz not null,
  primary key (county, line, household)
);

-- What a household's own shop sold, less what its produce and its agreements cost: of a settled line, and what a refund
-- afterwards takes back of it.
create table benefit.net_sale (
  county        int not null,
  id            uuid not null,
  line          uuid not null,
  refund        uuid,
  -- the household's own business
  org           uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  agreement     uuid not null,
  version       int not null,
  fen           bigint not null,
  at            timestamptz not null,
  primary key (county, id),
  unique nulls not distinct (county, line, refund),
  check (fen <> 0 and (refund is null) = (fen > 0))
);

-- Help given under a startup agreement, and what it was worth; a row that reverses another says that it was a mistake.
create table benefit.help (
  county        int not null,
  id            uuid not null,
  number        text not null,
  agreement     uuid not null,
  version       int not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  help          text not null check (help in ('training', 'rent', 'loan', 'equipment')),
  worth_fen     bigint not null check (worth_fen <> 0),
  day           date not null,
  words         text not null,
  reverses      uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, number),
  unique (county, reverses),
  check ((reverses is null) = (worth_fen > 0))
);

-- Facts that would have posted under an agreement and did not, and why; what posts later leaves the list.
create table benefit.left_out (
  county        int not null,
  evidence_kind text not null check (evidence_kind in ('floor', 'agreed_line', 'sale')),
  evidence      uuid not null,
  household     uuid not null,
  village       text not null check (village ~ '^\d{12}$'),
  agreement     uuid not null,
  why           text not null check (why in
    ('wrong-period', 'agreement-over', 'household-disputed', 'quantity-used', 'fund-short')),
  -- when the fact was
  at            timestamptz not null,
  primary key (county, evidence_kind, evidence, household)
);

select platform.distribute('benefit.floor_cover');
select platform.distribute('benefit.agreed_line');
select platform.distribute('benefit.net_sale');
select platform.distribute('benefit.help');
select platform.distribute('benefit.left_out');

alter table benefit.floor_cover
  add foreign key (county, agreement, version) references benefit.agreement_version (county, agreement, version),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, purchase) references trace.purchase (county, id),
  add foreign key (county, reverses) references benefit.floor_cover (county, purchase);
alter table benefit.agreed_line
  add foreign key (county, agreement, version) references benefit.agreement_version (county, agreement, version),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, line) references trade.order_line (county, id);
alter table benefit.net_sale
  add foreign key (county, agreement, version) references benefit.agreement_version (county, agreement, version),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, org) references registry.organisation (county, id),
  add foreign key (county, line) references trade.order_line (county, id);
alter table benefit.help
  add foreign key (county, agreement, version) references benefit.agreement_version (county, agreement, version),
  add foreign key (county, household) references registry.household (county, id),
  add foreign key (county, reverses) references benefit.help (county, id);
alter table benefit.left_out
  add foreign key (county, agreement) references benefit.agreement (county, id),
  add foreign key (county, household) references registry.household (county, id);

create index floor_cover_quantity on benefit.floor_cover (county, agreement, household);
create index agreed_line_agreement on benefit.agreed_line (county, agreement);
create index net_sale_agreement on benefit.net_sale (county, agreement);
create index help_agreement on benefit.help (county, agreement, household);
create index left_out_agreement on benefit.left_out (county, agreement, household);
create index left_out_listed on benefit.left_out (county, at);
-- Which startup agreements speak of a business: asked for every settled line.
create index agreement_version_business on benefit.agreement_version (county, (terms->>'business'))
  where terms ? 'business';

alter table benefit.floor_cover enable row level security;
alter table benefit.floor_cover force row level security;
create policy scope on benefit.floor_cover using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.agreed_line enable row level security;
alter table benefit.agreed_line force row level security;
create policy scope on benefit.agreed_line using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.net_sale enable row level security;
alter table benefit.net_sale force row level security;
create policy scope on benefit.net_sale using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.help enable row level security;
alter table benefit.help force row level security;
create policy scope on benefit.help using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));
alter table benefit.left_out enable row level security;
alter table benefit.left_out force row level security;
create policy scope on benefit.left_out using (current_setting('app.scope', true) = 'all' or starts_with(village, nullif(current_setting('app.scope', true), '')));

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on benefit.floor_cover for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.agreed_line for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.net_sale for each row execute function platform.refuse_change();
create trigger append_only before update or delete on benefit.help for each row execute function platform.refuse_change();

-- One fact, one entry: what an entry rests on says by which mechanism it helped, and one transfer is one entry.
alter table benefit.entry
  add constraint entry_mechanism_of_evidence check (mechanism = case evidence_kind
    when 'purchase' then 'industry' when 'floor' then 'industry'
    when 'order_line' then 'shop' when 'agreed_line' then 'shop'
    when 'sale' then 'startup' when 'help' then 'startup'
    when 'wage' then 'employment' when 'dividend' then 'shareholding' when 'project' then 'crowdfunding'
    else mechanism end),
  add constraint entry_transfer unique (county, transfer);
