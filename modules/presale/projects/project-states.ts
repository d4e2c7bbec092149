import { defineMoves } from '#platform/moves.ts';

export const projectStates = [
  'draft',
  'submitted',
  'open',
  'funded',
  'delivered',
  'failed',
  'cancelled',
  'withdrawn',
] as const;
export type ProjectState = (typeof projectStates)[number];

/** What anybody may see: from the opening on, however it ended. */
export const publicProjectStates = ['open', 'funded', 'delivered', 'failed', 'cancelled'] as const;

export const isPublic = ({ state }: { state: ProjectState }): boolean =>
  (publicProjectStates as readonly ProjectState[]).includes(state);

/** A project's life. `fund`, `fail` and `deliver` are made by jobs: the goal and what is owed decide them, no person. */
export const projectMoves = defineMoves<ProjectState>(
  'draft',
  {
    draft: { zh: '草稿', en: 'Draft' },
    submitted: { zh: '待审', en: 'To be approved' },
    open: { zh: '众筹中', en: 'Open' },
    funded: { zh: '众筹成功', en: 'Funded' },
    delivered: { zh: '回报已送达', en: 'Delivered' },
    failed: { zh: '未达目标，已退款', en: 'Not funded, money returned' },
    cancelled: { zh: '已取消，已退款', en: 'Cancelled, money returned' },
    withdrawn: { zh: '撤回', en: 'Withdrawn' },
  },
  [
    { from: 'draft', to: 'submitted', act: 'submit', label: { zh: '提交', en: 'Submit' } },
    { from: 'draft', to: 'withdrawn', act: 'withdraw', label: { zh: '撤回', en: 'Withdraw' } },
    { from: 'submitted', to: 'draft', act: 'send-back', label: { zh: '退回修改', en: 'Send back' } },
    { from: 'submitted', to: 'open', act: 'open', label: { zh: '审核并开放', en: 'Approve and open' } },
    { from: 'open', to: 'funded', act: 'fund', label: { zh: '达到目标', en: 'Goal reached' } },
    { from: 'open', to: 'failed', act: 'fail', label: { zh: '未达目标', en: 'Goal missed' } },
    { from: 'open', to: 'cancelled', act: 'cancel', label: { zh: '取消并全部退款', en: 'Cancel and return all' } },
    { from: 'funded', to: 'delivered', act: 'deliver', label: { zh: '全部送达', en: 'All delivered' } },
  ],
);
