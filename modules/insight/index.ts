import { serve } from '#platform/http/serve.ts';
import type { Module } from '#platform/module.ts';
import { insight } from './contract.ts';
import { overview } from './overview.ts';
import { season } from './season.ts';
import { village } from './village.ts';

export const insightModule: Module = {
  name: 'insight',
  routes(app, at) {
    serve(app, insight.overview, ({ params: { county }, query, by }) => overview(at, by, { county, ...query }));
    serve(app, insight.season, ({ params: { county } }) => season(at, county));
    serve(app, insight.village, ({ params }) => village(at, params));
  },
};
