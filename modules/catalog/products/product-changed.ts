import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import type { ProductChanged } from '../events.ts';

/** Counts the product's version up and tells the floors above; the last line of every act that changes what it shows. */
export async function productChanged(tx: Tx, county: County, product: string, now: Date): Promise<void> {
  await tx
    .updateTable('catalog.product')
    .set((e) => ({ version: e('version', '+', 1), updated_at: now }))
    .where('county', '=', county)
    .where('id', '=', product)
    .execute();
  const event: ProductChanged = { type: 'catalog.product-changed', county, payload: { product } };
  await tell(tx, event);
}
