import { type Actor, overCounty } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { refundOrder } from '../payment/money-back.ts';
import { promiseOpen } from '../promises/promises.queries.ts';
import { refuse } from '../refuse.ts';
import { closeCheckout, lockCheckout } from './close-checkout.ts';
import { refuseMove } from './move-order.ts';
import { orderForReader } from './order-readers.ts';
import { lockOrder } from './orders.queries.ts';

/**
 * Cancels an order before anything of it has left: unpaid, together with the other orders of its checkout, which were
 * to be paid at once; paid or packed, alone and with its money given back. The buyer may, and the county's operator.
 *
 * @throws Refusal `order-not-found` | `not-allowed` | `order-move-not-allowed` | `promise-over`
 */
export async function cancelOrder(
  at: Context,
  by: Actor,
  input: { county: County; id: string; reason: string },
  key: OnceKey | null,
): Promise<void> {
  const { county, id, reason } = input;
  await once(at.db, key, async (tx) => {
    const { order: head, reading } = await orderForReader(tx, by, county, id);
    const mayCancel = reading === 'buyer' || overCounty(by, county, ['operator']);
    if (!mayCancel) throw refusePlatform('not-allowed');
    const now = at.clock.now();
    const checkout = await lockCheckout(tx, head.checkout);
    const order = await lockOrder(tx, county, id);
    if (!checkout || !order) throw refuse('order-not-found');
    if (order.state === 'placed') {
      await closeCheckout(tx, now, by, checkout, reason);
      return;
    }
    // sent_at is set with the first parcel that leaves, also while others are still being packed.
    const gone = order.sent_at !== null;
    if (gone || !order.payment || !['paid', 'packed'].includes(order.state)) {
      throw refuseMove(
        gone && order.state !== 'received' && order.state !== 'closed' ? 'sent' : order.state,
        'refunded',
      );
    }
    // Once a project is decided, its backers' money is not theirs alone any more.
    if (order.promise !== null && !(await promiseOpen(tx, county, order.promise, now))) throw refuse('promise-over');
    await refundOrder(tx, now, by, order, reason);
  });
}
