import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { payTermsView, setPayTerms } from '../payment/pay-terms.ts';
import { cashCodeView, stationCash, tills } from '../station-cash/cash-views.ts';
import { endDeposit, handInCash } from '../station-cash/hand-in-cash.ts';
import { payBackCash } from '../station-cash/pay-back-cash.ts';
import { takeCash } from '../station-cash/take-cash.ts';
import { byHandRoutes as routes } from './by-hand.contract.ts';
import { importRemittances } from './import-remittances.ts';
import { matchByHand } from './match-by-hand.ts';
import { remittancesPage, remittanceView, returnsPage } from './remittance-views.ts';
import { askReturn, endReturn } from './return-money.ts';

export function serveByHand(app: FastifyInstance, at: Context): void {
  serve(app, routes.payTerms, ({ params }) => payTermsView(at.db, params.county));
  serve(app, routes.setPayTerms, ({ by, params, body }) => setPayTerms(at, by, params.county, body));
  serve(app, routes.importRemittances, ({ by, params, body, key }) =>
    importRemittances(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.remittances, ({ params, query }) => remittancesPage(at, params.county, query));
  serve(app, routes.remittance, ({ by, params }) => remittanceView(at, by, params.county, params.id));
  serve(app, routes.matchByHand, ({ by, params, body, key }) => matchByHand(at, by, { ...params, ...body }, key));
  serve(app, routes.bankReturns, ({ by, params }) => returnsPage(at, by, params.county));
  serve(app, routes.askReturn, ({ by, params, body, key }) => askReturn(at, by, { ...params, ...body }, key));
  serve(app, routes.sendReturn, async ({ by, params, body, key }) => {
    await endReturn(at, by, { ...params, bankNumber: body.bankNumber }, key);
    return undefined;
  });
  serve(app, routes.withdrawReturn, async ({ by, params, key }) => {
    await endReturn(at, by, { ...params, bankNumber: null }, key);
    return undefined;
  });

  serve(app, routes.cashCode, ({ params }) => cashCodeView(at, params.county, params.code));
  serve(app, routes.takeCash, ({ by, params, body, key }) => takeCash(at, by, { ...params, ...body }, key));
  serve(app, routes.payBackCash, ({ by, params, body, key }) => payBackCash(at, by, { ...params, ...body }, key));
  serve(app, routes.stationCash, ({ by, params, query }) => stationCash(at, by, params.county, params.id, query));
  serve(app, routes.tills, ({ by, params }) => tills(at, by, params.county));
  serve(app, routes.handInCash, ({ by, params, body, key }) => handInCash(at, by, { ...params, ...body }, key));
  serve(app, routes.receiveDeposit, async ({ by, params, key }) => {
    await endDeposit(at, by, { ...params, reason: null }, key);
    return undefined;
  });
  serve(app, routes.refuseDeposit, async ({ by, params, body, key }) => {
    await endDeposit(at, by, { ...params, reason: body.reason }, key);
    return undefined;
  });
}
