import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import { type County, newId } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import { type SubscriptionState, subscriptionMoves, subscriptionState } from './subscription-states.ts';

/**
 * Pauses, resumes or ends a subscription: its subscriber, or the county's operator. Paused, it keeps its place: what
 * comes in the meantime is told when it is resumed, which is tried at once. A message that is on its way still arrives.
 *
 * @param input.to the state it is to have
 * @throws Refusal `epcis-subscription-not-found` | `not-allowed` | `epcis-subscription-moved` |
 *   `epcis-subscription-paused-by-county`
 */
export async function moveSubscription(
  at: Context,
  by: Actor,
  input: { county: County; id: string; to: SubscriptionState; why: string },
): Promise<void> {
  const { county, id, to } = input;
  const operator = isOperator(by, county);
  const now = at.clock.now();
  await transact(at.db, async (tx) => {
    const found = await tx
      .selectFrom('trace.epcis_subscription')
      .select(['by_person', 'paused_at', 'ended_at', 'dest'])
      .where('county', '=', county)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst();
    if (!found) throw refuse('epcis-subscription-not-found');
    if (!operator && found.by_person !== by.person) throw refusePlatform('not-allowed');
    const from = subscriptionState(found);
    if (!subscriptionMoves.allows(from, to))
      throw refuse('epcis-subscription-moved', { state: subscriptionMoves.states[from].zh, stateEn: from });
    if (to === 'running' && !operator && (await pausedByCounty(tx, county, id)))
      throw refuse('epcis-subscription-paused-by-county');
    await tx
      .updateTable('trace.epcis_subscription')
      .set(
        to === 'ended'
          ? { ended_at: now, ended_because: 'removed' }
          : to === 'paused'
            ? { paused_at: now }
            : { paused_at: null, next_at: now },
      )
      .where('county', '=', county)
      .where('id', '=', id)
      .execute();
    await tx
      .insertInto('trace.epcis_subscription_move')
      .values({
        ...{ county, id: newId(), subscription: id, to_state: to, why: input.why.trim() },
        ...{ by_county: operator, by_person: by.person, at: now },
      })
      .execute();
  });
}

async function pausedByCounty(tx: Tx, county: County, id: string): Promise<boolean> {
  const last = await tx
    .selectFrom('trace.epcis_subscription_move')
    .select('by_county')
    .where('county', '=', county)
    .where('subscription', '=', id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.by_county === true;
}
