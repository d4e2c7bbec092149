import type { AlertState } from '#trace/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

/** Colours of an alert's states. */
export const alertTones: Record<AlertState, Tone> = { open: 'stop', looked_at: 'wait', closed: 'quiet' };
