import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const dist = join(import.meta.dirname, '../console/dist');

/** The console at /console/: its built files, and its one page for every address of its own. */
export async function serveConsole(app: FastifyInstance): Promise<void> {
  if (!existsSync(dist)) throw new Error('the console is not built: run npm run build');
  await app.register(async (scope) => {
    // The build presses each file once, as brotli and gzip; a browser gets what it takes.
    await scope.register(fastifyStatic, { root: dist, serve: false, preCompressed: true });
    scope.get('/console', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/', 308));
    scope.get('/console/*', { schema: { hide: true } }, answer);
  });
}

// A page left open over an upgrade asks for a part that is gone: it must be told so, not be given the page again.
function answer(request: FastifyRequest, reply: FastifyReply) {
  const file = (request.params as { '*': string })['*'];
  if (extname(file) === '') {
    // Beside the server's policy: a browser holds the page to both, and this one has no script written into it.
    const general = String(reply.getHeader('content-security-policy'));
    reply.header('content-security-policy', [general, "script-src 'self'"]);
    return reply.header('cache-control', 'no-cache').sendFile('index.html', { maxAge: 0, immutable: false });
  }
  // An installed console learns of a new version by these; a day is too late.
  if (file === 'sw.js' || file === 'manifest.webmanifest') {
    return reply.header('cache-control', 'no-cache').sendFile(file, { maxAge: 0, immutable: false });
  }
  // Names of built files are made from their content.
  const lasting = file.startsWith('assets/');
  return reply.sendFile(file, { maxAge: lasting ? '365d' : '1d', immutable: lasting });
}
