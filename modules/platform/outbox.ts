import { sql } from 'kysely';
import { type Db, type Tx, transact } from './db.ts';
import { newId } from './ids.ts';

/** What a module tells the floors above. `type` is `module.what-happened`. */
export interface Event<T extends string = string, P = unknown> {
  type: T;
  county: number;
  payload: P;
}

/** Somebody above who wants to know; `apply` runs in the transaction that also remembers that it ran. */
export interface Subscriber<E extends Event = Event> {
  name: string;
  type: E['type'];
  apply(tx: Tx, event: E & { id: string }): Promise<void>;
}

/**
 * Hears of events after they are committed and taken from the outbox: in one process, and never where that one dies in
 * the same moment. Enough for what only follows the facts, such as a kept page, and far cheaper than a subscriber.
 */
export interface Listener<E extends Event = Event> {
  type: E['type'];
  hear(event: E): void;
}

/** Writes an event in the transaction that makes it true. */
export async function tell(tx: Tx, ...events: readonly Event[]): Promise<void> {
  if (events.length === 0) return;
  const now = new Date();
  await tx
    .insertInto('platform.outbox')
    .values(
      events.map((e) => ({
        county: e.county,
        id: newId(),
        type: e.type,
        payload: JSON.stringify(e.payload),
        created_at: now,
      })),
    )
    .execute();
}

/** Hands events to their subscribers, a job for each such pair; `taken` are all events of the round. */
export type Enqueue = (
  tx: Tx,
  deliveries: readonly { subscriber: string; event: Event & { id: string } }[],
  taken: readonly (Event & { id: string })[],
) => Promise<void>;

/**
 * Takes up to `limit` events out of the outbox and turns each into one job per subscriber, in one transaction: a crash
 * loses neither. Several relays may run at once; each row is taken by one.
 *
 * @returns how many events were taken
 */
export async function relay(
  db: Db,
  subscribers: readonly Subscriber[],
  enqueue: Enqueue,
  limit = 500,
): Promise<number> {
  return transact(db, async (tx) => {
    const taken = await sql<{ county: number; id: string; type: string; payload: unknown }>`
      delete from platform.outbox o
      using (select county, id from platform.outbox order by created_at, id limit ${limit} for update skip locked) next
      where o.county = next.county and o.id = next.id
      returning o.county, o.id, o.type, o.payload`.execute(tx);
    const deliveries = taken.rows.flatMap((event) =>
      subscribers.filter((s) => s.type === event.type).map((s) => ({ subscriber: s.name, event })),
    );
    if (taken.rows.length > 0) await enqueue(tx, deliveries, taken.rows);
    return taken.rows.length;
  });
}

/**
 * Applies an event for a subscriber exactly once: the mark and the effect are one transaction, so a delivery that is
 * repeated after a crash finds the mark and does nothing.
 */
export async function applyOnce(db: Db, subscriber: Subscriber, event: Event & { id: string }): Promise<void> {
  await transact(db, async (tx) => {
    const marked = await tx
      .insertInto('platform.handled')
      .values({ county: event.county, event: event.id, subscriber: subscriber.name, handled_at: new Date() })
      .onConflict((c) => c.columns(['county', 'event', 'subscriber']).doNothing())
      .executeTakeFirst();
    if (marked.numInsertedOrUpdatedRows === 0n) return;
    await subscriber.apply(tx, event);
  });
}
