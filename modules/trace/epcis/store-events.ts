import { sql } from 'kysely';
import { textArray } from '#platform/database/arrays.ts';
import type { Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { hashId, prehash, utc } from './event-hash.ts';
import { termsOf } from './event-terms.ts';
import { isObject, type JsonObject, type Prefixes } from './names.ts';

/** An event that is to be kept, and what is known of it besides what it says. */
export interface NewEvent {
  event: JsonObject;
  /** namespaces of the document around it */
  prefixes: Prefixes;
  /** full names of fields its document says not to count */
  ignoring?: ReadonlySet<string>;
  /** the fact of ours that it tells */
  fact?: string;
  org: string | null;
  station?: string | null;
  /** lots of ours that it tells of, by their ids: their addresses may change with the shop's */
  lots?: readonly string[];
}

/** What became of an event: kept now, already here with the same content, or its sender's id for another content. */
export interface Stored {
  eventId: string;
  outcome: 'stored' | 'known' | 'differs';
}

/**
 * Keeps events, each once: an id is the sender's, or what the content hashes to. The same event again changes nothing;
 * the same id from another organisation is another event.
 *
 * @returns what became of each, in the order given
 */
export async function storeEvents(
  tx: Tx,
  county: County,
  events: readonly NewEvent[],
  of: { by: string; at: Date; capture?: string },
): Promise<Stored[]> {
  if (events.length === 0) return [];
  const place = await takePlaces(tx, county, events.length, of.at);
  const rows = events.map((one, index) => rowOf(county, one, { ...of, at: place.at, seq: place.first + index }));
  const { rows: written } = await sql<{ id: string }>`
    insert into trace.epcis_event (county, id, seq, event_id, declared, hash, type, action, event_time, record_time,
      document, prefixes, fact, capture, org, station, by_person)
    select county, id, seq, event_id, declared, hash, type, action, event_time, record_time,
      document, prefixes, fact, capture, org, station, by_person
      from jsonb_to_recordset(${JSON.stringify(rows.map((row) => row.columns))}::jsonb) as r (county int, id uuid,
        seq bigint, event_id text, declared text, hash text, type text, action text, event_time timestamptz,
        record_time timestamptz, document jsonb, prefixes jsonb, fact text, capture uuid, org uuid, station uuid,
        by_person text)
    on conflict do nothing
    returning id`.execute(tx);
  const fresh = new Set(written.map((row) => row.id));
  await writeTerms(
    tx,
    county,
    rows.filter((row) => fresh.has(row.columns.id)),
  );

  const known = await hashesOf(
    tx,
    county,
    rows.map((row) => row.columns.event_id),
  );
  return rows.map(({ columns }) => ({
    eventId: columns.event_id,
    outcome: fresh.has(columns.id) ? 'stored' : known.get(nameOf(columns)) === columns.hash ? 'known' : 'differs',
  }));
}

/**
 * Takes the next places in the order in which the county's events are recorded. They are held until the transaction
 * ends, so the order is the one in which others see the events, and of two the later has no earlier record time: who was
 * told up to one place or time has missed nothing. Places of events that were here before stay empty.
 *
 * @returns the first place, and when the events are recorded
 */
async function takePlaces(tx: Tx, county: County, count: number, now: Date): Promise<{ first: number; at: Date }> {
  const { rows } = await sql<{ last: number; recorded_at: Date }>`
    insert into trace.epcis_seq as s (county, last, recorded_at) values (${county}, ${count}, ${now})
    on conflict (county) do update
      set last = s.last + excluded.last, recorded_at = greatest(s.recorded_at, excluded.recorded_at)
    returning last, recorded_at`.execute(tx);
  const { last, recorded_at } = rows[0] as { last: number; recorded_at: Date };
  return { first: last - count + 1, at: recorded_at };
}

type Row = ReturnType<typeof rowOf>;

function rowOf(county: County, one: NewEvent, of: { by: string; at: Date; seq: number; capture?: string }) {
  // When it was recorded is for whoever keeps it to say.
  const { recordTime: _, ...said } = one.event;
  const hash = hashId(prehash(said, one.prefixes, one.ignoring));
  const eventId = typeof said.eventID === 'string' ? said.eventID : hash;
  const error = isObject(said.errorDeclaration) ? said.errorDeclaration : null;
  return {
    columns: {
      ...{ county, id: newId(), seq: of.seq, event_id: eventId, hash, record_time: of.at, by_person: of.by },
      declared: error ? utc(String(error.declarationTime)) : '',
      type: String(said.type),
      action: typeof said.action === 'string' ? said.action : null,
      event_time: utc(String(said.eventTime)),
      document: { ...said, eventID: eventId },
      prefixes: one.prefixes,
      fact: one.fact ?? null,
      capture: of.capture ?? null,
      org: one.org,
      station: one.station ?? null,
    },
    terms: [
      ...termsOf(said, one.prefixes),
      ...(one.lots ?? []).map((lot) => ({ field: 'lot', value: `lot ${lot}`, number: null })),
    ],
  };
}

async function writeTerms(tx: Tx, county: County, rows: readonly Row[]): Promise<void> {
  const terms = rows.flatMap((row) => row.terms.map((term) => ({ event: row.columns.id, ...term })));
  if (terms.length === 0) return;
  await sql`
    insert into trace.epcis_term (county, event, field, value, number)
    select ${county}::int, event, field, value, nullif(number, '')::double precision
      from unnest(${textArray(terms.map((term) => term.event))}::uuid[],
        ${textArray(terms.map((term) => term.field))}::text[], ${textArray(terms.map((term) => term.value))}::text[],
        ${textArray(terms.map((term) => String(term.number ?? '')))}::text[]) as t (event, field, value, number)
    on conflict do nothing`.execute(tx);
}

/** What makes an event one of its sender's. */
const nameOf = ({ event_id, org, declared }: { event_id: string; org: string | null; declared: string }) =>
  `${org} ${event_id} ${declared}`;

async function hashesOf(tx: Tx, county: County, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx
    .selectFrom('trace.epcis_event')
    .select(['event_id', 'org', 'declared', 'hash'])
    .where('county', '=', county)
    .where('event_id', '=', sql<string>`any(${[...new Set(ids)]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [nameOf(row), row.hash]));
}
