import { createHmac } from 'node:crypto';
import type { Selectable } from 'kysely';
import { membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { TraceEpcisSubscription } from '#platform/database/tables.ts';
import type { County } from '#platform/ids.ts';
import { actorOf } from '#registry';
import { epcisRoutes } from './epcis.contract.ts';
import { lastRecorded, type PlacedEvent } from './events.queries.ts';
import type { JsonObject } from './names.ts';
import { newEvents, problemOf, reportOf } from './new-events.ts';
import type { PostOutside } from './post-outside.ts';
import { nextTime, type Schedule } from './subscription-schedule.ts';

type Row = Selectable<TraceEpcisSubscription>;

/** Who is told of each event as it comes is looked after so often. */
export const TOLD_EVERY_MS = 60_000;
const MOST_EVENTS = 100;
const MOST_AT_ONCE = 200;
/** Who takes a subscription up keeps it so long; if he dies it is taken up again. */
const LEASE_MS = 10 * 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;
/** So many failures, with an hour between the later ones, are about four days. */
export const MOST_FAILURES = 100;

/**
 * Tells every subscriber whose time has come what was recorded since he was last told. A run that fails is made up for
 * by the next: how far each was told is written after each message that he took.
 *
 * @param post how a message reaches somebody outside
 */
export async function tellSubscribers(at: Context, post: PostOutside, signal?: AbortSignal): Promise<void> {
  const due = await at.db
    .selectFrom('trace.epcis_subscription')
    .select(['county', 'id', 'next_at'])
    .where('ended_at', 'is', null)
    .where('paused_at', 'is', null)
    .where('next_at', '<=', at.clock.now())
    .orderBy('next_at')
    .limit(MOST_AT_ONCE)
    .execute();
  for (const { county, id, next_at } of due) {
    if (signal?.aborted) return;
    // Two processes may both have seen it: one gets it.
    const mine = await at.db
      .updateTable('trace.epcis_subscription')
      .set({ next_at: new Date(at.clock.now().getTime() + LEASE_MS) })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('next_at', '=', next_at)
      .where('ended_at', 'is', null)
      .where('paused_at', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (mine) await tellOne(at, post, mine);
  }
}

async function tellOne(at: Context, post: PostOutside, of: Row): Promise<void> {
  const by = await actorOf(at.db, of.by_person);
  if (!by || membershipsIn(by, of.county, epcisRoutes.epcisSubscribe.who).length === 0) return end(at, of, 'no-right');
  const named = await at.db
    .selectFrom('trace.epcis_query')
    .select('query')
    .where('county', '=', of.county)
    .where('name', '=', of.query)
    .executeTakeFirst();
  if (!named) return end(at, of, 'query-removed');
  // Read before the events: what is recorded meanwhile is told the next time.
  const last = (await lastRecorded(at.db, [of.county])).get(of.county) ?? { seq: 0, at: of.told_until };
  const asked = {
    ...{ county: of.county, query: named.query as JsonObject, upTo: last.seq, most: MOST_EVENTS },
    notBefore: of.initial_record_time > of.created_at ? of.initial_record_time : null,
  };
  try {
    let sent = 0;
    let after = of.told_seq;
    while (after < last.seq) {
      const { rows, told } = await newEvents(at, by, { ...asked, after });
      if (rows.length > 0) await sendEvents(at, post, of, rows);
      sent += rows.length;
      after = told;
    }
    const empty = sent === 0 && of.report_if_empty && of.schedule !== null;
    if (empty) await sendEvents(at, post, of, []);
    await told(at, of, { seq: after, until: last.at, sent: sent > 0 || empty });
  } catch (error) {
    await failed(at, post, of, error as Error);
  }
}

/** Sends some events, in halves where the subscriber says that they are too many. @throws Error what he answered instead */
export async function sendEvents(at: Context, post: PostOutside, of: Row, rows: readonly PlacedEvent[]): Promise<void> {
  const text = reportOf(rows, at.clock.now(), { ...of, format: of.epc_format });
  const status = await post(of.dest, text, headersOf(at, of, text));
  if (status === 413 && rows.length > 1) {
    const half = Math.ceil(rows.length / 2);
    await sendEvents(at, post, of, rows.slice(0, half));
    await sendEvents(at, post, of, rows.slice(half));
    return;
  }
  if (status < 200 || status > 299) throw new Error(`HTTP ${status}`);
  const last = rows.at(-1);
  if (last)
    await at.db
      .updateTable('trace.epcis_subscription')
      .set({ told_seq: last.seq, told_until: last.record_time })
      .where('county', '=', of.county)
      .where('id', '=', of.id)
      .execute();
}

function headersOf(at: Context, of: Row, text: string): Record<string, string> {
  return {
    ...{ 'gs1-epcis-version': '2.0', 'gs1-cbv-version': '2.0', 'gs1-epc-format': of.epc_format },
    ...(of.token_sealed && {
      'gs1-signature': `sha256=${createHmac('sha256', at.sealer.open(of.token_sealed)).update(text).digest('hex')}`,
    }),
  };
}

async function told(at: Context, of: Row, to: { seq: number; until: Date; sent: boolean }): Promise<void> {
  const now = at.clock.now();
  const soon = new Date(now.getTime() + TOLD_EVERY_MS);
  await at.db
    .updateTable('trace.epcis_subscription')
    .set({
      ...{ told_seq: to.seq, told_until: new Date(Math.max(to.until.getTime(), of.told_until.getTime())) },
      ...{ failures: 0, why: null },
      next_at: of.schedule ? (nextTime(of.schedule as Schedule, now) ?? soon) : soon,
      ...(to.sent && { last_notified_at: now }),
    })
    .where('county', '=', of.county)
    .where('id', '=', of.id)
    .execute();
}

async function failed(at: Context, post: PostOutside, of: Row, error: Error): Promise<void> {
  // A refusal is the query's own fault, and the standard has the subscriber told of it as a client would be.
  const text = problemOf(error);
  if (text !== null) await post(of.dest, text, headersOf(at, of, text)).catch(() => 0);
  const failures = of.failures + 1;
  const wait = Math.min(2 ** Math.min(failures, 10) * 60_000, LONGEST_WAIT_MS);
  await at.db
    .updateTable('trace.epcis_subscription')
    .set({
      ...{ failures, why: error.message.slice(0, 300), next_at: new Date(at.clock.now().getTime() + wait) },
      ...(failures >= MOST_FAILURES && { ended_at: at.clock.now(), ended_because: 'unanswered' as const }),
    })
    .where('county', '=', of.county)
    .where('id', '=', of.id)
    // It may have been ended while the message was on its way; why it was stays.
    .where('ended_at', 'is', null)
    .execute();
}

async function end(
  at: Context,
  of: { county: County; id: string },
  because: 'no-right' | 'query-removed',
): Promise<void> {
  await at.db
    .updateTable('trace.epcis_subscription')
    .set({ ended_at: at.clock.now(), ended_because: because })
    .where('county', '=', of.county)
    .where('id', '=', of.id)
    .where('ended_at', 'is', null)
    .execute();
}
