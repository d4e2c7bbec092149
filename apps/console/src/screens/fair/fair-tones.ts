import type { Outcome, Standing, Verdict } from '#benefit/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

export const verdictTones: Record<Verdict, Tone> = { pass: 'good', fail: 'stop', cannot_say: 'quiet' };
export const standingTones: Record<Standing, Tone> = {
  clear: 'good',
  warned: 'wait',
  hidden: 'stop',
  withdrawn: 'stop',
};
export const outcomeTones: Record<Outcome, Tone> = {
  received: 'good',
  not_received: 'stop',
  different: 'wait',
  unreachable: 'quiet',
};
