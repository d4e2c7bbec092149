-- trade: buyers are written to by text message when what they bought is called back.

-- A message to one buyer of one recall: waiting until the service took it, or until it is given up.
create table trade.recall_message (
  county     int not null,
  recall     uuid not null,
  person     text not null,
  state      text not null check (state in ('waiting', 'sent', 'failed', 'dropped')),
  attempts   int not null default 0 check (attempts >= 0),
  -- when it is tried (again)
  next_at    timestamptz,
  ended_at   timestamptz,
  -- the service's own number of what it took
  number     text,
  -- the service's own word for why not
  why        text,
  primary key (county, recall, person),
  check ((state = 'waiting') = (next_at is not null)),
  check ((state = 'waiting') = (ended_at is null))
);
create index recall_message_due on trade.recall_message (county, next_at) where next_at is not null;
select platform.distribute('trade.recall_message');
