import { defineMoves } from '#platform/moves.ts';

export const paymentStates = ['pending', 'paid', 'closed', 'refunding', 'refunded'] as const;
export type PaymentState = (typeof paymentStates)[number];

/**
 * A payment's life. Closed is not the end: a provider's money may come after its failure, after expiry or after another
 * payment, and then counts or goes back whole. Money back of some of its orders leaves a payment paid; when the last
 * fen of it is back it is refunded.
 */
export const paymentMoves = defineMoves<PaymentState>(
  'pending',
  {
    pending: { zh: '待付款', en: 'Awaiting payment' },
    paid: { zh: '已付款', en: 'Paid' },
    closed: { zh: '已关闭', en: 'Closed' },
    refunding: { zh: '退回中', en: 'Going back' },
    refunded: { zh: '已全部退回', en: 'Refunded' },
  },
  [
    { from: 'pending', to: 'paid', act: 'pay', label: { zh: '付款', en: 'Pay' } },
    { from: 'pending', to: 'closed', act: 'close', label: { zh: '关闭', en: 'Close' } },
    { from: 'closed', to: 'paid', act: 'pay-late', label: { zh: '迟到的付款', en: 'Late payment' } },
    { from: 'pending', to: 'refunding', act: 'return', label: { zh: '原路退回', en: 'Return' } },
    { from: 'closed', to: 'refunding', act: 'return', label: { zh: '原路退回', en: 'Return' } },
    { from: 'paid', to: 'refunded', act: 'refund', label: { zh: '全部退款', en: 'Refund' } },
    { from: 'refunding', to: 'refunded', act: 'refund', label: { zh: '退回完成', en: 'Returned' } },
  ],
);
