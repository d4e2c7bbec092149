import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import { overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { requireCounty } from '#registry';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { readJson } from './capture.ts';
import type { Fault } from './check-document.ts';
import type { Subscription } from './epcis.contract.ts';
import { findQuery } from './named-queries.ts';
import type { JsonObject } from './names.ts';
import { beginning } from './new-events.ts';
import { destinationFault } from './post-outside.ts';
import type { EpcFormat } from './query-document.ts';
import { readControls } from './subscription-controls.ts';
import { nextTime, type Schedule } from './subscription-schedule.ts';

type View = Static<typeof Subscription>;

/** Most subscriptions of one person in a county: each is asked every minute. */
export const MOST_SUBSCRIPTIONS = 20;
const own = ['dest', 'signatureToken'];

/**
 * Tells somebody by a webhook what fits a named query, each event once: as it comes (`stream`) or at written times
 * (`schedule`). What he sees is what the person who subscribes may see, for as long as that person may.
 *
 * @param input.text the body as it came: dest, signatureToken, stream or schedule, reportIfEmpty, initialRecordTime
 * @throws Refusal `epcis-query-not-found` | `epcis-not-json` | `epcis-invalid` | `epcis-subscription-controls` |
 *   `epcis-query-not-standing` | `epcis-subscriptions-too-many`
 */
export async function subscribe(
  at: Context,
  by: Actor,
  input: { county: County; name: string; text: unknown; format: EpcFormat },
): Promise<View> {
  const { county, name, format } = input;
  const { query } = await findQuery(at, county, name);
  const said = readJson(input.text);
  const controls = readControls(said, query, { fields: own, faults: faultsOf(said), schedule: '/schedule' });
  const { schedule, from } = controls;
  const now = at.clock.now();
  const id = newId();
  return transact(at.db, async (tx) => {
    await requireCounty(tx, county);
    const { n } = await tx
      .selectFrom('trace.epcis_subscription')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('county', '=', county)
      .where('by_person', '=', by.person)
      .where('ended_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (n >= MOST_SUBSCRIPTIONS) throw refuse('epcis-subscriptions-too-many', { most: MOST_SUBSCRIPTIONS });
    await tx
      .insertInto('trace.epcis_subscription')
      .values({
        ...{ county, id, query: name, dest: String(said.dest), report_if_empty: controls.reportIfEmpty },
        token_sealed: typeof said.signatureToken === 'string' ? at.sealer.seal(said.signatureToken) : null,
        schedule: schedule && JSON.stringify(schedule),
        epc_format: format as Exclude<EpcFormat, 'Always_EPC_URN'>,
        ...{ initial_record_time: from ?? now, told_until: from ?? now, told_seq: await beginning(tx, county, from) },
        ...{ last_notified_at: null, failures: 0, why: null },
        next_at: schedule ? (nextTime(schedule, now) ?? now) : now,
        ...{ by_person: by.person, created_at: now, ended_at: null, ended_because: null },
      })
      .execute();
    const [view] = await running(tx, by, county, name, { id, limit: 1 });
    return view as View;
  });
}

function faultsOf(said: JsonObject): Fault[] {
  const faults: Fault[] = [];
  const wrong = (pointer: string, message: string) => faults.push({ pointer, keyword: 'format', message });
  const dest = destinationFault(said.dest);
  if (dest) wrong('/dest', dest);
  const { signatureToken: token } = said;
  if (token !== undefined && (typeof token !== 'string' || token.length < 16 || token.length > 200)) {
    wrong('/signatureToken', 'must be 16 to 200 characters');
  }
  return faults;
}

/**
 * The subscriptions of a query that run, behind `after` in the order they were made: a person's own, and all to who
 * answers for the county.
 *
 * @throws Refusal `epcis-query-not-found`
 */
export async function listSubscriptions(
  at: Context,
  by: Actor,
  input: { county: County; name: string; after?: string; limit: number },
): Promise<View[]> {
  await findQuery(at, input.county, input.name);
  return transact(at.db, (tx) => running(tx, by, input.county, input.name, input));
}

/** @throws Refusal `epcis-query-not-found` | `epcis-subscription-not-found` */
export async function findSubscription(
  at: Context,
  by: Actor,
  county: County,
  name: string,
  id: string,
): Promise<View> {
  await findQuery(at, county, name);
  const [view] = await transact(at.db, (tx) => running(tx, by, county, name, { id, limit: 1 }));
  if (!view) throw refuse('epcis-subscription-not-found');
  return view;
}

/** Whoever subscribed ends it, or the operator. @throws Refusal `epcis-subscription-not-found` | `not-allowed` */
export async function unsubscribe(at: Context, by: Actor, county: County, name: string, id: string): Promise<void> {
  const ended = await at.db
    .updateTable('trace.epcis_subscription')
    .set({ ended_at: at.clock.now(), ended_because: 'removed' })
    .where('county', '=', county)
    .where('query', '=', name)
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .$if(!isOperator(by, county), (q) => q.where('by_person', '=', by.person))
    .executeTakeFirst();
  if (ended.numUpdatedRows > 0n) return;
  await findSubscription(at, by, county, name, id);
  throw refusePlatform('not-allowed');
}

async function running(
  tx: Tx,
  by: Actor,
  county: County,
  name: string,
  { id, after, limit }: { id?: string; after?: string; limit: number },
): Promise<View[]> {
  const rows = await tx
    .selectFrom('trace.epcis_subscription')
    .selectAll()
    .where('county', '=', county)
    .where('query', '=', name)
    .where('ended_at', 'is', null)
    .$if(!overCounty(by, county, ['operator', 'platform', 'auditor']), (q) => q.where('by_person', '=', by.person))
    .$if(id !== undefined, (q) => q.where('id', '=', id as string))
    .$if(after !== undefined, (q) => q.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
  // Whether there is a token is told, the token never.
  return rows.map((row) => ({
    ...{ subscriptionID: row.id, queryName: row.query, dest: row.dest, createdAt: row.created_at },
    ...(row.schedule ? { schedule: row.schedule as Schedule } : { stream: true as const }),
    ...{ reportIfEmpty: row.report_if_empty, signed: row.token_sealed !== null, epcFormat: row.epc_format },
    ...{ initialRecordTime: row.initial_record_time, minRecordTime: row.told_until },
    ...(row.last_notified_at && { lastNotifiedAt: row.last_notified_at }),
    ...(row.why !== null && { failures: row.failures, lastFailure: row.why }),
    ...(row.paused_at && { pausedAt: row.paused_at }),
  }));
}
