import type {} from '@fastify/helmet';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import type { WebSocket } from 'ws';
import type { Actor, Caller, Membership, Role } from '../actor.ts';
import { membershipsIn } from '../actor.ts';
import type { OnceKey } from '../db.ts';
import { type Lang, refusePlatform } from '../errors.ts';
import { type AnswerOf, type InputOf, type Route, wantsKey } from './contract.ts';
import { langOf } from './problem.ts';
import { type Socket, socketOf } from './sockets.ts';

type CallerFor<R extends Route> = R['who'] extends 'anyone' ? Caller : Actor;

/** All that a route's one call gets. */
export interface Call<R extends Route> {
  params: InputOf<R>['params'];
  query: Exclude<InputOf<R>['query'], undefined>;
  body: InputOf<R>['body'];
  by: CallerFor<R>;
  /** to be passed to `once`; null only where the contract says the write is repeatable */
  key: OnceKey | null;
  lang: Lang;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** What an act gives back for a route; nothing where the contract names no answer. */
// biome-ignore lint/suspicious/noConfusingVoidType: a function without a result returns void, not undefined
type Answered<R extends Route> = R extends { answer: TSchema } ? AnswerOf<R> : void;

/** Finds out who calls; registry gives the real one. */
export type Identify = (request: FastifyRequest) => Promise<Caller>;

declare module 'fastify' {
  interface FastifyContextConfig {
    raw?: boolean;
  }
  interface FastifyInstance {
    identify: Identify;
    /** a keyed hash (secrets.ts): what was asked may hold a phone or an ID number, which a plain one would give away to guessing */
    keyedHash: (text: string) => string;
    /** every route that was served, for OpenAPI and the contract check */
    served: Route[];
  }
}

/** An answer opened as a page may load and run nothing, and stands in nobody's frame. */
const NOTHING_TO_SHOW = "default-src 'none'; frame-ancestors 'none'";

/** What opening a route as a WebSocket gets besides: who asked may lose the right while the socket is open. */
export type Opening<R extends Route> = Call<R> & {
  /** Looks again. @throws Refusal `not-signed-in` | `not-allowed` */
  stillAllowed(): Promise<Actor>;
};

/**
 * Mounts one route of a contract on its act. Checks, in this order: the input against the schemas, who calls, the
 * Idempotency-Key. The contract's schemas also serialise the answer, so nothing leaves that they do not name.
 *
 * @param open for a route with `socket`: everything that may be refused, before the request is upgraded; what it gives
 *   back is called with the open socket. The scope must allow sockets (sockets.ts)
 */
export function serve<R extends Route>(
  app: FastifyInstance,
  route: R,
  act: (call: Call<R>) => Promise<Answered<R>> | Answered<R>,
  open?: (call: Opening<R>) => Promise<(socket: Socket) => void>,
): void {
  const success = route.answer ? (route.method === 'POST' ? 201 : 200) : 204;
  app.served.push(route);
  app.route({
    method: route.method,
    url: route.path,
    // An answer is data: the page policies are for pages (apps/server/app.ts), and cost a tenth of a small answer.
    helmet: false,
    ...(route.largest && { bodyLimit: route.largest }),
    schema: {
      summary: route.summary,
      tags: [route.path.split('/')[2] ?? 'root'],
      ...(route.params && { params: route.params }),
      ...(route.query && { querystring: route.query }),
      ...(route.body && { body: route.body }),
      ...(route.answer && { response: { [success]: route.answer } }),
    },
    config: {
      ...(route.raw && { raw: true }),
      ...(route.perMinute && { rateLimit: { max: route.perMinute, timeWindow: '1 minute' } }),
    },
    ...(route.socket && open && opened(app, route, route.socket, open)),
    handler: async (request, reply) => {
      const call = await callOf(app, route, request, reply);
      const answer = await act(call);
      if (reply.sent) return reply;
      reply.code(success);
      return route.answer ? answer : null;
    },
  });
}

/** The same route as a WebSocket: refused like a request, and upgraded only when nothing is refused. */
function opened<R extends Route>(
  app: FastifyInstance,
  route: R,
  who: readonly Role[],
  open: (call: Opening<R>) => Promise<(socket: Socket) => void>,
) {
  const run = new WeakMap<FastifyRequest, (socket: Socket) => void>();
  const byThese = { ...route, who };
  return {
    preHandler: async (request: FastifyRequest, reply: FastifyReply) => {
      if (!request.ws) return;
      const call = await callOf(app, byThese, request, reply);
      const stillAllowed = () => allow(app, byThese, request) as Promise<Actor>;
      run.set(request, await open({ ...call, stillAllowed } as unknown as Opening<R>));
    },
    wsHandler: (client: WebSocket, request: FastifyRequest) => run.get(request)?.(socketOf(client)),
  };
}

async function callOf<R extends Route>(
  app: FastifyInstance,
  route: R,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Call<R>> {
  reply.header('x-content-type-options', 'nosniff').header('content-security-policy', NOTHING_TO_SHOW);
  const by = await allow(app, route, request);
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    by,
    key: wantsKey(route) ? keyOf(app, route, request, by) : null,
    lang: langOf(request),
    request,
    reply,
  } as unknown as Call<R>;
}

async function allow(app: FastifyInstance, route: Route, request: FastifyRequest): Promise<Caller> {
  const by = await app.identify(request);
  if (route.who === 'anyone') return by;
  if (by.person === null) throw refusePlatform('not-signed-in');
  if (route.who === 'signed-in') return by;
  const county = (request.params as { county?: number }).county;
  const fits =
    county === undefined
      ? by.memberships.filter((m) => route.who.includes(m.role))
      : membershipsIn(by, county, route.who);
  const whole = (m: Membership) => String(county).startsWith(m.region);
  if (!fits.some((m) => !route.wholeCounty || whole(m))) throw refusePlatform('not-allowed');
  return by;
}

function keyOf(app: FastifyInstance, route: Route, request: FastifyRequest, by: Caller): OnceKey {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key)) throw refusePlatform('idempotency-key-missing');
  // A visitor's key is bound to nothing but itself, so it must be unguessable to be private: clients send UUIDs.
  const scope = `${by.person ?? 'visitor'} ${route.method} ${route.path}`;
  const hash = app.keyedHash(`asked ${JSON.stringify([request.params, request.query, request.body ?? null])}`);
  return { scope, key, hash };
}
