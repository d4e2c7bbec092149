import { ensureAccounts, type TransferInput, transfer } from '#ledger';
import { type Actor, system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import { type County, newId } from '#platform/ids.ts';
import { closeCheckout, lockCheckout } from '../orders/close-checkout.ts';
import { refuseMove } from '../orders/move-order.ts';
import { lockOrder } from '../orders/orders.queries.ts';
import { returnClaims } from '../orders/release-order.ts';
import { settleUndelivered } from '../orders/settle-order.ts';
import { refundOrder } from '../payment/money-back.ts';
import { refuse } from '../refuse.ts';
import { refundLines, restOf } from '../settlement/refund-lines.ts';
import { type PromiseMoney, promiseMoney } from './promises.queries.ts';
import { putRewardsBack } from './rewards.ts';

/** A promised order and why something is done with it. */
interface OneOrder {
  county: County;
  order: string;
  reason: string;
}

/**
 * Closes checkouts of a promise whose money does not count any more, each in its own transaction, as time does. What is
 * being paid at this moment is paid, and is then left.
 *
 * @throws Error after all were tried, when one could not be closed
 */
export async function closeUnpaid(
  at: Context,
  { county, promise, reason }: { county: County; promise: string; reason: string },
): Promise<void> {
  const open = await at.db
    .selectFrom('trade.order')
    .select('checkout')
    .where('county', '=', county)
    .where('promise', '=', promise)
    .where('state', '=', 'placed')
    .orderBy('checkout')
    .execute();
  const failures: unknown[] = [];
  for (const { checkout: id } of open) {
    await transact(at.db, async (tx) => {
      const checkout = await lockCheckout(tx, id);
      if (checkout?.state === 'open') await closeCheckout(tx, at.clock.now(), system, checkout, reason);
    }).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} checkouts could not be closed`);
}

/**
 * Ends a promise: from here on no money counts for it, and what it has is final. Not while an order may still be paid.
 *
 * @returns what it has, or null when somebody may still pay
 */
export async function endPromise(
  tx: Tx,
  now: Date,
  { county, id }: { county: County; id: string },
): Promise<PromiseMoney | null> {
  await tx
    .selectFrom('trade.promise')
    .select('id')
    .where('county', '=', county)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const money = (await promiseMoney(tx, county, [id])).get(id) ?? { paidFen: 0, backers: 0, unpaid: 0 };
  if (money.unpaid > 0) return null;
  await tx
    .updateTable('trade.promise')
    .set({ over_at: now })
    .where('county', '=', county)
    .where('id', '=', id)
    .where('over_at', 'is', null)
    .execute();
  return money;
}

/** Paid orders of a promise, whose money is still held. */
export async function heldFor(at: Context, county: County, promise: string): Promise<string[]> {
  const rows = await at.db
    .selectFrom('trade.order')
    .select('id')
    .where('county', '=', county)
    .where('promise', '=', promise)
    .where('state', '=', 'paid')
    .orderBy('id')
    .execute();
  return rows.map((row) => row.id);
}

/**
 * The promise is kept: the order's money reaches those it is held for. What is owed to the buyer follows in a parcel of
 * its own.
 *
 * @returns false when its money is not held any more: it was posted, or given back
 */
export async function settlePromised(tx: Tx, now: Date, { county, order, reason }: OneOrder): Promise<boolean> {
  if ((await lockOrder(tx, county, order))?.state !== 'paid') return false;
  await settleUndelivered(tx, now, system, { county, order, reason });
  return true;
}

/** The promise is not kept: all of the order's money goes back. @returns as `settlePromised` */
export async function returnPromised(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order, reason }: OneOrder,
): Promise<boolean> {
  const found = await lockOrder(tx, county, order);
  if (found?.state !== 'paid') return false;
  await refundOrder(tx, now, by, found, reason);
  return true;
}

/**
 * A promise that was settled and not delivered is paid back, at the cost of whoever carries it out: what public fund and
 * households had of it stays theirs, and the organiser makes that good. Its account may fall below nothing, and is then
 * its debt, as after any refund. Posts, so it comes last in the transaction.
 *
 * @param input.packed what was owed lies packed and returns to its lots
 * @throws Refusal `order-not-found` | `order-move-not-allowed`
 */
export async function refundUndelivered(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order: id, reason, packed }: OneOrder & { packed: boolean },
): Promise<void> {
  const order = await lockOrder(tx, county, id);
  if (!order?.promise) throw refuse('order-not-found');
  if (order.state !== 'closed') throw refuseMove(order.state, 'refunded');
  if (packed) await putRewardsBack(tx, now, by, order);
  const lines = await restOf(tx, order);
  const evidence = { kind: 'order', id };
  const { refund } = await refundLines(tx, now, by, order, { lines, reason, evidence });
  await returnClaims(tx, county, id);
  await makeGood(tx, now, by, { county, order: id, refund });
}

/** What the reversal took from others than the organiser comes from the organiser. */
async function makeGood(
  tx: Tx,
  now: Date,
  by: Actor,
  { county, order, refund }: { county: County; order: string; refund: string },
): Promise<void> {
  const taken = await tx
    .selectFrom('trade.part_reversal as r')
    .innerJoin('trade.settlement_part as p', (join) =>
      join.onRef('p.county', '=', 'r.county').onRef('p.hold', '=', 'r.hold'),
    )
    .innerJoin('trade.order_line as l', (join) => join.onRef('l.county', '=', 'p.county').onRef('l.id', '=', 'p.line'))
    .select(['p.part', 'l.org', 'r.fen'])
    .where('r.county', '=', county)
    .where('r.refund', '=', refund)
    .where('p.part', 'in', ['fund', 'household'])
    .orderBy('p.part')
    .execute();
  const transfers: TransferInput[] = [];
  for (const { part, org, fen } of taken) {
    const [merchant, owner] = (await ensureAccounts(tx, county, [
      { kind: 'merchant', owner: org },
      { kind: part === 'fund' ? 'fund' : 'share_back', owner: 'county' },
    ])) as [string, string];
    transfers.push({
      ...{ id: newId(), kind: 'single', debit: merchant, credit: owner, amountFen: fen, reason: 'promise-made-good' },
      ...{ evidenceKind: 'order', evidence: order, by: by.person },
    });
  }
  await transfer(tx, county, transfers, now);
}
