import { defineMoves } from '#platform/moves.ts';

export const storyStates = ['review', 'published', 'returned', 'withdrawn'] as const;
export type StoryState = (typeof storyStates)[number];

/** A village's story is read by the county before anybody else reads it. */
export const storyMoves = defineMoves<StoryState>(
  'review',
  {
    review: { zh: '待审核', en: 'In review' },
    published: { zh: '已发布', en: 'Published' },
    returned: { zh: '已退回', en: 'Returned' },
    withdrawn: { zh: '已撤下', en: 'Taken down' },
  },
  [
    { from: 'review', to: 'published', act: 'publish', label: { zh: '发布', en: 'Publish' } },
    { from: 'review', to: 'returned', act: 'return', label: { zh: '退回', en: 'Return' } },
    { from: 'returned', to: 'review', act: 'resubmit', label: { zh: '再送审', en: 'Submit again' } },
    { from: 'published', to: 'withdrawn', act: 'withdraw', label: { zh: '撤下', en: 'Take down' } },
  ],
);
