import { defineMoves } from '#platform/moves.ts';

export const disputeKinds = ['not_mine', 'wrong_weight', 'not_paid'] as const;
export type DisputeKind = (typeof disputeKinds)[number];
export const disputeKindWords = {
  not_mine: { zh: '这不是我家卖的', en: 'We did not sell this' },
  wrong_weight: { zh: '重量不对', en: 'The weight is wrong' },
  not_paid: { zh: '钱没有收到', en: 'We were not paid' },
} as const;

export const disputeStates = ['open', 'answered', 'upheld', 'rejected', 'withdrawn'] as const;
export type DisputeState = (typeof disputeStates)[number];

/** How long the county has to decide. */
export const DISPUTE_DAYS = 7;
/** How long after a sale it can be disputed: longer than a season's selling, shorter than memory. */
export const DISPUTE_WINDOW_DAYS = 180;

/** A dispute's life: the household opens it, the station says what it knows, the county decides. */
export const disputeMoves = defineMoves<DisputeState>(
  'open',
  {
    open: { zh: '等站里说明', en: 'For the station to answer' },
    answered: { zh: '等县里定', en: 'For the county to decide' },
    upheld: { zh: '属实', en: 'Upheld' },
    rejected: { zh: '不属实', en: 'Rejected' },
    withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  },
  [
    { from: 'open', to: 'answered', act: 'answer', label: { zh: '说明', en: 'Answer' } },
    { from: 'open', to: 'upheld', act: 'uphold', label: { zh: '认定属实', en: 'Uphold' } },
    { from: 'open', to: 'rejected', act: 'reject', label: { zh: '认定不属实', en: 'Reject' } },
    { from: 'open', to: 'withdrawn', act: 'withdraw', label: { zh: '撤回', en: 'Withdraw' } },
    { from: 'answered', to: 'upheld', act: 'uphold', label: { zh: '认定属实', en: 'Uphold' } },
    { from: 'answered', to: 'rejected', act: 'reject', label: { zh: '认定不属实', en: 'Reject' } },
    { from: 'answered', to: 'withdrawn', act: 'withdraw', label: { zh: '撤回', en: 'Withdraw' } },
  ],
);
