import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import rateLimit from '@fastify/rate-limit';
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from 'fastify';
import { sql } from 'kysely';
import { lastReconcile } from '#ledger';
import type { Context } from '#platform/context.ts';
import { largestFile } from '#platform/files.ts';
import { answerProblem, langOf } from '#platform/http/problem.ts';
import type { Identify } from '#platform/http/serve.ts';
import { wantsSocket } from '#platform/http/sockets.ts';
import { newId } from '#platform/ids.ts';
import { measure, metricsText, metricsType, setOutboxWaiting, setReconciled } from '#platform/metrics.ts';
import type { Module } from '#platform/module.ts';
import { serveFiles } from './files.ts';
import { describeApi } from './openapi.ts';
import { bindSchemas } from './schemas.ts';

export interface AppOptions {
  modules: readonly Module[];
  identify: Identify;
  logger?: FastifyServerOptions['logger'];
  /** false behind nothing; the address of the proxy otherwise */
  trustProxy?: FastifyServerOptions['trustProxy'];
  /** the folder uploaded pictures are handed out from */
  filesFolder?: string;
}

/**
 * The API of all modules on one Fastify, with the doors every operator expects: health, readiness, metrics, OpenAPI.
 * Does not listen, start jobs or mount screens; apps/server/start.js and tests do.
 */
export async function buildApp(at: Context, options: AppOptions): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    logger: options.logger ?? false,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: options.trustProxy ?? false,
    genReqId: () => newId(),
    routerOptions: { maxParamLength: 200 },
    bodyLimit: 1024 * 1024,
    // A stopping server finishes what it has begun and says so to keep-alive connections.
    forceCloseConnections: 'idle',
    http: { shouldUpgradeCallback: (request) => wantsSocket(app.served, request) },
  });

  app.decorate('identify', options.identify);
  app.decorate('keyedHash', (text: string) => at.sealer.hash(text));
  app.decorate('served', []);
  bindSchemas(app);
  app.setErrorHandler((error, request, reply) => answerProblem(error as Error, request, reply));
  app.setNotFoundHandler((request, reply) => {
    const title = langOf(request) === 'zh' ? '没有这个地址' : 'No such address';
    reply.code(404).type('application/problem+json');
    return JSON.stringify({
      type: '/problems/not-found',
      status: 404,
      code: 'not-found',
      title,
      errors: [],
      detail: {},
    });
  });

  keepRawBodies(app);
  measure(app);
  await app.register(cookie);
  await app.register(multipart, { limits: { fileSize: largestFile, files: 1, fields: 10 } });
  await app.register(rateLimit, { global: false });
  await app.register(helmet, {
    // The shop's pages name the hashes of their few inline scripts in a policy of their own, which narrows this one.
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'img-src': ["'self'", 'data:', 'blob:'],
        'script-src': ["'self'", "'unsafe-inline'"],
        // the console's parts write their styles at run time
        'style-src': ["'self'", "'unsafe-inline'"],
        'base-uri': ["'self'"],
        'object-src': ["'none'"],
        'frame-ancestors': ["'self'"],
        'form-action': ["'self'"],
      },
    },
    // Pages are opened over plain HTTP on a county's own network; whoever terminates TLS adds HSTS.
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
  });

  await describeApi(app);
  for (const module of options.modules) await module.routes(app, at);
  if (options.filesFolder) await serveFiles(app, options.filesFolder);
  operatorDoors(app, at);
  return app;
}

/** A notice's signature is over the bytes that came, so routes marked `raw` get them unread. */
function keepRawBodies(app: FastifyInstance) {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.config.raw) done(null, body);
    else parse(request, body as string, done);
  });
  // Alipay sends its notices as a form; nothing else of the API takes one.
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    if (request.routeOptions.config.raw) done(null, body);
    else done(new Fastify.errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE(request.headers['content-type'] ?? ''));
  });
}

function operatorDoors(app: FastifyInstance, at: Context) {
  // Alive: this process answers. Ready: it can also reach the database.
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    try {
      await sql`select 1`.execute(at.db);
      return { status: 'ok' };
    } catch {
      reply.code(503);
      return { status: 'database unreachable' };
    }
  });
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const { rows } = await sql<{ n: number }>`select count(*) as n from platform.outbox`.execute(at.db);
    setOutboxWaiting(rows[0]?.n ?? 0);
    const looked = await lastReconcile(at.db);
    if (looked) setReconciled(looked.endedAt, looked.broken);
    reply.type(metricsType);
    return metricsText();
  });
}
