import type { FastifyInstance } from 'fastify';
import { sellersRead } from '#platform/actor.ts';
import { addDays, dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { fileIn } from '#platform/http/file-in.ts';
import { serve } from '#platform/http/serve.ts';
import { keepPaper, readPaper } from '#platform/papers.ts';
import { catalog } from '../contract.ts';
import { findProduct } from '../products/products.queries.ts';
import { refuse } from '../refuse.ts';
import {
  changeStory,
  moveStory,
  publishedStories,
  setStoryPicture,
  storyPage,
  writeStory,
} from '../stories/stories.ts';
import { EXPIRES_SOON_DAYS } from './mark-kinds.ts';
import { badgesOf, claimViews, markViews } from './mark-views.ts';
import { findMark, listMarks } from './marks.queries.ts';
import { MARK_PAPERS, moveMark, recordMark } from './record-mark.ts';
import { setClaims } from './set-claims.ts';

/** Brand certificates, what products claim of them, and stories of villages. */
export function serveMarks(app: FastifyInstance, at: Context): void {
  const { db } = at;
  const today = () => dayOf(at.clock.now());

  serve(app, catalog.marks, async ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ending, ...filter } = query;
    const reading = sellersRead(by, county);
    const { rows, total } = await listMarks(db, county, {
      ...{ ...filter, page, size },
      ...(reading !== 'all' && { orgs: reading }),
      ...(ending && { endingBy: addDays(today(), EXPIRES_SOON_DAYS) }),
    });
    return { rows: await markViews(db, county, rows, today()), total, page, size };
  });
  serve(app, catalog.recordMark, ({ by, params, body, key }) => recordMark(at, by, { ...params, ...body }, key));
  serve(app, catalog.moveMark, ({ by, params, body, key }) => moveMark(at, by, { ...params, ...body }, key));
  serve(app, catalog.addMarkPaper, async ({ request }) => {
    const kept = await keepPaper(at.files, MARK_PAPERS, await fileIn(request, () => refuse('file-missing')));
    if (!kept) throw refuse('paper-type');
    return { file: kept.name };
  });
  serve(app, catalog.markPaper, async ({ by, params: { county, id }, reply }) => {
    const mark = await findMark(db, county, id);
    const reading = sellersRead(by, county);
    const may = mark && (reading === 'all' || reading.includes(mark.org));
    const paper = may && mark.file ? await readPaper(at.files, mark.file) : null;
    if (!mark || !paper) throw refuse('mark-not-found');
    await reply
      .type(paper.mime)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', `attachment; filename="${mark.id}.${paper.type}"`)
      .send(paper.bytes);
    return null;
  });
  serve(app, catalog.productBadges, ({ params: { county, id } }) => badgesOf(db, county, id, today()));
  serve(app, catalog.productClaims, async ({ by, params: { county, id } }) => {
    const reading = sellersRead(by, county);
    if (reading !== 'all' && !reading.includes((await findProduct(db, county, id)).org)) {
      throw refuse('product-not-found');
    }
    return claimViews(db, county, id, today());
  });
  serve(app, catalog.setClaims, ({ by, params, body }) => setClaims(at, by, { ...params, ...body }));

  serve(app, catalog.villageStories, ({ params: { county, village } }) => publishedStories(db, county, village));
  serve(app, catalog.stories, ({ by, params: { county }, query }) => {
    const { page = 1, size = 20, ...filter } = query;
    return storyPage(db, by, county, { ...filter, page, size });
  });
  serve(app, catalog.writeStory, ({ by, params, body, key }) => writeStory(at, by, { ...params, ...body }, key));
  serve(app, catalog.changeStory, ({ by, params, body, key }) => changeStory(at, by, { ...params, ...body }, key));
  serve(app, catalog.setStoryPicture, async ({ by, params, request, key }) =>
    setStoryPicture(at, by, { ...params, bytes: await fileIn(request, () => refuse('file-missing')) }, key),
  );
  serve(app, catalog.moveStory, ({ by, params, body, key }) => moveStory(at, by, { ...params, ...body }, key));
}
