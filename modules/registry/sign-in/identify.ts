import { createHmac } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Actor, Caller } from '#platform/actor.ts';
import { atMost } from '#platform/at-most.ts';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { gather } from '#platform/gather.ts';
import type { Identify } from '#platform/http/serve.ts';
import { sameSignature } from '#platform/secrets.ts';
import { actorsOfSessions } from './actors.queries.ts';
import { cookieSecret } from './sign-in.ts';

const visitor: Caller = { person: null, memberships: [] };

// A shop page asks several times a second, a sale thousands of times. What changes here (roles, sign-out) is dropped at
// once in this process and within this time in others: seconds for people who work here and may lose a role, a minute for
// buyers, who have none to lose and come by the thousand at once.
const STAFF_KEPT_MS = 5000;
const BUYER_KEPT_MS = 60_000;
const MOST_KEPT = 25_000;
/** Sessions looked up in one statement: when a sale begins, everybody comes at once whom nobody remembers. */
const MOST_AT_ONCE = 500;
/** Who has waited so long to be known has gone; in milliseconds. */
const PATIENCE_MS = 10_000;

const caches = new WeakMap<Context, LRUCache<string, Promise<Caller>>>();

function cacheOf(at: Context): LRUCache<string, Promise<Caller>> {
  let cache = caches.get(at);
  if (!cache) {
    cache = new LRUCache({ ...atMost(MOST_KEPT), ttl: STAFF_KEPT_MS });
    caches.set(at, cache);
  }
  return cache;
}

/** Drops what is remembered of a person's sessions: their roles changed. */
export function forgetPerson(at: Context, person: string): void {
  const cache = cacheOf(at);
  for (const [session, caller] of cache.entries()) {
    void caller.then((by) => {
      if (by.person === person && cache.peek(session) === caller) cache.delete(session);
    });
  }
}

/** Drops what is remembered of the session a request came with: it has ended. */
export function forgetSession(at: Context, request: Pick<FastifyRequest, 'headers'>): void {
  const session = sessionCookie(at, request);
  if (session) cacheOf(at).delete(session);
}

/**
 * Finds out who calls, from the session cookie: the person with their roles, or a visitor for a cookie that is missing,
 * forged or outlived. Writing requests and WebSockets that a browser opens from another site are refused here, because
 * here the cookie that they borrow is believed.
 */
export function makeIdentify(at: Context): Identify {
  const cache = cacheOf(at);
  const callerOf = callerReader(at);
  return async (request) => {
    refuseForeignOrigin(at, request);
    const session = sessionCookie(at, request);
    if (!session) return visitor;
    const known = cache.get(session);
    if (known) return known;
    const caller = callerOf(session);
    cache.set(session, caller);
    try {
      const by = await caller;
      if (cache.peek(session) !== caller) return by;
      // Not kept, so that invented cookies cannot push real people out.
      if (by.person === null) cache.delete(session);
      else if (by.memberships.length === 0) cache.set(session, caller, { ttl: BUYER_KEPT_MS });
      return by;
    } catch (error) {
      cache.delete(session);
      throw error;
    }
  };
}

/**
 * Who is meant by a session cookie. Only read here: no answer of this carries a new cookie, so the session is lengthened
 * elsewhere (GET /api/me).
 */
function callerReader(at: Context): (session: string) => Promise<Caller> {
  const secret = cookieSecret(at);
  const actors = gather<string, Actor | undefined>({
    ...{ most: MOST_AT_ONCE, atOnce: 2, waiting: MOST_KEPT, patience: PATIENCE_MS },
    full: () => refusePlatform('too-many-requests', { retryAfter: 1 }),
    work: (tokens) =>
      actorsOfSessions(at.db, tokens).then(
        (found) => tokens.map((token) => ({ value: found.get(token) })),
        // A look fails for all: none of them is tried alone, one after the other, while the database is away.
        (error: unknown) => tokens.map(() => ({ error })),
      ),
  });
  return async (session) => {
    const token = tokenOf(secret, session);
    return (token && (await actors.take(token))) || visitor;
  };
}

/**
 * The token in a session cookie as better-auth signs it: the token, a dot, its HMAC-SHA256 in base64. Checked here and
 * not there, because its own look at a session takes several milliseconds of the processor and one statement each.
 */
function tokenOf(secret: string, session: string): string | undefined {
  let said: string;
  try {
    said = decodeURIComponent(session);
  } catch {
    return undefined;
  }
  const dot = said.lastIndexOf('.');
  const token = said.slice(0, Math.max(0, dot));
  const right = createHmac('sha256', secret).update(token).digest('base64');
  // As text: base64 has several spellings of the same bytes, and a cookie has one.
  return token && sameSignature(Buffer.from(said.slice(dot + 1)), Buffer.from(right)) ? token : undefined;
}

function sessionCookie(at: Context, request: Pick<FastifyRequest, 'headers'>): string | undefined {
  const name = `${at.publicUrl.startsWith('https:') ? '__Secure-' : ''}shanhuo.session_token=`;
  return request.headers.cookie
    ?.split('; ')
    .find((pair) => pair.startsWith(name))
    ?.slice(name.length);
}

/** A browser always names the origin of a page that makes it write or open a socket; programs name none. */
function refuseForeignOrigin(at: Context, request: FastifyRequest): void {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  // What a socket tells the page may read, whatever its site: no other rule of the browser stands in between.
  if (reads && request.headers.upgrade === undefined) return;
  const { origin } = request.headers;
  if (origin === undefined || origin === at.publicUrl) return;
  // People also reach the same server under other names (localhost, its address); a page of another site cannot choose
  // the Host header.
  if (URL.canParse(origin) && new URL(origin).host === request.host) return;
  throw refusePlatform('not-allowed');
}
