import { type Actor, system } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { type OnceKey, once, type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { moveOrder, orderHead, settleOrder } from '#trade';
import { refuse } from '../refuse.ts';
import { ownParcelsOf } from './parcels.queries.ts';
import { refuseParcelMove } from './send-parcel.ts';

/** After so many days on its way an order counts as received. */
export const RECEIVED_AFTER_DAYS = 10;

/**
 * The buyer has the goods: all parcels are received, the order too, and its held money is posted.
 *
 * @throws Refusal `order-not-found` | `parcel-move-not-allowed`
 */
export async function receiveOrder(
  at: Context,
  by: Actor,
  input: { county: County; id: string },
  key: OnceKey | null,
): Promise<void> {
  await once(at.db, key, async (tx) => {
    const order = await orderHead(tx, input.county, input.id);
    if (order?.person !== by.person) throw refuse('order-not-found');
    await receive(tx, at.clock.now(), by, input.county, input.id);
  });
}

/**
 * Orders that left ten days ago and of which nothing was heard are received by themselves, each in its own
 * transaction.
 *
 * @returns how many
 * @throws Error after all were tried, when one could not be received: it must not hold up those behind it
 */
export async function receiveLate(at: Context, signal?: AbortSignal): Promise<number> {
  const now = at.clock.now();
  const before = daysFrom(now, -RECEIVED_AFTER_DAYS);
  const due = await at.db
    .selectFrom('fulfilment.parcel')
    .select(['county', 'order'])
    .where('state', '=', 'sent')
    .where('after_sale', 'is', null)
    .where('promised', '=', false)
    .groupBy(['county', 'order'])
    .having((e) => e(e.fn.max('sent_at'), '<=', before))
    .orderBy((e) => e.fn.max('sent_at'))
    .limit(1000)
    .execute();
  let received = 0;
  const failures: unknown[] = [];
  for (const { county, order } of due) {
    if (signal?.aborted) break;
    const done = transact(at.db, async (tx) => {
      // Not yet, while another parcel of it has not left.
      if ((await orderHead(tx, county, order))?.state !== 'sent') return 0;
      await receive(tx, now, system, county, order);
      return 1;
    });
    received += await done.catch((error: unknown) => {
      failures.push(error);
      return 0;
    });
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders could not be received`);
  return received;
}

async function receive(tx: Tx, now: Date, by: Actor, county: County, order: string): Promise<void> {
  const state = (await orderHead(tx, county, order))?.state;
  if (state !== 'sent') {
    const over = state === 'received' || state === 'closed';
    throw refuseParcelMove(over ? 'received' : state === 'refunded' ? 'unpacked' : 'packed', 'received');
  }
  // Locks the order; whoever was here first has closed it, and this is refused.
  await moveOrder(tx, now, by, { county, order, to: 'received' });
  const parcels = await ownParcelsOf(tx, county, order);
  await tx
    .updateTable('fulfilment.parcel')
    .set({ state: 'received', received_by: by.person, received_at: now })
    .where('county', '=', county)
    .where(
      'id',
      'in',
      parcels.map((parcel) => parcel.id),
    )
    .where('state', '=', 'sent')
    .execute();
  await settleOrder(tx, now, by, { county, order });
}
