import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { isOperator } from '../lots/lot-rights.ts';
import { refuse } from '../refuse.ts';
import type { PostOutside } from './post-outside.ts';
import { subscriptionMoves } from './subscription-states.ts';
import { sendEvents } from './tell-subscribers.ts';

/**
 * Sends a subscriber an empty report now, signed like any other, and says what he answered: the standard's own way to
 * say that nothing came, so that nobody takes it for an event. Neither his place nor his failures change.
 *
 * @param post how a message reaches somebody outside
 * @returns what went wrong, or null; and how long it took
 * @throws Refusal `epcis-subscription-not-found` | `not-allowed` | `epcis-subscription-moved`
 */
export async function trySubscription(
  at: Context,
  by: Actor,
  { county, id }: { county: County; id: string },
  post: PostOutside,
): Promise<{ failure: string | null; ms: number }> {
  const found = await at.db
    .selectFrom('trace.epcis_subscription')
    .selectAll()
    .where('county', '=', county)
    .where('id', '=', id)
    .executeTakeFirst();
  if (!found) throw refuse('epcis-subscription-not-found');
  if (!isOperator(by, county) && found.by_person !== by.person) throw refusePlatform('not-allowed');
  if (found.ended_at) {
    throw refuse('epcis-subscription-moved', { state: subscriptionMoves.states.ended.zh, stateEn: 'ended' });
  }
  const begun = performance.now();
  const failure = await sendEvents(at, post, found, []).then(
    () => null,
    (error: Error) => error.message.slice(0, 300),
  );
  return { failure, ms: Math.round(performance.now() - begun) };
}
