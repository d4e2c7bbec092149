import { sql } from 'kysely';
import type { Context } from '#platform/context.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { type SmsOutcome, sendSms } from '#platform/sms/send-sms.ts';
import type { SmsSettings } from '#platform/sms/sms-settings.ts';
import { phonesOf } from '#registry';

/** After so many tries, some eight hours, a message is given up. The buyer still reads of the recall in the shop. */
const MOST_TRIES = 8;
/** Of one run: a minute's worth at ten a second for each lane. */
const MOST_AT_ONCE = 2000;
const LANES = 8;
/** 短信模板变量 are short. */
const LONGEST_NAME = 20;

/** Every buyer whom a recall hit will be written to, once. */
export async function queueMessages(tx: Tx, county: County, recall: string, now: Date): Promise<void> {
  await sql`
    insert into trade.recall_message (county, recall, person, state, next_at)
    select distinct county, recall, person, 'waiting', ${now}::timestamptz
      from trade.recall_line where county = ${county} and recall = ${recall}::uuid
    on conflict do nothing`.execute(tx);
}

/** A recall was a mistake: who was not written to yet is not. */
export async function dropMessages(tx: Tx, county: County, recall: string, now: Date): Promise<void> {
  await tx
    .updateTable('trade.recall_message')
    .set({ state: 'dropped', next_at: null, ended_at: now })
    .where('county', '=', county)
    .where('recall', '=', recall)
    .where('state', '=', 'waiting')
    .execute();
}

interface Due {
  county: County;
  recall: string;
  person: string;
  next_at: Date | null;
}

/**
 * Sends what waits, in no order. The try is written down before it is made: a process that is killed in between leaves
 * a message that may be sent a second time, and none that is never sent.
 *
 * @returns how many the service took
 */
export async function sendRecallMessages(at: Context, signal?: AbortSignal): Promise<number> {
  const { sms } = at;
  if (!sms?.templates.recall) return 0;
  const due: Due[] = await at.db
    .selectFrom('trade.recall_message')
    .select(['county', 'recall', 'person', 'next_at'])
    .where('next_at', '<=', at.clock.now())
    .limit(MOST_AT_ONCE)
    .execute();
  let sent = 0;
  const lane = async () => {
    for (let one = due.pop(); one && !signal?.aborted; one = due.pop()) {
      if (await sendOne(at, sms, one)) sent++;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return sent;
}

async function sendOne(at: Context, sms: SmsSettings, { county, recall, person, next_at }: Due): Promise<boolean> {
  const { rows } = await sql<{ attempts: number }>`
    update trade.recall_message
       set attempts = attempts + 1, next_at = ${at.clock.now()}::timestamptz + interval '1 minute' * 2 ^ (attempts + 1)
     where county = ${county} and recall = ${recall}::uuid and person = ${person} and next_at = ${next_at}
    returning attempts`.execute(at.db);
  const [tried] = rows;
  // Somebody else took it, or the recall was lifted.
  if (!tried) return false;
  const phone = (await phonesOf(at, [person])).get(person);
  const words = await wordsFor(at, county, recall, person);
  const outcome: SmsOutcome =
    phone && words
      ? await sendSms(sms, { phone, kind: 'recall', words })
      : { outcome: 'phone', why: phone ? 'no order' : 'no phone' };
  const given = outcome.outcome === 'phone' || tried.attempts >= MOST_TRIES;
  await at.db
    .updateTable('trade.recall_message')
    .set(
      outcome.outcome === 'sent'
        ? { state: 'sent', number: outcome.number, why: null, next_at: null, ended_at: at.clock.now() }
        : { why: outcome.why, ...(given && { state: 'failed', next_at: null, ended_at: at.clock.now() }) },
    )
    .where('county', '=', county)
    .where('recall', '=', recall)
    .where('person', '=', person)
    .where('state', '=', 'waiting')
    .execute();
  return outcome.outcome === 'sent';
}

/** The newest order of a buyer that a recall hit. */
async function wordsFor({ db }: Context, county: County, recall: string, person: string) {
  const row = await db
    .selectFrom('trade.recall_line as r')
    .innerJoin('trade.order as o', (join) => join.onRef('o.county', '=', 'r.county').onRef('o.id', '=', 'r.order'))
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'r.county').onRef('l.id', '=', 'r.line'))
    .select(['o.number', 'l.name'])
    .where('r.county', '=', county)
    .where('r.recall', '=', recall)
    .where('r.person', '=', person)
    .orderBy('o.number', 'desc')
    .executeTakeFirst();
  return row && { product: row.name.slice(0, LONGEST_NAME), order: row.number };
}
