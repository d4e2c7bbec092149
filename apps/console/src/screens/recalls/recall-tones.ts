import type { RecallState } from '#trace/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const recallTones: Record<RecallState, Tone> = {
  declared: 'stop',
  stopped: 'stop',
  informed: 'go',
  closed: 'quiet',
  lifted: 'good',
};
