import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { trace } from '../contract.ts';
import { lotReading } from '../lots/lot-rights.ts';
import { declareRecall } from './declare-recall.ts';
import { liftRecall } from './lift-recall.ts';
import { recallPage } from './recall-views.ts';

export function serveRecalls(app: FastifyInstance, at: Context): void {
  serve(app, trace.recalls, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    return recallPage(at.db, county, lotReading(by, county), { ...filter, page, size });
  });
  serve(app, trace.declareRecall, ({ by, params, body, key }) => declareRecall(at, by, { ...params, ...body }, key));
  serve(app, trace.liftRecall, ({ by, params, body, key }) => liftRecall(at, by, { ...params, ...body }, key));
}
