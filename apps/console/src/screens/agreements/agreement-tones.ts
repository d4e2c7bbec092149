import type { AgreementState } from '#benefit/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const agreementTones: Record<AgreementState, Tone> = {
  draft: 'wait',
  half_signed: 'wait',
  in_force: 'good',
  disputed: 'stop',
  ended: 'quiet',
  expired: 'quiet',
};
