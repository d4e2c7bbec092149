import { defineMoves } from '#platform/moves.ts';

export const parcelStates = ['packed', 'sent', 'received', 'unpacked', 'stopped'] as const;
export type ParcelState = (typeof parcelStates)[number];

export const parcelMoves = defineMoves<ParcelState>(
  'packed',
  {
    packed: { zh: '已装箱', en: 'Packed' },
    sent: { zh: '已发出', en: 'Sent' },
    received: { zh: '已签收', en: 'Received' },
    unpacked: { zh: '已拆箱', en: 'Unpacked' },
    stopped: { zh: '已退款，不再送达', en: 'Refunded on its way' },
  },
  [
    { from: 'packed', to: 'sent', act: 'send', label: { zh: '发出', en: 'Send' } },
    { from: 'sent', to: 'received', act: 'receive', label: { zh: '签收', en: 'Receive' } },
    // The order was refunded before the parcel left: its packs and their codes are free again.
    { from: 'packed', to: 'unpacked', act: 'unpack', label: { zh: '拆箱', en: 'Unpack' } },
    // The order was refunded whole while it was on its way, as when a parcel is lost.
    { from: 'sent', to: 'stopped', act: 'stop', label: { zh: '不再送达', en: 'Stop' } },
  ],
);
