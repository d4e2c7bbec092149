import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { eventsBetween, lastRecorded, type PlacedEvent, placeBefore } from './events.queries.ts';
import type { JsonObject } from './names.ts';
import { limited, refusalOf } from './pages.ts';
import { queryDocument } from './query-document.ts';
import { readQuery } from './query-params.ts';

/** Places looked through at a time: who asks for little from long ago is told in many short looks, not in one too long. */
const MOST_LOOKED_AT = 20_000;

/**
 * Where somebody who is to be told of new events begins: behind what is recorded now, or behind what was recorded before
 * `from`.
 *
 * @param from null: from now on
 */
export async function beginning(db: Db, county: County, from: Date | null): Promise<number> {
  if (from) return placeBefore(db, county, from);
  return (await lastRecorded(db, [county])).get(county)?.seq ?? 0;
}

/**
 * The next events of a standing query: of those recorded behind a place and up to another, what it finds among what the
 * reader may see, in the order in which they were recorded.
 *
 * @param input.notBefore a time to come from which on events are asked for; null where the place says it all
 * @returns the events, maybe none, and the place up to which this is all; until that is `upTo` more may follow
 * @throws Refusal `epcis-query-parameter` | `epcis-query-too-complex`
 */
export async function newEvents(
  at: Context,
  by: Actor,
  input: { county: County; query: JsonObject; notBefore: Date | null; after: number; upTo: number; most: number },
): Promise<{ rows: PlacedEvent[]; told: number }> {
  const { county, query, notBefore, after, upTo, most } = input;
  const end = Math.min(upTo, after + MOST_LOOKED_AT);
  try {
    const { conditions } = readQuery(query);
    if (notBefore) conditions.push({ kind: 'time', column: 'record_time', op: '>=', at: notBefore });
    const rows = await limited(at, (tx) =>
      eventsBetween(tx, county, lotReading(by, county), conditions, { after, upTo: end }, most),
    );
    return { rows, told: rows.length < most ? end : (rows.at(-1) as PlacedEvent).seq };
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What a subscriber is sent: the events as results of the query, under the subscription's name. */
export function reportOf(
  rows: readonly PlacedEvent[],
  at: Date,
  of: { query: string; id: string; format: Parameters<typeof queryDocument>[3] },
): string {
  const document = queryDocument(rows, at, of.query, of.format);
  const { queryName, ...results } = (document.epcisBody as { queryResults: JsonObject }).queryResults;
  return JSON.stringify({ ...document, epcisBody: { queryResults: { queryName, subscriptionID: of.id, ...results } } });
}

/** What a subscriber is sent instead, where the query itself cannot be answered; null for a fault that is not his. */
export function problemOf(error: unknown): string | null {
  if (!(error instanceof Refusal)) return null;
  const type = 'epcisException:QueryTooComplexException';
  return JSON.stringify({ type, title: error.say('en'), status: error.text.status });
}
