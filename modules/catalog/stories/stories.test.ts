import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { farVillage, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { testPicture } from '../../../test/fixtures-goods.ts';
import { changeStory, moveStory, publishedStories, setStoryPicture, storyPage, writeStory } from './stories.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, village, cadre, operator } = of;
const words = { titleZh: '老树', titleEn: 'Old trees', textZh: '村口有三棵百年核桃树。', textEn: '' };
const write = (by: typeof cadre, where = village) => writeStory(at, by, { county, village: where, ...words }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);
const otherCadre = { ...cadre, person: 'another' };
const story = await write(cadre);
const move = (
  by: typeof cadre,
  to: 'review' | 'published' | 'returned' | 'withdrawn',
  reason?: string,
  id = story.id,
) => moveStory(at, by, { county, id, to, reason }, null);

const refused: [code: string, ask: () => Promise<unknown>][] = [
  ['village-outside-county', () => write(cadre, '110101001001')],
  ['village-not-yours', () => write(cadre, farVillage)],
  ['not-allowed', () => write(of.merchant)],
  ['story-not-found', () => move(operator, 'published', undefined, newId())],
  ['not-allowed', () => move(cadre, 'published')],
  ['story-needs-reason', () => move(operator, 'returned')],
  ['story-not-yours', () => changeStory(at, otherCadre, { county, id: story.id, ...words }, null)],
  ['file-type-not-allowed', () => setStoryPicture(at, cadre, { county, id: story.id, bytes: Buffer.from('x') }, null)],
];
for (const [i, [code, ask]] of refused.entries()) test(`refused (${i + 1}): ${code}`, () => refuses(ask(), code));

test('nobody reads a story before the county has published it, and nobody changes it after', async () => {
  assert.deepEqual(await publishedStories(at.db, county, village), []);
  await move(operator, 'returned', '请写上年份');
  await refuses(move(otherCadre, 'review'), 'story-not-yours');
  await changeStory(at, cadre, { county, id: story.id, ...words, textZh: '三棵树种于 1920 年前后。' }, null);
  await setStoryPicture(at, cadre, { county, id: story.id, bytes: await testPicture() }, null);
  await move(cadre, 'review');
  await move(operator, 'published');
  const [told] = await publishedStories(at.db, county, village);
  assert.equal(told?.textZh, '三棵树种于 1920 年前后。');
  assert.match(told?.picture?.base ?? '', /^\/files\//);
  await refuses(changeStory(at, cadre, { county, id: story.id, ...words }, null), 'story-published');
  await refuses(move(operator, 'returned', '晚了'), 'story-move-not-allowed');
  await move(operator, 'withdrawn', '照片里有别人');
  assert.deepEqual(await publishedStories(at.db, county, village), []);
});

test('a cadre sees the stories of the own region, the county all of them', async () => {
  await write(operator, farVillage);
  const page = { page: 1, size: 10 };
  assert.equal((await storyPage(at.db, cadre, county, page)).total, 1);
  assert.equal((await storyPage(at.db, operator, county, page)).total, 2);
});
