import type { batchStates, lineStates, payeeStates } from '#trade/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

/** Only money that arrived is good; what came back or failed is owed, and looks like it. */
export const lineTones: Record<(typeof lineStates)[number], Tone> = {
  waiting: 'quiet',
  under_way: 'go',
  confirming: 'wait',
  handing: 'wait',
  paid: 'good',
  failed: 'stop',
  returned: 'stop',
  cancelled: 'quiet',
};
export const batchTones: Record<(typeof batchStates)[number], Tone> = {
  prepared: 'wait',
  approved: 'go',
  done: 'good',
  cancelled: 'quiet',
};
export const payeeTones: Record<(typeof payeeStates)[number], Tone> = {
  pending: 'wait',
  active: 'good',
  refused: 'stop',
  closing: 'quiet',
  closed: 'quiet',
};
