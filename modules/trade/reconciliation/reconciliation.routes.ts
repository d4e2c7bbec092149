import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { billsOf } from './bills.ts';
import { casesPage, caseView, moveDifference } from './cases.ts';
import { reconcileBill } from './reconcile-bill.ts';
import { reconciliationRoutes as routes } from './reconciliation.contract.ts';

export function serveReconciliation(app: FastifyInstance, at: Context): void {
  serve(app, routes.bills, ({ params, query }) => billsOf(at, params.county, query));
  serve(app, routes.compareBill, ({ body }) => reconcileBill(at, body));
  serve(app, routes.reconcileCases, ({ by, params, query }) => casesPage(at.db, by, params.county, query));
  serve(app, routes.reconcileCase, ({ by, params }) => caseView(at.db, by, params.county, params.id));
  serve(app, routes.moveDifference, async ({ by, params, body, key }) => {
    await moveDifference(at, by, { ...params, ...body }, key);
    return caseView(at.db, by, params.county, params.id);
  });
}
