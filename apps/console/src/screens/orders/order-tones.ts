import type { parcelStates } from '#fulfilment/contract';
import type { orderStates } from '#trade/contract';
import type { Tone } from '../../parts/StatusTag.tsx';

/** The colour that repeats an order's state: what waits for us, what is on its way, what is done. */
export const orderTones: Record<(typeof orderStates)[number], Tone> = {
  placed: 'quiet',
  paid: 'go',
  packed: 'wait',
  sent: 'gold',
  received: 'good',
  closed: 'good',
  cancelled: 'quiet',
  refunded: 'stop',
};

export const parcelTones: Record<(typeof parcelStates)[number], Tone> = {
  packed: 'wait',
  sent: 'gold',
  received: 'good',
  unpacked: 'quiet',
  stopped: 'stop',
};
