import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { sendDownload } from '#platform/http/send-download.ts';
import { serve } from '#platform/http/serve.ts';
import { benefit } from '../contract.ts';
import { countyFigures } from './figures.ts';
import { figuresSheet } from './figures-sheet.ts';
import { enterIncome, householdIncomes } from './household-income.ts';
import { yearlyReport } from './yearly-report.ts';

/** The report brings its own style and nothing else. */
const STYLE_ONLY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export function serveFigures(app: FastifyInstance, at: Context): void {
  serve(app, benefit.figures, ({ params: { county }, query, by, lang }) =>
    countyFigures(at, by, { county, ...query }, lang),
  );
  serve(app, benefit.figuresSheet, async ({ params: { county }, query, by, lang, reply }) => {
    await sendDownload(reply, await figuresSheet(at, by, { county, ...query }, lang));
  });
  serve(app, benefit.yearlyReport, async ({ params: { county }, query, by, lang, reply }) => {
    const page = await yearlyReport(at, by, { county, year: query.year }, query.lang ?? lang);
    await reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', STYLE_ONLY)
      .header('cache-control', 'no-store')
      .send(page);
  });
  serve(app, benefit.householdIncomes, ({ params, by }) => householdIncomes(at, by, params));
  serve(app, benefit.enterIncome, ({ params, body, by, key }) => enterIncome(at, by, { ...params, ...body }, key));
}
