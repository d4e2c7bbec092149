import { defineMoves } from '#platform/moves.ts';

export const subscriptionStates = ['running', 'paused', 'ended'] as const;
export type SubscriptionState = (typeof subscriptionStates)[number];

/** A subscription's life. What is paused keeps its place: resumed, it is told all that came in between. */
export const subscriptionMoves = defineMoves<SubscriptionState>(
  'running',
  {
    running: { zh: '推送中', en: 'Running' },
    paused: { zh: '已暂停', en: 'Paused' },
    ended: { zh: '已结束', en: 'Ended' },
  },
  [
    { from: 'running', to: 'paused', act: 'pause', label: { zh: '暂停', en: 'Pause' } },
    { from: 'paused', to: 'running', act: 'resume', label: { zh: '恢复', en: 'Resume' } },
    { from: 'running', to: 'ended', act: 'end', label: { zh: '结束', en: 'End' } },
    { from: 'paused', to: 'ended', act: 'end', label: { zh: '结束', en: 'End' } },
  ],
);

/** Where one stands, by what is written of it. */
export const subscriptionState = (of: { ended_at: Date | null; paused_at: Date | null }): SubscriptionState =>
  of.ended_at ? 'ended' : of.paused_at ? 'paused' : 'running';

export const subscriptionEnds = ['removed', 'query-removed', 'unanswered', 'no-right'] as const;
export const subscriptionEndWords: Readonly<Record<(typeof subscriptionEnds)[number], { zh: string; en: string }>> = {
  removed: { zh: '有人结束了它', en: 'Somebody ended it' },
  'query-removed': { zh: '它的查询删掉了', en: 'Its query was removed' },
  unanswered: { zh: '对方四天没有应答', en: 'Nobody answered for four days' },
  'no-right': { zh: '订阅的人不再有权限', en: 'Who subscribed lost the right' },
};
