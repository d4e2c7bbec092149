import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Pictures by their content's name, which never changes its meaning: kept by browsers for good. */
export async function serveFiles(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: folder,
      prefix: '/files/',
      decorateReply: false,
      immutable: true,
      maxAge: '365d',
      index: false,
      dotfiles: 'deny',
    });
  });
}
