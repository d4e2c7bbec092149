import { sql } from 'kysely';
import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { RecallLifted } from '../events.ts';
import { lockLots } from '../lots/lots.queries.ts';
import { recallView } from './recall-views.ts';
import { lotsOfRecall, moveRecall } from './recalls.queries.ts';

/**
 * Takes a recall back that was a mistake. Its lots can be used and sold again, but for those that another recall has;
 * a lot that still took in notes when it was recalled stays closed. What was refunded or destroyed meanwhile stays so.
 *
 * @throws Refusal `recall-not-found` | `recall-move-not-allowed`
 */
export async function liftRecall(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
) {
  const { county, id } = input;
  return once(at.db, key, async (tx) => {
    await lockLots(tx, county, await lotsOfRecall(tx, county, id));
    await moveRecall(tx, county, id, 'lifted', { by: by.person, at: at.clock.now(), note: input.reason.trim() });
    await sql`
      update trace.lot l set state = 'closed'
       where l.county = ${county} and l.state = 'recalled'
         and exists (select from trace.recall_lot x
               where x.county = l.county and x.lot = l.id and x.recall = ${id}::uuid)
         and not exists (select from trace.recall_lot y
               join trace.recall r on r.county = y.county and r.id = y.recall and r.state <> 'lifted'
               where y.county = l.county and y.lot = l.id)`.execute(tx);
    const event: RecallLifted = { type: 'trace.recall-lifted', county, payload: { recall: id } };
    await tell(tx, event);
    return recallView(tx, county, id);
  });
}
