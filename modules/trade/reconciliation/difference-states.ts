import { defineMoves } from '#platform/moves.ts';

export const differenceStates = ['open', 'explained', 'corrected', 'closed'] as const;
export type CaseState = (typeof differenceStates)[number];

/** A difference's way to its end. Every move wants a reason, and none leads from open to closed. */
export const differenceMoves = defineMoves<CaseState>(
  'open',
  {
    open: { zh: '待查', en: 'Open' },
    explained: { zh: '已说明', en: 'Explained' },
    corrected: { zh: '已更正', en: 'Corrected' },
    closed: { zh: '已结案', en: 'Closed' },
  },
  [
    { from: 'open', to: 'explained', act: 'explain', label: { zh: '说明原因', en: 'Explain' } },
    { from: 'open', to: 'corrected', act: 'correct', label: { zh: '记为已更正', en: 'Mark corrected' } },
    { from: 'explained', to: 'corrected', act: 'correct', label: { zh: '记为已更正', en: 'Mark corrected' } },
    { from: 'explained', to: 'closed', act: 'close', label: { zh: '结案', en: 'Close' } },
    { from: 'corrected', to: 'closed', act: 'close', label: { zh: '结案', en: 'Close' } },
    { from: 'explained', to: 'open', act: 'reopen', label: { zh: '重新查', en: 'Reopen' } },
    { from: 'corrected', to: 'open', act: 'reopen', label: { zh: '重新查', en: 'Reopen' } },
    { from: 'closed', to: 'open', act: 'reopen', label: { zh: '重新查', en: 'Reopen' } },
  ],
);

export const differenceKinds = ['missing', 'surplus', 'amount', 'fee', 'remittance'] as const;
export type CaseKind = (typeof differenceKinds)[number];
export const differenceKindWords: Readonly<Record<CaseKind, { zh: string; en: string }>> = {
  missing: { zh: '对方有、我方无', en: 'Theirs, not ours' },
  surplus: { zh: '我方有、对方无', en: 'Ours, not theirs' },
  amount: { zh: '金额不等', en: 'Amounts differ' },
  fee: { zh: '手续费不合', en: 'Fees do not add up' },
  remittance: { zh: '汇款无主', en: 'Money that belongs to nothing' },
};
