import type { Tx } from '#platform/db.ts';
import { askAgain } from '../payouts/send-payouts.ts';
import type { NoticeOutcome } from './apply-notice.ts';
import { noteRefund } from './note-refund.ts';
import type { Notice, PaymentNotice, RefundNotice } from './payment-port.ts';
import { refundOfName } from './provider-names.ts';
import { refundMoves } from './refund-states.ts';

/** What a verified notice changes that is not of a payment coming in. */
export async function applyOtherNotice(
  tx: Tx,
  now: Date,
  provider: string,
  notice: Exclude<Notice, PaymentNotice>,
): Promise<NoticeOutcome> {
  if (notice.kind === 'refund') return applyRefundNotice(tx, now, provider, notice);
  if (notice.kind === 'payout') return (await askAgain(tx, now, provider, notice)) ? 'to-be-asked' : 'kept';
  return 'kept';
}

/**
 * A refund done or refused at the provider. Said of a try that is over, it changes nothing: the provider closes one
 * name before another is used, and a late word on the old one says nothing of the new.
 */
async function applyRefundNotice(tx: Tx, now: Date, provider: string, notice: RefundNotice): Promise<NoticeOutcome> {
  const named = refundOfName(notice.refund);
  if (!named) return 'kept';
  const whole = await tx
    .updateTable('trade.payment')
    .set({ back_ask_at: now })
    .where('id', '=', named.id)
    .where('provider', '=', provider)
    .where('state', '=', 'refunding')
    .executeTakeFirst();
  if (whole.numUpdatedRows > 0n) return 'to-be-asked';
  const refund = await tx
    .selectFrom('trade.refund as r')
    .innerJoin('trade.payment as p', 'p.id', 'r.payment')
    .select(['r.id', 'r.county', 'r.payment', 'r.fen', 'r.state', 'r.tries', 'r.asks'])
    .where('r.id', '=', named.id)
    .where('p.provider', '=', provider)
    .executeTakeFirst();
  if (!refund) return 'payment-unknown';
  const done = notice.outcome === 'done';
  if (refund.tries !== named.tries || !refundMoves.allows(refund.state, done ? 'done' : 'failed')) return 'repeated';
  if (refund.fen !== notice.fen) return 'wrong-amount';
  await noteRefund(tx, now, refund, done ? { outcome: 'done' } : { outcome: 'refused', why: notice.why ?? '' });
  return done ? 'refund-done' : 'refund-refused';
}
