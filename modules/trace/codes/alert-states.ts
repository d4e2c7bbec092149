import { defineMoves } from '#platform/moves.ts';

export const alertStates = ['open', 'looked_at', 'closed'] as const;
export type AlertState = (typeof alertStates)[number];

/** What the county does about a code alert. */
export const alertMoves = defineMoves<AlertState>(
  'open',
  {
    open: { zh: '待处理', en: 'Open' },
    looked_at: { zh: '处理中', en: 'Being looked at' },
    closed: { zh: '已结案', en: 'Closed' },
  },
  [
    { from: 'open', to: 'looked_at', act: 'look', label: { zh: '开始核查', en: 'Look into it' } },
    { from: 'open', to: 'closed', act: 'close', label: { zh: '结案', en: 'Close' } },
    { from: 'looked_at', to: 'closed', act: 'close', label: { zh: '结案', en: 'Close' } },
  ],
);

export const alertKinds = [
  'copied',
  'often',
  'never_packed',
  'withdrawn',
  'not_stocked',
  'recalled',
  'guessed',
] as const;
export type AlertKind = (typeof alertKinds)[number];

export const alertWords = {
  copied: { zh: '同一个码在几个省被查', en: 'One code looked up in several provinces' },
  often: { zh: '同一个码被查太多次', en: 'One code looked up too often' },
  never_packed: { zh: '码真但这批没有这一袋', en: 'A true code of a pack that was never packed' },
  withdrawn: { zh: '用了已作废的码', en: 'A code that was withdrawn is in use' },
  not_stocked: { zh: '还没上架就有人查', en: 'Looked up before the lot was put on sale' },
  recalled: { zh: '召回批次还有人在查', en: 'A recalled lot is still being looked up' },
  guessed: { zh: '有人在试假码', en: 'Somebody is trying out false codes' },
} as const satisfies Record<AlertKind, { zh: string; en: string }>;

export const verdicts = ['harmless', 'confirmed'] as const;
export type Verdict = (typeof verdicts)[number];
export const verdictWords = {
  harmless: { zh: '无碍', en: 'Harmless' },
  confirmed: { zh: '确有问题', en: 'Confirmed' },
} as const satisfies Record<Verdict, { zh: string; en: string }>;
