import { type Actor, system } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import { type Tx, transact } from '#platform/db.ts';
import type { County } from '#platform/ids.ts';
import { tell } from '#platform/outbox.ts';
import { moneyLeft, packsLeft, worthOf } from '../after-sale/case-budget.ts';
import { lineAccounts } from '../after-sale/cases.queries.ts';
import { dropPacks } from '../after-sale/drop-packs.ts';
import type { LinesDropped } from '../events.ts';
import { closeCheckout, lockCheckout } from '../orders/close-checkout.ts';
import { allocationsOf, linesOf, lockOrder, type OrderFields, orderById } from '../orders/orders.queries.ts';
import { returnClaims } from '../orders/release-order.ts';
import { putRewardsBack } from '../promises/rewards.ts';
import { refundLines } from '../settlement/refund-lines.ts';
import { heldLines, type RecallLineFields, settleLines } from './recall-lines.queries.ts';

const AT_ONCE = 500;

/**
 * Orders that a recall found unpaid are cancelled, and those of recalls whose rule is refund get their money back. Looks
 * for what is held, each order in a transaction of its own, so that one that fails holds up no other and a crash in the
 * middle leaves each order whole.
 *
 * @returns how many orders were settled
 * @throws Error after all were tried, when one could not be settled
 */
export async function settleRecalled(at: Context, signal?: AbortSignal): Promise<number> {
  const due = await at.db
    .selectFrom('trade.recall_line')
    .select(['county', 'order'])
    .distinct()
    .where('state', '=', 'held')
    .where((e) => e.or([e('found', '=', 'unpaid'), e('unshipped', '=', 'refund')]))
    .orderBy('county')
    .orderBy('order')
    .limit(AT_ONCE)
    .execute();
  let settled = 0;
  const failures: unknown[] = [];
  for (const { county, order } of due) {
    if (signal?.aborted) break;
    try {
      if (await transact(at.db, (tx) => settleHeld(tx, at.clock.now(), system, county, order, mustGo))) settled++;
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} recalled orders could not be settled`);
  return settled;
}

const mustGo = (line: RecallLineFields): boolean => line.found === 'unpaid' || line.unshipped === 'refund';

/**
 * Ends what recalls hold of one order: unpaid, it is cancelled with its checkout; packs that have not left go
 * off the order, out of their parcel too, and their money back; what has left after all is told to its buyer. What a
 * project owes is owed again, and is packed of other lots.
 *
 * @param which of the held lines
 * @returns whether anything was settled: packs that an open case asks for are the case's
 */
export async function settleHeld(
  tx: Tx,
  now: Date,
  by: Actor,
  county: County,
  id: string,
  which: (line: RecallLineFields) => boolean,
): Promise<boolean> {
  const head = await orderById(tx, county, id);
  if (!head) return false;
  const checkout = await lockCheckout(tx, head.checkout);
  const order = await lockOrder(tx, county, id);
  if (!checkout || !order) return false;
  const held = (await heldLines(tx, county, id)).filter(which);
  if (held.length === 0) return false;
  const said = { by: by.person, at: now };
  if (order.state === 'placed') {
    await closeCheckout(tx, now, by, checkout, '所订批次已召回');
    await settleLines(tx, county, held, 'cancelled', said);
    return true;
  }
  if (order.state === 'cancelled' || order.state === 'refunded') {
    await settleLines(tx, county, held, order.state, said);
    return true;
  }
  const allocations = await allocationsOf(
    tx,
    county,
    held.map((one) => one.line),
  );
  const packsOf = (one: RecallLineFields) => allocations.find((a) => a.line === one.line && a.lot === one.lot);
  const left = held.filter((one) => packsOf(one)?.sent_at);
  const gone = held.filter((one) => packsOf(one)?.state === 'released');
  const here = held.filter((one) => !left.includes(one) && !gone.includes(one));
  if (order.promise !== null && here.length > 0) {
    await putRewardsBack(tx, now, by, order);
    const event: LinesDropped = { type: 'trade.lines-dropped', county, payload: { order: id } };
    await tell(tx, event);
    await settleLines(tx, county, here, 'replaced', said);
    await settleLines(tx, county, left, 'told', said);
    await settleLines(tx, county, gone, 'replaced', said);
    return true;
  }
  const dropped = await dropHeld(tx, now, by, order, here);
  await settleLines(tx, county, left, 'told', said);
  await settleLines(tx, county, [...dropped, ...gone], 'refunded', said);
  return left.length + dropped.length + gone.length > 0;
}

/** Packs that have not left go off the order, those of the recalled lots only, and what was paid for them goes back. */
async function dropHeld(
  tx: Tx,
  now: Date,
  by: Actor,
  order: OrderFields,
  held: readonly RecallLineFields[],
): Promise<RecallLineFields[]> {
  const { county } = order;
  const accounts = await lineAccounts(tx, county, order.id);
  const lines = new Map((await linesOf(tx, county, [order.id])).map((line) => [line.id, line]));
  const wanted = new Map<string, number>();
  const shares = [];
  const done: RecallLineFields[] = [];
  for (const [id, own] of Map.groupBy(held, (one) => one.line)) {
    const [line, account] = [lines.get(id), accounts.get(id)];
    // The same packs may be held by several recalls.
    const lots = new Map(own.map((one) => [one.lot, one.packs]));
    const packs = [...lots.values()].reduce((sum, n) => sum + n, 0);
    if (!line || !account || packs > packsLeft(account)) continue;
    const all = packs === line.packs - line.dropped_packs && account.claimedPacks === 0;
    shares.push({ line: id, ...(all ? moneyLeft(account) : worthOf(account, packs)) });
    wanted.set(id, packs);
    done.push(...own);
  }
  if (done.length === 0) return [];
  const evidence = { kind: 'recall', id: (done[0] as RecallLineFields).recall };
  await dropPacks(tx, now, by, order, wanted, evidence, new Set(done.map((one) => one.lot)));
  const paid = shares.filter((share) => share.goodsFen + share.freightFen > 0);
  if (paid.length > 0) {
    await refundLines(tx, now, by, order, { lines: paid, reason: '所订批次已召回', evidence });
    if ((await orderById(tx, county, order.id))?.state === 'refunded') await returnClaims(tx, county, order.id);
  }
  return done;
}
