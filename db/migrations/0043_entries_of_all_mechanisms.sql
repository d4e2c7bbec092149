-- benefit: an entry says whose help it is, of which crop, under which agreement, and what kind of income it is.
set local citus.multi_shard_modify_mode to 'sequential';

-- An entry is never changed: what is added here is told of the older ones from the same facts that made them.
alter table benefit.entry disable trigger append_only;

alter table benefit.entry
  -- the organisation by which it came: the buyer-in, the shop, the employer, the firm
  add column org uuid,
  add column crop text,
  -- null where nothing was agreed beforehand, as of a plain purchase
  add column agreement uuid,
  -- what was sold or earned, what was given as a thing, and public money are never added up as one
  add column income text not null default 'market' check (income in ('market', 'in_kind', 'subsidy')),
  drop constraint entry_evidence_kind_check,
  add constraint entry_evidence_kind_check check (evidence_kind in
    ('purchase', 'order_line', 'floor', 'agreed_line', 'sale', 'wage', 'dividend', 'project', 'help', 'subsidy')),
  add foreign key (county, org) references registry.organisation (county, id),
  add foreign key (county, agreement) references benefit.agreement (county, id);

-- The rows of every village: policies bind the owner too.
select set_config('app.scope', 'all', true);

update benefit.entry e set org = p.buyer, crop = p.crop
  from trace.purchase p
 where e.evidence_kind = 'purchase' and p.county = e.county and p.id = e.evidence;

update benefit.entry e set org = l.org, crop = p.crop
  from trade.order_line l
  join catalog.product p on p.county = l.county and p.id = l.product
 where e.evidence_kind = 'order_line' and l.county = e.county and l.id = e.evidence;

alter table benefit.entry enable trigger append_only;
alter table benefit.entry alter column org set not null;
alter table benefit.entry alter column income drop default;

create index entry_org on benefit.entry (county, org, at);
create index entry_agreement on benefit.entry (county, agreement, at) where agreement is not null;

create or replace view benefit.entry_facts with (security_invoker = true) as
select county, id as entry, household, village, mechanism, fen, evidence_kind, evidence, month, at,
       org, crop, agreement, income
  from benefit.entry;
