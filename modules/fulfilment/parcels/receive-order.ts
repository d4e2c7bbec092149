import { sql } from 'kysely';
import { type Actor, system } from '#platform/actor.ts';
import { daysFrom } from '#platform/clock.ts';
import type { Context } from '#platform/context.ts';
import { plainArray, textArray } from '#platform/database/arrays.ts';
import { type OnceKey, type Tx, transact } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Outcome } from '#platform/gather.ts';
import type { County } from '#platform/ids.ts';
import { onceEach } from '#platform/once-each.ts';
import { lockedHeads, moveOrders, type OrderHead, settleOrders } from '#trade';
import { refuse } from '../refuse.ts';
import { desk, inRounds } from './desks.ts';
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
  await receiveDesk(at, { ...input, by, key });
}

interface ReceiveAsk {
  county: County;
  id: string;
  by: Actor;
  key: OnceKey | null;
}

const receiveDesk = desk<ReceiveAsk, null>((at, county, asks) =>
  onceEach(at.db, asks, (tx, fresh) =>
    inRounds(
      fresh,
      (ask) => ask.id,
      (round) => receiveMany(tx, at.clock.now(), county, round),
    ),
  ),
);

/** Receives orders of which each is asked for once, each by its buyer. */
async function receiveMany(tx: Tx, now: Date, county: County, asks: readonly ReceiveAsk[]): Promise<Outcome<null>[]> {
  // Locked; whoever was here first has closed it, and this is refused.
  const heads = await lockedHeads(
    tx,
    county,
    asks.map((ask) => ask.id),
  );
  const outcomes = asks.map(({ id, by }): Outcome<null> => {
    const head = heads.get(id);
    if (head?.person !== by.person) return { error: refuse('order-not-found') };
    return head.state === 'sent' ? { value: null } : { error: refuseReceipt(head.state) };
  });
  const receiving = asks.filter((_, i) => 'value' in (outcomes[i] as Outcome<null>));
  await receive(
    tx,
    now,
    county,
    receiving.map(({ id, by }) => ({ order: id, by })),
  );
  return outcomes;
}

/** The refusal in the words of parcels. */
function refuseReceipt(state: OrderHead['state']): Refusal {
  const over = state === 'received' || state === 'closed';
  return refuseParcelMove(over ? 'received' : state === 'refunded' ? 'unpacked' : 'packed', 'received');
}

/** So many late orders in one transaction. */
const LATE_TOGETHER = 50;

/**
 * Orders that left ten days ago and of which nothing was heard are received by themselves, some in one transaction.
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
  const together = async (county: County, orders: readonly string[]): Promise<void> => {
    try {
      received += await transact(at.db, async (tx) => {
        const heads = await lockedHeads(tx, county, orders);
        // Not yet, while another parcel of it has not left.
        const gone = orders.filter((order) => heads.get(order)?.state === 'sent');
        await receive(
          tx,
          now,
          county,
          gone.map((order) => ({ order, by: system })),
        );
        return gone.length;
      });
    } catch (error) {
      if (orders.length === 1) failures.push(error);
      else for (const order of orders) await together(county, [order]);
    }
  };
  for (const [county, ofCounty] of Map.groupBy(due, (one) => one.county)) {
    const orders = ofCounty.map((one) => one.order);
    for (let i = 0; i < orders.length && !signal?.aborted; i += LATE_TOGETHER) {
      await together(county, orders.slice(i, i + LATE_TOGETHER));
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} orders could not be received`);
  return received;
}

/** What has been sent has arrived; the caller has the orders locked. */
async function receive(
  tx: Tx,
  now: Date,
  county: County,
  receiving: readonly { order: string; by: Actor }[],
): Promise<void> {
  if (receiving.length === 0) return;
  await moveOrders(tx, now, { county, to: 'received', moves: receiving });
  await sql`
    update fulfilment.parcel p set state = 'received', received_by = n.by, received_at = ${now}::timestamptz
      from unnest(${plainArray(receiving.map((one) => one.order))}::uuid[],
             ${textArray(receiving.map((one) => one.by.person))}::text[]) n (ord, by)
     where p.county = ${county} and p."order" = n.ord and p.after_sale is null and not p.promised
       and p.state = 'sent'`.execute(tx);
  await settleOrders(tx, now, county, receiving);
}
