import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { scoped } from '#platform/db.ts';
import { serve } from '#platform/http/serve.ts';
import { decideDouble } from './decide-double.ts';
import { doublePage } from './double-views.ts';
import { doubleRoutes as routes } from './doubles.contract.ts';
import { findDoubles } from './find-doubles.ts';

export function serveDoubles(app: FastifyInstance, at: Context): void {
  serve(app, routes.doubles, ({ by, params: { county }, query }) => doublePage(at, by, county, query));
  serve(app, routes.searchDoubles, async ({ params: { county } }) => ({
    found: await scoped(at.db, String(county), (tx) => findDoubles(tx, county, new Date(0), at.clock.now())),
  }));
  serve(app, routes.decideDouble, ({ by, params, body, key }) => decideDouble(at, by, { ...params, ...body }, key));
}
