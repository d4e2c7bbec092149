import type { Actor } from '#platform/actor.ts';
import { membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { addJob } from '#platform/jobs.ts';
import { requireCounty } from '#registry';
import { refuse } from '../refuse.ts';
import { type Fault, faultsOf, faultsOfEvent } from './check-document.ts';
import { identifierFaults } from './check-identifiers.ts';
import { canonicalUri } from './epc-uri.ts';
import { epcisRoutes } from './epcis.contract.ts';
import { indexed } from './event-terms.ts';
import { fullName, isObject, type Json, type JsonObject, prefixesOf } from './names.ts';
import { type NewEvent, storeEvents } from './store-events.ts';

/** Most events of one document, and most bytes; told to clients in the answers' headers. */
export const captureLimit = { events: 1000, bytes: 10 * 1024 * 1024 };
export type Behaviour = 'rollback' | 'proceed';

/** What went wrong with an event of a capture, in the standard's form. */
interface CaptureError {
  type: string;
  title: string;
  /** JSON pointer into the document */
  instance: string;
  detail: string;
}

export const captureJob = { name: 'trace.capture-epcis' } as const;

/**
 * Takes in a document to be captured. With `rollback` a document with any fault is refused at once, with the place;
 * with `proceed` only one that cannot be read event by event. Capturing itself is a job's.
 *
 * @param text the body as it came
 * @returns the job's id
 * @throws Refusal `epcis-not-json` | `epcis-behaviour-unknown` | `epcis-invalid` | `epcis-too-many-events`
 */
export async function askCapture(
  at: Context,
  by: Actor,
  input: { county: County; text: unknown; behaviour: string | undefined },
): Promise<string> {
  const { county, behaviour = 'rollback' } = input;
  if (behaviour !== 'rollback' && behaviour !== 'proceed') throw refuse('epcis-behaviour-unknown');
  const document = readJson(input.text);
  const faults =
    document.type === 'EPCISDocument' || document.type === 'EPCISQueryDocument'
      ? behaviour === 'rollback'
        ? faultsOfAll(document)
        : faultsOf(withoutEvents(document))
      : [{ pointer: '/type', keyword: 'enum', message: 'must be one of EPCISDocument, EPCISQueryDocument' }];
  if (faults.length > 0) throw invalid(faults);
  const { events } = listOf(document);
  if (events.length > captureLimit.events) {
    throw refuse('epcis-too-many-events', { most: captureLimit.events, events: events.length });
  }
  const id = newId();
  await transact(at.db, async (tx) => {
    await requireCounty(tx, county);
    await tx
      .insertInto('trace.epcis_capture')
      .values({
        ...{ county, id, behaviour, org: capturerOf(by, county), by_person: by.person },
        document: JSON.stringify(document),
        events: events.length,
        created_at: at.clock.now(),
      })
      .execute();
    await addJob(tx, captureJob, { county, id }, { key: `${captureJob.name} ${id}` });
  });
  return id;
}

/** Identifiers are read only where the schema has nothing to say. */
const first = (faults: Fault[], next: () => Fault[]): Fault[] => (faults.length > 0 ? faults : next());

function faultsOfAll(document: JsonObject): Fault[] {
  return first(faultsOf(document), () => {
    const { events, pointer } = listOf(document);
    return events.flatMap((event, place) => identifierFaults(event, `${pointer}/${place}`));
  });
}

/** A document that may not come in part has a fault: what of it was kept is taken back. */
class TakenBack extends Error {
  readonly errors: CaptureError[];
  constructor(errors: CaptureError[]) {
    super('the capture is taken back');
    this.errors = errors;
  }
}

/**
 * Captures what was asked for: all or nothing with `rollback`, as much as is right with `proceed`. Twice is once: a
 * finished job is left alone.
 */
export async function runCapture(at: Context, { county, id }: { county: County; id: string }): Promise<void> {
  try {
    await transact(at.db, async (tx) => {
      const asked = await tx
        .selectFrom('trace.epcis_capture')
        .selectAll()
        .where('county', '=', county)
        .where('id', '=', id)
        .where('finished_at', 'is', null)
        .forUpdate()
        .executeTakeFirst();
      if (!asked) return;
      const document = asked.document as JsonObject;
      const now = at.clock.now();
      const { captured, errors } = await captureAll(tx, county, document, asked, now);
      if (asked.behaviour === 'rollback' && errors.length > 0) throw new TakenBack(errors);
      await writePlaces(tx, county, document);
      await finish(tx, county, id, { captured, errors, at: now });
    });
  } catch (error) {
    if (!(error instanceof TakenBack)) throw error;
    await transact(at.db, (tx) => finish(tx, county, id, { captured: 0, errors: error.errors, at: at.clock.now() }));
  }
}

async function captureAll(
  tx: Tx,
  county: County,
  document: JsonObject,
  asked: { id: string; org: string; behaviour: Behaviour; by_person: string },
  now: Date,
): Promise<{ captured: number; errors: CaptureError[] }> {
  const { events, pointer, ignoring } = listOf(document);
  const prefixes = prefixesOf(document['@context']);
  const errors: CaptureError[] = [];
  const right: { event: NewEvent; place: number }[] = [];
  events.forEach((event, place) => {
    // A document that may not come in part was looked at whole before.
    const faults =
      asked.behaviour === 'proceed'
        ? first(faultsOfEvent(document, event, place, pointer), () => identifierFaults(event, `${pointer}/${place}`))
        : [];
    errors.push(...faults.map(validationError));
    if (faults.length === 0) {
      right.push({ event: { event: event as JsonObject, prefixes, ignoring, org: asked.org }, place });
    }
  });
  const stored = await storeEvents(
    tx,
    county,
    right.map((one) => one.event),
    { by: asked.by_person, at: now, capture: asked.id },
  );
  stored.forEach(({ outcome, eventId }, index) => {
    if (outcome !== 'differs') return;
    errors.push({
      type: 'epcisException:ResourceAlreadyExistsException',
      title: 'An event with other content has this ID',
      instance: `${pointer}/${right[index]?.place}/eventID`,
      detail: eventId,
    });
  });
  return { captured: stored.filter((one) => one.outcome === 'stored').length, errors };
}

async function finish(
  tx: Tx,
  county: County,
  id: string,
  outcome: { captured: number; errors: readonly CaptureError[]; at: Date },
): Promise<void> {
  await tx
    .updateTable('trace.epcis_capture')
    .set({
      document: null,
      captured: outcome.captured,
      errors: JSON.stringify(outcome.errors),
      finished_at: outcome.at,
    })
    .where('county', '=', county)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .execute();
}

/**
 * Captures one event at once. The same event again is no conflict: it is the event that is here.
 *
 * @returns its id
 * @throws Refusal `epcis-not-json` | `epcis-invalid` | `epcis-event-differs`
 */
export async function captureEvent(at: Context, by: Actor, input: { county: County; text: unknown }): Promise<string> {
  const { county } = input;
  const { '@context': context, ...event } = readJson(input.text);
  const faults =
    event.type === 'EPCISDocument' || event.type === 'EPCISQueryDocument'
      ? [{ pointer: '/type', keyword: 'enum', message: 'must be the type of an event; documents go to /capture' }]
      : first(faultsOf({ ...event, ...(context !== undefined && { '@context': context }) }), () =>
          identifierFaults(event, ''),
        );
  if (faults.length > 0) throw invalid(faults);
  return transact(at.db, async (tx) => {
    await requireCounty(tx, county);
    const one = { event, prefixes: prefixesOf(context), org: capturerOf(by, county) };
    const [stored] = await storeEvents(tx, county, [one], { by: by.person, at: at.clock.now() });
    if (!stored || stored.outcome === 'differs') throw refuse('epcis-event-differs', { eventId: stored?.eventId });
    return stored.eventId;
  });
}

/** For whom somebody captures: the organisation that lets him. */
function capturerOf(by: Actor, county: County): string {
  const [membership] = membershipsIn(by, county, epcisRoutes.epcisCapture.who);
  if (!membership) throw new Error(`${by.person} captures for nobody in county ${county}`);
  return membership.org;
}

/** @throws Refusal `epcis-not-json` */
export function readJson(text: unknown): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(String(text));
  } catch (error) {
    throw refuse('epcis-not-json', { why: (error as Error).message });
  }
  if (!isObject(value)) throw invalid([{ pointer: '/', keyword: 'type', message: 'must be an object' }]);
  return value;
}

export const invalid = (faults: readonly Fault[]) =>
  refuse('epcis-invalid', {
    pointer: faults[0]?.pointer,
    why: faults[0]?.message,
    faults: faults.length,
    list: faults,
  });

const validationError = (fault: Fault): CaptureError => ({
  type: 'epcisException:ValidationException',
  title: 'The event is not valid',
  instance: fault.pointer,
  detail: fault.message,
});

/** The events of a document or of query results, where they stand, and what its sender says not to count. */
function listOf(document: JsonObject): { events: Json[]; pointer: string; ignoring: ReadonlySet<string> } {
  const prefixes = prefixesOf(document['@context']);
  const body = isObject(document.epcisBody) ? document.epcisBody : {};
  const results = isObject(body.queryResults) ? body.queryResults : null;
  const holder = results ? results.resultsBody : body;
  const list = isObject(holder) ? holder.eventList : undefined;
  const ignored = Object.entries(results ?? {}).find(([name]) => name.endsWith(':ignoreFields'))?.[1];
  return {
    events: Array.isArray(list) ? list : [],
    pointer: results ? '/epcisBody/queryResults/resultsBody/eventList' : '/epcisBody/eventList',
    ignoring: new Set(Array.isArray(ignored) ? ignored.map((name) => fullName(String(name), prefixes)) : []),
  };
}

/** The document around its events, to be looked at without them. */
function withoutEvents(document: JsonObject): JsonObject {
  const body = isObject(document.epcisBody) ? document.epcisBody : null;
  if (!body) return document;
  const empty = (holder: Json | undefined): JsonObject =>
    isObject(holder) && Array.isArray(holder.eventList) ? { ...holder, eventList: [] } : ((holder ?? {}) as JsonObject);
  const { queryResults } = body;
  const inner = isObject(queryResults)
    ? { ...body, queryResults: { ...queryResults, resultsBody: empty(queryResults.resultsBody) } }
    : empty(body);
  return { ...document, epcisBody: inner };
}

/** Which places lie in which, as the master data in a document's header say: for queries "with descendants". */
async function writePlaces(tx: Tx, county: County, document: JsonObject): Promise<void> {
  const header = isObject(document.epcisHeader) ? document.epcisHeader : {};
  const data = isObject(header.epcisMasterData) ? header.epcisMasterData : {};
  const rows = listIn(data.vocabularyList).flatMap((vocabulary) =>
    listIn(vocabulary.vocabularyElementList).flatMap((element) =>
      (Array.isArray(element.children) ? element.children : []).map((child) => ({
        county,
        parent: indexed(canonicalUri(String(element.id))),
        child: indexed(canonicalUri(String(child))),
      })),
    ),
  );
  if (rows.length === 0) return;
  await tx
    .insertInto('trace.epcis_place')
    .values(rows)
    .onConflict((c) => c.columns(['county', 'parent', 'child']).doNothing())
    .execute();
}

const listIn = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);
