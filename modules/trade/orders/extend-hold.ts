import type { Tx } from '#platform/db.ts';
import type { CheckoutFields } from './close-checkout.ts';

/**
 * Keeps the packs of an unpaid checkout for longer, while money for it is under way by hand. The caller has the
 * checkout locked; a hold is never made shorter by this.
 */
export async function extendHold(tx: Tx, checkout: CheckoutFields, until: Date): Promise<void> {
  await tx
    .updateTable('trade.checkout')
    .set({ expires_at: until })
    .where('id', '=', checkout.id)
    .where('state', '=', 'open')
    .where('expires_at', '<', until)
    .execute();
}
