import { defineMoves } from '#platform/moves.ts';

export const dividendStates = ['declared', 'approved', 'paid', 'withdrawn'] as const;
export type DividendState = (typeof dividendStates)[number];

/** A dividend's life, and that of what a collective shares out of it; money moves with the last move, which the job makes. */
export const dividendMoves = defineMoves<DividendState>(
  'declared',
  {
    declared: { zh: '待审', en: 'To be approved' },
    approved: { zh: '已审，入账中', en: 'Approved, being booked' },
    paid: { zh: '已入账', en: 'Booked' },
    withdrawn: { zh: '撤回', en: 'Withdrawn' },
  },
  [
    { from: 'declared', to: 'approved', act: 'approve', label: { zh: '审核通过', en: 'Approve' } },
    { from: 'declared', to: 'withdrawn', act: 'withdraw', label: { zh: '撤回', en: 'Withdraw' } },
    { from: 'approved', to: 'paid', act: 'book', label: { zh: '入账', en: 'Book' } },
  ],
);

export const dividendAlertKinds = ['below_bank', 'below_floor'] as const;
export const dividendAlertWords = {
  below_bank: { zh: '低于银行利率', en: 'Below the bank' },
  below_floor: { zh: '低于承诺保底', en: 'Below the promised floor' },
} as const;
