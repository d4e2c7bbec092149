import { sql } from 'kysely';
import { plainArray } from './database/arrays.ts';
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
  /**
   * Where many at once are less work than one after the other: those of one name, in one transaction. It locks in the
   * same order as one alone does; one after the other in one transaction would wait for others in rings.
   */
  together?: {
    of(event: E): string;
    apply(tx: Tx, events: readonly (E & { id: string })[]): Promise<void>;
  };
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

/** Events of one subscriber that are brought together, at most. */
export const MOST_DELIVERED = 50;

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
export const applyOnce = (db: Db, subscriber: Subscriber, event: Event & { id: string }): Promise<void> =>
  applyTogether(db, subscriber, [event]);

/**
 * The same of several events, in one transaction as far as the subscriber takes them together; when one of those cannot
 * be applied, each is applied alone.
 *
 * @throws Error after all were tried, when one could not be applied: it must not hold up the others
 */
export async function applyEach(
  db: Db,
  subscriber: Subscriber,
  events: readonly (Event & { id: string })[],
): Promise<void> {
  const failures: unknown[] = [];
  const { together } = subscriber;
  for (const some of Map.groupBy(events, (event) => together?.of(event) ?? event.id).values()) {
    try {
      await applyTogether(db, subscriber, some);
    } catch (error) {
      if (some.length === 1) failures.push(error);
      else for (const one of some) await applyOnce(db, subscriber, one).catch((each: unknown) => failures.push(each));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} events could not be applied`);
}

async function applyTogether(db: Db, subscriber: Subscriber, events: readonly (Event & { id: string })[]) {
  await transact(db, async (tx) => {
    // In one order, so that two who bring the same ones do not wait for each other in a ring.
    const sorted = [...new Map(events.map((event) => [event.id, event])).values()].sort(
      (a, b) => a.county - b.county || (a.id < b.id ? -1 : 1),
    );
    const { rows } = await sql<{ event: string }>`
      insert into platform.handled (county, event, subscriber, handled_at)
      select n.*, ${subscriber.name}::text, ${new Date()}::timestamptz
        from unnest(${plainArray(sorted.map((event) => event.county))}::int[],
               ${plainArray(sorted.map((event) => event.id))}::uuid[]) n
      on conflict (county, event, subscriber) do nothing
      returning event`.execute(tx);
    const marked = new Set(rows.map((row) => row.event));
    const fresh = sorted.filter((event) => marked.has(event.id));
    const [first] = fresh;
    if (fresh.length === 1 && first) await subscriber.apply(tx, first);
    else if (first) await subscriber.together?.apply(tx, fresh);
  });
}
