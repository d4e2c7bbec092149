import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { askOwnCode } from '#registry';
import { refuse } from '../refuse.ts';
import { helpPage } from '../startup/help-views.ts';
import { recordHelp, reverseHelp } from '../startup/record-help.ts';
import { agreementPage, agreementView, ownAgreements } from './agreement-views.ts';
import { agreementRoutes as routes } from './agreements.contract.ts';
import { decideAgreementDispute, disputeAgreement, withdrawAgreementDispute } from './dispute-agreement.ts';
import { changeAgreement, draftAgreement } from './draft-agreement.ts';
import { endAgreement } from './end-agreement.ts';
import { addPaper, paperBytes } from './papers.ts';
import { signAsHousehold, signForOrganisation, signOnPaper } from './sign-agreement.ts';

export function serveAgreements(app: FastifyInstance, at: Context): void {
  serve(app, routes.agreements, ({ by, params, query }) => agreementPage(at, by, params.county, query));
  serve(app, routes.agreement, ({ by, params: { county, id } }) => agreementView(at, by, county, id));
  serve(app, routes.draftAgreement, ({ by, params, body, key }) => draftAgreement(at, by, { ...params, ...body }, key));
  serve(app, routes.changeAgreement, ({ by, params, body, key }) =>
    changeAgreement(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.signAgreement, ({ by, params, body, key }) =>
    signForOrganisation(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.addAgreementPaper, async ({ by, params, request, key }) => {
    return addPaper(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key);
  });
  serve(app, routes.signOnPaper, ({ by, params, body, key }) => signOnPaper(at, by, { ...params, ...body }, key));
  serve(app, routes.agreementPaper, async ({ by, params, reply }) => {
    const bytes = await paperBytes(at, by, params);
    // Only for who asked: a shared cache in between must not keep somebody's handwriting.
    await reply.type('image/webp').header('cache-control', 'private, max-age=86400').send(bytes);
    return null;
  });
  serve(app, routes.endAgreement, ({ by, params, body, key }) => endAgreement(at, by, { ...params, ...body }, key));
  serve(app, routes.recordHelp, ({ by, params, body, key }) => recordHelp(at, by, { ...params, ...body }, key));
  serve(app, routes.startupHelp, ({ by, params, query }) => helpPage(at, by, { ...params, ...query }));
  serve(app, routes.reverseHelp, ({ by, params, body, key }) => reverseHelp(at, by, { ...params, ...body }, key));
  serve(app, routes.decideAgreementDispute, ({ by, params, body, key }) =>
    decideAgreementDispute(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.myAgreements, ({ by }) => ownAgreements(at, by));
  serve(app, routes.askSigningCode, ({ by }) => askOwnCode(at, by));
  serve(app, routes.signMyAgreement, ({ by, params, body, key }) =>
    signAsHousehold(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.disputeMyAgreement, ({ by, params, body, key }) =>
    disputeAgreement(at, by, { ...params, ...body }, key),
  );
  serve(app, routes.withdrawAgreementDispute, ({ by, params, key }) => withdrawAgreementDispute(at, by, params, key));
}
