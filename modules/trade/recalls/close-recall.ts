import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { moveRecall, recallView } from '#trace';
import { refuse } from '../refuse.ts';

/**
 * Closes a recall with its report, once nothing of it is held. The lots stay recalled.
 *
 * @throws Refusal `recall-not-found` | `recall-move-not-allowed` | `recall-orders-held`
 */
export async function closeRecall(
  at: Context,
  by: Actor,
  input: { county: County; id: string; report: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  return once(at.db, key, async (tx) => {
    const report = input.report.trim();
    await moveRecall(tx, county, id, 'closed', { by: by.person, at: at.clock.now(), report });
    const { n } = await tx
      .selectFrom('trade.recall_line')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('county', '=', county)
      .where('recall', '=', id)
      .where('state', '=', 'held')
      .executeTakeFirstOrThrow();
    if (Number(n) > 0) throw refuse('recall-orders-held', { n: Number(n) });
    return recallView(tx, county, id);
  });
}
