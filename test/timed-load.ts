import { after } from 'node:test';
import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Db, scoped } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { makeClient } from '#platform/http/client.ts';
import { migrateJobs } from '#platform/jobs.ts';
import { applyEach, type Event, MOST_DELIVERED, relay, type Subscriber } from '#platform/outbox.ts';
import { buildApp } from '../apps/server/app.ts';
import { modules } from '../apps/server/modules.ts';
import { type TestContext, testContext } from './fixtures.ts';
import type { TestHouse } from './fixtures-house.ts';
import { contracts, type Dice, dice, openWorld, type Steps, send, type World } from './mixed-load.ts';

// The load of mixed-load.ts in one process: nobody's clock but its own, and nobody carries its events but itself.

interface Delivery {
  subscriber: Subscriber;
  event: Event & { id: string };
}

/** A world whose clock is moved, and whose events are carried, by its load. */
export interface TimedWorld extends World {
  passTime(ms: number): void;
  deliveries: Delivery[];
}

/** Time that passes, and events that arrive. */
export const timedSteps: Steps<TimedWorld> = {
  clock: {
    weight: 6,
    async run(world, die) {
      // Seconds mostly; now and then past the quarter of an hour, or the night.
      const seconds = die.of([1, 5, 20, 60, 60, 120, 120, 300, 1000, 40_000]) as number;
      world.passTime(seconds * 1000);
      const jobs = modules.flatMap((module) => module.jobs?.(world.at) ?? []);
      await die.of(jobs)?.run({}, { signal: new AbortController().signal });
    },
  },
  deliver: { weight: 14, run: deliver },
};

/** Every job of the house once, whatever the hour, so many at a time. */
export async function runJobs({ at }: TimedWorld, lanes = 1): Promise<void> {
  const jobs = modules.flatMap((module) => module.jobs?.(at) ?? []);
  await inLanes(lanes, jobs, (job) => job.run({}, { signal: new AbortController().signal }));
}

/**
 * The queue at its worst: in any order, some twice, some not yet.
 *
 * @param most of the events that wait
 * @param lanes so many at a time
 */
export async function deliver(world: TimedWorld, die: Dice, most = 80, lanes = 1): Promise<void> {
  const subscribers = modules.flatMap((module) => module.subscribers?.(world.at) ?? []);
  await relay(
    world.at.db,
    subscribers,
    async (_, taken) => {
      for (const { subscriber, event } of taken) {
        const known = subscribers.find((one) => one.name === subscriber);
        if (known) world.deliveries.push({ subscriber: known, event });
      }
    },
    die.int(1, most),
  );
  const waiting = die.shuffled(world.deliveries.splice(0));
  const now = waiting.splice(0, Math.ceil(waiting.length * 0.8));
  world.deliveries.push(...waiting, ...now.filter(() => die.chance(0.05)));
  const letters = [...Map.groupBy(now, ({ subscriber }) => subscriber)].flatMap(([subscriber, own]) =>
    together(own, die).map((some) => ({ subscriber, events: some.map(({ event }) => event) })),
  );
  const twice = new Set(letters.filter(() => die.chance(0.1)));
  await inLanes(lanes, letters, async (letter) => {
    await applyEach(world.at.db, letter.subscriber, letter.events);
    if (twice.has(letter)) await applyEach(world.at.db, letter.subscriber, letter.events);
  });
}

/** Some that arrive together, others that come alone. */
function together<T>(all: readonly T[], die: Dice): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < all.length; ) {
    const n = die.of([1, 8, MOST_DELIVERED]) as number;
    parts.push(all.slice(i, i + n));
    i += n;
  }
  return parts;
}

/** Does something with each of a list, so many at a time; after one that fails no other is begun. */
export async function inLanes<T>(lanes: number, all: readonly T[], work: (one: T, i: number) => Promise<unknown>) {
  let next = 0;
  const lane = async () => {
    try {
      while (next < all.length) {
        const i = next++;
        await work(all[i] as T, i);
      }
    } catch (error) {
      next = all.length;
      throw error;
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

/** Opens the load's world on a test's own database. */
export async function openTimedWorld(
  t: { after(fn: () => Promise<unknown>): void },
  openHouses: (at: Context) => Promise<TestHouse[]>,
): Promise<TimedWorld> {
  const context = await testContext(t);
  const { world, close } = await openTimedWorldOn(context, openHouses);
  after(close);
  return world;
}

/** The same on a database that is there. */
export async function openTimedWorldOn(
  { at, passTime, url }: Pick<TestContext, 'at' | 'passTime' | 'url'>,
  openHouses: (at: Context) => Promise<TestHouse[]>,
  options: { buyers?: number; hear?: Hear } = {},
): Promise<{ world: TimedWorld; close(): Promise<void> }> {
  // Jobs that add the next one find a queue; nobody else runs it.
  await migrateJobs(url);
  const houses = await openHouses(at);
  const { as, close } = await openDoor(at, options.hear);
  return { world: { ...(await openWorld(at, houses, as, options.buyers)), passTime, deliveries: [] }, close };
}

/** Hears what is nobody's refusal. */
type Hear = (error: Error) => void;

/** Where everybody asks as who they are, over HTTP without a socket. */
export async function openDoor(at: Context, hear?: Hear): Promise<{ as: World['as']; close(): Promise<void> }> {
  const callers = new Map<string, Actor>();
  const app = await buildApp(at, {
    modules,
    identify: async (request) => callers.get(String(request.headers['x-as'])) ?? { person: null, memberships: [] },
  });
  app.addHook('onError', async (_request, _reply, error) => {
    if (!(error instanceof Refusal)) hear?.(error);
  });
  const as: World['as'] = (by, extra = {}) => {
    if (by) callers.set(by.person, by);
    return makeClient(contracts, async ({ method, url, headers, body }) => {
      const answer = await app.inject({
        method: method as 'GET',
        url,
        headers: { ...headers, ...extra, ...(by && { 'x-as': by.person }) },
        ...(typeof body === 'string' && { body }),
      });
      return { status: answer.statusCode, body: answer.body };
    });
  };
  return { as, close: () => app.close() };
}

/**
 * The load is over: time passes, everything on its way arrives.
 *
 * @param most and `lanes`: as of `deliver`
 */
export async function settle(world: TimedWorld, most?: number, lanes?: number): Promise<void> {
  const { at } = world;
  for (const letter of world.letters) await send(world, letter);
  // Past every time limit; and to where the machine's clock stands, which 'nothing is stuck' looks at.
  world.passTime(Math.max(11 * 86_400_000, Date.now() - at.clock.now().getTime()));
  for (let round = 0; round < 2; round++) {
    await runJobs(world);
    for (let last = dice(1), idle = false; !idle; ) {
      await deliver(world, last, most, lanes);
      idle = (await eventsWaiting(world)) === 0;
    }
  }
}

/** How many events nobody has carried yet, or not to everybody. */
export async function eventsWaiting({ at, deliveries }: TimedWorld): Promise<number> {
  const { n } = await one<{ n: number }>(at.db, sql`select count(*)::int as n from platform.outbox`);
  return n + deliveries.length;
}

/** One row of a query over everybody's rows. */
export const one = async <T>(db: Db, query: ReturnType<typeof sql>): Promise<T> =>
  scoped(db, 'all', async (tx) => (await query.execute(tx)).rows[0] as T);
