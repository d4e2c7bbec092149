import { defineMoves } from '#platform/moves.ts';

export const refundStates = ['asked', 'done', 'failed'] as const;
export type RefundState = (typeof refundStates)[number];

/** A refund's life at the provider. One that failed is asked for anew, or the provider thinks better of it. */
export const refundMoves = defineMoves<RefundState>(
  'asked',
  {
    asked: { zh: '退款中', en: 'Asked for' },
    done: { zh: '已退回', en: 'Paid back' },
    failed: { zh: '退款失败', en: 'Failed' },
  },
  [
    { from: 'asked', to: 'done', act: 'finish', label: { zh: '退款到账', en: 'Paid back' } },
    { from: 'asked', to: 'failed', act: 'fail', label: { zh: '退款被拒', en: 'Refused' } },
    { from: 'failed', to: 'asked', act: 'ask-again', label: { zh: '重新退款', en: 'Ask again' } },
    { from: 'failed', to: 'done', act: 'finish', label: { zh: '退款到账', en: 'Paid back' } },
  ],
);
