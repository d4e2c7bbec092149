import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { packsTaken } from '#trade';
import { ownParcelsOf, type PackFields, packsIn } from './parcels.queries.ts';

/**
 * Packs of orders may have been refunded after they were packed and before they left: they are in stock again, so they come out
 * of their parcels, the highest places first, and their codes are free. A parcel in which nothing is left is unpacked.
 * What is in stock decides and not who has heard of it; doing it twice does it once.
 */
export async function repackParcels(tx: Tx, county: County, orders: readonly string[]): Promise<void> {
  const parcels = (await ownParcelsOf(tx, county, orders)).filter((parcel) => parcel.state === 'packed');
  if (parcels.length === 0) return;
  const places = await packsIn(
    tx,
    county,
    parcels.map((parcel) => parcel.id),
  );
  const taken = new Map((await packsTaken(tx, county, orders)).map((of) => [`${of.line} ${of.lot}`, of]));
  const out = new Map<string, number>();
  for (const [key, own] of Map.groupBy(places, (place) => `${place.line} ${place.lot}`)) {
    let surplus = own.reduce((sum, place) => sum + sizeOf(place), 0) - (taken.get(key)?.packs ?? 0);
    for (const place of own.toReversed()) {
      const n = Math.min(Math.max(0, surplus), sizeOf(place));
      if (n === 0) break;
      surplus -= n;
      await shorten(tx, place, n);
      out.set(place.parcel, (out.get(place.parcel) ?? 0) + n);
    }
  }
  for (const [id, n] of out) {
    const parcel = parcels.find((one) => one.id === id);
    const before = places.filter((place) => place.parcel === id).reduce((sum, place) => sum + sizeOf(place), 0);
    if (!parcel) continue;
    await tx
      .updateTable('fulfilment.parcel')
      // What a parcel weighs is for the carrier to find out; this is near enough for choosing a box.
      .set(
        before === n
          ? { state: 'unpacked' }
          : { grams: Math.max(1, Math.round((parcel.grams * (before - n)) / before)) },
      )
      .where('county', '=', county)
      .where('id', '=', id)
      .where('state', '=', 'packed')
      .execute();
  }
}

const sizeOf = (place: PackFields): number => place.last_pack - place.first_pack + 1;

/** Takes the last n places out of a row. */
async function shorten(tx: Tx, place: PackFields, n: number): Promise<void> {
  const { county, lot, first_pack } = place;
  if (n === sizeOf(place)) {
    await tx
      .deleteFrom('fulfilment.parcel_pack')
      .where('county', '=', county)
      .where('lot', '=', lot)
      .where('first_pack', '=', first_pack)
      .where('parcel', '=', place.parcel)
      .execute();
    return;
  }
  await tx
    .updateTable('fulfilment.parcel_pack')
    .set({ last_pack: place.last_pack - n })
    .where('county', '=', county)
    .where('lot', '=', lot)
    .where('first_pack', '=', first_pack)
    .where('parcel', '=', place.parcel)
    .execute();
}
