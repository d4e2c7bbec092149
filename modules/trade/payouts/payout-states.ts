import { defineMoves } from '#platform/moves.ts';

export const payeeStates = ['pending', 'active', 'refused', 'closing', 'closed'] as const;
export type PayeeState = (typeof payeeStates)[number];

/** An account that money is paid to. `pending` and `closing` wait for the provider to add or remove it. */
export const payeeMoves = defineMoves<PayeeState>(
  'pending',
  {
    pending: { zh: '正在登记', en: 'Being added' },
    active: { zh: '可用', en: 'In use' },
    refused: { zh: '渠道不接受', en: 'Refused by the provider' },
    closing: { zh: '正在移除', en: 'Being removed' },
    closed: { zh: '已停用', en: 'Closed' },
  },
  [
    { from: 'pending', to: 'active', act: 'add', label: { zh: '渠道已登记', en: 'Added at the provider' } },
    { from: 'pending', to: 'refused', act: 'refuse', label: { zh: '渠道不接受', en: 'Refused' } },
    { from: 'pending', to: 'closing', act: 'close', label: { zh: '停用', en: 'Close' } },
    { from: 'active', to: 'closing', act: 'close', label: { zh: '停用', en: 'Close' } },
    // An account that no provider keeps a list of is closed at once.
    { from: 'active', to: 'closed', act: 'close', label: { zh: '停用', en: 'Close' } },
    { from: 'refused', to: 'closed', act: 'close', label: { zh: '停用', en: 'Close' } },
    { from: 'closing', to: 'closed', act: 'remove', label: { zh: '渠道已移除', en: 'Removed at the provider' } },
  ],
);

export const batchStates = ['prepared', 'approved', 'done', 'cancelled'] as const;
export type BatchState = (typeof batchStates)[number];

/** A payout batch: one prepares it, another approves it, then it is sent line by line. */
export const batchMoves = defineMoves<BatchState>(
  'prepared',
  {
    prepared: { zh: '等另一人批准', en: 'Awaiting approval' },
    approved: { zh: '正在付', en: 'Being paid' },
    done: { zh: '已办完', en: 'Done' },
    cancelled: { zh: '已取消', en: 'Cancelled' },
  },
  [
    { from: 'prepared', to: 'approved', act: 'approve', label: { zh: '批准付款', en: 'Approve' } },
    { from: 'prepared', to: 'cancelled', act: 'cancel', label: { zh: '取消这一批', en: 'Cancel the batch' } },
    { from: 'approved', to: 'cancelled', act: 'cancel', label: { zh: '取消这一批', en: 'Cancel the batch' } },
    { from: 'approved', to: 'done', act: 'finish', label: { zh: '办完', en: 'Finish' } },
  ],
);

export const lineStates = [
  'waiting',
  'under_way',
  'confirming',
  'handing',
  'paid',
  'failed',
  'returned',
  'cancelled',
] as const;
export type LineState = (typeof lineStates)[number];

/** One payment of a batch. Only `paid` is settled; after `failed` and `returned` the money is owed again. */
export const lineMoves = defineMoves<LineState>(
  'waiting',
  {
    waiting: { zh: '还没付', en: 'Not sent yet' },
    under_way: { zh: '付款中', en: 'Under way' },
    confirming: { zh: '等本人确认收款', en: 'Receiver has to confirm' },
    handing: { zh: '等站里发', en: 'To be handed out' },
    paid: { zh: '已到手', en: 'Paid' },
    failed: { zh: '没付成，仍欠', en: 'Failed, still owed' },
    returned: { zh: '被退回，仍欠', en: 'Came back, still owed' },
    cancelled: { zh: '已取消', en: 'Cancelled' },
  },
  [
    { from: 'waiting', to: 'under_way', act: 'send', label: { zh: '付出', en: 'Send' } },
    { from: 'waiting', to: 'handing', act: 'hand', label: { zh: '交给站里', en: 'Give to the station' } },
    { from: 'waiting', to: 'cancelled', act: 'cancel', label: { zh: '取消这一笔', en: 'Cancel' } },
    { from: 'waiting', to: 'failed', act: 'drop', label: { zh: '不能付', en: 'Cannot be paid' } },
    { from: 'under_way', to: 'confirming', act: 'ask', label: { zh: '等确认', en: 'Wait for the receiver' } },
    { from: 'under_way', to: 'paid', act: 'pay', label: { zh: '到账', en: 'Arrived' } },
    { from: 'under_way', to: 'failed', act: 'fail', label: { zh: '失败', en: 'Failed' } },
    { from: 'confirming', to: 'paid', act: 'pay', label: { zh: '到账', en: 'Arrived' } },
    { from: 'confirming', to: 'failed', act: 'fail', label: { zh: '失败', en: 'Failed' } },
    { from: 'handing', to: 'paid', act: 'hand-out', label: { zh: '已发到手', en: 'Handed out' } },
    { from: 'handing', to: 'failed', act: 'fail', label: { zh: '没发成', en: 'Could not be handed out' } },
    // Said to have failed, and then it was there: it is booked as paid, and people are told.
    { from: 'failed', to: 'paid', act: 'arrive-late', label: { zh: '后来又到账', en: 'Arrived after all' } },
    { from: 'paid', to: 'returned', act: 'return', label: { zh: '记为退回', en: 'Record as come back' } },
  ],
);

export const sharingStates = ['open', 'finishing', 'finished', 'thawed'] as const;
export type SharingState = (typeof sharingStates)[number];

/** The sharing of a closed order at its provider; whatever cannot be shared goes out by batch. */
export const sharingMoves = defineMoves<SharingState>(
  'open',
  {
    open: { zh: '分账中', en: 'Being shared' },
    finishing: { zh: '正在解冻余款', en: 'Letting go of the rest' },
    finished: { zh: '已分完', en: 'Finished' },
    thawed: { zh: '已过分账期', en: 'Too late to share' },
  },
  [
    { from: 'open', to: 'finishing', act: 'finish', label: { zh: '解冻余款', en: 'Let go of the rest' } },
    // Nothing is left to be let go.
    { from: 'open', to: 'finished', act: 'end', label: { zh: '完成', en: 'Finish' } },
    { from: 'finishing', to: 'finished', act: 'end', label: { zh: '完成', en: 'Finish' } },
    { from: 'open', to: 'thawed', act: 'thaw', label: { zh: '超过期限', en: 'Too late' } },
    { from: 'finishing', to: 'thawed', act: 'thaw', label: { zh: '超过期限', en: 'Too late' } },
  ],
);

export const matterKinds = [
  'payout-failed',
  'payout-returned',
  'payout-late',
  'payout-unclear',
  'no-way-to-pay',
  'receiver-refused',
  'sharing-failed',
  'sharing-unclear',
  'thaw-near',
  'back-failed',
] as const;
export type MatterKind = (typeof matterKinds)[number];

export const matterWords = {
  'payout-failed': { zh: '付款失败', en: 'A payment failed' },
  'payout-returned': { zh: '付款被退回', en: 'A payment came back' },
  'payout-late': { zh: '说失败的付款又到账了', en: 'A payment said to have failed has arrived' },
  'payout-unclear': { zh: '付款结果一直不明', en: 'A payment stays unclear' },
  'no-way-to-pay': { zh: '没有收款账户，也没有服务站', en: 'Neither an account nor a station' },
  'receiver-refused': { zh: '渠道不接受收款账户', en: 'The provider refuses an account' },
  'sharing-failed': { zh: '分账失败', en: 'A share failed' },
  'sharing-unclear': { zh: '分账结果一直不明', en: 'A share stays unclear' },
  'thaw-near': { zh: '快过分账期限', en: 'Nearly too late to share' },
  'back-failed': { zh: '分账款追不回来', en: 'A share could not be taken back' },
} as const satisfies Record<MatterKind, { zh: string; en: string }>;
