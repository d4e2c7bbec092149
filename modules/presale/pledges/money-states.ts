import type { orderStates } from '#trade/contract';
import type { ProjectState } from '../projects/project-states.ts';

/** Where the money of a pledge is. */
export type PledgeMoney = 'due' | 'lapsed' | 'held' | 'posted' | 'returning' | 'returned';

export const pledgeMoneyWords: Record<PledgeMoney, { zh: string; en: string }> = {
  due: { zh: '待付款', en: 'To be paid' },
  lapsed: { zh: '未付款，已取消', en: 'Not paid, cancelled' },
  held: { zh: '已付，托管中', en: 'Held' },
  posted: { zh: '已入账', en: 'Posted' },
  returning: { zh: '退款中', en: 'Being returned' },
  returned: { zh: '已退款', en: 'Returned' },
};

/**
 * Where the money of a pledge is, by its order and its project.
 *
 * @param now a pledge that is not paid by its time has lapsed, also in the minute before a job closes it
 */
export function pledgeMoneyOf(
  pledge: {
    orderState: (typeof orderStates)[number];
    projectState: ProjectState;
    paidAt: Date | string | null;
    expiresAt: Date | string;
  },
  now: Date,
): PledgeMoney {
  if (pledge.orderState === 'placed') return new Date(pledge.expiresAt) > now ? 'due' : 'lapsed';
  if (pledge.orderState === 'refunded') return 'returned';
  if (pledge.orderState === 'cancelled') return pledge.paidAt ? 'returned' : 'lapsed';
  if (pledge.projectState === 'failed' || pledge.projectState === 'cancelled') return 'returning';
  return pledge.projectState === 'open' ? 'held' : 'posted';
}
