import type { FastifyReply, FastifyRequest } from 'fastify';
import { encode, encoded, encodingFor, type KeptPage } from './page-cache.ts';

/** A page as it was made. */
export interface MadePage {
  status: number;
  type: string;
  policy: string;
  body: Buffer;
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
    body: Buffer.from(await response.arrayBuffer()),
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
  const encoding = page.body.length > 1024 ? encodingFor(request.headers['accept-encoding']) : undefined;
  if (encoding) reply.header('content-encoding', encoding);
  return reply.send(encoding ? encode(page.body, encoding) : page.body);
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
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (encoding) reply.header('content-encoding', encoding);
  if (!encoding) return reply.send(kept.plain);
  return reply.send(first ? encode(kept.plain, encoding) : encoded(kept, encoding));
}

// A browser asks again each time (its copy may be from before signing in), and is told "unchanged" by the etag.
function headersOfPages(reply: FastifyReply, policy: string) {
  reply.header('cache-control', 'private, no-cache').header('vary', 'cookie, accept-language, accept-encoding');
  // Beside the server's policy, not instead of it: a browser holds a page to both.
  const general = reply.getHeader('content-security-policy');
  if (policy) reply.header('content-security-policy', general ? [String(general), policy] : policy);
}
