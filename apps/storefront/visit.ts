import type { FastifyInstance, FastifyRequest } from 'fastify';
import { makeClient, type Transport } from '#platform/http/client.ts';
import { contracts, type ShopClient } from './contracts.ts';
import { drawings } from './drawings.ts';
import type { KeepNote, PageCache } from './page-cache.ts';
import { chooseLang, type Lang, langTag, type Messages, messages } from './src/i18n/index.ts';
import type { PackFound } from './src/load/trace.ts';

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
  /** Asks once for what several pages show alike, for everybody: nothing that depends on who asks. */
  remember: PageCache['remember'];
  /** On the page of a pack that was looked up before the page is made: what is known of it. */
  pack?: PackFound;
  /** Names of the drawings of produce that a page may show. */
  drawings: ReadonlySet<string>;
  /** Writes a failure that no page handles into the log, under this request's number. */
  report(error: unknown): void;
  /** Number of this request, shown on an error page and found in the log. */
  requestId: string;
}

/** What came of a visit besides the page: cookies the API gave, and whether the page may be kept. */
export interface Outcome {
  cookies: string[];
  note?: KeepNote;
}

/** The visit a request is, and where its outcome gathers while the page is made. */
export function visitOf(
  app: FastifyInstance,
  request: FastifyRequest,
  cache: PageCache,
  regionHeader?: string,
): { visit: Visit; outcome: Outcome } {
  const outcome: Outcome = { cookies: [] };
  const lang = langOf(request);
  const visit: Visit = {
    client: makeClient(contracts, inProcess(app, request, lang, outcome.cookies, regionHeader)),
    lang,
    t: messages[lang],
    anonymous: isAnonymous(request),
    keep(note) {
      outcome.note = note;
    },
    remember: (key, ask, noteOf) => cache.remember(key, ask, noteOf),
    drawings,
    report: (error) => request.log.error({ err: error }, 'a page failed'),
    requestId: String(request.id),
  };
  return { visit, outcome };
}

export const langOf = ({ headers }: FastifyRequest): Lang =>
  chooseLang(undefined, /(?:^|;\s*)lang=(zh|en)/.exec(headers.cookie ?? '')?.[1], headers['accept-language']);

// Cookies that make a visitor somebody. Others (language, a proxy's own) change nothing on a page.
const personal = /(^|;\s*)[^=;]*(session|cart)[^=;]*=/i;

export const isAnonymous = ({ headers }: FastifyRequest): boolean => !personal.test(headers.cookie ?? '');

/** Calls the API as a function: no socket, the visitor's cookies and language forwarded, new cookies collected. */
function inProcess(
  app: FastifyInstance,
  request: FastifyRequest,
  lang: Lang,
  cookies: string[],
  regionHeader: string | undefined,
): Transport {
  return async ({ method, url, headers, body }) => {
    const response = await app.inject({
      method: method as 'GET',
      url,
      remoteAddress: request.ip,
      headers: {
        host: request.host,
        'accept-language': langTag[lang],
        cookie: withNew(request.headers.cookie, cookies),
        ...(request.headers['user-agent'] && { 'user-agent': request.headers['user-agent'] }),
        ...saidRegion(request, regionHeader),
        ...headers,
      },
      ...(body !== undefined && { payload: body }),
    });
    const given = response.headers['set-cookie'];
    if (given) cookies.push(...(Array.isArray(given) ? given : [given]));
    return { status: response.statusCode, body: response.body };
  };
}

/** Where the proxy in front says the visitor is, by the header it says so in. */
export function saidRegion(request: FastifyRequest, regionHeader: string | undefined): Record<string, string> {
  const said = regionHeader && request.headers[regionHeader];
  return regionHeader && typeof said === 'string' ? { [regionHeader]: said } : {};
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
