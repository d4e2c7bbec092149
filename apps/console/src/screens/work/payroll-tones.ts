import type { DividendState, PayrollState } from '#benefit/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const payrollTones: Record<PayrollState, Tone> = {
  draft: 'quiet',
  submitted: 'wait',
  approved: 'go',
  paid: 'good',
  discarded: 'quiet',
};

export const dividendTones: Record<DividendState, Tone> = {
  declared: 'wait',
  approved: 'go',
  paid: 'good',
  withdrawn: 'quiet',
};
