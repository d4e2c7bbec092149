import type { DeliveryState, PledgeMoney, ProjectState } from '#presale/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const projectTones: Record<ProjectState, Tone> = {
  draft: 'wait',
  submitted: 'go',
  open: 'gold',
  funded: 'good',
  delivered: 'good',
  failed: 'quiet',
  cancelled: 'stop',
  withdrawn: 'quiet',
};

export const moneyTones: Record<PledgeMoney, Tone> = {
  due: 'quiet',
  lapsed: 'quiet',
  held: 'gold',
  posted: 'good',
  returning: 'wait',
  returned: 'stop',
};

export const deliveryTones: Record<DeliveryState, Tone> = {
  owed: 'go',
  packed: 'wait',
  sent: 'gold',
  received: 'good',
};
