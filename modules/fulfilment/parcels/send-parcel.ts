import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import {
  moveOrder,
  noteCaseSent,
  noteLeft,
  noteSending,
  orderHead,
  orgsServed,
  promiseMayLeave,
  refuseRecalled,
} from '#trade';
import type { ParcelSent } from '../events.ts';
import { refuse } from '../refuse.ts';
import { type ParcelState, parcelMoves } from './parcel-states.ts';
import { type ParcelDetail, parcelDetails } from './parcel-views.ts';
import { ownParcelsOf, packsIn, parcelById } from './parcels.queries.ts';
import { repackParcels } from './repack-parcels.ts';

/**
 * A parcel leaves with its waybill; the order is sent when all of it has left. From the first parcel on the order can
 * no longer be cancelled.
 *
 * @throws Refusal `parcel-not-found` | `not-allowed` | `parcel-move-not-allowed` | `case-open` | `lot-recalled` |
 *   `waybill-taken`
 */
export async function sendParcel(
  at: Context,
  by: Actor,
  input: { county: County; id: string; carrier: string; waybill: string },
  key: OnceKey | null,
): Promise<ParcelDetail> {
  const { county, id } = input;
  await once(at.db, key, async (tx) => {
    const now = at.clock.now();
    const parcel = await parcelById(tx, county, id);
    if (!parcel) throw refuse('parcel-not-found');
    await requireSender(tx, by, county, parcel.org);
    if (parcel.state !== 'packed') throw refuseParcelMove(parcel.state, 'sent');
    // Locks the order: parcels of one order leave, arrive and are cancelled one after another.
    if (parcel.after_sale) await noteCaseSent(tx, now, by, { county, case: parcel.after_sale, waybill: input.waybill });
    else if (parcel.promised) {
      // Refunded or recalled since it was packed: its packs are in stock again.
      if (!(await promiseMayLeave(tx, county, parcel.order))) throw refuseParcelMove('unpacked', 'sent');
    } else {
      await noteSending(tx, now, { county, order: parcel.order, org: parcel.org });
      // What was refunded since it was packed stays here, whether or not the news of it has come.
      await repackParcels(tx, county, parcel.order);
    }
    const packs = await packsIn(tx, county, [id]);
    await refuseRecalled(
      tx,
      county,
      packs.map((pack) => pack.lot),
    );
    await noteLeft(tx, now, { county, packs });
    const carrier = input.carrier.trim();
    const used = await tx
      .selectFrom('fulfilment.parcel')
      .select('id')
      .where('county', '=', county)
      .where('carrier', '=', carrier)
      .where('waybill', '=', input.waybill)
      .executeTakeFirst();
    if (used) throw refuse('waybill-taken');
    const sent = await tx
      .updateTable('fulfilment.parcel')
      .set({ state: 'sent', carrier, waybill: input.waybill, sent_by: by.person, sent_at: now })
      .where('county', '=', county)
      .where('id', '=', id)
      .where('state', '=', 'packed')
      .executeTakeFirst()
      .catch((error: { code?: string }) => {
        // Another parcel got the same waybill in this very moment.
        throw error.code === '23505' ? refuse('waybill-taken') : error;
      });
    if (sent.numUpdatedRows === 0n) {
      throw refuseParcelMove((await parcelById(tx, county, id))?.state ?? 'sent', 'sent');
    }
    if (!parcel.after_sale && !parcel.promised) await sendOrderIfAllLeft(tx, now, by, county, parcel.order);
    const event: ParcelSent = { type: 'fulfilment.parcel-sent', county, payload: { parcel: id, order: parcel.order } };
    await tell(tx, event);
  });
  const parcel = await parcelById(at.db, county, id);
  if (!parcel) throw refuse('parcel-not-found');
  const [detail] = await parcelDetails(at, county, [parcel]);
  return detail as ParcelDetail;
}

async function requireSender(tx: Tx, by: Actor, county: County, org: string): Promise<void> {
  const sender = { ...by, memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator', 'courier']) };
  const served = await orgsServed(tx, sender, county);
  if (served !== 'all' && !served.includes(org)) throw refusePlatform('not-allowed');
}

/** The order is sent when all of its own parcels are; the caller has it locked. */
export async function sendOrderIfAllLeft(tx: Tx, now: Date, by: Actor, county: County, order: string): Promise<void> {
  const head = await orderHead(tx, county, order);
  const parcels = await ownParcelsOf(tx, county, order);
  // While another seller's goods are still to be packed, the order is only paid.
  if (head?.state !== 'packed' || parcels.length === 0 || parcels.some((parcel) => parcel.state !== 'sent')) return;
  await moveOrder(tx, now, by, { county, order, to: 'sent' });
}

/** The refusal in the words of the states, as a person knows them. */
export const refuseParcelMove = (from: ParcelState, to: ParcelState) =>
  refuse('parcel-move-not-allowed', { from: parcelMoves.states[from].zh, to: parcelMoves.states[to].zh, state: from });
