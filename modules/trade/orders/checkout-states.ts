import { defineMoves } from '#platform/moves.ts';

export const checkoutStates = ['open', 'paid', 'closed'] as const;
export type CheckoutState = (typeof checkoutStates)[number];

/** A checkout's life: whoever pays it, cancels it or lets it expire begins at its locked row. */
export const checkoutMoves = defineMoves<CheckoutState>(
  'open',
  {
    open: { zh: '待付款', en: 'Awaiting payment' },
    paid: { zh: '已付款', en: 'Paid' },
    closed: { zh: '已关闭', en: 'Closed' },
  },
  [
    { from: 'open', to: 'paid', act: 'pay', label: { zh: '付款', en: 'Pay' } },
    { from: 'open', to: 'closed', act: 'close', label: { zh: '取消或过期', en: 'Cancel or expire' } },
    // Money that came late and found every pack again.
    { from: 'closed', to: 'paid', act: 'pay-late', label: { zh: '迟到的付款', en: 'Late payment' } },
  ],
);
