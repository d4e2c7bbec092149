import { defineMoves } from '#platform/moves.ts';

export const markStates = ['review', 'approved', 'returned', 'withdrawn'] as const;
export type MarkState = (typeof markStates)[number];

/** A brand certificate's way: the county looks at it before it counts, and takes it away when it was lost. */
export const markMoves = defineMoves<MarkState>(
  'review',
  {
    review: { zh: '待审核', en: 'In review' },
    approved: { zh: '已通过', en: 'Approved' },
    returned: { zh: '已退回', en: 'Returned' },
    withdrawn: { zh: '已撤销', en: 'Withdrawn' },
  },
  [
    { from: 'review', to: 'approved', act: 'approve', label: { zh: '通过', en: 'Approve' } },
    { from: 'review', to: 'returned', act: 'return', label: { zh: '退回', en: 'Return' } },
    { from: 'approved', to: 'withdrawn', act: 'withdraw', label: { zh: '撤销', en: 'Withdraw' } },
  ],
);
