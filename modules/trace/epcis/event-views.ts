import { type RawBuilder, sql } from 'kysely';
import type { Static } from 'typebox';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { organisationsById, regionNames } from '#registry';
import { findRange } from '../codes/codes.queries.ts';
import { type LotReading, lotReading } from '../lots/lot-rights.ts';
import { findLot } from '../lots/lots.queries.ts';
import { refuse } from '../refuse.ts';
import { canonicalUri, lotUri } from './epc-uri.ts';
import type { OutsideEvent, TraceEvent } from './epcis.contract.ts';
import { indexed } from './event-terms.ts';
import { sight } from './events.queries.ts';
import {
  bareWord,
  isObject,
  type Json,
  type JsonObject,
  type Prefixes,
  type Vocabulary,
  vocabularyUri,
} from './names.ts';
import { ourUris, regionOfUri } from './our-uris.ts';

type View = Static<typeof TraceEvent>;
interface Row {
  id: string;
  event_id: string;
  type: string;
  action: string | null;
  event_time: Date;
  record_time: Date;
  document: JsonObject;
  prefixes: Prefixes;
  fact: string | null;
  org: string | null;
  wrong: boolean;
}

/**
 * Events for screens, newest first. Of a lot that somebody may see he sees all that is told of it, also by others.
 *
 * @throws Refusal `lot-not-found` for a lot that is not his to see
 */
export async function traceEvents(
  at: Context,
  by: Actor,
  input: {
    county: County;
    page?: number;
    size?: number;
    type?: string;
    bizStep?: string;
    outside?: boolean;
    lot?: string;
    q?: string;
  },
) {
  const { county, page = 1, size = 20 } = input;
  return transact(at.db, async (tx) => {
    const reading = lotReading(by, county);
    const lot = input.lot === undefined ? undefined : await findLot(tx, county, input.lot, reading);
    if (input.lot !== undefined && !lot) throw refuse('lot-not-found');
    const where = [
      lot ? await ofLot(tx, at, county, lot) : sight(reading),
      ...(input.type ? [sql`e.type = ${input.type}`] : []),
      ...(input.bizStep ? [has(['bizStep'], vocabularyUri(input.bizStep, 'bizStep', {}))] : []),
      ...(input.outside === undefined ? [] : [input.outside ? sql`e.fact is null` : sql`e.fact is not null`]),
      ...(input.q?.trim() ? [named(county, input.q.trim())] : []),
    ];
    const fits = sql`e.county = ${county} and ${sql.join(where, sql` and `)}`;
    const { rows } = await sql<Row>`${columns} where ${fits}
      order by e.event_time desc, e.id desc limit ${size} offset ${(page - 1) * size}`.execute(tx);
    const { rows: counted } = await sql<{ n: number }>`
      select count(*) as n from trace.epcis_event e where ${fits}`.execute(tx);
    return { rows: await viewsOf(tx, county, rows, reading), total: Number(counted[0]?.n ?? 0), page, size };
  });
}

/** A buyer's page stays small. */
const MOST_ON_A_PAGE = 8;
const MOST_LOOKED_AT = 200;

/**
 * What others report of a lot of packs, for anyone, oldest first. Only from the lot's owner and the county itself: a
 * stranger's document shows to those who work, not on a public page. What was declared wrong is left out.
 */
export async function outsideEvents(
  at: Context,
  gtin: string,
  lotNumber: string,
): Promise<Static<typeof OutsideEvent>[]> {
  const range = await findRange(at.db, gtin, lotNumber);
  if (!range) return [];
  const { county } = range;
  return transact(at.db, async (tx) => {
    const lot = await findLot(tx, county, range.lot);
    if (!lot) return [];
    const { rows } = await sql<Row>`${columns}
       where e.county = ${county} and e.fact is null and ${await ofLot(tx, at, county, lot)}
         and not ${declaredWrong}
       order by e.event_time, e.id limit ${MOST_LOOKED_AT}`.execute(tx);
    const orgs = await organisationsById(
      tx,
      county,
      rows.flatMap((row) => row.org ?? []),
    );
    const trusted = rows.filter((row) => row.org === lot.org || orgs.get(row.org ?? '')?.kind === 'county_centre');
    const views = await viewsOf(tx, county, trusted.slice(0, MOST_ON_A_PAGE), 'all');
    return views.map(({ bizStep, at: time, place, byOrg }) => ({ bizStep, at: time, place, byOrg: byOrg ?? '' }));
  });
}

/** Only whoever told of an event may take it back: another's declaration is kept, and changes nothing. */
const declaredWrong = sql`
  exists (select from trace.epcis_event w
           where w.county = e.county and w.event_id = e.event_id and w.declared <> ''
             and w.org is not distinct from e.org and (w.fact is null) = (e.fact is null))`;

const columns = sql`
  select e.id, e.event_id, e.type, e.action, e.event_time, e.record_time, e.document, e.prefixes, e.fact, e.org,
         ${declaredWrong} as wrong
    from trace.epcis_event e`;

/** Events with this id, or with this identifier in any field: found from the value, not by looking at each event. */
const named = (county: County, words: string): RawBuilder<unknown> => sql`e.id in (
  select id from trace.epcis_event where county = ${county} and event_id = ${words}
  union all
  select event from trace.epcis_term where county = ${county} and value = ${indexed(canonicalUri(words))})`;

/** Whether an event has a value in one of some fields. */
function has(fields: readonly string[], value: string): RawBuilder<unknown> {
  return sql`exists (select from trace.epcis_term t
    where t.county = e.county and t.event = e.id and t.field = any(${fields as string[]}::text[])
      and t.value = ${indexed(value)})`;
}

/** Events that tell of a lot: ours by its id, others by the address they know it by. */
async function ofLot(
  tx: Tx,
  at: Context,
  county: County,
  lot: { id: string; number: string },
): Promise<RawBuilder<unknown>> {
  const range = await tx
    .selectFrom('trace.code_range')
    .select(['gtin', 'lot_number'])
    .where('county', '=', county)
    .where('lot', '=', lot.id)
    .executeTakeFirst();
  const address = range
    ? lotUri(range.gtin, range.lot_number)
    : canonicalUri(ourUris(at.publicUrl).rawLot(county, lot.number));
  const values = [address, `lot ${lot.id}`];
  return sql`e.id in (select t.event from trace.epcis_term t
    where t.county = ${county} and t.field in ('lot', 'epcClass', 'inputEPCClass', 'outputEPCClass', 'epc')
      and t.value = any(${values}::text[]))`;
}

async function viewsOf(tx: Tx, county: County, rows: readonly Row[], reading: LotReading): Promise<View[]> {
  const places = await regionNames(
    tx,
    rows.flatMap((row) => regionOfUri(placeOf(row.document) ?? '') ?? []),
  );
  const orgs = await organisationsById(
    tx,
    county,
    rows.flatMap((row) => row.org ?? []),
  );
  return rows.map((row) => {
    const place = placeOf(row.document);
    const region = place === null ? null : regionOfUri(place);
    return {
      id: row.id,
      eventId: row.event_id,
      type: row.type,
      action: row.action,
      bizStep: wordIn(row, 'bizStep', 'bizStep'),
      disposition: wordIn(row, 'disposition', 'disposition'),
      at: row.event_time,
      recordedAt: row.record_time,
      place: (region !== null && places.get(region)?.name) || place,
      things: thingsOf(row.document),
      outside: row.fact === null,
      byOrg: row.org === null ? null : (orgs.get(row.org)?.name ?? null),
      declaredWrong: row.wrong,
      // What a stranger captured about somebody's lot is shown to him, but his whole document only to its own people.
      document: reading === 'all' || row.fact !== null || ownedBy(reading, row.org) ? row.document : {},
    };
  });
}

const ownedBy = (reading: Exclude<LotReading, 'all'>, org: string | null): boolean =>
  org !== null && (reading.orgs.includes(org) || reading.stations.includes(org));

function wordIn(row: Row, field: string, vocabulary: Vocabulary): string | null {
  const value = row.document[field];
  return typeof value === 'string' ? bareWord(vocabularyUri(value, vocabulary, row.prefixes), vocabulary) : null;
}

function placeOf(document: JsonObject): string | null {
  for (const field of ['readPoint', 'bizLocation']) {
    const at = document[field];
    if (isObject(at) && typeof at.id === 'string') return canonicalUri(at.id);
  }
  return null;
}

const roles = {
  ...{ epcList: 'thing', childEPCs: 'thing', quantityList: 'thing', childQuantityList: 'thing', parentID: 'parent' },
  ...{ inputEPCList: 'input', inputQuantityList: 'input', outputEPCList: 'output', outputQuantityList: 'output' },
} as const satisfies Record<string, View['things'][number]['role']>;

function thingsOf(document: JsonObject): View['things'] {
  return entriesOf(roles).flatMap(([field, role]): View['things'] => {
    const value = document[field];
    const list: Json[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return list.flatMap((one): View['things'] => {
      if (typeof one === 'string') return [{ uri: canonicalUri(one), role, quantity: null, unit: null }];
      if (!isObject(one) || typeof one.epcClass !== 'string') return [];
      const quantity = typeof one.quantity === 'number' ? one.quantity : null;
      const unit = typeof one.uom === 'string' ? one.uom : null;
      return [{ uri: canonicalUri(one.epcClass), role, quantity, unit }];
    });
  });
}

const entriesOf = <K extends string, V>(of: Readonly<Record<K, V>>) => Object.entries(of) as [K, V][];
