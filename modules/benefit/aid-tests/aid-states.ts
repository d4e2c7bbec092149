import { defineMoves } from '#platform/moves.ts';

export const aidTests = ['quality', 'price', 'benefit'] as const;
export type AidTest = (typeof aidTests)[number];
export const aidTestWords = {
  quality: { zh: '质量', en: 'Quality' },
  price: { zh: '价格', en: 'Price' },
  benefit: { zh: '带动', en: 'Benefit' },
} as const;

export const verdicts = ['pass', 'fail', 'cannot_say'] as const;
export type Verdict = (typeof verdicts)[number];
export const verdictWords = {
  pass: { zh: '通过', en: 'Passes' },
  fail: { zh: '不通过', en: 'Fails' },
  cannot_say: { zh: '说不准', en: 'Cannot say' },
} as const;

/** Why a product was tested: it was to go on sale, it changed, or the night had come. */
export const occasions = ['listed', 'changed', 'nightly'] as const;
export type Occasion = (typeof occasions)[number];

export const standings = ['clear', 'warned', 'hidden', 'withdrawn'] as const;
export type Standing = (typeof standings)[number];

/**
 * What follows from the tests. Nobody makes these moves by hand: a run, a deadline or a decision on an appeal does. A
 * product that was withdrawn and put on sale again without a pass is hidden at once.
 */
export const standingMoves = defineMoves<Standing>(
  'clear',
  {
    clear: { zh: '正常', en: 'Clear' },
    warned: { zh: '已警示', en: 'Warned' },
    hidden: { zh: '已隐藏', en: 'Hidden' },
    withdrawn: { zh: '已下架', en: 'Withdrawn' },
  },
  [
    { from: 'clear', to: 'warned', act: 'fail', label: { zh: '警示', en: 'Warn' } },
    { from: 'warned', to: 'clear', act: 'pass', label: { zh: '恢复', en: 'Clear' } },
    { from: 'warned', to: 'hidden', act: 'elapse', label: { zh: '隐藏', en: 'Hide' } },
    { from: 'hidden', to: 'clear', act: 'pass', label: { zh: '恢复', en: 'Clear' } },
    { from: 'hidden', to: 'withdrawn', act: 'elapse', label: { zh: '下架', en: 'Withdraw' } },
    { from: 'withdrawn', to: 'clear', act: 'pass', label: { zh: '恢复', en: 'Clear' } },
    { from: 'withdrawn', to: 'hidden', act: 'fail', label: { zh: '隐藏', en: 'Hide' } },
  ],
);

export const appealStates = ['open', 'upheld', 'rejected'] as const;
export type AppealState = (typeof appealStates)[number];
export const appealMoves = defineMoves<AppealState>(
  'open',
  {
    open: { zh: '等县里定', en: 'For the county to decide' },
    upheld: { zh: '申诉成立', en: 'Upheld' },
    rejected: { zh: '申诉不成立', en: 'Rejected' },
  },
  [
    { from: 'open', to: 'upheld', act: 'decide', label: { zh: '申诉成立', en: 'Uphold' } },
    { from: 'open', to: 'rejected', act: 'decide', label: { zh: '申诉不成立', en: 'Reject' } },
  ],
);
