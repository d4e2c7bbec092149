import { system } from '#platform/actor.ts';
import type { Tx } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { lockedHead, moveOrder, waitingOrgs } from '#trade';
import { ownParcelsOf } from './parcels.queries.ts';
import { repackParcels } from './repack-parcels.ts';
import { sendIfAllLeft } from './send-parcel.ts';

/**
 * Goods of an order were refunded before they left. What of them was packed comes out of its parcel. If nothing else of
 * the order waits to be packed, it is packed with what it has, and sent if that has already left: an order of two
 * sellers, one of whom cannot deliver or has not sent yet, goes on and closes. Doing it twice does it once.
 */
export async function carryOn(tx: Tx, now: Date, county: County, order: string): Promise<void> {
  const head = await lockedHead(tx, county, order);
  if (head?.state !== 'paid' && head?.state !== 'packed') return;
  await repackParcels(tx, county, [order]);
  if (head.state === 'packed') return sendIfAllLeft(tx, now, county, [{ order, by: system }]);
  if ((await waitingOrgs(tx, county, order)).length > 0) return;
  const parcels = await ownParcelsOf(tx, county, [order]);
  if (parcels.length === 0) return;
  await moveOrder(tx, now, system, { county, order, to: 'packed', reason: '其余商品已退款' });
  await sendIfAllLeft(tx, now, county, [{ order, by: system }]);
}
