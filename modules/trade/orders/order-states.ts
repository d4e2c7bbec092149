import { defineMoves } from '#platform/moves.ts';

export const orderStates = ['placed', 'paid', 'packed', 'sent', 'received', 'closed', 'cancelled', 'refunded'] as const;
export type OrderState = (typeof orderStates)[number];

/** An order's life. `act` names who moves it; a screen shows only the moves that leave its present state. */
export const orderMoves = defineMoves<OrderState>(
  'placed',
  {
    placed: { zh: '待付款', en: 'Awaiting payment' },
    paid: { zh: '待装箱', en: 'Paid' },
    packed: { zh: '待发出', en: 'Packed' },
    sent: { zh: '运输中', en: 'On its way' },
    received: { zh: '已签收', en: 'Received' },
    closed: { zh: '已完成', en: 'Completed' },
    cancelled: { zh: '已取消', en: 'Cancelled' },
    refunded: { zh: '已退款', en: 'Refunded' },
  },
  [
    { from: 'placed', to: 'paid', act: 'pay', label: { zh: '付款', en: 'Pay' } },
    { from: 'placed', to: 'cancelled', act: 'cancel', label: { zh: '取消订单', en: 'Cancel' } },
    // Money that comes after an order was cancelled finds its packs again, or goes straight back.
    { from: 'cancelled', to: 'paid', act: 'pay-late', label: { zh: '迟到的付款', en: 'Late payment' } },
    {
      from: 'cancelled',
      to: 'refunded',
      act: 'return-late',
      label: { zh: '退回迟到的付款', en: 'Late payment returned' },
    },
    { from: 'paid', to: 'packed', act: 'pack', label: { zh: '装箱', en: 'Pack' } },
    { from: 'paid', to: 'refunded', act: 'refund', label: { zh: '取消并退款', en: 'Cancel and refund' } },
    { from: 'packed', to: 'sent', act: 'send', label: { zh: '发出', en: 'Send' } },
    { from: 'packed', to: 'refunded', act: 'refund', label: { zh: '取消并退款', en: 'Cancel and refund' } },
    // All of the money goes back after the goods have left: what an after-sale case or its arbitration decided.
    { from: 'sent', to: 'refunded', act: 'refund-sent', label: { zh: '全部退款', en: 'Refund all' } },
    { from: 'received', to: 'refunded', act: 'refund-sent', label: { zh: '全部退款', en: 'Refund all' } },
    { from: 'closed', to: 'refunded', act: 'refund-sent', label: { zh: '全部退款', en: 'Refund all' } },
    { from: 'sent', to: 'received', act: 'receive', label: { zh: '确认收货', en: 'Confirm receipt' } },
    { from: 'received', to: 'closed', act: 'close', label: { zh: '完成结算', en: 'Settle' } },
  ],
);
