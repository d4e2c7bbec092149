import { defineMoves } from '#platform/moves.ts';

export const recallLineStates = ['held', 'told', 'cancelled', 'refunded', 'replaced', 'lifted'] as const;
export type RecallLineState = (typeof recallLineStates)[number];

/** Where packs were when they were called back. */
export const recallFinds = ['unpaid', 'waiting', 'packed', 'gone'] as const;
export const recallFindWords = {
  unpaid: { zh: '未付款', en: 'Not paid' },
  waiting: { zh: '待装箱', en: 'To be packed' },
  packed: { zh: '已装箱未发', en: 'Packed, not sent' },
  gone: { zh: '已发货', en: 'Sent' },
} as const;

/** What becomes of recalled packs of an order. Those that had left begin as told: their buyer reads of it at once. */
export const recallLineMoves = defineMoves<RecallLineState>(
  'held',
  {
    held: { zh: '扣住待处理', en: 'Held' },
    told: { zh: '已告知买家', en: 'Buyer told' },
    cancelled: { zh: '订单已取消', en: 'Order cancelled' },
    refunded: { zh: '已退款', en: 'Refunded' },
    replaced: { zh: '已换批次', en: 'Other lot' },
    lifted: { zh: '召回已解除', en: 'Recall lifted' },
  },
  [
    { from: 'held', to: 'cancelled', act: 'cancel', label: { zh: '取消订单', en: 'Cancel' } },
    { from: 'held', to: 'refunded', act: 'refund', label: { zh: '退款', en: 'Refund' } },
    { from: 'held', to: 'replaced', act: 'replace', label: { zh: '换别的批次发', en: 'Send of another lot' } },
    { from: 'held', to: 'told', act: 'find-gone', label: { zh: '已经发出', en: 'It had left' } },
    { from: 'held', to: 'lifted', act: 'lift', label: { zh: '解除', en: 'Lift' } },
    { from: 'told', to: 'lifted', act: 'lift', label: { zh: '解除', en: 'Lift' } },
  ],
);
