import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const dist = join(import.meta.dirname, '../console/dist');

/** The console at /console/: built files, and the one page for every address of its own. */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  if (!existsSync(dist)) throw new Error('the console is not built: run npm run build');
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: dist,
      prefix: '/console/',
      wildcard: false,
      index: false,
      maxAge: '365d',
      immutable: true,
    });
    const page = (_request: unknown, reply: import('fastify').FastifyReply) =>
      reply.header('cache-control', 'no-cache').sendFile('index.html', { maxAge: 0, immutable: false });
    scope.get('/console', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/', 308));
    scope.get('/console/', { schema: { hide: true } }, page);
    scope.get('/console/*', { schema: { hide: true } }, page);
  });
}
