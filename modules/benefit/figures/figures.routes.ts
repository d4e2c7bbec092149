import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { benefit } from '../contract.ts';
import { countyFigures } from './figures.ts';
import { enterIncome, householdIncomes } from './household-income.ts';

export function serveFigures(app: FastifyInstance, at: Context): void {
  serve(app, benefit.figures, ({ params: { county }, query, by, lang }) =>
    countyFigures(at, by, { county, ...query }, lang),
  );
  serve(app, benefit.householdIncomes, ({ params, by }) => householdIncomes(at, by, params));
  serve(app, benefit.enterIncome, ({ params, body, by, key }) => enterIncome(at, by, { ...params, ...body }, key));
}
