import { defineMoves } from '#platform/moves.ts';

export const newsStates = ['shown', 'hidden', 'taken_back'] as const;
export type NewsState = (typeof newsStates)[number];

/** What becomes of a piece of news: its organiser takes it back, the county hides it and shows it again, each with a reason. */
export const newsMoves = defineMoves<NewsState>(
  'shown',
  {
    shown: { zh: '已发布', en: 'Published' },
    hidden: { zh: '县里隐藏', en: 'Hidden by the county' },
    taken_back: { zh: '已撤回', en: 'Taken back' },
  },
  [
    { from: 'shown', to: 'taken_back', act: 'take-back', label: { zh: '撤回', en: 'Take back' } },
    { from: 'hidden', to: 'taken_back', act: 'take-back', label: { zh: '撤回', en: 'Take back' } },
    { from: 'shown', to: 'hidden', act: 'hide', label: { zh: '隐藏', en: 'Hide' } },
    { from: 'hidden', to: 'shown', act: 'show', label: { zh: '恢复显示', en: 'Show again' } },
  ],
);
