import { type RawBuilder, sql } from 'kysely';
import type { Db, Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import type { LotReading } from '../lots/lot-rights.ts';
import type { JsonObject, Prefixes } from './names.ts';
import type { Condition, EventQuery } from './query-params.ts';

/** An event as it is kept. */
export interface EventRow {
  id: string;
  event_id: string;
  type: string;
  event_time: Date;
  record_time: Date;
  document: JsonObject;
  prefixes: Prefixes;
  fact: string | null;
  org: string | null;
}

/** Where a page begins: behind this event, among those recorded by then. */
export interface From {
  until: Date;
  after: { at: Date | null; id: string } | null;
}

type Order = Pick<EventQuery, 'orderBy' | 'descending'>;

/** Of a county's events those that fit, in order; at most `limit`. */
export async function findEvents(
  tx: Tx,
  county: County,
  reading: LotReading,
  query: Pick<EventQuery, 'conditions'> & Order,
  from: From,
  limit: number,
): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    select e.id, e.event_id, e.type, e.event_time, e.record_time, e.document, e.prefixes, e.fact, e.org
      from trace.epcis_event e
     where e.county = ${county} and e.record_time <= ${from.until} and ${sight(reading)}
       and ${sql.join([...query.conditions.map(condition), behind(query, from)], sql` and `)}
     order by ${orderOf(query)} limit ${limit}`.execute(tx);
  return rows;
}

/** An event with its place in the order in which the county's events were recorded. */
export type PlacedEvent = EventRow & { seq: number };

/** Of the events recorded behind one place and up to another those that fit, in that order; at most `limit`. */
export async function eventsBetween(
  tx: Tx,
  county: County,
  reading: LotReading,
  conditions: readonly Condition[],
  { after, upTo }: { after: number; upTo: number },
  limit: number,
): Promise<PlacedEvent[]> {
  const { rows } = await sql<PlacedEvent>`
    select e.id, e.event_id, e.type, e.event_time, e.record_time, e.document, e.prefixes, e.fact, e.org, e.seq
      from trace.epcis_event e
     where e.county = ${county} and e.seq > ${after} and e.seq <= ${upTo} and ${sight(reading)}
       and ${sql.join([sql`true`, ...conditions.map(condition)], sql` and `)}
     order by e.seq limit ${limit}`.execute(tx);
  return rows;
}

/** How far the events of some counties are recorded: the last one's place, and when it was recorded. */
export async function lastRecorded(
  db: Db,
  counties: readonly County[],
): Promise<Map<County, { seq: number; at: Date }>> {
  if (counties.length === 0) return new Map();
  const rows = await db.selectFrom('trace.epcis_seq').selectAll().where('county', 'in', counties).execute();
  return new Map(rows.map((row) => [row.county, { seq: row.last, at: row.recorded_at }]));
}

/** The place of the last event that was recorded before a time; 0: none was. */
export async function placeBefore(db: Db, county: County, time: Date): Promise<number> {
  // The later place has no earlier time, so the last by time is the last by place.
  const row = await db
    .selectFrom('trace.epcis_event')
    .select('seq')
    .where('county', '=', county)
    .where('record_time', '<', time)
    .orderBy('record_time', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.seq ?? 0;
}

/** How many events fit, counted no further than `most`. */
export async function countEvents(
  tx: Tx,
  county: County,
  reading: LotReading,
  conditions: readonly Condition[],
  most: number,
): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select from trace.epcis_event e
       where e.county = ${county} and ${sight(reading)}
         and ${sql.join([sql`true`, ...conditions.map(condition)], sql` and `)} limit ${most}) found`.execute(tx);
  return Number(rows[0]?.n ?? 0);
}

/** The values of some fields that any event has, in order, behind `after`. */
export async function valuesOf(
  tx: Tx,
  county: County,
  reading: LotReading,
  fields: readonly string[],
  after: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await sql<{ value: string }>`
    select distinct t.value collate "C" as value
      from trace.epcis_term t join trace.epcis_event e on e.county = t.county and e.id = t.event
     where t.county = ${county} and t.field = any(${fields as string[]}::text[]) and t.value collate "C" > ${after}
       and ${sight(reading)}
     order by 1 limit ${limit}`.execute(tx);
  return rows.map((row) => row.value);
}

/** Everybody sees what he may see of lots: all, or what belongs to his organisations and lay in his stations. */
export function sight(reading: LotReading): RawBuilder<unknown> {
  if (reading === 'all') return sql`true`;
  return sql`(e.org = any(${reading.orgs}::uuid[]) or e.org = any(${reading.stations}::uuid[])
    or e.station = any(${reading.stations}::uuid[]))`;
}

function orderOf({ orderBy, descending }: Order): RawBuilder<unknown> {
  const way = sql.raw(descending ? 'desc' : 'asc');
  return orderBy === null ? sql`e.id ${way}` : sql`e.${sql.ref(orderBy)} ${way}, e.id ${way}`;
}

function behind({ orderBy, descending }: Order, { after }: From): RawBuilder<unknown> {
  if (!after) return sql`true`;
  const sign = sql.raw(descending ? '<' : '>');
  if (orderBy === null || after.at === null) return sql`e.id ${sign} ${after.id}::uuid`;
  return sql`(e.${sql.ref(orderBy)}, e.id) ${sign} (${after.at}::timestamptz, ${after.id}::uuid)`;
}

const column = { type: sql`e.type`, action: sql`e.action`, event_id: sql`e.event_id` };

function condition(one: Condition): RawBuilder<unknown> {
  switch (one.kind) {
    case 'column':
      return sql`${column[one.column]} = any(${one.values}::text[])`;
    case 'time': {
      const op = sql.raw(one.op);
      if (one.column !== 'declared') return sql`e.${sql.ref(one.column)} ${op} ${one.at}`;
      // UTC texts of one length: their order is that of time.
      return sql`(e.declared <> '' and e.declared ${op} ${one.at.toISOString()})`;
    }
    case 'declared':
      return sql`e.declared <> ''`;
    case 'place':
      return sql`exists (${ofPlaces(one.field, one.values)})`;
    case 'term':
      return sql`exists (select from trace.epcis_term t
        where t.county = e.county and t.event = e.id and t.field = any(${one.fields}::text[]) and ${fits(one)})`;
  }
}

function fits(one: Extract<Condition, { kind: 'term' }>): RawBuilder<unknown> {
  if (one.number) return sql`t.number ${sql.raw(one.number.op)} ${one.number.than}::double precision`;
  if (!one.values) return sql`true`;
  const below = (one.below ?? []).map((start) => sql`starts_with(t.value, ${start})`);
  return sql`(${sql.join([sql`t.value = any(${one.values}::text[])`, ...below], sql` or `)})`;
}

/**
 * A place, or one inside it: as captured master data say, as an extension of the same GLN, or as a region of ours, whose
 * code begins like the wider one's.
 */
function ofPlaces(field: string, values: string[]): RawBuilder<unknown> {
  const starts = values.flatMap((value) => {
    const region = /^(.*\/village\/\d{2}\d*?)(000)*0*$/.exec(value)?.[1];
    return region ? [region] : value.includes('/414/') ? [`${value}/254/`] : [];
  });
  return sql`
    with recursive inside (place) as (
      select unnest(${values}::text[])
      union
      select p.child from trace.epcis_place p join inside i on i.place = p.parent where p.county = e.county)
    select from trace.epcis_term t
     where t.county = e.county and t.event = e.id and t.field = ${field}
       and (t.value in (select place from inside)
         or exists (select from unnest(${starts}::text[]) as s (start) where starts_with(t.value, s.start)))`;
}
