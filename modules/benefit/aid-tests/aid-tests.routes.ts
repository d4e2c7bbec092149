import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { aidRoutes as routes } from './aid-tests.contract.ts';
import { aidPage, aidRecord, publicNotices, publicTests } from './aid-views.ts';
import { appealTests, decideAppeal } from './appeal.ts';
import { dishonestPage, putOnList, takeOffList } from './dishonest.ts';
import { listingTests, listProduct } from './list-product.ts';
import { enterMarketPrice, marketPrices } from './market-prices.ts';

export function serveAidTests(app: FastifyInstance, at: Context): void {
  serve(app, routes.productTests, ({ params: { county, id } }) => publicTests(at, county, id));
  serve(app, routes.testNotices, ({ params: { county } }) => publicNotices(at, county));
  serve(app, routes.aidTests, ({ by, params: { county }, query }) => aidPage(at, by, county, query));
  serve(app, routes.aidTest, ({ by, params: { county, id } }) => aidRecord(at, by, county, id));
  serve(app, routes.listingTests, ({ params: { county, id } }) => listingTests(at, county, id));
  serve(app, routes.listProduct, ({ by, params, body, key }) => listProduct(at, by, { ...params, ...body }, key));
  serve(app, routes.appealTests, ({ by, params, body, key }) => appealTests(at, by, { ...params, ...body }, key));
  serve(app, routes.decideAppeal, ({ by, params, body, key }) => decideAppeal(at, by, { ...params, ...body }, key));
  serve(app, routes.marketPrices, ({ params: { county }, query }) => marketPrices(at, county, query));
  serve(app, routes.enterMarketPrice, ({ by, params, body, key }) =>
    enterMarketPrice(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.dishonest, ({ params: { county } }) => dishonestPage(at, county));
  serve(app, routes.putOnList, ({ by, params, body, key }) => putOnList(at, by, { ...params, ...body }, key));
  serve(app, routes.takeOffList, ({ by, params, body, key }) => takeOffList(at, by, { ...params, ...body }, key));
}
