import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { CART_DAYS } from './cart-cookie.ts';

/** Guests' carts whose cookie has gone are deleted with their lines. @returns how many */
export async function tidyCarts(at: Context): Promise<number> {
  const gone = await at.db
    .deleteFrom('trade.cart')
    .where('person', 'is', null)
    .where('updated_at', '<', daysFrom(at.clock.now(), -CART_DAYS))
    .executeTakeFirst();
  return Number(gone.numDeletedRows);
}
