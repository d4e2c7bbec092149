import type { Socket as Connection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { Refusal } from '#platform/errors.ts';
import { closeCodes, type Socket } from '#platform/http/sockets.ts';
import { type County, newId } from '#platform/ids.ts';
import type { JobLog } from '#platform/jobs.ts';
import { refuse } from '../refuse.ts';
import { lastRecorded } from './events.queries.ts';
import { findQuery } from './named-queries.ts';
import type { JsonObject } from './names.ts';
import { beginning, newEvents, problemOf, reportOf } from './new-events.ts';
import type { EpcFormat } from './query-document.ts';
import { type Controls, controlsInAddress, readControls } from './subscription-controls.ts';
import { nextTime } from './subscription-schedule.ts';

/** Most sockets of one person in a county, in one process. */
export const MOST_SOCKETS = 5;
/** So often a process asks, in one statement, whether anything was recorded for those who listen in it. */
const LOOK_EVERY_MS = 500;
/** So often it is asked whether who hears nothing may still listen. */
const CHECK_EVERY_MS = 30_000;
/** Queries of listeners that one process runs at a time: a burst of events must not take all its connections. */
const AT_ONCE = 4;

interface Listener {
  /** named in each message, as that of a webhook is */
  id: string;
  county: County;
  name: string;
  query: JsonObject;
  format: EpcFormat;
  controls: Controls;
  /** null: the place it begins at says it all */
  notBefore: Date | null;
  /** most events in a message */
  most: number;
  stillAllowed(): Promise<Actor>;
  socket: Socket;
  /** the place up to which it was told */
  told: number;
  /** when the schedule's time comes; null for a stream */
  next: Date | null;
  checkedAt: number;
  busy: boolean;
}

export interface Listening {
  /**
   * Begins to listen to a named query, by what stands in the address: the same parameters, checks and rights as a
   * subscription by webhook, for as long as the socket is open.
   *
   * @returns what is done with the socket, once the request is upgraded
   * @throws Refusal `epcis-query-not-found` | `epcis-invalid` | `epcis-subscription-controls` |
   *   `epcis-query-not-standing` | `epcis-sockets-too-many`
   */
  listen(
    by: Actor,
    input: {
      county: County;
      name: string;
      query: { perPage?: number } & Record<string, unknown>;
      format: EpcFormat;
      stillAllowed(): Promise<Actor>;
      connection: Connection;
    },
  ): Promise<(socket: Socket) => void>;
  /** Waits until nothing is read any more; the sockets are closed by then. */
  stop(): Promise<void>;
}

/**
 * Those who listen to named queries on sockets of this process. Events are recorded in any process, so each looks for
 * itself how far its counties' are, and only while somebody listens.
 */
export function startListening(at: Context, log: Pick<JobLog, 'warn'>): Listening {
  const listeners = new Set<Listener>();
  const places = new Map<string, number>();
  const working = new Set<Promise<void>>();
  const reading = atMostAtOnce(AT_ONCE);
  let looking: Promise<void> | null = null;
  const stopped = new AbortController();

  async function look(): Promise<void> {
    while (listeners.size > 0 && !stopped.signal.aborted) {
      try {
        const last = await lastRecorded(at.db, [...new Set([...listeners].map((one) => one.county))]);
        for (const one of listeners) if (!one.busy) turnTo(one, last.get(one.county)?.seq ?? 0);
      } catch (error) {
        log.warn({ reason: (error as Error).message }, 'new events cannot be looked for yet');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopped.signal }).catch(() => {});
    }
    looking = null;
  }

  function turnTo(one: Listener, last: number): void {
    const due = one.next ? at.clock.now() >= one.next : last > one.told;
    if (!due && performance.now() - one.checkedAt < CHECK_EVERY_MS) return;
    one.busy = true;
    const work: Promise<void> = (due ? tell(one, last) : check(one))
      .then(
        () => {},
        (error: Error) => giveUp(one, error),
      )
      .finally(() => {
        one.busy = false;
        working.delete(work);
      });
    working.add(work);
  }

  /** @throws Refusal when they may listen no more, or there is nothing more to listen to */
  async function check(one: Listener): Promise<Actor> {
    const by = await one.stillAllowed();
    const { query } = await findQuery(at, one.county, one.name);
    // Removed, and another took its name.
    if (JSON.stringify(query) !== JSON.stringify(one.query)) throw refuse('epcis-query-not-found', { name: one.name });
    one.checkedAt = performance.now();
    return by;
  }

  async function tell(one: Listener, upTo: number): Promise<void> {
    const by = await check(one);
    const { county, query, notBefore, most } = one;
    const now = at.clock.now();
    const send = (rows: Parameters<typeof reportOf>[0]) =>
      one.socket.send(reportOf(rows, at.clock.now(), { query: one.name, id: one.id, format: one.format }));
    let sent = 0;
    while (one.told < upTo) {
      const page = () => newEvents(at, by, { county, query, notBefore, after: one.told, upTo, most });
      const { rows, told } = await reading(page);
      if (rows.length > 0) await send(rows);
      sent += rows.length;
      one.told = told;
    }
    if (sent === 0 && one.next && one.controls.reportIfEmpty) await send([]);
    one.next = one.controls.schedule && nextTime(one.controls.schedule, now);
  }

  async function giveUp(one: Listener, error: Error): Promise<void> {
    if (one.socket.closed.aborted) return;
    if (!(error instanceof Refusal)) {
      // The database is away, or a fault of ours: he keeps his place and is told when it goes well.
      log.warn({ reason: error.message }, 'a listener could not be told yet');
      return;
    }
    const { status } = error.text;
    if (status === 404) return one.socket.close(closeCodes.done, 'the query was removed');
    if (status === 401 || status === 403) return one.socket.close(closeCodes.notAllowed, 'no longer allowed');
    await one.socket.send(problemOf(error) as string).catch(() => {});
    one.socket.close(closeCodes.failed, 'the query cannot be answered');
  }

  /** Until the connection is gone, however that comes about: also when it is not upgraded in the end. */
  function takePlace(who: string, connection: Connection): void {
    const taken = places.get(who) ?? 0;
    if (taken >= MOST_SOCKETS) throw refuse('epcis-sockets-too-many', { most: MOST_SOCKETS });
    if (connection.destroyed) return;
    places.set(who, taken + 1);
    connection.once('close', () => {
      const left = (places.get(who) as number) - 1;
      if (left > 0) places.set(who, left);
      else places.delete(who);
    });
  }

  return {
    async listen(by, { county, name, query: { perPage = 30, ...said }, format, stillAllowed, connection }) {
      const { query } = await findQuery(at, county, name);
      const own = { fields: [], faults: [], schedule: '' };
      const controls = readControls(controlsInAddress(said), query, own);
      const { from, schedule } = controls;
      const now = at.clock.now();
      const told = await beginning(at.db, county, from);
      takePlace(`${county} ${by.person}`, connection);
      return (socket) => {
        const one: Listener = {
          ...{ id: newId(), county, name, query, format, controls, most: perPage, stillAllowed, socket, told },
          notBefore: from && from > now ? from : null,
          next: schedule && nextTime(schedule, now),
          ...{ checkedAt: performance.now(), busy: false },
        };
        listeners.add(one);
        socket.closed.addEventListener('abort', () => listeners.delete(one));
        looking ??= look();
      };
    },
    async stop() {
      stopped.abort();
      await looking;
      await Promise.all(working);
    },
  };
}

/** Runs so many at a time of what it is given; the others wait in line. */
function atMostAtOnce(most: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(run: () => Promise<T>): Promise<T> => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      // Whoever waits takes over the place.
      if (next) next();
      else running -= 1;
    }
  };
}
