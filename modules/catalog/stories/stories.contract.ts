import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable, Paged, PageQuery, Reason, RegionCode } from '#platform/http/schemas.ts';
import { storyStates } from './story-states.ts';

export const storyRefusals = {
  'story-not-found': { status: 404, zh: '没有这篇故事', en: 'No such story' },
  'village-not-yours': {
    status: 403,
    field: 'village',
    zh: '这个村不在你的范围',
    en: 'This village is outside your region',
  },
  'story-not-yours': { status: 403, zh: '这篇不是你写的', en: 'This story is not yours' },
  'story-published': {
    status: 409,
    zh: '故事{state}，不能再改；要改请另写一篇',
    en: 'The story can no longer be changed; please write another',
  },
  'story-move-not-allowed': {
    status: 409,
    field: 'to',
    zh: '故事现在是「{from}」，不能变成「{to}」',
    en: 'The story cannot become {to} now',
  },
  'story-needs-reason': { status: 422, field: 'reason', zh: '退回或撤下要写原因', en: 'A reason is needed' },
} as const satisfies RefusalTable;

const Picture = Type.Object({ base: Type.String(), width: Type.Integer(), height: Type.Integer() });
const words = {
  titleZh: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
  titleEn: Type.String({ maxLength: 80 }),
  textZh: Type.String({ minLength: 1, maxLength: 800, pattern: '\\S' }),
  textEn: Type.String({ maxLength: 1600 }),
};
/** What anybody reads. */
export const PublicStory = Type.Object({ id: Id, ...words, picture: Nullable(Picture), at: Instant });
export const Story = Type.Object({
  ...PublicStory.properties,
  village: RegionCode,
  villageName: Type.String(),
  state: Type.Enum(storyStates),
  byName: Type.String(),
  mine: Type.Boolean(),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(storyStates), reason: Nullable(Type.String()), byName: Type.String(), at: Instant }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const writers = ['cadre', 'operator'] as const;

export const storyRoutes = contract({
  villageStories: {
    method: 'GET',
    path: '/api/counties/:county/villages/:village/stories',
    summary: '村里的故事 Stories of a village',
    who: 'anyone',
    params: Type.Object({ county: County, village: RegionCode }),
    answer: Type.Array(PublicStory),
  },
  stories: {
    method: 'GET',
    path: '/api/counties/:county/stories',
    summary: '村庄故事管理 Stories of any state',
    who: ['cadre', 'operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(storyStates)),
      village: Type.Optional(RegionCode),
    }),
    answer: Paged(Story),
  },
  writeStory: {
    method: 'POST',
    path: '/api/counties/:county/stories',
    summary: '写村庄故事 Write a story of a village',
    who: writers,
    params: inCounty,
    body: Input({ village: RegionCode, ...words }),
    answer: Story,
    refusals: ['village-outside-county', 'village-not-yours'],
  },
  changeStory: {
    method: 'PUT',
    path: '/api/counties/:county/stories/:id',
    summary: '改故事（发布前）Change a story before it is published',
    who: writers,
    params: one,
    body: Input(words),
    answer: Story,
    refusals: ['story-not-found', 'story-not-yours', 'story-published'],
  },
  setStoryPicture: {
    method: 'POST',
    path: '/api/counties/:county/stories/:id/picture',
    summary: '故事配图 Upload the picture of a story',
    who: writers,
    upload: true,
    params: one,
    answer: Story,
    refusals: [
      'story-not-found',
      'story-not-yours',
      'story-published',
      'file-missing',
      'file-too-large',
      'file-type-not-allowed',
    ],
  },
  moveStory: {
    method: 'POST',
    path: '/api/counties/:county/stories/:id/moves',
    summary: '发布、退回、撤下 Publish, return, take down',
    who: writers,
    params: one,
    body: Input({ to: Type.Enum(storyStates), reason: Type.Optional(Reason) }),
    answer: Story,
    refusals: ['story-not-found', 'story-not-yours', 'story-move-not-allowed', 'story-needs-reason', 'not-allowed'],
  },
});
