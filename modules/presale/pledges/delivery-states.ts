import { defineMoves } from '#platform/moves.ts';

export const deliveryStates = ['owed', 'packed', 'sent', 'received'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** What becomes of what a backer is owed, from the moment the project is funded. Thanks alone are sent without a parcel. */
export const deliveryMoves = defineMoves<DeliveryState>(
  'owed',
  {
    owed: { zh: '待发出', en: 'Owed' },
    packed: { zh: '已装箱', en: 'Packed' },
    sent: { zh: '已发出', en: 'Sent' },
    received: { zh: '已收到', en: 'Received' },
  },
  [
    { from: 'owed', to: 'packed', act: 'pack', label: { zh: '装箱', en: 'Pack' } },
    { from: 'owed', to: 'sent', act: 'thank', label: { zh: '已致谢', en: 'Thanks sent' } },
    { from: 'packed', to: 'sent', act: 'send', label: { zh: '发出', en: 'Send' } },
    { from: 'packed', to: 'owed', act: 'unpack', label: { zh: '召回，重新装箱', en: 'Recalled, to be packed again' } },
    { from: 'sent', to: 'received', act: 'receive', label: { zh: '确认收到', en: 'Confirm receipt' } },
  ],
);
