import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import type { PictureWidth } from '#platform/files.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { trace } from '../contract.ts';
import { lotFlow } from '../lots/lot-flow.ts';
import { refuse } from '../refuse.ts';
import { grade } from './grade.ts';
import { lose } from './lose.ts';
import { addLossPhoto, lossPhotoBytes } from './loss-photos.ts';
import { mix } from './mix.ts';
import { move } from './move.ts';
import { process } from './process.ts';
import { receive } from './receive.ts';
import { split } from './split.ts';
import { undo } from './undo.ts';

export function serveOperations(app: FastifyInstance, at: Context): void {
  serve(app, trace.lotFlow, ({ by, params: { county, id } }) => lotFlow(at.db, by, county, id));
  serve(app, trace.gradeLot, ({ by, params, body, key }) => grade(at, by, { ...params, ...body }, key));
  serve(app, trace.mixLots, ({ by, params, body, key }) => mix(at, by, { ...params, ...body }, key));
  serve(app, trace.splitLot, ({ by, params, body, key }) => split(at, by, { ...params, ...body }, key));
  serve(app, trace.processLots, ({ by, params, body, key }) => process(at, by, { ...params, ...body }, key));
  serve(app, trace.moveLot, ({ by, params, body, key }) => move(at, by, { ...params, ...body }, key));
  serve(app, trace.receiveLot, ({ by, params: { county, id }, body, key }) =>
    receive(at, by, { county, lot: id, ...body }, key),
  );
  serve(app, trace.loseLot, ({ by, params, body, key }) => lose(at, by, { ...params, ...body }, key));
  serve(app, trace.addLossPhoto, async ({ by, params, request, key }) =>
    addLossPhoto(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key),
  );
  serve(app, trace.lossPhoto, async ({ by, params, query, reply }) => {
    const width = Number(query.width ?? 800) as PictureWidth;
    const bytes = await lossPhotoBytes(at, by, { ...params, width });
    // Only for who asked: a shared cache in between must not keep it.
    await reply.type('image/webp').header('cache-control', 'private, max-age=86400').send(bytes);
    return null;
  });
  serve(app, trace.undoOperation, ({ by, params, body, key }) => undo(at, by, { ...params, ...body }, key));
}
