-- The relay takes the oldest of all counties: by county and time each look read and sorted everything that waits.
create index outbox_oldest on platform.outbox (created_at, id);
drop index platform.outbox_created;
