-- trade: payments with providers that answer late, not at all, or twice.
set local citus.multi_shard_modify_mode to 'sequential';

-- How it is paid and until when; what it covers, as it stood when it was begun; what the provider answered to that.
alter table trade.payment add column method text not null default 'sandbox';
alter table trade.payment add column expires_at timestamptz;
alter table trade.payment add column orders jsonb;
alter table trade.payment add column started jsonb;
alter table trade.payment add column started_at timestamptz;
-- When the provider is to be asked next what became of it, and how often it was.
alter table trade.payment add column asks int not null default 0 check (asks >= 0);
alter table trade.payment add column ask_at timestamptz;
-- The same of one that goes back whole.
alter table trade.payment add column back_asks int not null default 0 check (back_asks >= 0);
alter table trade.payment add column back_ask_at timestamptz;
alter table trade.payment add column why text;
create index payment_ask on trade.payment (ask_at) where ask_at is not null;

-- A refund is asked for under a name of its own for each time the provider has closed it for good.
alter table trade.refund add column tries int not null default 0 check (tries >= 0);
alter table trade.refund add column taken_at timestamptz;
alter table trade.refund add column asks int not null default 0 check (asks >= 0);
alter table trade.refund add column ask_at timestamptz;
alter table trade.refund add column why text;

-- What was found by asking is kept beside what came by itself, as proof, and applied once like it.
alter table trade.payment_notice add column asked boolean not null default false;
