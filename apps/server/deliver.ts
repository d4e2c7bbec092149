import type { Db } from '#platform/db.ts';
import { addJobs, type Job, type JobLog } from '#platform/jobs.ts';
import { applyOnce, type Event, type Listener, relay, type Subscriber } from '#platform/outbox.ts';

type Told = Event & { id: string };
type Delivery = { subscriber: string; event: Told };

/** The job that carries one event to one subscriber. */
export function deliveryJob(db: Db, subscribers: readonly Subscriber[]): Job<Delivery> {
  const byName = new Map(subscribers.map((s) => [s.name, s]));
  if (byName.size !== subscribers.length) throw new Error('two subscribers bear one name');
  return {
    name: 'platform.deliver',
    async run({ subscriber, event }) {
      const known = byName.get(subscriber);
      // An older process may have queued for a subscriber that a newer one no longer has; failing keeps it visible.
      if (!known) throw new Error(`no subscriber is named ${subscriber}`);
      await applyOnce(db, known, event);
    },
  };
}

/** Keeps carrying events from the outbox into the queue, and to those who only listen, until stopped. */
export function startRelay(
  db: Db,
  subscribers: readonly Subscriber[],
  listeners: readonly Listener[],
  log: JobLog,
  everyMs = 200,
) {
  const job = { name: 'platform.deliver' };
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let heard: readonly Told[] = [];
  const enqueue = (tx: Parameters<typeof addJobs>[0], deliveries: readonly Delivery[], events: readonly Told[]) => {
    heard = events;
    return addJobs(
      tx,
      job,
      deliveries.map((payload) => ({ payload, key: `${payload.event.id}:${payload.subscriber}` })),
    );
  };
  const round = async () => {
    let taken = 0;
    try {
      heard = [];
      taken = await relay(db, subscribers, enqueue);
      // Only now: what they hear of is committed.
      for (const event of heard) for (const one of listeners) if (one.type === event.type) one.hear(event);
    } catch (error) {
      if (!stopped) log.warn({ reason: (error as Error).message }, 'the relay will try again');
    }
    // A full round means more is waiting.
    if (!stopped) timer = setTimeout(() => (running = round()), taken > 0 ? 0 : everyMs);
  };
  let running: Promise<void> = round();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
