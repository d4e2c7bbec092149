import { fileURLToPath } from 'node:url';
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

const drawn = fileURLToPath(new URL('../shared/pictures/', import.meta.url));

/** Produce drawn on nothing, for shelves and page heads: part of the program, so only as old as its version. */
export async function serveDrawings(app: FastifyInstance): Promise<void> {
  await app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: drawn,
      prefix: '/pictures/',
      decorateReply: false,
      maxAge: '1d',
      index: false,
    });
  });
}
