import { asDigitalLink } from './epc-uri.ts';
import type { EventRow } from './events.queries.ts';
import { GS1_CONTEXT, isObject, type Json, type JsonObject, type Prefixes } from './names.ts';

/** How identifiers are written in an answer; events are kept as they came. */
export const epcFormats = ['No_Preference', 'Always_GS1_Digital_Link', 'Never_Translates', 'Always_EPC_URN'] as const;
export type EpcFormat = (typeof epcFormats)[number];

/** An EPCISQueryDocument of some events. */
export function queryDocument(rows: readonly EventRow[], at: Date, queryName: string, format: EpcFormat): JsonObject {
  const prefixes: Record<string, string> = {};
  const eventList = rows.map((row) => {
    const own = share(row.prefixes, prefixes);
    const event = format === 'Always_GS1_Digital_Link' ? withLinks(row.document) : row.document;
    const inside = event['@context'];
    // Where two documents gave one prefix two meanings, the later event keeps its own.
    const context =
      Object.keys(own).length === 0 ? inside : [own, ...(Array.isArray(inside) ? inside : inside ? [inside] : [])];
    return { ...event, ...(context && { '@context': context }), recordTime: row.record_time.toISOString() };
  });
  return {
    '@context': Object.keys(prefixes).length === 0 ? [GS1_CONTEXT] : [GS1_CONTEXT, prefixes],
    type: 'EPCISQueryDocument',
    schemaVersion: '2.0',
    creationDate: at.toISOString(),
    epcisBody: { queryResults: { queryName, resultsBody: { eventList } } },
  };
}

/** Adds an event's prefixes to the document's. @returns those that mean something else there already */
function share(own: Prefixes, document: Record<string, string>): Record<string, string> {
  const other: Record<string, string> = {};
  for (const [prefix, address] of Object.entries(own)) {
    document[prefix] ??= address;
    if (document[prefix] !== address) other[prefix] = address;
  }
  return other;
}

const lists = ['epcList', 'childEPCs', 'parentID', 'inputEPCList', 'outputEPCList'];
const objects: Record<string, string> = {
  ...{ quantityList: 'epcClass', childQuantityList: 'epcClass', inputQuantityList: 'epcClass' },
  ...{ outputQuantityList: 'epcClass', readPoint: 'id', bizLocation: 'id' },
  ...{ sourceList: 'source', destinationList: 'destination', bizTransactionList: 'bizTransaction' },
};

/** The event with its EPC URIs as Digital Links, the standard's form when a client says nothing. */
function withLinks(event: JsonObject): JsonObject {
  const each = (value: Json, change: (one: Json) => Json): Json =>
    Array.isArray(value) ? value.map(change) : change(value);
  const link = (one: Json): Json => (typeof one === 'string' ? asDigitalLink(one) : one);
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => {
      if (lists.includes(name)) return [name, each(value, link)];
      const inner = objects[name];
      if (inner === undefined) return [name, value];
      return [
        name,
        each(value, (one) => (isObject(one) && inner in one ? { ...one, [inner]: link(one[inner] as Json) } : one)),
      ];
    }),
  );
}
