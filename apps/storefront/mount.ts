import { once } from 'node:events';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { serveDrawings } from './drawings.ts';
import { codeOf, packPage } from './pack-page.ts';
import { type KeptPage, PageCache } from './page-cache.ts';
import { readPage, sendKept, sendPage } from './page-reply.ts';
import type { Lang } from './src/i18n/index.ts';
import type { PackFound } from './src/load/trace.ts';
import { isAnonymous, langOf, saidRegion, type Visit, visitOf } from './visit.ts';

export type { Visit } from './visit.ts';

type Render = (request: Request, visit: Visit) => Promise<Response>;

const dist = join(import.meta.dirname, 'dist');
const year = 365 * 24 * 3600;

/**
 * Mounts the shop's pages on a server that already serves the API: every GET and POST that no API route takes.
 * `npm run build` must have been run.
 *
 * @param regionHeader header in which the proxy in front says where a visitor is (platform/context.ts)
 * @returns the cache of anonymous visitors' pages; whoever hears of a changed fact drops its tags
 */
export async function mountStorefront(app: FastifyInstance, regionHeader?: string): Promise<PageCache> {
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
  return mountPages(app, render, regionHeader);
}

/** The same with any renderer and without built files; what tests use. */
export async function mountPages(app: FastifyInstance, render: Render, regionHeader?: string): Promise<PageCache> {
  const cache = new PageCache();
  const answer = answerer(app, cache, render, regionHeader);
  await app.register(async (shop) => {
    await serveDrawings(shop);
    shop.removeAllContentTypeParsers();
    shop.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit: 64 * 1024 },
      (_request, body, done) => done(null, body),
    );
    // Photos of damage, sent with the form by who has no script; nobody else's request is kept in memory so large.
    shop.addContentTypeParser(
      'multipart/form-data',
      { parseAs: 'buffer', bodyLimit: 32 * 1024 * 1024 },
      (_request, body, done) => done(null, body),
    );
    shop.setErrorHandler(async (error, request, reply) => {
      if ((error as { code?: string }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE' || !takesPhotos(request)) throw error;
      // A browser that is still sending does not read. What comes is let go unread, and then the form says what was wrong.
      await sentOut(request);
      const form = new URL(addressOf(request));
      form.searchParams.set('heavy', '1');
      return reply.redirect(form.pathname + form.search, 303);
    });
    shop.route({
      method: ['GET', 'POST'],
      url: '/*',
      onRequest: async (request, reply) => {
        if (/^multipart\//i.test(request.headers['content-type'] ?? '') && !takesPhotos(request)) {
          return reply.code(415).type('text/plain').send('Unsupported Media Type');
        }
        const kept = mayShare(request) && cache.get(cacheKey(request, regionHeader));
        return kept ? sendKept(kept, request, reply) : undefined;
      },
      handler: answer,
    });
  });
  return cache;
}

/** Waits until a request has sent all it has, for a minute at most. */
async function sentOut({ raw }: FastifyRequest): Promise<void> {
  raw.resume();
  if (!raw.readableEnded) await once(raw, 'end', { signal: AbortSignal.timeout(60_000) }).catch(() => {});
}

/** The pages whose forms carry files, for who is signed in: opening an after-sale case, and sending its goods back. */
const takesPhotos = (request: FastifyRequest) => /^\/(after-sale|cases)\//.test(request.url) && !isAnonymous(request);
const mayShare = (request: FastifyRequest) => request.method !== 'POST' && isAnonymous(request);
// With the host, which stands in some addresses on a page: whoever sends a false one must not give it to others.
// A pack's page also with where the visitor is: looks from two provinces within a minute are two looks.
const cacheKey = (request: FastifyRequest, regionHeader: string | undefined) => {
  const region = request.url.startsWith('/01/') ? Object.values(saidRegion(request, regionHeader)) : [];
  return `${langOf(request)} ${request.host}${request.url} ${region}`;
};

function answerer(app: FastifyInstance, cache: PageCache, render: Render, regionHeader: string | undefined) {
  // Of many who ask for one page at once, as when it has just been dropped, one makes it and the others wait for that.
  const making = new Map<string, Promise<KeptPage | undefined>>();

  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.url.startsWith('/api/')) return reply.callNotFound();
    if (request.method === 'POST' && !fromThisSite(request))
      return reply.code(403).type('text/plain').send('Forbidden');
    const asked = addressOf(request);
    const wish = asked.searchParams.get('lang');
    if (wish === 'zh' || wish === 'en') return switchLang(asked, wish, reply);

    if (!mayShare(request)) return sendPage((await make(request, asked)).page, request, reply);
    const key = cacheKey(request, regionHeader);
    const begun = making.get(key);
    const awaited = begun && (await begun);
    if (awaited) return sendKept(awaited, request, reply);
    const made = makeToShare(key, request, asked);
    making.set(
      key,
      made.then(({ kept }) => kept).catch(() => undefined),
    );
    const { kept, page } = await made.finally(() => making.delete(key));
    return kept ? sendKept(kept, request, reply, true) : sendPage(page, request, reply);
  };

  async function make(request: FastifyRequest, asked: URL, pack?: PackFound) {
    const { visit, outcome } = visitOf(app, request, cache, regionHeader);
    const response = await render(requestFor(asked, request), { ...visit, pack });
    return { page: await readPage(response, outcome.cookies), note: outcome.note };
  }

  async function makeOfPack(request: FastifyRequest, asked: URL, code: NonNullable<ReturnType<typeof codeOf>>) {
    const { visit } = visitOf(app, request, cache, regionHeader);
    return packPage(visit, cache, asked, code, async (address, pack) => (await make(request, address, pack)).page);
  }

  async function makeToShare(key: string, request: FastifyRequest, asked: URL) {
    const begun = cache.now();
    const code = codeOf(asked);
    const { page, note } = await (code ? makeOfPack(request, asked, code) : make(request, asked));
    const kept =
      note && page.status === 200 && page.cookies.length === 0 ? cache.put(key, page, note, begun) : undefined;
    return { page, kept };
  }
}

/** The address asked for, always on this host: neither `//elsewhere/` nor `/.//elsewhere/` is a path that leads away. */
function addressOf(request: FastifyRequest): URL {
  const here = `${request.protocol}://${request.host}`;
  const asked = URL.parse(request.url, here);
  return new URL(asked ? asked.pathname.replace(/^\/+/, '/') + asked.search : '/', here);
}

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
