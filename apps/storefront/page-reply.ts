import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Body, encode, encoded, encodingFor, type KeptPage, textOf } from './page-cache.ts';

/** A page as it was made. */
export interface MadePage {
  status: number;
  type: string;
  policy: string;
  body: Body;
  /** the rest of its headers, cookies not among them */
  headers: [string, string][];
  cookies: string[];
}

const html = 'text/html; charset=utf-8';
const handled = new Set(['set-cookie', 'content-security-policy', 'content-length', 'content-type']);

export async function readPage(response: Response, cookies: readonly string[]): Promise<MadePage> {
  return {
    status: response.status,
    type: response.headers.get('content-type')?.replace(/^text\/html$/, html) ?? html,
    policy: response.headers.get('content-security-policy') ?? '',
    body: { plain: Buffer.from(await response.arrayBuffer()) },
    headers: [...response.headers].filter(([name]) => !handled.has(name)),
    cookies: [...response.headers.getSetCookie(), ...cookies],
  };
}

/** A page for this one visitor, compressed on the way. */
export function sendPage(page: MadePage, request: FastifyRequest, reply: FastifyReply) {
  reply.code(page.status).type(page.type);
  for (const [name, value] of page.headers) reply.header(name, value);
  for (const cookie of page.cookies) reply.header('set-cookie', cookie);
  headersOfPages(reply, page.policy);
  const short = page.body.plain && page.body.plain.length <= 1024;
  const encoding = short ? undefined : encodingFor(page.body, request.headers['accept-encoding']);
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(encoding ? encode(page.body, encoding) : textOf(page.body));
}

/**
 * A kept page: nothing is left to do but send it, once somebody has asked for it in this encoding.
 *
 * @param first it was made for this very visitor
 */
export function sendKept(kept: KeptPage, request: FastifyRequest, reply: FastifyReply, first = false) {
  reply.code(kept.status).type(kept.type).header('etag', kept.etag);
  headersOfPages(reply, kept.policy);
  if (request.headers['if-none-match'] === kept.etag) return reply.code(304).send();
  const encoding = encodingFor(kept.body, request.headers['accept-encoding']);
  if (encoding) reply.header('content-encoding', encoding);
  if (!encoding) return reply.send(textOf(kept.body));
  return reply.send(first ? encode(kept.body, encoding) : encoded(kept.body, encoding));
}

// A browser asks again each time (its copy may be from before signing in), and is told "unchanged" by the etag.
function headersOfPages(reply: FastifyReply, policy: string) {
  reply.header('cache-control', 'private, no-cache').header('vary', 'cookie, accept-language, accept-encoding');
  // Beside the server's policy, not instead of it: a browser holds a page to both.
  const general = reply.getHeader('content-security-policy');
  if (policy) reply.header('content-security-policy', general ? [String(general), policy] : policy);
}
