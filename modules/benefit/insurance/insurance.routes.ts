import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import { serve } from '#platform/http/serve.ts';
import { keepPaper } from '#platform/papers.ts';
import { refuse } from '../refuse.ts';
import { insuranceRoutes as routes } from './insurance.contract.ts';
import { insuranceClaims, insurancePaper } from './insurance-views.ts';
import { INSURANCE_PAPERS, recordInsurancePayment, reverseInsurancePayment } from './record-insurance-payment.ts';

export function serveInsurance(app: FastifyInstance, at: Context): void {
  serve(app, routes.insuranceClaims, ({ by, params: { county } }) => insuranceClaims(at, by, county));
  serve(app, routes.addInsurancePaper, async ({ request }) => {
    const file = request.isMultipart() ? await request.file() : undefined;
    if (file?.fieldname !== 'file') throw refuse('file-missing');
    const kept = await keepPaper(at.files, INSURANCE_PAPERS, await file.toBuffer());
    if (!kept) throw refusePlatform('file-type-not-allowed');
    return { file: kept.name };
  });
  serve(app, routes.recordInsurancePayment, ({ by, params, body, key }) =>
    recordInsurancePayment(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.reverseInsurancePayment, ({ by, params, body, key }) =>
    reverseInsurancePayment(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.insurancePaper, async ({ by, params: { county, id }, reply }) => {
    const paper = await insurancePaper(at, by, county, id);
    // Only for who asked: a shared cache in between must not keep somebody's paper.
    await reply
      .type(paper.mime)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="insurance.${paper.type}"`)
      .send(paper.bytes);
    return null;
  });
}
