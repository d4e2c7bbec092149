import { type Actor, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { requireWriter } from '../projects/project-rights.ts';
import { type ProjectFields, projectById, projectChanged } from '../projects/projects.queries.ts';
import { refuse } from '../refuse.ts';
import { lockNews } from './news.queries.ts';
import { type NewsState, newsMoves } from './news-states.ts';
import { newsFile } from './news-views.ts';

/**
 * Moves a piece of news: whoever runs the project takes it back, the county hides it or shows it again. Its words stay
 * on record; readers see that something was told, and why it is gone.
 *
 * @throws Refusal `news-not-found` | `not-allowed` | `news-move-not-allowed`
 */
export async function moveNews(
  at: Context,
  by: Actor,
  { county, id, to, reason }: { county: County; id: string; to: NewsState; reason: string },
  key: OnceKey | null,
) {
  await once(at.db, key, async (tx) => {
    const row = await lockNews(tx, county, id);
    const project = (await projectById(tx, county, row.project)) as ProjectFields;
    if (to === 'taken_back') requireWriter(by, county, project.org);
    else if (!overCounty(by, county, ['operator'])) throw refusePlatform('not-allowed');
    if (!newsMoves.allows(row.state, to)) {
      throw refuse('news-move-not-allowed', { state: newsMoves.states[row.state].zh });
    }
    await tx.updateTable('presale.news').set({ state: to }).where('county', '=', county).where('id', '=', id).execute();
    await tx
      .insertInto('presale.news_move')
      .values({
        ...{ county, id: newId(), news: id, from_state: row.state, to_state: to, reason: reason.trim() },
        ...{ by_person: by.person, at: at.clock.now() },
      })
      .execute();
    await tell(tx, projectChanged(county, row.project));
    return null;
  });
  return newsFile(at, by, county, id);
}
