import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { trace } from '../contract.ts';
import { answerDispute, decideDispute } from './decide-dispute.ts';
import { disputePage, ownSales } from './dispute-views.ts';
import { openDispute, withdrawDispute } from './open-dispute.ts';

export function serveDisputes(app: FastifyInstance, at: Context): void {
  serve(app, trace.mySales, ({ by }) => ownSales(at, by));
  serve(app, trace.disputeSale, ({ by, params: { county, id }, body, key }) =>
    openDispute(at, by, { county, purchase: id, ...body }, key),
  );
  serve(app, trace.withdrawDispute, ({ by, params, body, key }) =>
    withdrawDispute(at, by, { ...params, ...body }, key),
  );
  serve(app, trace.disputes, ({ by, params, query }) => disputePage(at, by, params.county, query));
  serve(app, trace.answerDispute, ({ by, params, body, key }) => answerDispute(at, by, { ...params, ...body }, key));
  serve(app, trace.decideDispute, ({ by, params, body, key }) => decideDispute(at, by, { ...params, ...body }, key));
}
