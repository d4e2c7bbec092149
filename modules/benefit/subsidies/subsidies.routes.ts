import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { keepUploaded, sendPaper } from '../entries/paper-route.ts';
import { approveSubsidy, reverseSubsidy, withdrawSubsidy } from './approve-subsidy.ts';
import { prepareSubsidy, SUBSIDY_PAPERS } from './prepare-subsidy.ts';
import { subsidyRoutes as routes } from './subsidies.contract.ts';
import { subsidyPage, subsidyPaper, subsidyView } from './subsidy-views.ts';

export function serveSubsidies(app: FastifyInstance, at: Context): void {
  serve(app, routes.subsidies, ({ params: { county }, query }) => subsidyPage(at, county, query));
  serve(app, routes.subsidy, ({ by, params: { county, id } }) => subsidyView(at, by, county, id));
  serve(app, routes.addSubsidyPaper, ({ request }) => keepUploaded(at, SUBSIDY_PAPERS, request));
  serve(app, routes.prepareSubsidy, ({ by, params, body, key }) => prepareSubsidy(at, by, { ...params, ...body }, key));
  serve(app, routes.approveSubsidy, ({ by, params, body, key }) => approveSubsidy(at, by, { ...params, ...body }, key));
  serve(app, routes.withdrawSubsidy, ({ by, params, body, key }) =>
    withdrawSubsidy(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.reverseSubsidy, ({ by, params, body, key }) => reverseSubsidy(at, by, { ...params, ...body }, key));
  serve(app, routes.subsidyPaper, async ({ params: { county, id }, reply }) =>
    sendPaper(reply, 'subsidy', await subsidyPaper(at, county, id)),
  );
}
