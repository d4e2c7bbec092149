import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { LotRecalled } from '../events.ts';
import { isOperator, ownsLot } from '../lots/lot-rights.ts';
import { findLot, lockLots } from '../lots/lots.queries.ts';
import { numberOfDay } from '../numbers.ts';
import { refuse } from '../refuse.ts';
import type { recallReaches, unshippedRules } from './recall-states.ts';
import { recallView } from './recall-views.ts';
import { insertRecallMove, lotsMadeOf } from './recalls.queries.ts';

/**
 * Calls a lot back, with all that was made of it. From this transaction on none of the lots can be packed, stocked or
 * worked on, and every code of theirs says that it is recalled; the floors above stop stock and orders when they hear
 * of it, and in the meantime refuse to let a recalled lot leave. The lot's owner may, and the operator.
 *
 * @throws Refusal `lot-not-found` | `lot-not-yours` | `lot-recalled`
 */
export async function declareRecall(at: Context, by: Actor, input: CallingBack, key: OnceKey | null) {
  const { county, lot } = input;
  return once(at.db, key, async (tx) => {
    const found = await findLot(tx, county, lot);
    if (!found) throw refuse('lot-not-found');
    if (!isOperator(by, county) && !ownsLot(by, county, found)) throw refuse('lot-not-yours');
    return recallView(tx, county, await callBack(tx, by, at.clock.now(), input));
  });
}

/** What a recall says, and of which lot. */
export interface CallingBack {
  county: County;
  lot: string;
  reach: (typeof recallReaches)[number];
  reason: string;
  advice: string;
  unshipped: (typeof unshippedRules)[number];
}

/**
 * Writes a recall for an act that has its own reason to, whoever acts: `declareRecall`, or a test report that failed.
 *
 * @returns its id
 * @throws Refusal `lot-recalled`
 */
export async function callBack(tx: Tx, by: Actor, now: Date, of: CallingBack): Promise<string> {
  const { county, lot, reach, unshipped } = of;
  const lots = await lockReach(tx, county, lot, reach);
  const id = newId();
  await tx
    .insertInto('trace.recall')
    .values({
      ...{ county, id, lot, reach, reason: of.reason.trim(), advice: of.advice.trim(), unshipped, at: now },
      number: await numberOfDay(tx, county, 'recall', dayOf(now)),
      ...{ state: 'declared', report: null, by_person: by.person },
    })
    .execute();
  await sql`
    insert into trace.recall_lot (county, recall, lot, was_state, grams_on_hand)
    select county, ${id}::uuid, id, state, grams_on_hand from trace.lot
     where county = ${county} and id = any(${lots}::uuid[])`.execute(tx);
  await sql`
    update trace.lot set state = 'recalled'
     where county = ${county} and id = any(${lots}::uuid[]) and state <> 'recalled'`.execute(tx);
  await insertRecallMove(tx, { county, recall: id, from: null, to: 'declared', by: by.person, at: now });
  const event: LotRecalled = { type: 'trace.lot-recalled', county, payload: { recall: id } };
  await tell(tx, event);
  return id;
}

/** The lots a recall has, locked. Whoever was just making something of one of them is waited for, and that comes too. */
async function lockReach(tx: Tx, county: County, lot: string, reach: 'descendants' | 'lot'): Promise<string[]> {
  const lots = new Set<string>();
  for (let found = [lot]; found.some((id) => !lots.has(id)); found = await reachOf()) {
    for (const id of found) lots.add(id);
    const named = (await lockLots(tx, county, [...lots])).get(lot);
    if (named?.state === 'recalled') throw refuse('lot-recalled', { lot: named.number });
  }
  return [...lots];

  async function reachOf(): Promise<string[]> {
    return reach === 'lot' ? [lot] : lotsMadeOf(tx, county, lot);
  }
}
