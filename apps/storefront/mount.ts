import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeClient, type Transport } from '#platform/http/client.ts';
import { contracts, type ShopClient } from './contracts.ts';
import { drawings, serveDrawings } from './drawings.ts';
import { encode, encodingFor, type KeepNote, type KeptPage, PageCache } from './page-cache.ts';
import { chooseLang, type Lang, langTag, type Messages, messages } from './src/i18n/index.ts';

/** What a page knows about the visit it answers; Astro.locals in every page and component. */
export interface Visit {
  /** The API, called in process with the visitor's cookies and language. */
  client: ShopClient;
  lang: Lang;
  t: Messages;
  /** Who asks has neither session nor cart: the page may be shared with the next such visitor. */
  anonymous: boolean;
  /** Lets the page be kept for other anonymous visitors until one of its facts changes. */
  keep(note: KeepNote): void;
  /** Names of the drawings of produce that a page may show. */
  drawings: ReadonlySet<string>;
  /** Number of this request, shown on an error page and found in the log. */
  requestId: string;
}

type Render = (request: Request, visit: Visit) => Promise<Response>;

const dist = join(import.meta.dirname, 'dist');
const year = 365 * 24 * 3600;

// Cookies that make a visitor somebody. Others (language, a proxy's own) change nothing on a page.
const personal = /(^|;\s*)[^=;]*(session|cart)[^=;]*=/i;

/**
 * Mounts the shop's pages on a server that already serves the API: every GET and POST that no API route takes.
 * `npm run build` must have been run.
 *
 * @returns the cache of anonymous visitors' pages; whoever hears of a changed fact drops its tags
 */
export async function mountStorefront(app: FastifyInstance): Promise<PageCache> {
  const { render } = (await import(join(dist, 'server/entry.mjs'))) as { render: Render };
  await app.register(fastifyStatic, {
    root: join(dist, 'client'),
    wildcard: false,
    decorateReply: false,
    cacheControl: false,
    // Names under _a hold a hash of their content.
    setHeaders: (reply, path) =>
      reply.header(
        'cache-control',
        path.includes('/_a/') ? `public, max-age=${year}, immutable` : 'public, max-age=3600',
      ),
  });
  return mountPages(app, render);
}

/** The same with any renderer and without built files; what tests use. */
export async function mountPages(app: FastifyInstance, render: Render): Promise<PageCache> {
  const cache = new PageCache();
  await app.register(async (shop) => {
    await serveDrawings(shop);
    shop.removeAllContentTypeParsers();
    shop.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit: 64 * 1024 },
      (_request, body, done) => done(null, body),
    );
    shop.route({
      method: ['GET', 'POST'],
      url: '/*',
      onRequest: async (request, reply) => answerFromCache(cache, request, reply),
      handler: async (request, reply) => answer(app, cache, render, request, reply),
    });
  });
  return cache;
}

const langOf = (request: FastifyRequest): Lang =>
  chooseLang(
    undefined,
    /(?:^|;\s*)lang=(zh|en)/.exec(request.headers.cookie ?? '')?.[1],
    request.headers['accept-language'],
  );

const isAnonymous = (request: FastifyRequest) => !personal.test(request.headers.cookie ?? '');
const cacheKey = (request: FastifyRequest) => `${langOf(request)} ${request.url}`;

function answerFromCache(cache: PageCache, request: FastifyRequest, reply: FastifyReply) {
  if (request.method === 'POST' || !isAnonymous(request)) return;
  const kept = cache.get(cacheKey(request));
  return kept && sendKept(kept, request, reply);
}

function sendKept(kept: KeptPage, request: FastifyRequest, reply: FastifyReply) {
  reply.code(kept.status).type(kept.type).header('etag', kept.etag);
  headersOfPages(reply, kept.policy);
  if (request.headers['if-none-match'] === kept.etag) return reply.code(304).send();
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(encoding ? kept[encoding] : kept.plain);
}

// A browser asks again each time (its copy may be from before signing in), and is told "unchanged" by the etag.
function headersOfPages(reply: FastifyReply, policy: string) {
  reply.header('cache-control', 'private, no-cache').header('vary', 'cookie, accept-language, accept-encoding');
  // Beside the server's policy, not instead of it: a browser holds a page to both.
  const general = reply.getHeader('content-security-policy');
  if (policy) reply.header('content-security-policy', general ? [String(general), policy] : policy);
}

async function answer(
  app: FastifyInstance,
  cache: PageCache,
  render: Render,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  if (request.url.startsWith('/api/')) return reply.callNotFound();
  if (request.method === 'POST' && !fromThisSite(request)) return reply.code(403).type('text/plain').send('Forbidden');
  const asked = new URL(request.url, `${request.protocol}://${request.host}`);
  const lang = langOf(request);
  const wish = asked.searchParams.get('lang');
  if (wish === 'zh' || wish === 'en') return switchLang(asked, wish, reply);

  const begun = cache.now();
  const cookies: string[] = [];
  let note: KeepNote | undefined;
  const response = await render(requestFor(asked, request), {
    client: makeClient(contracts, inProcess(app, request, lang, cookies)),
    lang,
    t: messages[lang],
    anonymous: isAnonymous(request),
    keep: (given) => {
      note = given;
    },
    drawings,
    requestId: String(request.id),
  });

  const page = {
    status: response.status,
    type: response.headers.get('content-type')?.replace(/^text\/html$/, html) ?? html,
    policy: response.headers.get('content-security-policy') ?? '',
    body: Buffer.from(await response.arrayBuffer()),
  };
  const mayKeep =
    note && request.method === 'GET' && page.status === 200 && cookies.length === 0 && isAnonymous(request);
  const kept = mayKeep && note && (await cache.put(cacheKey(request), page, note, begun));
  if (kept) return sendKept(kept, request, reply);

  for (const [name, value] of response.headers) if (!handled.has(name)) reply.header(name, value);
  headersOfPages(reply, page.policy);
  reply.type(page.type);
  for (const cookie of [...response.headers.getSetCookie(), ...cookies]) reply.header('set-cookie', cookie);
  const encoding = page.body.length > 1024 ? encodingFor(request.headers['accept-encoding']) : undefined;
  if (encoding) reply.header('content-encoding', encoding);
  return reply.code(page.status).send(encoding ? await encode(page.body, encoding) : page.body);
}

const html = 'text/html; charset=utf-8';
const handled = new Set(['set-cookie', 'content-security-policy', 'content-length', 'content-type']);

function switchLang(asked: URL, lang: Lang, reply: FastifyReply) {
  asked.searchParams.delete('lang');
  return reply
    .header('set-cookie', `lang=${lang}; Path=/; Max-Age=${year}; SameSite=Lax`)
    .redirect(asked.pathname + asked.search, 303);
}

/** A form of another site cannot act for a visitor: browsers name the sending site in at least one of these. */
function fromThisSite(request: FastifyRequest): boolean {
  const site = request.headers['sec-fetch-site'];
  if (site) return site === 'same-origin';
  const { origin } = request.headers;
  return !origin || URL.parse(origin)?.host === request.host;
}

function requestFor(asked: URL, request: FastifyRequest): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (typeof value === 'string') headers.set(name, value);
  const body =
    request.method === 'POST' ? new Uint8Array((request.body as Buffer | undefined) ?? Buffer.alloc(0)) : undefined;
  return new Request(asked, { method: request.method, headers, body });
}

/** Calls the API as a function: no socket, the visitor's cookies and language forwarded, new cookies collected. */
function inProcess(app: FastifyInstance, request: FastifyRequest, lang: Lang, cookies: string[]): Transport {
  return async ({ method, url, headers, body }) => {
    const response = await app.inject({
      method: method as 'GET',
      url,
      remoteAddress: request.ip,
      headers: {
        host: request.host,
        'accept-language': langTag[lang],
        cookie: withNew(request.headers.cookie, cookies),
        ...headers,
      },
      ...(typeof body === 'string' && { payload: body }),
    });
    const given = response.headers['set-cookie'];
    if (given) cookies.push(...(Array.isArray(given) ? given : [given]));
    return { status: response.statusCode, body: response.body };
  };
}

/** What a browser would send next: its cookies, with those this very request was given already in place. */
function withNew(sent: string | undefined, given: readonly string[]): string {
  const jar = new Map((sent ?? '').split(/;\s*/).map((pair) => [pair.split('=', 1)[0], pair]));
  for (const cookie of given) {
    const pair = cookie.split(';', 1)[0] ?? '';
    jar.set(pair.split('=', 1)[0], pair);
  }
  return [...jar.values()].filter(Boolean).join('; ');
}
