import type { Db } from '#platform/db.ts';
import { addJobs, type Job, type JobLog } from '#platform/jobs.ts';
import {
  applyEach,
  type Enqueue,
  type Event,
  type Listener,
  MOST_DELIVERED,
  relay,
  type Subscriber,
} from '#platform/outbox.ts';

type Told = Event & { id: string };
/** What one job brings to one subscriber; an older process queued one event a job. */
type Letter = { subscriber: string } & ({ events: readonly Told[] } | { event: Told });

/** The job that carries events to one subscriber. */
export function deliveryJob(db: Db, subscribers: readonly Subscriber[]): Job<Letter> {
  const byName = new Map(subscribers.map((s) => [s.name, s]));
  if (byName.size !== subscribers.length) throw new Error('two subscribers bear one name');
  return {
    name: 'platform.deliver',
    async run({ subscriber, ...told }) {
      const known = byName.get(subscriber);
      // An older process may have queued for a subscriber that a newer one no longer has; failing keeps it visible.
      if (!known) throw new Error(`no subscriber is named ${subscriber}`);
      await applyEach(db, known, 'events' in told ? told.events : [told.event]);
    },
  };
}

/** What comes for one subscriber in one county in the same round comes in one letter, up to a number. */
function lettersOf(deliveries: Parameters<Enqueue>[1]): { subscriber: string; events: Told[] }[] {
  const letters = Map.groupBy(deliveries, ({ subscriber, event }) => `${subscriber} ${event.county}`);
  return [...letters.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / MOST_DELIVERED) }, (_, i) => ({
      subscriber: own[0]?.subscriber as string,
      events: own.slice(i * MOST_DELIVERED, (i + 1) * MOST_DELIVERED).map(({ event }) => event),
    })),
  );
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
  const enqueue: Enqueue = (tx, deliveries, events) => {
    heard = events;
    return addJobs(
      tx,
      job,
      lettersOf(deliveries).map((payload) => ({ payload, key: `${payload.events[0]?.id}:${payload.subscriber}` })),
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
