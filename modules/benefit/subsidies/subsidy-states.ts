import { defineMoves } from '#platform/moves.ts';

export const subsidyStates = ['prepared', 'booked', 'withdrawn'] as const;
export type SubsidyState = (typeof subsidyStates)[number];

/** A list of subsidies: one person writes it down, another approves it, and with that it is booked. */
export const subsidyMoves = defineMoves<SubsidyState>(
  'prepared',
  {
    prepared: { zh: '待审', en: 'To be approved' },
    booked: { zh: '已入账', en: 'Booked' },
    withdrawn: { zh: '已撤回', en: 'Withdrawn' },
  },
  [
    { from: 'prepared', to: 'booked', act: 'approve', label: { zh: '审核入账', en: 'Approve and book' } },
    { from: 'prepared', to: 'withdrawn', act: 'withdraw', label: { zh: '撤回', en: 'Withdraw' } },
  ],
);

/** Households on one list at most. */
export const MOST_LINES = 500;
