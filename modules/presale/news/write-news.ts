import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { requireWriter } from '../projects/project-rights.ts';
import { isPublic } from '../projects/project-states.ts';
import { type ProjectFields, projectById, projectChanged } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import { lockNews } from './news.queries.ts';
import { newsMoves } from './news-states.ts';
import { newsFile } from './news-views.ts';

/** A piece of news as it is written; what each field is stands in the contract. */
export interface NewsWords {
  titleZh: string;
  titleEn: string;
  wordsZh: string;
  wordsEn: string;
  forBackers: boolean;
  photos: readonly string[];
}

/**
 * Whoever runs a project tells its backers how it goes. It is read at once.
 *
 * @throws Refusal `project-not-found` | `not-allowed` | `news-not-yet` | `news-photo-not-found`
 */
export async function writeNews(
  at: Context,
  by: Actor,
  input: NewsWords & { county: County; id: string },
  key: OnceKey | null,
) {
  const { county, id: project } = input;
  const id = await once(at.db, key, async (tx) => {
    const row = await projectById(tx, county, project);
    if (!row) throw refuse('project-not-found');
    requireWriter(by, county, row.org);
    if (!isPublic(row)) throw refuse('news-not-yet');
    const id = newId();
    const now = at.clock.now();
    await tx
      .insertInto('presale.news')
      .values({ county, id, project, state: newsMoves.start, version: 1, by_person: by.person, at: now })
      .execute();
    await insertVersion(tx, by, now, { county, id, project, version: 1 }, input);
    return id;
  });
  return newsFile(at, by, county, id);
}

/**
 * Corrects a piece of news by its next version; what was told before stays on record. Who corrects says which version
 * they read, so that of two who correct at once one is asked to look again.
 *
 * @throws Refusal `news-not-found` | `not-allowed` | `news-move-not-allowed` | `news-changed` | `news-photo-not-found`
 */
export async function correctNews(
  at: Context,
  by: Actor,
  input: NewsWords & { county: County; id: string; version: number },
  key: OnceKey | null,
) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const row = await lockNews(tx, county, id);
    const project = (await projectById(tx, county, row.project)) as ProjectFields;
    requireWriter(by, county, project.org);
    if (row.state === 'taken_back') {
      throw refuse('news-move-not-allowed', { state: newsMoves.states[row.state].zh });
    }
    if (row.version !== input.version) throw refuse('news-changed');
    const version = row.version + 1;
    await insertVersion(tx, by, at.clock.now(), { county, id, project: row.project, version }, input);
    await tx.updateTable('presale.news').set({ version }).where('county', '=', county).where('id', '=', id).execute();
    return null;
  });
  return newsFile(at, by, county, id);
}

async function insertVersion(
  tx: Tx,
  by: Actor,
  now: Date,
  of: { county: County; id: string; project: string; version: number },
  words: NewsWords,
): Promise<void> {
  const { county, id, project, version } = of;
  const photos = [...new Set(words.photos)];
  const known = photos.length
    ? await tx
        .selectFrom('presale.news_photo')
        .select('id')
        .where('county', '=', county)
        .where('project', '=', project)
        .where('id', 'in', photos)
        .execute()
    : [];
  if (known.length !== photos.length) throw refuse('news-photo-not-found');
  await tx
    .insertInto('presale.news_version')
    .values({
      ...{ county, news: id, version, title_zh: words.titleZh.trim(), title_en: words.titleEn.trim() },
      ...{ words_zh: words.wordsZh.trim(), words_en: words.wordsEn.trim(), for_backers: words.forBackers, photos },
      ...{ by_person: by.person, at: now },
    })
    .execute();
  await tell(tx, projectChanged(county, project));
}
