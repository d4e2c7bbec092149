import { skusById } from '#catalog';
import { dayOf } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { stockChanged } from '../events.ts';

/**
 * Takes lots off sale on the day they expire. Nobody could buy them from that day on anyhow; this makes it show in the
 * stock list and on the pages of their products.
 *
 * @returns how many lots were stopped
 */
export async function stopExpired(at: Context): Promise<number> {
  return transact(at.db, async (tx) => {
    const stopped = await tx
      .updateTable('trade.stock')
      .set({ state: 'stopped' })
      .where('state', '=', 'on_sale')
      .where('expires_on', '<=', dayOf(at.clock.now()))
      .returning(['county', 'sku'])
      .execute();
    const counties = new Map<County, string[]>();
    for (const row of stopped) counties.set(row.county, [...(counties.get(row.county) ?? []), row.sku]);
    for (const [county, ids] of counties) {
      const skus = await skusById(tx, county, ids);
      await tell(
        tx,
        stockChanged(
          county,
          [...skus.values()].map((sku) => sku.product),
        ),
      );
    }
    return stopped.length;
  });
}
