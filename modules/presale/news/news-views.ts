import type { Actor, Caller } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { Db } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { personNames } from '#registry';
import { projectsRead } from '../projects/project-rights.ts';
import { isPublic } from '../projects/project-states.ts';
import { type ProjectFields, projectById } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import {
  backs,
  type NewsFields,
  type NewsVersionFields,
  newsMovesOf,
  newsOf,
  newsPhotos,
  versionsOf,
} from './news.queries.ts';
import type { NewsState } from './news-states.ts';

interface PageOf {
  county: County;
  id: string;
  page?: number;
  size?: number;
}

/**
 * What is told of a project, the newest first; what is for backers only to its backers. Of what was taken back or hidden
 * only the reason is left.
 *
 * @throws Refusal `project-not-found`, also for one that was never opened
 */
export async function projectNews(at: Context, by: Caller, { county, id, page = 1, size = 20 }: PageOf) {
  const row = await projectById(at.db, county, id);
  if (!row || !isPublic(row)) throw refuse('project-not-found');
  const backers = by.person !== null && (await backs(at.db, county, id, by.person));
  const { rows, total } = await newsOf(at.db, {
    ...{ county, project: id, backers, limit: size, offset: (page - 1) * size },
  });
  const photos = await newsPhotos(at.db, county, id);
  const moves = await newsMovesOf(
    at.db,
    county,
    rows.map((one) => one.id),
  );
  return {
    rows: rows.map(({ words, ...news }) => {
      const shown = news.state === 'shown';
      const last = moves.findLast((move) => move.news === news.id);
      return {
        ...{ id: news.id, state: news.state, version: news.version, forBackers: words.for_backers, at: news.at },
        changedAt: words.version > 1 ? words.at : null,
        reason: shown ? null : (last?.reason ?? null),
        ...wordsOf(words, shown),
        photos: shown ? words.photos.flatMap((photo) => sizeOf(photos.get(photo))) : [],
      };
    }),
    ...{ total, page, size },
  };
}

/** All that was told of a project, with its versions and moves, for those who work on it. @throws Refusal `project-not-found` */
export async function newsFiles(at: Context, by: Actor, { county, id, page = 1, size = 20 }: PageOf) {
  const row = await projectById(at.db, county, id);
  if (!row || !(await readsProject(at.db, by, row))) throw refuse('project-not-found');
  const { rows, total } = await newsOf(at.db, {
    ...{ county, project: id, backers: true, limit: size, offset: (page - 1) * size },
  });
  return { rows: await filesOf(at.db, county, id, rows), total, page, size };
}

/** One piece of news as `newsFiles` shows it. @throws Refusal `news-not-found` */
export async function newsFile(at: Context, by: Actor, county: County, id: string) {
  const news = await at.db
    .selectFrom('presale.news')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  const project = news && (await projectById(at.db, county, news.project));
  if (!project || !(await readsProject(at.db, by, project))) throw refuse('news-not-found');
  const [view] = await filesOf(at.db, county, project.id, [news]);
  return view as NonNullable<typeof view>;
}

/** Whether somebody reads a project whole, as those who work on it do. */
export async function readsProject(db: Db, by: Actor, { county, org }: ProjectFields): Promise<boolean> {
  const read = await projectsRead(db, by, county);
  return read === 'all' || read.includes(org);
}

async function filesOf(db: Db, county: County, project: string, rows: readonly NewsFields[]) {
  const ids = rows.map((one) => one.id);
  const versions = await versionsOf(db, county, ids);
  const moves = await newsMovesOf(db, county, ids);
  const photos = await newsPhotos(db, county, project);
  const names = await personNames(
    db,
    [...versions, ...moves].map((one) => one.by_person),
  );
  return rows.map((news) => ({
    ...{ id: news.id, state: news.state, version: news.version, at: news.at },
    versions: versions
      .filter((one) => one.news === news.id)
      .map((words) => ({
        ...{ version: words.version, forBackers: words.for_backers, at: words.at },
        ...wordsOf(words),
        photos: words.photos.flatMap((photo) => sizeOf(photos.get(photo))),
        byName: names.get(words.by_person) ?? '',
      })),
    moves: moves
      .filter((one) => one.news === news.id)
      .map((move) => ({
        ...{ to: move.to_state as NewsState, reason: move.reason, at: move.at },
        byName: names.get(move.by_person) ?? '',
      })),
  }));
}

const wordsOf = (words: NewsVersionFields, shown = true) => ({
  titleZh: shown ? words.title_zh : '',
  titleEn: shown ? words.title_en : '',
  wordsZh: shown ? words.words_zh : '',
  wordsEn: shown ? words.words_en : '',
});

const sizeOf = (photo: { id: string; width: number; height: number } | undefined) =>
  photo ? [{ id: photo.id, width: photo.width, height: photo.height }] : [];
