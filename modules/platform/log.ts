import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { Config } from './config.ts';

/**
 * Fastify's logger: one JSON object per line on stderr, without personal data. Bodies are never logged; of a request
 * only method and path are (a query may hold a phone number, an address is personal data by law), of a database error
 * only what was wrong, not the row it was wrong with.
 */
export function logOptions(config: Pick<Config, 'logLevel'>): Exclude<FastifyServerOptions['logger'], boolean> {
  return {
    level: config.logLevel,
    stream: process.stderr,
    base: { pid: process.pid },
    redact: { paths: ['*.cookie', '*.authorization', '*.password', '*.phone', '*.token'], censor: '…' },
    serializers: { req: requestFields, res: (reply) => ({ status: reply.statusCode }), err: errorFields },
  };
}

/** The path of a URL: what stands before the query. */
export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '';

function requestFields(request: { method: string; url: string }) {
  return { method: request.method, path: pathOf(request.url) };
}

function errorFields(error: Error & { code?: string; detail?: unknown }) {
  // PostgreSQL's `detail`, `where` and `parameters` repeat the values of the row; they are left out by naming what stays.
  return {
    type: error.name,
    message: error.message,
    stack: error.stack ?? '',
    ...(error.code && { code: error.code }),
  };
}

/** One line per request when it has been answered: failures always, writes as news, reads only for the curious. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const fields = { req: request, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 };
    if (reply.statusCode >= 500) request.log.error(fields, 'failed');
    else if (request.method === 'GET' || request.method === 'HEAD') request.log.debug(fields, 'read');
    else request.log.info(fields, 'wrote');
  });
}
