import { defineMoves, type Move } from '#platform/moves.ts';

export const caseKinds = ['refund', 'return', 'resend', 'exchange', 'damage'] as const;
export type CaseKind = (typeof caseKinds)[number];

export const caseKindWords = {
  refund: { zh: '仅退款', en: 'Refund only' },
  return: { zh: '退货退款', en: 'Return and refund' },
  resend: { zh: '补发', en: 'Send again' },
  exchange: { zh: '换货', en: 'Exchange' },
  damage: { zh: '坏果包赔', en: 'Damaged fruit' },
} as const satisfies Record<CaseKind, { zh: string; en: string }>;

export const caseStates = [
  'applied',
  'accepted',
  'sent_back',
  'received',
  'resending',
  'resent',
  'refunded',
  'refused',
  'disputed',
  'withdrawn',
  'closed',
] as const;
export type CaseState = (typeof caseStates)[number];

/** Who moves a case: its buyer, its seller, the county, time that has run out, or the county's rule by itself. */
export type Party = 'buyer' | 'merchant' | 'county' | 'time' | 'rule';

/** A move of a case: who may make it, and for which kinds. */
export interface CaseMove extends Move<CaseState> {
  who: readonly Party[];
  kinds: readonly CaseKind[];
}

const all = caseKinds;
const goodsBack: readonly CaseKind[] = ['return', 'exchange'];
const money: readonly CaseKind[] = ['refund', 'damage'];
const again: readonly CaseKind[] = ['resend', 'exchange'];

const moves: readonly CaseMove[] = [
  {
    from: 'applied',
    to: 'accepted',
    act: 'accept',
    label: { zh: '同意', en: 'Accept' },
    who: ['merchant', 'time'],
    kinds: goodsBack,
  },
  {
    from: 'applied',
    to: 'resending',
    act: 'accept',
    label: { zh: '同意补发', en: 'Accept and send again' },
    who: ['merchant', 'time'],
    kinds: ['resend'],
  },
  // Also of a re-sending that time accepts while nothing is left to be sent: the money goes back instead.
  {
    from: 'applied',
    to: 'refunded',
    act: 'accept',
    label: { zh: '同意退款', en: 'Accept and refund' },
    who: ['merchant', 'time', 'rule'],
    kinds: [...money, 'resend'],
  },
  {
    from: 'applied',
    to: 'refused',
    act: 'refuse',
    label: { zh: '拒绝', en: 'Refuse' },
    who: ['merchant'],
    kinds: all,
  },
  {
    from: 'applied',
    to: 'withdrawn',
    act: 'withdraw',
    label: { zh: '撤销申请', en: 'Withdraw' },
    who: ['buyer'],
    kinds: all,
  },
  // Its order was cancelled and refunded whole.
  {
    from: 'applied',
    to: 'closed',
    act: 'lapse',
    label: { zh: '订单已取消', en: 'Order cancelled' },
    who: ['time'],
    kinds: all,
  },
  {
    from: 'accepted',
    to: 'sent_back',
    act: 'send-back',
    label: { zh: '填退货单号', en: 'Goods are on their way back' },
    who: ['buyer'],
    kinds: goodsBack,
  },
  {
    from: 'accepted',
    to: 'withdrawn',
    act: 'withdraw',
    label: { zh: '撤销申请', en: 'Withdraw' },
    who: ['buyer'],
    kinds: goodsBack,
  },
  {
    from: 'accepted',
    to: 'closed',
    act: 'lapse',
    label: { zh: '超时未寄回', en: 'Not sent back in time' },
    who: ['time'],
    kinds: goodsBack,
  },
  {
    from: 'sent_back',
    to: 'received',
    act: 'arrive',
    label: { zh: '收到退货', en: 'Goods came back' },
    who: ['merchant', 'time'],
    kinds: goodsBack,
  },
  {
    from: 'sent_back',
    to: 'disputed',
    act: 'object',
    label: { zh: '退货不符', en: 'Goods are not as agreed' },
    who: ['merchant'],
    kinds: goodsBack,
  },
  // Also of an exchange for which nothing is left: the money goes back instead.
  {
    from: 'received',
    to: 'refunded',
    act: 'refund',
    label: { zh: '退款', en: 'Refund' },
    who: ['merchant', 'time'],
    kinds: goodsBack,
  },
  {
    from: 'received',
    to: 'resending',
    act: 'exchange',
    label: { zh: '换新', en: 'Send new goods' },
    who: ['merchant', 'time'],
    kinds: ['exchange'],
  },
  {
    from: 'resending',
    to: 'resent',
    act: 'send-again',
    label: { zh: '已补发', en: 'Sent again' },
    who: ['merchant'],
    kinds: again,
  },
  {
    from: 'resending',
    to: 'disputed',
    act: 'stall',
    label: { zh: '超时未补发，转县里', en: 'Not sent in time' },
    who: ['time'],
    kinds: again,
  },
  {
    from: 'resent',
    to: 'closed',
    act: 'receive',
    label: { zh: '收到补发', en: 'Goods received' },
    who: ['buyer', 'time'],
    kinds: again,
  },
  {
    from: 'refunded',
    to: 'closed',
    act: 'paid-back',
    label: { zh: '退款到账', en: 'Money is back' },
    who: ['time'],
    kinds: all,
  },
  {
    from: 'refused',
    to: 'disputed',
    act: 'dispute',
    label: { zh: '请县里仲裁', en: 'Ask the county' },
    who: ['buyer'],
    kinds: all,
  },
  {
    from: 'refused',
    to: 'closed',
    act: 'lapse',
    label: { zh: '未再申诉', en: 'Not disputed' },
    who: ['time'],
    kinds: all,
  },
  {
    from: 'disputed',
    to: 'refunded',
    act: 'decide',
    label: { zh: '裁定退款', en: 'Decide: refund' },
    who: ['county'],
    kinds: all,
  },
  {
    from: 'disputed',
    to: 'closed',
    act: 'decide',
    label: { zh: '裁定不退', en: 'Decide: no refund' },
    who: ['county', 'time'],
    kinds: all,
  },
];

/** A case's life. The server's check, the buttons and the sentence under a greyed one read this table. */
export const caseMoves = defineMoves<CaseState>(
  'applied',
  {
    applied: { zh: '等商家答复', en: 'Waiting for the seller' },
    accepted: { zh: '等买家寄回', en: 'Waiting for the goods' },
    sent_back: { zh: '退货在路上', en: 'Goods on their way back' },
    received: { zh: '退货已收到', en: 'Goods came back' },
    resending: { zh: '等商家补发', en: 'To be sent again' },
    resent: { zh: '补发在路上', en: 'Sent again' },
    refunded: { zh: '退款中', en: 'Refund under way' },
    refused: { zh: '商家已拒绝', en: 'Refused by the seller' },
    disputed: { zh: '县里仲裁中', en: 'With the county' },
    withdrawn: { zh: '已撤销', en: 'Withdrawn' },
    closed: { zh: '已结束', en: 'Closed' },
  },
  moves,
);

/** The moves that `party` may make with a case of this kind in this state. */
export const movesOfCase = (kind: CaseKind, state: CaseState, party?: Party): readonly CaseMove[] =>
  moves.filter(
    (move) => move.from === state && move.kinds.includes(kind) && (party === undefined || move.who.includes(party)),
  );

/** States in which a case still holds what it asks for: nobody else may be given the same packs or money. */
export const openStates: readonly CaseState[] = [
  'applied',
  'accepted',
  'sent_back',
  'received',
  'resending',
  'resent',
  'disputed',
];

/** States that nothing leaves. */
export const overStates: readonly CaseState[] = ['withdrawn', 'closed'];
