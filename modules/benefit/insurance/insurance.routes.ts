import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { keepUploaded, sendPaper } from '../entries/paper-route.ts';
import { insuranceRoutes as routes } from './insurance.contract.ts';
import { insuranceClaims, insurancePaper } from './insurance-views.ts';
import { INSURANCE_PAPERS, recordInsurancePayment, reverseInsurancePayment } from './record-insurance-payment.ts';

export function serveInsurance(app: FastifyInstance, at: Context): void {
  serve(app, routes.insuranceClaims, ({ by, params: { county } }) => insuranceClaims(at, by, county));
  serve(app, routes.addInsurancePaper, ({ request }) => keepUploaded(at, INSURANCE_PAPERS, request));
  serve(app, routes.recordInsurancePayment, ({ by, params, body, key }) =>
    recordInsurancePayment(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.reverseInsurancePayment, ({ by, params, body, key }) =>
    reverseInsurancePayment(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.insurancePaper, async ({ by, params: { county, id }, reply }) =>
    sendPaper(reply, 'insurance', await insurancePaper(at, by, county, id)),
  );
}
