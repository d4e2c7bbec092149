import type { FastifyInstance } from 'fastify';
import type { Context } from '#platform/context.ts';
import type { PictureWidth } from '#platform/files.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { presale } from './contract.ts';
import { moveNews } from './news/move-news.ts';
import { addNewsPhoto, newsPhotoBytes } from './news/news-photos.ts';
import { newsFiles, projectNews } from './news/news-views.ts';
import { correctNews, writeNews } from './news/write-news.ts';
import { backProject, returnPledge } from './pledges/back-project.ts';
import { packPledge, receivePledge, thankPledge } from './pledges/deliver-pledge.ts';
import { myPledges, overduePledges, pledgeView, projectPledges } from './pledges/pledge-views.ts';
import { refundPledge } from './pledges/refund-pledge.ts';
import { cancelProject } from './projects/close-projects.ts';
import { changeProject, draftProject } from './projects/draft-project.ts';
import { openProject, sendBackProject, submitProject, withdrawProject } from './projects/move-project.ts';
import { projectFile, projectFiles, publicProject, publicProjects } from './projects/project-views.ts';
import { refuse } from './refuse.ts';

export function presaleRoutes(app: FastifyInstance, at: Context): void {
  serve(app, presale.projects, ({ params, query }) => publicProjects(at, params.county, query));
  serve(app, presale.project, ({ params }) => publicProject(at, params.county, params.id));
  serve(app, presale.pledge, ({ by, params, body, key }) => backProject(at, by, { ...params, ...body }, key));
  serve(app, presale.myPledges, ({ by, query }) => myPledges(at, by, query));
  serve(app, presale.pledgeOf, ({ by, params }) => pledgeView(at, by, params.county, params.id));
  serve(app, presale.returnPledge, ({ by, params, body, key }) => returnPledge(at, by, { ...params, ...body }, key));
  serve(app, presale.receivePledge, ({ by, params, key }) => receivePledge(at, by, params, key));

  serve(app, presale.projectNews, ({ by, params, query }) => projectNews(at, by, { ...params, ...query }));
  serve(app, presale.newsPhoto, async ({ by, params, query, reply }) => {
    const width = Number(query.width ?? 800) as PictureWidth;
    const bytes = await newsPhotoBytes(at, by, { ...params, width });
    // Only for who asked, and not for long: some are for backers only, and any may be taken back.
    await reply.type('image/webp').header('cache-control', 'private, max-age=600').send(bytes);
    return null;
  });
  serve(app, presale.newsFiles, ({ by, params, query }) => newsFiles(at, by, { ...params, ...query }));
  serve(app, presale.writeNews, ({ by, params, body, key }) => writeNews(at, by, { ...params, ...body }, key));
  serve(app, presale.addNewsPhoto, async ({ by, params, request, key }) =>
    addNewsPhoto(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key),
  );
  serve(app, presale.correctNews, ({ by, params, body, key }) => correctNews(at, by, { ...params, ...body }, key));
  serve(app, presale.takeNewsBack, ({ by, params, body, key }) =>
    moveNews(at, by, { ...params, ...body, to: 'taken_back' }, key),
  );
  serve(app, presale.hideNews, ({ by, params, body, key }) =>
    moveNews(at, by, { ...params, ...body, to: 'hidden' }, key),
  );
  serve(app, presale.showNews, ({ by, params, body, key }) =>
    moveNews(at, by, { ...params, ...body, to: 'shown' }, key),
  );

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
