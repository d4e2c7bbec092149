import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { registry } from '../contract.ts';
import { cropsByCode } from '../crops/crops.queries.ts';
import { countyView, countyViews } from './counties.queries.ts';
import { openCountyAs } from './open-county.ts';
import { regionsUnder, regionWithAbove } from './regions.queries.ts';

export function regionRoutes(app: FastifyInstance, at: Context): void {
  serve(app, registry.counties, () => countyViews(at.db));
  serve(app, registry.county, ({ params }) => countyView(at.db, params.county));
  serve(app, registry.openCounty, ({ by, body }) => openCountyAs(at, by, body));
  serve(app, registry.regions, ({ query }) => regionsUnder(at.db, query.parent ?? null));
  serve(app, registry.region, ({ params }) => regionWithAbove(at.db, params.code));
  serve(app, registry.crops, async () => [...(await cropsByCode(at.db)).values()]);
}
