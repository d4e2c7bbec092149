import { defineMoves } from '#platform/moves.ts';

export const recallStates = ['declared', 'stopped', 'informed', 'closed', 'lifted'] as const;
export type RecallState = (typeof recallStates)[number];

/** A recall's life. Lots and codes are stopped with its declaration; what stops then is their stock. */
export const recallMoves = defineMoves<RecallState>(
  'declared',
  {
    declared: { zh: '已发布', en: 'Declared' },
    stopped: { zh: '已停售', en: 'Sale stopped' },
    informed: { zh: '已告知买家', en: 'Buyers told' },
    closed: { zh: '已结案', en: 'Closed' },
    lifted: { zh: '已解除', en: 'Lifted' },
  },
  [
    { from: 'declared', to: 'stopped', act: 'stop', label: { zh: '停售', en: 'Stop the sale' } },
    { from: 'stopped', to: 'informed', act: 'inform', label: { zh: '告知买家', en: 'Tell the buyers' } },
    { from: 'informed', to: 'closed', act: 'close', label: { zh: '结案', en: 'Close' } },
    { from: 'declared', to: 'lifted', act: 'lift', label: { zh: '解除', en: 'Lift' } },
    { from: 'stopped', to: 'lifted', act: 'lift', label: { zh: '解除', en: 'Lift' } },
    { from: 'informed', to: 'lifted', act: 'lift', label: { zh: '解除', en: 'Lift' } },
  ],
);

export const recallReaches = ['descendants', 'lot'] as const;
export const recallReachWords = {
  descendants: { zh: '这一批和用它做的所有批次', en: 'This lot and all that was made of it' },
  lot: { zh: '只召回这一批', en: 'This lot only' },
} as const;
/** What becomes of orders that have not left. */
export const unshippedRules = ['refund', 'hold'] as const;
export const unshippedWords = {
  refund: { zh: '未发货的直接退款', en: 'Orders not sent are refunded' },
  hold: { zh: '未发货的先扣住，由商家决定', en: 'Orders not sent are held for their seller' },
} as const;
