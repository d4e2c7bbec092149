import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { answerDividendAlert, dividendAlerts } from './answer-alert.ts';
import { approveDividend, declareDividend, withdrawDividend } from './declare-dividend.ts';
import { depositRates, setDepositRate } from './deposit-rates.ts';
import { dividendPage, dividendView } from './dividend-views.ts';
import { dividendRoutes as routes } from './dividends.contract.ts';
import { approveDistribution, shareOutDividend, withdrawDistribution } from './share-out-dividend.ts';

export function serveDividends(app: FastifyInstance, at: Context): void {
  serve(app, routes.depositRates, ({ params }) => depositRates(at, params.county));
  serve(app, routes.setDepositRate, ({ by, params, body, key }) => setDepositRate(at, by, { ...params, ...body }, key));
  serve(app, routes.dividends, ({ by, params, query }) => dividendPage(at, by, params.county, query));
  serve(app, routes.dividend, ({ by, params: { county, id } }) => dividendView(at, by, county, id));
  serve(app, routes.declareDividend, ({ by, params, body, key }) =>
    declareDividend(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.approveDividend, ({ by, params, body, key }) =>
    approveDividend(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.withdrawDividend, ({ by, params, body, key }) =>
    withdrawDividend(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.dividendAlerts, ({ params }) => dividendAlerts(at, params.county));
  serve(app, routes.answerDividendAlert, ({ by, params, body, key }) =>
    answerDividendAlert(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.shareOutDividend, ({ by, params, body, key }) =>
    shareOutDividend(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.approveDistribution, ({ by, params, body, key }) =>
    approveDistribution(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.withdrawDistribution, ({ by, params, key }) => withdrawDistribution(at, by, params, key));
}
