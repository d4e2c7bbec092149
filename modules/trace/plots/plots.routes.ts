import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import type { PictureWidth } from '#platform/files.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { trace } from '../contract.ts';
import { refuse } from '../refuse.ts';
import { addPlot } from './add-plot.ts';
import { changePlot, endPlot } from './change-plot.ts';
import { ownPlots, plotDetail, plotList } from './plot-views.ts';
import { recordWork, strikeWork } from './record-work.ts';
import { pesticideTable, setPesticide } from './set-pesticide.ts';
import { addWorkPhoto, workPhotoBytes } from './work-photos.ts';

export function servePlots(app: FastifyInstance, at: Context): void {
  serve(app, trace.plots, ({ by, params, query }) => plotList(at, by, params.county, query));
  serve(app, trace.plot, ({ by, params }) => plotDetail(at, by, params.county, params.id));
  serve(app, trace.myPlots, ({ by }) => ownPlots(at, by));
  serve(app, trace.addPlot, ({ by, params, body, key }) => addPlot(at, by, { ...params, ...body }, key));
  serve(app, trace.changePlot, ({ by, params, body, key }) => changePlot(at, by, { ...params, ...body }, key));
  serve(app, trace.endPlot, ({ by, params, body, key }) => endPlot(at, by, { ...params, ...body }, key));
  serve(app, trace.recordWork, ({ by, params, body, key }) => recordWork(at, by, { ...params, ...body }, key));
  serve(app, trace.strikeWork, ({ by, params, body, key }) => strikeWork(at, by, { ...params, ...body }, key));
  serve(app, trace.addWorkPhoto, async ({ by, params, request, key }) =>
    addWorkPhoto(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key),
  );
  serve(app, trace.workPhoto, async ({ by, params, query, reply }) => {
    const width = Number(query.width ?? 800) as PictureWidth;
    const bytes = await workPhotoBytes(at, by, { ...params, width });
    // Only for who asked: a shared cache in between must not keep it.
    await reply.type('image/webp').header('cache-control', 'private, max-age=86400').send(bytes);
    return null;
  });
  serve(app, trace.pesticides, ({ params, query }) => pesticideTable(at.db, params.county, query.crop));
  serve(app, trace.setPesticide, ({ by, params, body, key }) => setPesticide(at, by, { ...params, ...body }, key));
}
