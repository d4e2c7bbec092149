-- trace: certificates that can be replaced and verified, test reports, certificates received from sellers.
set local citus.multi_shard_modify_mode to 'sequential';

-- What kind of produce a crop is; the rule on the lot certificate names kinds and no crops.
alter table registry.crop add column produce text not null default 'other';
update registry.crop set produce = 'vegetable' where certificate;
alter table registry.crop drop column certificate;

-- A certificate with a mistake is replaced by a new one that names it.
alter table trace.certificate drop constraint certificate_county_lot_key;
alter table trace.certificate add column replaces uuid;
alter table trace.certificate add column reason text;
-- Printed behind the number, so that going through numbers finds none.
alter table trace.certificate add column check_tag text not null
  default upper(substr(replace(gen_random_uuid()::text, '-', ''), 1, 8));
alter table trace.certificate add constraint certificate_reason check ((replaces is null) = (reason is null));

create table trace.test_report (
  county        int not null,
  id            uuid not null,
  kind          text not null check (kind in ('own_test', 'outside_test')),
  number        text not null,
  lab           text not null,
  -- of the laboratory's accreditation 检验检测机构资质认定 (CMA); an own test has none
  cma           text,
  lot           uuid not null,
  sampled_on    date not null,
  issued_on     date not null,
  file          text,
  passed        boolean not null,
  -- the recall that a failed report set off; none where the lot was recalled already
  recall        uuid,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  unique (county, lab, number),
  check (issued_on >= sampled_on),
  check ((cma is not null) = (kind = 'outside_test'))
);

create table trace.test_item (
  county        int not null,
  report        uuid not null,
  n             int not null,
  name          text not null,
  unit          text not null,
  -- null: must not be there at all
  most          numeric(15, 6) check (most >= 0),
  -- null: not detected
  measured      numeric(15, 6) check (measured >= 0),
  passed        boolean not null,
  primary key (county, report, n)
);

-- A report that was entered by mistake: it stays, and counts no more.
create table trace.report_withdrawal (
  county        int not null,
  report        uuid not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, report)
);

-- The reports that a certificate's promise rests on.
create table trace.certificate_report (
  county        int not null,
  certificate   uuid not null,
  report        uuid not null,
  primary key (county, certificate, report)
);

-- What an organisation bought from another seller, and the certificate it was shown.
create table trace.received_certificate (
  county        int not null,
  id            uuid not null,
  buyer         uuid not null,
  seller_kind   text not null check (seller_kind in ('enterprise', 'cooperative', 'buyer', 'household')),
  seller_name   text not null,
  seller_code   text,
  crop          text not null,
  grams         bigint not null check (grams > 0),
  bought_on     date not null,
  -- of the seller's paper; null where the rule asks for none and none was shown
  number        text,
  issued_on     date,
  -- the certificate, where it is one of this platform
  issued_here   boolean not null,
  file          text,
  kept_until    date not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id),
  check ((number is null) = (issued_on is null)),
  check (number is not null or not issued_here),
  check (kept_until > bought_on)
);

select platform.distribute('trace.test_report');
select platform.distribute('trace.test_item');
select platform.distribute('trace.report_withdrawal');
select platform.distribute('trace.certificate_report');
select platform.distribute('trace.received_certificate');

alter table trace.certificate add foreign key (county, replaces) references trace.certificate (county, id);
alter table trace.test_report add foreign key (county, lot) references trace.lot (county, id);
alter table trace.test_report add foreign key (county, recall) references trace.recall (county, id);
alter table trace.test_item add foreign key (county, report) references trace.test_report (county, id);
alter table trace.report_withdrawal add foreign key (county, report) references trace.test_report (county, id);
alter table trace.certificate_report add foreign key (county, certificate) references trace.certificate (county, id);
alter table trace.certificate_report add foreign key (county, report) references trace.test_report (county, id);
alter table trace.received_certificate add foreign key (county, buyer) references registry.organisation (county, id);
alter table trace.received_certificate add foreign key (crop) references registry.crop (code);
create unique index certificate_first on trace.certificate (county, lot) where replaces is null;
create unique index certificate_replaces on trace.certificate (county, replaces) where replaces is not null;
create index certificate_lot on trace.certificate (county, lot);
create index certificate_issued on trace.certificate (county, issued_on);
create index test_report_lot on trace.test_report (county, lot);
create index certificate_report_report on trace.certificate_report (county, report);
create index received_certificate_kept on trace.received_certificate (county, kept_until);
create index received_certificate_number on trace.received_certificate (county, number) where number is not null;

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on trace.test_report for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.test_item for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.report_withdrawal for each row execute function platform.refuse_change();
create trigger append_only before update or delete on trace.certificate_report for each row execute function platform.refuse_change();
create trigger append_only before update on trace.received_certificate for each row execute function platform.refuse_change();
