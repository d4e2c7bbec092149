import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';

/**
 * Unpacks what was packed for a refunded order: its parcels stay on record, their packs and codes are free for other
 * orders. What is on its way ends there, and nobody waits for it any more. Doing it twice does it once.
 */
export async function unpackParcels(tx: Tx, county: County, order: string): Promise<void> {
  await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'stopped' })
    .where('county', '=', county)
    .where('order', '=', order)
    .where('after_sale', 'is', null)
    .where('state', '=', 'sent')
    .execute();
  const unpacked = await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'unpacked' })
    .where('county', '=', county)
    .where('order', '=', order)
    .where('after_sale', 'is', null)
    .where('state', '=', 'packed')
    .returning('id')
    .execute();
  await freeCodes(
    tx,
    county,
    unpacked.map((parcel) => parcel.id),
  );
}

/** Unpacks a parcel of what was promised, whose packs are in stock again; one that has left stays as it is. */
export async function unpackPromised(tx: Tx, { county, parcel }: { county: County; parcel: string }): Promise<boolean> {
  const unpacked = await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'unpacked' })
    .where('county', '=', county)
    .where('id', '=', parcel)
    .where('promised', '=', true)
    .where('state', '=', 'packed')
    .executeTakeFirst();
  if (unpacked.numUpdatedRows === 0n) return false;
  await freeCodes(tx, county, [parcel]);
  return true;
}

async function freeCodes(tx: Tx, county: County, parcels: readonly string[]): Promise<void> {
  if (parcels.length === 0) return;
  await tx.deleteFrom('fulfilment.parcel_pack').where('county', '=', county).where('parcel', 'in', parcels).execute();
}
