import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { refuse } from '../refuse.ts';
import type { RefundAnswer } from './payment-port.ts';
import { refundName } from './provider-names.ts';
import { providerNamed } from './providers.ts';
import { type RefundState, refundMoves } from './refund-states.ts';

/**
 * Asks anew for a refund that its provider had refused. The provider is first asked how the old one stands: one that
 * is done after all, under way, or in the hands of the provider's people keeps its name and is asked about again; only
 * one that is over for certain gets another, under which nothing was paid yet.
 *
 * @returns the refund's state now; a job does the asking
 * @throws Refusal `refund-not-found` | `refund-not-failed` | `payment-provider-busy`
 */
export async function askRefundAgain(
  at: Context,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<{ id: string; state: RefundState }> {
  const found = await at.db
    .selectFrom('trade.refund as r')
    .innerJoin('trade.payment as p', 'p.id', 'r.payment')
    .select(['r.id', 'r.state', 'r.tries', 'r.order', 'r.payment', 'p.provider'])
    .where('r.county', '=', input.county)
    .where('r.id', '=', input.id)
    .executeTakeFirst();
  if (!found) throw refuse('refund-not-found');
  const answer: RefundAnswer =
    found.state === 'failed'
      ? await providerNamed(at, found.provider)
          .queryRefund(refundName(found.id, found.tries), found.payment, found.order)
          .catch(() => {
            throw refuse('payment-provider-busy');
          })
      : { outcome: 'pending' };
  return once(at.db, key, async (tx) => {
    const refund = await tx
      .selectFrom('trade.refund')
      .select(['id', 'state', 'tries'])
      .where('county', '=', input.county)
      .where('id', '=', input.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    // Another operator was quicker.
    if (refund.tries !== found.tries || !refundMoves.allows(refund.state, 'asked')) throw refuse('refund-not-failed');
    await tx
      .updateTable('trade.refund')
      .set({
        ...{ state: 'asked', done_at: null, why: null, asks: 0, ask_at: null },
        // Done or under way is found out by the next asking, under the name it has.
        ...(answer.outcome === 'refused' && !answer.open
          ? { tries: refund.tries + 1, taken_at: null }
          : { taken_at: at.clock.now() }),
      })
      .where('county', '=', input.county)
      .where('id', '=', input.id)
      .execute();
    return { id: refund.id, state: 'asked' };
  });
}
