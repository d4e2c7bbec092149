import type { Actor } from '#platform/actor.ts';
import type { Context } from '#platform/context.ts';
import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import { orderForReader } from '../orders/order-readers.ts';
import type { PaymentMethod } from './payment-port.ts';

interface MoneyStep {
  kind: 'paid' | 'refund-asked' | 'refund-done' | 'refund-failed';
  method: PaymentMethod;
  fen: Fen;
  reason: string | null;
  at: Date;
}

/**
 * What was paid for an order and what went back, oldest first, for its buyer and whoever may read it. Nothing of the
 * provider's own.
 *
 * @throws Refusal `order-not-found`
 */
export async function orderMoney(at: Context, by: Actor, county: County, id: string): Promise<MoneyStep[]> {
  await orderForReader(at.db, by, county, id);
  const order = await at.db
    .selectFrom('trade.order as o')
    .innerJoin('trade.payment as p', 'p.id', 'o.payment')
    .select(['o.total_fen', 'p.paid_at', 'p.method'])
    .where('o.county', '=', county)
    .where('o.id', '=', id)
    .executeTakeFirst();
  if (!order) return [];
  const method = order.method as PaymentMethod;
  const refunds = await at.db
    .selectFrom('trade.refund')
    .select(['fen', 'state', 'reason', 'asked_at', 'done_at'])
    .where('county', '=', county)
    .where('order', '=', id)
    .execute();
  const steps: MoneyStep[] = refunds.flatMap(({ fen, state, reason, asked_at, done_at }) => [
    { kind: 'refund-asked' as const, method, fen, reason, at: asked_at },
    ...(done_at && state !== 'asked'
      ? [{ kind: `refund-${state}` as const, method, fen, reason: null, at: done_at }]
      : []),
  ]);
  if (order.paid_at) steps.push({ kind: 'paid', method, fen: order.total_fen, reason: null, at: order.paid_at });
  return steps.sort((a, b) => a.at.getTime() - b.at.getTime());
}
