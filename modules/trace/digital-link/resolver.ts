import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '#platform/context.ts';
import { chooseType } from './accept.ts';
import { identifiers } from './dictionary.ts';
import { SyntaxFault } from './elements.ts';
import { type Link, type Linkset, linksOf } from './links.ts';
import { GS1_VOCABULARY, LINKSET_CONTEXT, linksetJson } from './linkset.ts';
import { type DigitalLink, parseDigitalLink } from './uri.ts';

const machine = ['application/linkset+json', 'application/json', 'application/ld+json'] as const;
const HTML = 'text/html';
/** Any client may ask: the answers are public, and the standard wants it. */
const anyone = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, OPTIONS',
  'access-control-expose-headers': 'Link, Location',
};

/** Keys whose links we have; the others are read, and found to be nobody's here. */
const KEYS = ['01', '00'] as const;
const keys = [...identifiers.values()].filter((known) => known.qualifiers).map((known) => known.ai);
/** A path that begins with a primary key. Ours stand at the root, so nothing else is looked at. */
const keyed = new RegExp(`^/(?:${keys.join('|')})/`);

/**
 * Answers GS1 Digital Links at the root of our address as a GS1-Conformant Resolver (standard 1.2): programs get the
 * linkset, whoever names a link type is led there, a browser goes on to the page of the same address, or is led to it
 * where a code is written in another way. Registered before the pages, and asked before each of them.
 */
export function serveResolver(app: FastifyInstance, at: Context): void {
  app.get('/.well-known/gs1resolver', { helmet: false, schema: { hide: true } }, (_request, reply) =>
    reply
      .headers(anyone)
      .type('application/json')
      .send(JSON.stringify(description(at))),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (!keyed.test(request.url) || !['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return undefined;
    return resolve(at, request, reply);
  });
}

/** The resolver description file, as its schema wants it. */
const description = (at: Context) => ({
  name: 'Shanhuo 山货',
  resolverRoot: at.publicUrl,
  supportedPrimaryKeys: KEYS,
  supportedLinkType: [{ namespace: GS1_VOCABULARY, prefix: 'gs1:' }],
  linkTypeDefaultCanBeLinkset: false,
});

async function resolve(at: Context, request: FastifyRequest, reply: FastifyReply) {
  if (request.method === 'OPTIONS') return reply.headers(anyone).code(204).send();
  const url = new URL(request.url, 'http://resolver');
  const wanted = url.searchParams.get('linkType');
  const type = chooseType(request.headers.accept, [HTML, ...machine]);
  const pageWanted = type === HTML;
  if (pageWanted && wanted === null && isPrinted(url.pathname)) {
    // The page itself says what it knows; beside it stands where a program finds the links.
    reply.header('link', `<${at.publicUrl}${url.pathname}?linkType=linkset>; rel="linkset"; type="${machine[0]}"`);
    return undefined;
  }
  const link = read(`${at.publicUrl}${request.url}`);
  if (link instanceof SyntaxFault) return pageWanted ? undefined : problem(reply, 400, link.code, link.message);
  const found = await linksOf(at.db, link);
  if (!found) return pageWanted ? undefined : problem(reply, 404, 'not-found', 'Nothing is known of this code here');
  const links = `${at.publicUrl}${found.anchor}?linkType=linkset`;
  reply.headers(anyone).header('vary', 'accept, accept-language');
  reply.header('link', `<${links}>; rel="linkset"; type="${machine[0]}"`);
  if (wanted === 'linkset' || wanted === 'all' || (!pageWanted && type !== undefined && wanted === null)) {
    return sendLinkset(at, found, type === undefined || pageWanted ? machine[0] : type, reply);
  }
  if (type === undefined && wanted === null)
    return problem(reply, 406, 'not-acceptable', `One of: ${[HTML, ...machine].join(', ')}`);
  const chosen = wanted === null ? found.standard : linkOf(found, wanted);
  if (!chosen) return problem(reply, 404, 'no-such-link', `No link of type ${wanted} for this code`);
  return reply
    .code(307)
    .header('location', at.publicUrl + withContext(chosen.href, url))
    .send();
}

/** The forms our codes are printed in: a product's lot, a pack of it, a case. Their pages are at these very addresses. */
const isPrinted = (path: string): boolean => /^\/(?:01\/\d{14}\/10\/[^/]+(?:\/21\/[^/]+)?|00\/\d{18})$/.test(path);

function read(uri: string): DigitalLink | SyntaxFault {
  try {
    return parseDigitalLink(uri, { permitZeroSuppressedGTIN: true });
  } catch (error) {
    if (error instanceof SyntaxFault) return error;
    throw error;
  }
}

function sendLinkset(at: Context, found: Linkset, type: (typeof machine)[number], reply: FastifyReply) {
  const body = linksetJson(found, at.publicUrl);
  if (type === 'application/ld+json') {
    return reply.type(type).send(JSON.stringify({ '@context': LINKSET_CONTEXT, ...body }));
  }
  const context = `<${LINKSET_CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  return reply.type(type).header('link', context).send(JSON.stringify(body));
}

/** A link by the name that was asked for: `gs1:pip`, or its whole address. */
function linkOf(found: Linkset, wanted: string): Link | undefined {
  const rel = wanted.replace(/^gs1:/, '').replace(GS1_VOCABULARY, '');
  return rel === 'defaultLink' ? found.standard : found.links.find((link) => link.rel === rel);
}

/** What else stood in the address goes along, as the standard wants; what was meant for the resolver does not. */
function withContext(href: string, url: URL): string {
  const rest = new URLSearchParams(url.searchParams);
  for (const own of ['linkType', 'context']) rest.delete(own);
  return rest.size > 0 ? `${href}?${rest}` : href;
}

const problem = (reply: FastifyReply, status: number, code: string, title: string) =>
  reply
    .headers(anyone)
    .code(status)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `/problems/${code}`, status, code, title, errors: [], detail: {} }));
