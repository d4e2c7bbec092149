-- presale: what whoever runs a project tells of it: in versions, for all or for its backers only.
set local citus.multi_shard_modify_mode to 'sequential';

create table presale.news (
  county        int not null,
  id            uuid not null,
  project       uuid not null,
  state         text not null check (state in ('shown', 'hidden', 'taken_back')),
  -- the version that is read
  version       int not null check (version > 0),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

create table presale.news_version (
  county        int not null,
  news          uuid not null,
  version       int not null check (version > 0),
  title_zh      text not null,
  title_en      text not null,
  words_zh      text not null,
  words_en      text not null,
  for_backers   boolean not null,
  -- in the order they are shown
  photos        uuid[] not null check (cardinality(photos) <= 6),
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, news, version)
);

create table presale.news_move (
  county        int not null,
  id            uuid not null,
  news          uuid not null,
  from_state    text not null,
  to_state      text not null,
  reason        text not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

-- Uploaded for a project before it is named in a piece of news.
create table presale.news_photo (
  county        int not null,
  id            uuid not null,
  project       uuid not null,
  sha256        text not null,
  width         int not null,
  height        int not null,
  by_person     text not null,
  at            timestamptz not null,
  primary key (county, id)
);

select platform.distribute('presale.news');
select platform.distribute('presale.news_version');
select platform.distribute('presale.news_move');
select platform.distribute('presale.news_photo');

alter table presale.news add foreign key (county, project) references presale.project (county, id);
alter table presale.news_version add foreign key (county, news) references presale.news (county, id);
alter table presale.news_move add foreign key (county, news) references presale.news (county, id);
alter table presale.news_photo add foreign key (county, project) references presale.project (county, id);

create index news_project on presale.news (county, project, at);
create index news_move_of on presale.news_move (county, news, at);

set local citus.enable_unsafe_triggers to on;
create trigger append_only before update or delete on presale.news_version for each row execute function platform.refuse_change();
create trigger append_only before update or delete on presale.news_move for each row execute function platform.refuse_change();
create trigger append_only before update or delete on presale.news_photo for each row execute function platform.refuse_change();
