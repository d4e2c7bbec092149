import type { Tx } from '#platform/db.ts';
import type { RefundAnswer } from './payment-port.ts';
import { paymentMoves } from './payment-states.ts';
import { refundMoves } from './refund-states.ts';
import { soonest } from './when-to-ask.ts';

/** A refund as it is asked for: a row of trade.refund, or, without a county, a payment that goes back whole. */
export interface OpenRefund {
  /** the refund row's id, or the payment's own when it goes back whole */
  id: string;
  tries: number;
  payment: string;
  provider: string;
  order: string | null;
  fen: number;
  totalFen: number;
  reason: string;
  county: number | null;
  /** the provider has it: it is asked how it stands instead of being told again */
  taken: boolean;
  asks: number;
}

/** Writes down what a provider answered to a refund; whoever says it, an answer or a notice. */
export async function noteRefund(
  tx: Tx,
  now: Date,
  refund: Pick<OpenRefund, 'id' | 'payment' | 'county' | 'asks'>,
  answer: RefundAnswer,
): Promise<void> {
  const payment = await tx
    .selectFrom('trade.payment')
    .select(['id', 'amount_fen'])
    .where('id', '=', refund.payment)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const asked = { asks: refund.asks + 1, ask_at: answer.outcome === 'pending' ? soonest(now, refund.asks) : null };
  const why = answer.outcome === 'refused' ? answer.why : null;
  if (refund.county === null) {
    // Belongs to no order, so nobody but the provider can be asked about it: refused or not, it is asked for again.
    const again = answer.outcome === 'refused' ? soonest(now, refund.asks) : asked.ask_at;
    await tx
      .updateTable('trade.payment')
      .set({
        ...{ back_asks: asked.asks, back_ask_at: again, why },
        ...(answer.outcome === 'done' && { state: 'refunded' as const }),
      })
      .where('id', '=', payment.id)
      .where('state', 'in', paymentMoves.into('refunded'))
      .execute();
    return;
  }
  const state = answer.outcome === 'done' ? 'done' : 'failed';
  await tx
    .updateTable('trade.refund')
    .set({
      ...asked,
      why,
      ...(answer.outcome === 'pending' ? { taken_at: now } : { state, done_at: now }),
    })
    .where('county', '=', refund.county)
    .where('id', '=', refund.id)
    .where('state', 'in', answer.outcome === 'pending' ? (['asked'] as const) : refundMoves.into(state))
    .execute();
  // Fully refunded only when every fen of it is back, over all counties it paid for.
  const back = await tx
    .selectFrom('trade.refund')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('fen'), e.lit(0)).as('fen'))
    .where('payment', '=', payment.id)
    .where('state', '=', 'done')
    .executeTakeFirstOrThrow();
  if (Number(back.fen) === payment.amount_fen) {
    await tx
      .updateTable('trade.payment')
      .set({ state: 'refunded' })
      .where('id', '=', payment.id)
      .where('state', 'in', paymentMoves.into('refunded'))
      .execute();
  }
}
