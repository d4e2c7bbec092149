import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import { serve } from '#platform/http/serve.ts';
import { presale } from './contract.ts';
import { backProject, returnPledge } from './pledges/back-project.ts';
import { packPledge, receivePledge, thankPledge } from './pledges/deliver-pledge.ts';
import { myPledges, overduePledges, pledgeView, projectPledges } from './pledges/pledge-views.ts';
import { refundPledge } from './pledges/refund-pledge.ts';
import { cancelProject } from './projects/close-projects.ts';
import { changeProject, draftProject } from './projects/draft-project.ts';
import { openProject, sendBackProject, submitProject, withdrawProject } from './projects/move-project.ts';
import { projectFile, projectFiles, publicProject, publicProjects } from './projects/project-views.ts';

export function presaleRoutes(app: FastifyInstance, at: Context): void {
  serve(app, presale.projects, ({ params, query }) => publicProjects(at, params.county, query));
  serve(app, presale.project, ({ params }) => publicProject(at, params.county, params.id));
  serve(app, presale.pledge, ({ by, params, body, key }) => backProject(at, by, { ...params, ...body }, key));
  serve(app, presale.myPledges, ({ by, query }) => myPledges(at, by, query));
  serve(app, presale.pledgeOf, ({ by, params }) => pledgeView(at, by, params.county, params.id));
  serve(app, presale.returnPledge, ({ by, params, body, key }) => returnPledge(at, by, { ...params, ...body }, key));
  serve(app, presale.receivePledge, ({ by, params, key }) => receivePledge(at, by, params, key));

  serve(app, presale.projectFiles, ({ by, params, query }) => projectFiles(at, by, params.county, query));
  serve(app, presale.projectFile, ({ by, params }) => projectFile(at, by, params.county, params.id));
  serve(app, presale.draftProject, ({ by, params, body, key }) => draftProject(at, by, { ...params, ...body }, key));
  serve(app, presale.changeProject, ({ by, params, body, key }) => changeProject(at, by, { ...params, ...body }, key));
  serve(app, presale.submitProject, ({ by, params, key }) => submitProject(at, by, params, key));
  serve(app, presale.withdrawProject, ({ by, params, body, key }) =>
    withdrawProject(at, by, { ...params, ...body }, key),
  );
  serve(app, presale.sendBackProject, ({ by, params, body, key }) =>
    sendBackProject(at, by, { ...params, ...body }, key),
  );
  serve(app, presale.openProject, ({ by, params, key }) => openProject(at, by, params, key));
  serve(app, presale.cancelProject, ({ by, params, body, key }) => cancelProject(at, by, { ...params, ...body }, key));
  serve(app, presale.projectPledges, ({ by, params, query }) => projectPledges(at, by, { ...params, ...query }));
  serve(app, presale.overduePledges, ({ by, params, query }) => overduePledges(at, by, params.county, query));
  serve(app, presale.packPledge, ({ by, params, key }) => packPledge(at, by, params, key));
  serve(app, presale.thankPledge, ({ by, params, body, key }) => thankPledge(at, by, { ...params, ...body }, key));
  serve(app, presale.refundPledge, ({ by, params, body, key }) => refundPledge(at, by, { ...params, ...body }, key));
}
