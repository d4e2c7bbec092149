import type { Actor } from '#platform/actor.ts';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, withScope } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import { answersOf, sampleView } from './sample-views.ts';

/**
 * Ends a sample: nothing is answered any more, and its estimate stands in public beside the claimed figure, whatever it
 * says. Before it is due only when everybody was asked.
 *
 * @throws Refusal `sample-not-found` | `sample-closed` | `sample-unfinished`
 */
export async function closeSample(at: Context, by: Actor, input: { county: County; id: string }, key: OnceKey | null) {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    await withScope(tx, String(county));
    const now = at.clock.now();
    const sample = await tx
      .selectFrom('benefit.sample')
      .select(['size', 'due_on as dueOn', 'closed_at as closedAt'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!sample) throw refuse('sample-not-found');
    if (sample.closedAt) throw refuse('sample-closed');
    const left = sample.size - (await answersOf(tx, county, [id])).length;
    if (left > 0 && dayOf(now) <= sample.dueOn) throw refuse('sample-unfinished', { left, due: sample.dueOn });
    await tx
      .updateTable('benefit.sample')
      .set({ closed_at: now, closed_by: by.person })
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    return id;
  });
  return sampleView(at, county, id);
}
