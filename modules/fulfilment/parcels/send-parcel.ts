import { sql } from 'kysely';
import { type Actor, membershipsIn } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { pipelined } from '#platform/database/pipelined.ts';
import type { OnceKey, Tx } from '#platform/db.ts';
import { refusePlatform } from '#platform/errors.ts';
import type { Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { onceEach } from '#platform/once-each.ts';
import { tell } from '#platform/outbox.ts';
import {
  moveOrders,
  noteCaseSent,
  noteLeft,
  noteSending,
  orderHeads,
  orgsServedBy,
  promiseMayLeave,
  refuseRecalled,
} from '#trade';
import type { ParcelSent } from '../events.ts';
import { refuse } from '../refuse.ts';
import { desk, inRounds, rounds } from './desks.ts';
import { type ParcelState, parcelMoves } from './parcel-states.ts';
import { detailsOf, type ParcelDetail } from './parcel-views.ts';
import { ownParcelsOf, type ParcelFields, packsIn, parcelById, parcelsById } from './parcels.queries.ts';
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
  input: Omit<SendAsk, 'by' | 'key'>,
  key: OnceKey | null,
): Promise<ParcelDetail> {
  return sendDesk(at, { ...input, carrier: input.carrier.trim(), by, key });
}

interface SendAsk {
  county: County;
  id: string;
  carrier: string;
  waybill: string;
  by: Actor;
  key: OnceKey | null;
}

const sendDesk = desk<SendAsk, ParcelDetail>(async (at, county, asks) => {
  const outcomes = await onceEach(at.db, asks, (tx, fresh) =>
    inRounds(
      fresh,
      (ask) => ask.id,
      (round) => sendMany(tx, at.clock.now(), county, round),
    ),
  );
  return detailsOf(at, county, outcomes);
});

/** Somebody who sends a parcel that may leave as far as parcels are concerned. */
interface Sending {
  ask: SendAsk;
  parcel: ParcelFields;
}

/** Sends parcels of which each is asked for once. @returns their ids */
async function sendMany(tx: Tx, now: Date, county: County, asks: readonly SendAsk[]): Promise<Outcome<string>[]> {
  const senders = asks.map(({ by }) => ({
    ...by,
    memberships: membershipsIn(by, county, ['merchant', 'keeper', 'operator', 'courier']),
  }));
  const [found, served] = await pipelined(tx, (one) =>
    Promise.all([
      parcelsById(
        one,
        county,
        asks.map((ask) => ask.id),
      ),
      orgsServedBy(one, senders, county),
    ]),
  );
  const sending: Sending[] = [];
  const outcomes = asks.map((ask, i): Outcome<string> => {
    const parcel = found.get(ask.id);
    if (!parcel) return { error: refuse('parcel-not-found') };
    const orgs = served[i] as 'all' | string[];
    if (orgs !== 'all' && !orgs.includes(parcel.org)) return { error: refusePlatform('not-allowed') };
    if (parcel.state !== 'packed') return { error: refuseParcelMove(parcel.state, 'sent') };
    sending.push({ ask, parcel });
    return { value: parcel.id };
  });
  // A refusal from here on undoes the batch, and each is sent alone.
  if (sending.length > 0) await leave(tx, now, county, sending);
  return outcomes;
}

/**
 * @throws Refusal `parcel-move-not-allowed` | `order-not-found` | `order-move-not-allowed` | `case-open` |
 *   `lot-recalled` | `waybill-taken`
 */
async function leave(tx: Tx, now: Date, county: County, sending: readonly Sending[]): Promise<void> {
  const own = sending.filter(({ parcel }) => !parcel.after_sale && !parcel.promised);
  // Locks the orders: parcels of one order leave, arrive and are cancelled one after another.
  const parcels = own.map(({ parcel }) => parcel);
  for (const sending of rounds(parcels, ({ order }) => order)) await noteSending(tx, now, { county, sending });
  // What was refunded since it was packed stays here, whether or not the news of it has come.
  await repackParcels(tx, county, [...new Set(own.map(({ parcel }) => parcel.order))]);
  for (const { ask, parcel } of sending) {
    if (parcel.after_sale) {
      await noteCaseSent(tx, now, ask.by, { county, case: parcel.after_sale, waybill: ask.waybill });
    } else if (parcel.promised && !(await promiseMayLeave(tx, county, parcel.order))) {
      // Refunded or recalled since it was packed: its packs are in stock again.
      throw refuseParcelMove('unpacked', 'sent');
    }
  }
  const packs = await packsIn(
    tx,
    county,
    sending.map(({ parcel }) => parcel.id),
  );
  await refuseRecalled(
    tx,
    county,
    packs.map((pack) => pack.lot),
  );
  await noteLeft(tx, now, { county, packs });
  await giveWaybills(tx, now, county, sending);
  await sendIfAllLeft(
    tx,
    now,
    county,
    own.map(({ ask, parcel }) => ({ order: parcel.order, by: ask.by })),
  );
  await tell(
    tx,
    ...sending.map(
      ({ parcel }): ParcelSent => ({
        type: 'fulfilment.parcel-sent',
        county,
        payload: { parcel: parcel.id, order: parcel.order },
      }),
    ),
  );
}

/** @throws Refusal `waybill-taken` | `parcel-move-not-allowed` */
async function giveWaybills(tx: Tx, now: Date, county: County, sending: readonly Sending[]): Promise<void> {
  const carriers = textArray(sending.map(({ ask }) => ask.carrier));
  const waybills = textArray(sending.map(({ ask }) => ask.waybill));
  const used = await sql`
    select from unnest(${carriers}::text[], ${waybills}::text[]) n (carrier, waybill)
      join fulfilment.parcel p on p.county = ${county} and p.carrier = n.carrier and p.waybill = n.waybill`.execute(tx);
  if (used.rows.length > 0) throw refuse('waybill-taken');
  const sent = await sql<{ id: string }>`
    update fulfilment.parcel p
       set state = 'sent', carrier = n.carrier, waybill = n.waybill, sent_by = n.by, sent_at = ${now}::timestamptz
      from unnest(${plainArray(sending.map(({ parcel }) => parcel.id))}::uuid[], ${carriers}::text[],
             ${waybills}::text[], ${textArray(sending.map(({ ask }) => ask.by.person))}::text[])
             n (id, carrier, waybill, by)
     where p.county = ${county} and p.id = n.id and p.state = 'packed'
    returning p.id`
    .execute(tx)
    .catch((error: { code?: string }) => {
      // Another parcel got the same waybill in this very moment.
      throw error.code === '23505' ? refuse('waybill-taken') : error;
    });
  const left = new Set(sent.rows.map((row) => row.id));
  const stayed = sending.find(({ parcel }) => !left.has(parcel.id));
  if (!stayed) return;
  throw refuseParcelMove((await parcelById(tx, county, stayed.parcel.id))?.state ?? 'sent', 'sent');
}

/** Each order is sent when all of its own parcels are; the caller has them locked. */
export async function sendIfAllLeft(
  tx: Tx,
  now: Date,
  county: County,
  orders: readonly { order: string; by: Actor }[],
): Promise<void> {
  const ids = orders.map((one) => one.order);
  const [heads, parcels] = await pipelined(tx, (one) =>
    Promise.all([orderHeads(one, county, ids), ownParcelsOf(one, county, ids)]),
  );
  const ofOrder = Map.groupBy(parcels, (parcel) => parcel.order);
  // While another seller's goods are still to be packed, the order is only paid.
  const all = [...new Map(orders.map((one) => [one.order, one])).values()].filter(
    ({ order }) =>
      heads.get(order)?.state === 'packed' &&
      (ofOrder.get(order) ?? [{ state: '' }]).every(({ state }) => state === 'sent'),
  );
  await moveOrders(tx, now, { county, to: 'sent', moves: all });
}

/** The refusal in the words of the states, as a person knows them. */
export const refuseParcelMove = (from: ParcelState, to: ParcelState) =>
  refuse('parcel-move-not-allowed', { from: parcelMoves.states[from].zh, to: parcelMoves.states[to].zh, state: from });
