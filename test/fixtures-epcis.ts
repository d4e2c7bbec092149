import type { FastifyInstance } from 'fastify';
import type { Actor, Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { migrateJobs } from '#platform/jobs.ts';
import { runCapture } from '../modules/trace/epcis/capture.ts';
import type { JsonObject } from '../modules/trace/epcis/names.ts';
import { traceModule } from '../modules/trace/index.ts';
import { testApp } from './app.ts';

/** What an answer of the repository says. */
export interface EpcisAnswer {
  status: number;
  headers: Record<string, unknown>;
  body: JsonObject;
}
type Ask = (path: string, options?: { headers?: Record<string, string>; body?: unknown }) => Promise<EpcisAnswer>;

/** A county's EPCIS repository over HTTP, as somebody: `as(by).get('/events')`. */
export async function epcisOf(at: Context, url: string, county: number) {
  // Captures wait in the queue; tests run them by hand.
  await migrateJobs(url);
  const callers = new Map<string, Actor>();
  const app = await testApp(at, [traceModule], async (request): Promise<Caller> => {
    return callers.get(String(request.headers['x-as'])) ?? { person: null, memberships: [] };
  });
  const asker =
    (method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS', by: Actor | null): Ask =>
    (path, options = {}) =>
      ask(app, method, path.startsWith('/api') ? path : `/api/counties/${county}/epcis${path}`, by, options);
  return {
    /** really listens. @returns the address of the county's repository */
    async listen(): Promise<string> {
      return `${await app.listen({ port: 0, host: '127.0.0.1' })}/api/counties/${county}/epcis`;
    },
    close: () => app.close(),
    /** from now on requests that say they are this person's have the rights given here */
    as: (by: Actor | null) => {
      if (by) callers.set(by.person, by);
      return {
        get: asker('GET', by),
        post: asker('POST', by),
        remove: asker('DELETE', by),
        options: asker('OPTIONS', by),
        /** captures a document and lets its job run; answers the job, or the refusal */
        async capture(document: unknown, headers: Record<string, string> = {}): Promise<EpcisAnswer> {
          const asked = await asker('POST', by)('/capture', { headers, body: document });
          if (asked.status !== 202) return asked;
          const place = String(asked.headers.location);
          await runCapture(at, { county, id: place.split('/').at(-1) as string });
          return asker('GET', by)(place);
        },
      };
    },
  };
}

async function ask(
  app: FastifyInstance,
  method: 'GET' | 'POST' | 'DELETE' | 'OPTIONS',
  url: string,
  by: Actor | null,
  { headers = {}, body }: { headers?: Record<string, string>; body?: unknown },
): Promise<EpcisAnswer> {
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(by && { 'x-as': by.person }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'accept-language': 'en',
      ...headers,
    },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: answer.body === '' ? {} : (JSON.parse(answer.body) as JsonObject),
  };
}

/** The events of a query's answer. */
export const eventsIn = (answer: EpcisAnswer): JsonObject[] => {
  const body = answer.body.epcisBody as { queryResults: { resultsBody: { eventList: JsonObject[] } } } | undefined;
  if (!body) throw new Error(`no events but ${answer.status} ${JSON.stringify(answer.body)}`);
  return body.queryResults.resultsBody.eventList;
};

/** An event that a merchant might send. */
export const testEvent = (over: JsonObject = {}): JsonObject => ({
  type: 'ObjectEvent',
  eventTime: '2026-09-10T08:00:00Z',
  eventTimeZoneOffset: '+08:00',
  action: 'OBSERVE',
  epcList: ['urn:epc:id:sgtin:4012345.011111.1'],
  ...over,
});

/** Events as a document. */
export const testDocument = (events: readonly JsonObject[], over: JsonObject = {}): JsonObject => ({
  '@context': [
    'https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld',
    { ex: 'https://ns.example.com/epcis/' },
  ],
  type: 'EPCISDocument',
  schemaVersion: '2.0',
  creationDate: '2026-09-10T08:00:00Z',
  epcisBody: { eventList: [...events] },
  ...over,
});
