import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { sendDownload } from '#platform/http/send-download.ts';
import { serve } from '#platform/http/serve.ts';
import { trade } from '../contract.ts';
import { closeRecall } from './close-recall.ts';
import { decideRecalled } from './decide-recalled.ts';
import { destroyRecalled } from './destroy-recalled.ts';
import { readNotice } from './read-notice.ts';
import { recallLots, recallOrders, recallPreview, recallReport } from './recall-report.ts';
import { recallSheet } from './recall-sheet.ts';

export function serveRecalledOrders(app: FastifyInstance, at: Context): void {
  serve(app, trade.recallPreview, ({ by, params: { county, id }, query }) =>
    recallPreview(at.db, by, county, id, query.reach),
  );
  serve(app, trade.recallReport, ({ by, params }) => recallReport(at, by, params.county, params.id));
  serve(app, trade.recallLots, ({ by, params, query }) => recallLots(at, by, params.county, params.id, query));
  serve(app, trade.recallOrders, ({ by, params, query }) => recallOrders(at, by, params.county, params.id, query));
  serve(app, trade.recallSheet, async ({ by, params, lang, reply }) => {
    await sendDownload(reply, await recallSheet(at, by, params.county, params.id, lang));
  });
  serve(app, trade.decideRecalled, ({ by, params: { county, id }, body, key }) =>
    decideRecalled(at, by, { county, order: id, ...body }, key),
  );
  serve(app, trade.destroyRecalled, ({ by, params: { county, id }, body, key }) =>
    destroyRecalled(at, by, { county, recall: id, ...body }, key),
  );
  serve(app, trade.closeRecall, ({ by, params, body, key }) => closeRecall(at, by, { ...params, ...body }, key));
  serve(app, trade.readRecallNotice, async ({ by, params }) => {
    await readNotice(at, by, params);
    return undefined;
  });
}
