import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { approvePayroll, discardPayroll, submitPayroll } from './approve-payroll.ts';
import { drawPayroll } from './draw-payroll.ts';
import { payrollRoutes as routes } from './payroll.contract.ts';
import { payrollPage, payrollView } from './payroll-views.ts';
import { recordCounts, reverseCount, takePacking } from './work-counts.ts';
import { workSheet } from './work-sheet.ts';

export function servePayroll(app: FastifyInstance, at: Context): void {
  serve(app, routes.workSheet, ({ by, params, query }) => workSheet(at, by, { ...params, ...query }));
  serve(app, routes.recordCounts, ({ by, params, body, key }) => recordCounts(at, by, { ...params, ...body }, key));
  serve(app, routes.takePacking, ({ by, params, body, key }) => takePacking(at, by, { ...params, ...body }, key));
  serve(app, routes.reverseCount, ({ by, params, body, key }) => reverseCount(at, by, { ...params, ...body }, key));
  serve(app, routes.payrolls, ({ by, params, query }) => payrollPage(at, by, params.county, query));
  serve(app, routes.payroll, ({ by, params: { county, id } }) => payrollView(at, by, county, id));
  serve(app, routes.drawPayroll, ({ by, params, body, key }) => drawPayroll(at, by, { ...params, ...body }, key));
  serve(app, routes.submitPayroll, ({ by, params, key }) => submitPayroll(at, by, params, key));
  serve(app, routes.approvePayroll, ({ by, params, body, key }) => approvePayroll(at, by, { ...params, ...body }, key));
  serve(app, routes.discardPayroll, ({ by, params, body, key }) => discardPayroll(at, by, { ...params, ...body }, key));
}
