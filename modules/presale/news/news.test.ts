import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { fulfilmentModule } from '#fulfilment';
import { ledgerModule } from '#ledger';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { addTestPerson, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import { openTestProject, pledgeTest, testProject } from '../../../test/fixtures-presale.ts';
import { addTestGoods, addTestRule, assertSound, openTestShop, refusalOf } from '../../../test/fixtures-trade.ts';
import { presaleModule } from '../index.ts';
import { returnPledge } from '../pledges/back-project.ts';
import { myPledges } from '../pledges/pledge-views.ts';
import { draftProject } from '../projects/draft-project.ts';
import { moveNews } from './move-news.ts';
import { addNewsPhoto, newsPhotoBytes } from './news-photos.ts';
import { newsFiles, projectNews } from './news-views.ts';
import { correctNews, type NewsWords, writeNews } from './write-news.ts';

const { at, setTime } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, operator, auditor } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const visitor = { person: null, memberships: [] } as const;
setTime('2026-09-17T06:00:00Z');
const project = await openTestProject(at, people, walnut);
const words = (over: Partial<NewsWords> = {}): NewsWords => ({
  ...{ titleZh: '地基打好了', titleEn: '', wordsZh: '今天浇了水泥。', wordsEn: '', forBackers: false, photos: [] },
  ...over,
});
const write = (over: Partial<NewsWords> = {}, by = merchant, id = project.id) =>
  writeNews(at, by, { county, id, ...words(over) }, null);
const refused = async (code: string, act: Promise<unknown>) => assert.equal((await refusalOf(act)).code, code);
const seenBy = async (by: Parameters<typeof projectNews>[1]) =>
  (await projectNews(at, by, { county, id: project.id, size: 100 })).rows;
const sound = () => assertSound(at.db, [ledgerModule, tradeModule, fulfilmentModule, presaleModule]);

test('what cannot be told, corrected or moved is refused, in this order', async () => {
  const draft = await draftProject(at, merchant, { county, ...testProject(people, walnut) }, null);
  await refused('project-not-found', write({}, merchant, newId()));
  await refused('not-allowed', write({}, otherMerchant));
  await refused('not-allowed', write({}, auditor));
  await refused('news-not-yet', write({}, merchant, draft.id));
  await refused('news-photo-not-found', write({ photos: [newId()] }));
  const { id } = await write();
  const correct = (by = merchant, version = 1, of = id) =>
    correctNews(at, by, { county, id: of, version, ...words() }, null);
  const move = (to: 'shown' | 'hidden' | 'taken_back', by = merchant, of = id) =>
    moveNews(at, by, { county, id: of, to, reason: '写错了' }, null);
  await refused('news-not-found', correct(merchant, 1, newId()));
  await refused('not-allowed', correct(otherMerchant));
  await refused('news-changed', correct(merchant, 2));
  await refused('news-not-found', move('hidden', operator, newId()));
  await refused('not-allowed', move('hidden'));
  await refused('not-allowed', move('taken_back', otherMerchant));
  await refused('news-move-not-allowed', move('shown', operator));
  await move('taken_back');
  await refused('news-move-not-allowed', move('hidden', operator));
  await refused('news-move-not-allowed', correct());
  await refused('project-not-found', newsFiles(at, otherMerchant, { county, id: project.id }));
  await sound();
});

test('news for backers is read by those whose money is in it, and by nobody else', async () => {
  const [backer, leaver, waiter] = [
    await addTestPerson(at, { name: '甲' }),
    await addTestPerson(at, { name: '乙' }),
    await addTestPerson(at, { name: '丙' }),
  ];
  await pledgeTest(at, backer, project);
  const left = await pledgeTest(at, leaver, project);
  await pledgeTest(at, waiter, project, { pay: false });
  await returnPledge(at, leaver, { county, id: left.id, reason: '改主意了' }, null);
  const told = await write({ titleZh: '只说给你们听', forBackers: true });
  for (const [by, reads] of [
    [backer, true],
    [leaver, false],
    [waiter, false],
    [stranger, false],
    [visitor, false],
  ] as const) {
    assert.equal(
      (await seenBy(by)).some((one) => one.id === told.id),
      reads,
    );
  }
  const mine = (await myPledges(at, backer, {})).rows[0];
  assert.ok(mine && mine.news >= 1 && mine.newsAt);
});

test('a correction is the next version; of two at once one looks again; what was told stays on record', async () => {
  const told = await write();
  const outcomes = await Promise.allSettled(
    ['甲', '乙'].map((wordsZh) =>
      correctNews(at, merchant, { county, id: told.id, version: 1, ...words({ wordsZh: `${wordsZh}改的` }) }, null),
    ),
  );
  assert.deepEqual(outcomes.map((of) => of.status).sort(), ['fulfilled', 'rejected']);
  const seen = (await seenBy(visitor)).find((one) => one.id === told.id);
  assert.deepEqual([seen?.version, seen?.changedAt !== null], [2, true]);
  const file = (await newsFiles(at, auditor, { county, id: project.id })).rows.find((one) => one.id === told.id);
  assert.equal(file?.versions[0]?.wordsZh, '今天浇了水泥。');
  const key = { scope: 'test', key: newId(), hash: 'a' };
  const twins = await Promise.all(
    [1, 2].map(() => writeNews(at, merchant, { county, id: project.id, ...words() }, key)),
  );
  assert.equal(twins[0]?.id, twins[1]?.id);
  await sound();
});

test('of what was taken back or hidden the reason is left, and its photos are gone', async () => {
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#2f6b4f' } })
    .png()
    .toBuffer();
  await refused('not-allowed', addNewsPhoto(at, otherMerchant, { county, id: project.id, bytes }, null));
  const photo = await addNewsPhoto(at, merchant, { county, id: project.id, bytes }, null);
  const show = (by: Parameters<typeof newsPhotoBytes>[1]) =>
    newsPhotoBytes(at, by, { county, id: project.id, photo: photo.id, width: 320 });
  await refused('photo-not-found', show(visitor));
  assert.ok((await show(merchant)).length > 0);
  const told = await write({ photos: [photo.id] });
  assert.ok((await show(visitor)).length > 0);
  await moveNews(at, operator, { county, id: told.id, to: 'hidden', reason: '照片里有别人家' }, null);
  await refused('photo-not-found', show(visitor));
  const hidden = (await seenBy(otherBuyer)).find((one) => one.id === told.id);
  assert.deepEqual(
    [hidden?.state, hidden?.reason, hidden?.titleZh, hidden?.wordsZh, hidden?.photos],
    ['hidden', '照片里有别人家', '', '', []],
  );
  await correctNews(at, merchant, { county, id: told.id, version: 1, ...words({ titleZh: '重新拍过' }) }, null);
  await moveNews(at, operator, { county, id: told.id, to: 'shown', reason: '换过照片了' }, null);
  assert.equal((await seenBy(buyer)).find((one) => one.id === told.id)?.titleZh, '重新拍过');
  await refused('photo-not-found', show(visitor));
  await sound();
});
