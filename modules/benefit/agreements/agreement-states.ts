import { defineMoves } from '#platform/moves.ts';

export const agreementStates = ['draft', 'half_signed', 'in_force', 'disputed', 'ended', 'expired'] as const;
export type AgreementState = (typeof agreementStates)[number];

/** How long the county has to decide a dispute. */
export const AGREEMENT_DISPUTE_DAYS = 7;

export const agreementDisputeStates = ['open', 'stands', 'released', 'withdrawn'] as const;
export const agreementDisputeWords = {
  open: { zh: '等县里定', en: 'For the county to decide' },
  stands: { zh: '协议照旧', en: 'The agreement stands' },
  released: { zh: '该户退出协议', en: 'The household is released' },
  withdrawn: { zh: '已撤回', en: 'Withdrawn' },
} as const;

/** An agreement's life. In force is per party: as soon as one of them and the organisation have signed the same version. */
export const agreementMoves = defineMoves<AgreementState>(
  'draft',
  {
    draft: { zh: '待签', en: 'To be signed' },
    half_signed: { zh: '一方已签', en: 'Signed by one side' },
    in_force: { zh: '生效', en: 'In force' },
    disputed: { zh: '有异议', en: 'Disputed' },
    ended: { zh: '已终止', en: 'Ended' },
    expired: { zh: '已到期', en: 'Expired' },
  },
  [
    { from: 'draft', to: 'half_signed', act: 'sign', label: { zh: '签', en: 'Sign' } },
    { from: 'draft', to: 'ended', act: 'end', label: { zh: '作废', en: 'Discard' } },
    { from: 'draft', to: 'expired', act: 'elapse', label: { zh: '到期', en: 'Expire' } },
    { from: 'half_signed', to: 'in_force', act: 'sign', label: { zh: '签', en: 'Sign' } },
    { from: 'half_signed', to: 'ended', act: 'end', label: { zh: '作废', en: 'Discard' } },
    { from: 'half_signed', to: 'expired', act: 'elapse', label: { zh: '到期', en: 'Expire' } },
    { from: 'in_force', to: 'disputed', act: 'dispute', label: { zh: '提异议', en: 'Dispute' } },
    { from: 'in_force', to: 'ended', act: 'end', label: { zh: '终止', en: 'End' } },
    { from: 'in_force', to: 'expired', act: 'elapse', label: { zh: '到期', en: 'Expire' } },
    { from: 'disputed', to: 'in_force', act: 'settle', label: { zh: '了结异议', en: 'Settle' } },
    { from: 'disputed', to: 'ended', act: 'decide', label: { zh: '裁定退出', en: 'Release' } },
  ],
);
