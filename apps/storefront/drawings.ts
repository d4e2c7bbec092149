import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { contourFile } from './src/lib/contours.ts';

const folder = join(import.meta.dirname, '../shared/pictures');

/** Names of the drawings of produce, cut out on nothing. */
export const drawings: ReadonlySet<string> = new Set(
  readdirSync(folder)
    .filter((file) => file.endsWith('.webp'))
    .map((file) => file.slice(0, -'.webp'.length)),
);

/** The widths that pages ask for: a category's tile at double density, and as drawn. */
export const drawingWidths = [128, 480] as const;

/**
 * Serves the drawings: of mountains at `/contours/{edition}/{shape}/{seed}.svg`, of produce at
 * `/drawings/{width}/{name}.webp`. A tile is made when first asked for and kept: there are a few
 * dozen, of some kilobytes each, and at full size eleven of them would outweigh the whole page.
 */
export async function serveDrawings(app: FastifyInstance): Promise<void> {
  const made = new Map<string, Promise<Buffer>>();
  app.get<{ Params: { shape: string; seed: string } }>(
    '/contours/:edition/:shape/:seed.svg',
    async (request, reply) => {
      const file = contourFile(request.params.shape, request.params.seed);
      if (!file) return reply.callNotFound();
      return reply.type('image/svg+xml').header('cache-control', 'public, max-age=31536000, immutable').send(file);
    },
  );
  app.get<{ Params: { width: string; name: string } }>('/drawings/:width/:name.webp', async (request, reply) => {
    const { width, name } = request.params;
    if (!drawings.has(name) || !drawingWidths.some((known) => String(known) === width)) return reply.callNotFound();
    const key = `${width}/${name}`;
    const picture = made.get(key) ?? draw(name, Number(width));
    made.set(key, picture);
    return reply
      .type('image/webp')
      .header('cache-control', 'public, max-age=86400')
      .send(await picture);
  });
}

async function draw(name: string, width: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  return sharp(join(folder, `${name}.webp`))
    .resize(width)
    .webp({ quality: 82 })
    .toBuffer();
}
