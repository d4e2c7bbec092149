import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { allowSockets } from '#platform/http/sockets.ts';
import type { County } from '#platform/ids.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { askCapture, captureEvent, captureLimit } from './capture.ts';
import { captureJobs, captureJobView } from './capture-views.ts';
import { countySubscriptions } from './county-subscriptions.ts';
import { canonicalUri } from './epc-uri.ts';
import { epcisRoutes } from './epcis.contract.ts';
import { answerEpcisProblem } from './epcis-problem.ts';
import { outsideEvents, traceEvents } from './event-views.ts';
import { valuesOf } from './events.queries.ts';
import { startListening } from './listen.ts';
import { moveSubscription } from './move-subscription.ts';
import { addQuery, findQuery, listQueries, removeQuery } from './named-queries.ts';
import { bareWord, GS1_CONTEXT, type Json, type JsonObject, type Prefixes, type Vocabulary } from './names.ts';
import { eventPage } from './pages.ts';
import { postOutside } from './post-outside.ts';
import { type EpcFormat, epcFormats, queryDocument } from './query-document.ts';
import { isControl } from './subscription-controls.ts';
import { findSubscription, listSubscriptions, subscribe, unsubscribe } from './subscriptions.ts';
import { trySubscription } from './try-subscription.ts';

/** Collections of the standard: what their values are called in the index, and the query each stands for. */
const collections: Record<string, { fields: string[]; parameter: string; vocabulary?: Vocabulary }> = {
  eventTypes: { fields: [], parameter: 'eventType' },
  epcs: { fields: ['epc', 'parentID', 'inputEPC', 'outputEPC'], parameter: 'MATCH_anyEPC' },
  bizSteps: { fields: ['bizStep'], parameter: 'EQ_bizStep', vocabulary: 'bizStep' },
  bizLocations: { fields: ['bizLocation'], parameter: 'EQ_bizLocation' },
  readPoints: { fields: ['readPoint'], parameter: 'EQ_readPoint' },
  dispositions: { fields: ['disposition'], parameter: 'EQ_disposition', vocabulary: 'disposition' },
};
const eventTypes = ['AggregationEvent', 'AssociationEvent', 'ObjectEvent', 'TransactionEvent', 'TransformationEvent'];

const versions = {
  'gs1-epcis-version': '2.0',
  'gs1-cbv-version': '2.0',
  'gs1-epcis-min': '2.0',
  'gs1-epcis-max': '2.0',
  'gs1-cbv-min': '2.0',
  'gs1-cbv-max': '2.0',
};
const limits = {
  'gs1-epcis-capture-limit': String(captureLimit.events),
  'gs1-epcis-capture-file-size-limit': String(captureLimit.bytes),
  'gs1-capture-error-behaviour': 'rollback',
};

/** EPCIS 2.0 of each county. Its own scope: here a fault is told as the standard tells it, and documents may be large. */
export async function serveEpcis(root: FastifyInstance, at: Context): Promise<void> {
  serve(root, epcisRoutes.traceEvents, ({ by, params, query }) => traceEvents(at, by, { ...params, ...query }));
  serve(root, epcisRoutes.outsideEvents, ({ params }) => outsideEvents(at, params.gtin, params.lot));
  serveCountySubscriptions(root, at);
  await root.register(async (app) => {
    app.setErrorHandler((error, request, reply) => answerEpcisProblem(error as Error, request, reply));
    app.removeContentTypeParser('application/json');
    const reading = { parseAs: 'string', bodyLimit: captureLimit.bytes } as const;
    app.addContentTypeParser(['application/json', 'application/ld+json'], reading, (_request, body, done) => {
      done(null, body);
    });
    app.addHook('onRequest', async (_request, reply) => {
      reply.headers(versions);
    });
    serveCapture(app, at);
    serveEvents(app, at);
    serveCollections(app, at);
    serveQueries(app, at);
    await allowSockets(app);
    serveQueryEvents(app, at);
    serveSubscriptions(app, at);
    serveDiscovery(app);
  });
}

/** For screens, in the house's own manner: refusals are told as everywhere else. */
function serveCountySubscriptions(root: FastifyInstance, at: Context) {
  const { pauseSubscription, resumeSubscription, endSubscription } = epcisRoutes;
  serve(root, epcisRoutes.traceSubscriptions, ({ by, params, query }) =>
    countySubscriptions(at, by, { ...params, ...query }),
  );
  serve(root, pauseSubscription, ({ by, params, body }) =>
    moveSubscription(at, by, { ...params, ...body, to: 'paused' }),
  );
  serve(root, resumeSubscription, ({ by, params, body }) =>
    moveSubscription(at, by, { ...params, ...body, to: 'running' }),
  );
  serve(root, endSubscription, ({ by, params, body }) => moveSubscription(at, by, { ...params, ...body, to: 'ended' }));
  serve(root, epcisRoutes.trySubscription, ({ by, params }) => trySubscription(at, by, params, postOutside));
}

function serveCapture(app: FastifyInstance, at: Context) {
  serve(app, epcisRoutes.epcisCapture, async ({ by, params: { county }, body, request, reply }) => {
    const behaviour = request.headers['gs1-capture-error-behaviour'] as string | undefined;
    const id = await askCapture(at, by, { county, text: body, behaviour });
    const job = await captureJobView(at, by, county, id);
    await reply
      .code(202)
      .headers(limits)
      .header('location', `${base(county)}/capture/${id}`)
      .send(job);
    return job;
  });
  serve(app, epcisRoutes.epcisCaptures, async ({ by, params: { county }, query, request, reply }) => {
    const { perPage = 30, nextPageToken } = query;
    const jobs = await captureJobs(at, by, county, nextPageToken, perPage + 1);
    const last = jobs[perPage - 1];
    if (jobs.length > perPage && last) linkNext(request, reply, last.captureID);
    return jobs.slice(0, perPage);
  });
  serve(app, epcisRoutes.epcisCaptureJob, ({ by, params }) => captureJobView(at, by, params.county, params.id));
  serve(app, epcisRoutes.epcisAddEvent, async ({ by, params: { county }, body, reply }) => {
    const eventId = await captureEvent(at, by, { county, text: body });
    await reply
      .code(201)
      .header('location', `${base(county)}/events/${encodeURIComponent(eventId)}`)
      .send();
  });
}

function serveEvents(app: FastifyInstance, at: Context) {
  serve(app, epcisRoutes.epcisEvents, ({ by, params, query, request, reply }) =>
    answerEvents(at, by, params.county, query, {}, request, reply),
  );
  serve(app, epcisRoutes.epcisEvent, async ({ by, params: { county, value }, request }) => {
    const format = formatOf(request);
    const { rows } = await eventPage(at, by, { county, given: { EQ_eventID: [value] }, perPage: 100 });
    if (rows.length === 0) throw refuse('epcis-event-not-found');
    return queryDocument(rows, at.clock.now(), 'SimpleEventQuery', format);
  });
}

function serveCollections(app: FastifyInstance, at: Context) {
  serve(app, epcisRoutes.epcisResources, () =>
    collection(['capture', 'events', 'queries', ...Object.keys(collections)]),
  );
  serve(app, epcisRoutes.epcisEventTypes, () => collection(eventTypes));
  serve(app, epcisRoutes.epcisEventType, ({ params: { value } }) => {
    if (!eventTypes.includes(value)) throw refuse('epcis-value-not-found', { value });
    return collection(['events']);
  });
  serve(app, epcisRoutes.epcisEventTypeEvents, ({ by, params, query, request, reply }) =>
    answerEvents(at, by, params.county, query, { eventType: params.value }, request, reply),
  );
  const { epcisEpcs, epcisEpc, epcisEpcEvents, epcisBizSteps, epcisBizStep, epcisBizStepEvents } = epcisRoutes;
  const { epcisBizLocations, epcisBizLocation, epcisBizLocationEvents } = epcisRoutes;
  const { epcisReadPoints, epcisReadPoint, epcisReadPointEvents } = epcisRoutes;
  const { epcisDispositions, epcisDisposition, epcisDispositionEvents } = epcisRoutes;
  for (const route of [epcisEpcs, epcisBizSteps, epcisBizLocations, epcisReadPoints, epcisDispositions]) {
    const of = collectionOf(route.path);
    serve(app, route, async ({ by, params: { county }, query, request, reply }) => {
      const { perPage = 30, nextPageToken = '' } = query;
      const after = Buffer.from(nextPageToken, 'base64url').toString();
      const reading = lotReading(by, county);
      const found = await transact(at.db, (tx) => valuesOf(tx, county, reading, of.fields, after, perPage + 1));
      const last = found[perPage - 1];
      if (found.length > perPage && last !== undefined) {
        linkNext(request, reply, Buffer.from(last).toString('base64url'));
      }
      const { vocabulary } = of;
      return collection(found.slice(0, perPage).map((value) => (vocabulary ? bareWord(value, vocabulary) : value)));
    });
  }
  for (const route of [epcisEpc, epcisBizStep, epcisBizLocation, epcisReadPoint, epcisDisposition]) {
    const of = collectionOf(route.path);
    serve(app, route, async ({ by, params: { county, value } }) => {
      const { rows } = await eventPage(at, by, { county, given: { [of.parameter]: [value] }, perPage: 1 });
      if (rows.length === 0) throw refuse('epcis-value-not-found', { value });
      return collection(['events']);
    });
  }
  for (const route of [
    ...[epcisEpcEvents, epcisBizStepEvents, epcisBizLocationEvents],
    ...[epcisReadPointEvents, epcisDispositionEvents],
  ]) {
    const of = collectionOf(route.path);
    serve(app, route, ({ by, params: { county, value }, query, request, reply }) => {
      const fixed = { [of.parameter]: of.vocabulary ? value : canonicalUri(value) };
      return answerEvents(at, by, county, query, fixed, request, reply);
    });
  }
}

function serveQueries(app: FastifyInstance, at: Context) {
  serve(app, epcisRoutes.epcisQueries, async ({ params: { county }, query, request, reply }) => {
    const { perPage = 30, nextPageToken = '' } = query;
    const found = await listQueries(at, county, nextPageToken, perPage + 1);
    const last = found[perPage - 1];
    if (found.length > perPage && last) linkNext(request, reply, last.name);
    return found.slice(0, perPage);
  });
  serve(app, epcisRoutes.epcisAddQuery, async ({ by, params: { county }, body, reply }) => {
    const name = await addQuery(at, by, { county, text: body });
    await reply
      .code(201)
      .header('location', `${base(county)}/queries/${name}`)
      .send();
  });
  serve(app, epcisRoutes.epcisQuery, ({ params }) => findQuery(at, params.county, params.name));
  serve(app, epcisRoutes.epcisRemoveQuery, ({ by, params }) => removeQuery(at, by, params.county, params.name));
}

/** A named query's events: asked for page by page, or listened to on a socket. */
function serveQueryEvents(app: FastifyInstance, at: Context) {
  const listening = startListening(at, app.log);
  app.addHook('onClose', () => listening.stop());
  serve(
    app,
    epcisRoutes.epcisQueryEvents,
    async ({ by, params: { county, name }, query: { perPage = 30, nextPageToken, ...said }, request, reply }) => {
      if (Object.keys(said).some(isControl)) {
        reply.headers({ upgrade: 'websocket', connection: 'upgrade' });
        throw refuse('epcis-upgrade-required');
      }
      const format = formatOf(request);
      const { query: given } = await findQuery(at, county, name);
      const { rows, next } = await eventPage(at, by, { county, given, perPage, nextPageToken });
      if (next !== null) linkNext(request, reply, next);
      return queryDocument(rows, at.clock.now(), name, format);
    },
    ({ by, params, query, request, stillAllowed }) =>
      listening.listen(by, {
        ...{ ...params, query, stillAllowed, connection: request.raw.socket },
        format: formatOf(request),
      }),
  );
}

function serveSubscriptions(app: FastifyInstance, at: Context) {
  serve(app, epcisRoutes.epcisSubscriptions, async ({ by, params: { county, name }, query, request, reply }) => {
    const { perPage = 30, nextPageToken } = query;
    const after = nextPageToken === undefined ? {} : { after: readId(nextPageToken) };
    const found = await listSubscriptions(at, by, { county, name, ...after, limit: perPage + 1 });
    const last = found[perPage - 1];
    if (found.length > perPage && last) linkNext(request, reply, last.subscriptionID);
    return found.slice(0, perPage);
  });
  serve(app, epcisRoutes.epcisSubscribe, async ({ by, params: { county, name }, body, request, reply }) => {
    const made = await subscribe(at, by, { county, name, text: body, format: formatOf(request) });
    await reply
      .code(201)
      .header('location', `${base(county)}/queries/${name}/subscriptions/${made.subscriptionID}`)
      .send(made);
    return made;
  });
  serve(app, epcisRoutes.epcisSubscription, ({ by, params }) =>
    findSubscription(at, by, params.county, params.name, params.subscription),
  );
  serve(app, epcisRoutes.epcisUnsubscribe, ({ by, params }) =>
    unsubscribe(at, by, params.county, params.name, params.subscription),
  );
  serve(app, epcisRoutes.epcisForgetToken, async () => undefined);
}

/** OPTIONS of every resource: versions, limits and what may be done. It says nothing of the county, so anyone may ask. */
function serveDiscovery(app: FastifyInstance) {
  const methods = new Map<string, Set<string>>();
  for (const route of Object.values(epcisRoutes)) {
    if (!route.path.includes('/epcis')) continue;
    methods.set(route.path, (methods.get(route.path) ?? new Set(['OPTIONS'])).add(route.method));
  }
  const formats = { 'gs1-epc-format': epcFormats.filter((one) => one !== 'Always_EPC_URN').join(', ') };
  for (const [url, allowed] of methods) {
    const headers = { allow: [...allowed].join(', '), ...formats, ...(url.endsWith('/capture') && limits) };
    app.route({
      method: 'OPTIONS',
      url,
      schema: { hide: true },
      handler: async (_request, reply) => reply.code(204).headers(headers).send(),
    });
  }
}

async function answerEvents(
  at: Context,
  by: Actor,
  county: County,
  query: Record<string, unknown>,
  fixed: JsonObject,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<JsonObject> {
  const format = formatOf(request);
  const { perPage = 30, nextPageToken, ...given } = query as Record<string, Json | undefined>;
  const { rows, next } = await eventPage(at, by, {
    county,
    given: { ...given, ...fixed },
    extensions: extensionsOf(request),
    perPage: perPage as number,
    nextPageToken: nextPageToken as string | undefined,
  });
  if (next !== null) linkNext(request, reply, next);
  return queryDocument(rows, at.clock.now(), 'SimpleEventQuery', format);
}

const base = (county: County): string => `/api/counties/${county}/epcis`;
const collection = (member: string[]) => ({ '@context': GS1_CONTEXT, type: 'Collection', member });

function collectionOf(path: string) {
  const found = collections[path.split('/')[5] ?? ''];
  if (!found) throw new Error(`${path} is no collection`);
  return found;
}

/** @throws Refusal `epcis-query-parameter` for what is no id */
function readId(token: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(token)) return token;
  throw refuse('epcis-query-parameter', { parameter: 'nextPageToken', why: 'does not belong to this list' });
}

function linkNext(request: FastifyRequest, reply: FastifyReply, token: string): void {
  const url = new URL(request.url, 'http://here');
  url.searchParams.set('nextPageToken', token);
  reply.header('link', `<${url.pathname}${url.search}>; rel="next"`);
}

/** @throws Refusal `epcis-not-acceptable` for XML, and for EPC URIs: how long a company's prefix is stands in no link */
function formatOf(request: FastifyRequest): EpcFormat {
  const accept = request.headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(\*|json|ld\+json)/.test(accept)) throw refuse('epcis-not-acceptable');
  const wanted = request.headers['gs1-epc-format'] ?? 'Always_GS1_Digital_Link';
  const format = epcFormats.find((one) => one === wanted);
  if (!format || format === 'Always_EPC_URN') throw refuse('epcis-not-acceptable');
  return format;
}

/** `GS1-Extensions: ex=https://example.org/voc/, other=…`: prefixes that a client uses in names of parameters. */
function extensionsOf(request: FastifyRequest): Prefixes {
  const header = String(request.headers['gs1-extensions'] ?? '');
  return Object.fromEntries(
    header
      .split(',')
      .map((one) => one.trim().split('=', 2))
      .filter((parts): parts is [string, string] => parts.length === 2),
  );
}
