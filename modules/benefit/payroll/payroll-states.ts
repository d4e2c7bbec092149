import { defineMoves } from '#platform/moves.ts';

export const payrollStates = ['draft', 'submitted', 'approved', 'paid', 'discarded'] as const;
export type PayrollState = (typeof payrollStates)[number];

/** A payroll's life; money moves with the last move alone, which the job makes. */
export const payrollMoves = defineMoves<PayrollState>(
  'draft',
  {
    draft: { zh: '草稿', en: 'Draft' },
    submitted: { zh: '待审', en: 'To be approved' },
    approved: { zh: '已审，入账中', en: 'Approved, being booked' },
    paid: { zh: '已入农户账', en: 'On the households’ accounts' },
    discarded: { zh: '作废', en: 'Discarded' },
  },
  [
    { from: 'draft', to: 'submitted', act: 'submit', label: { zh: '提交', en: 'Submit' } },
    { from: 'draft', to: 'discarded', act: 'discard', label: { zh: '作废', en: 'Discard' } },
    { from: 'submitted', to: 'approved', act: 'approve', label: { zh: '审核通过', en: 'Approve' } },
    { from: 'submitted', to: 'discarded', act: 'discard', label: { zh: '退回作废', en: 'Send back' } },
    { from: 'approved', to: 'paid', act: 'book', label: { zh: '入账', en: 'Book' } },
  ],
);

export const countSources = ['entered', 'parcels'] as const;
export const countSourceWords = {
  entered: { zh: '登记', en: 'Entered' },
  parcels: { zh: '取自包裹', en: 'From parcels' },
} as const;

/** The most of each unit that one person can do in a day; whatever is above was mistyped. */
export const mostUnits = { hour: 16, day: 1, piece: 20_000 } as const;
