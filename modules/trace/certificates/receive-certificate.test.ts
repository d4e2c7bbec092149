import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Refusal } from '#platform/errors.ts';
import { keepPaper } from '#platform/papers.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { weighInTest } from '../../../test/fixtures-goods.ts';
import { issueCertificate, replaceCertificate } from './issue-certificate.ts';
import {
  forgetReceived,
  type Receiving,
  receiveCertificate,
  receivedFile,
  receivedPage,
} from './receive-certificate.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const lot = await weighInTest(at, of, { grams: 30_000 });
const issued = await issueCertificate(at, of.keeper, { county, id: lot.lot, basis: ['quality_control'] }, null);
const wrong = await weighInTest(at, of, { grams: 5_000, grade: '二级' });
const old = await issueCertificate(at, of.keeper, { county, id: wrong.lot, basis: ['quality_control'] }, null);
await replaceCertificate(at, of.keeper, { county, id: wrong.lot, basis: ['quality_control'], reason: '写错了' }, null);

const asked: Receiving = {
  ...{ county, buyer: of.merchantOrg, sellerKind: 'cooperative', sellerName: '邻县果蔬合作社', crop: 'walnut' },
  ...{ grams: 20_000, boughtOn: '2026-09-17' },
};
const receive = (by: typeof of.keeper, more: Partial<Receiving> = {}) =>
  receiveCertificate(at, by, { ...asked, ...more }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

const refused: [code: string, by: typeof of.keeper, more: Partial<Receiving>][] = [
  ['buyer-not-yours', of.merchant, { number: 'HG-1' }],
  ['crop-unknown', of.otherMerchant, { number: 'HG-1', crop: 'nothing' }],
  ['bought-in-future', of.otherMerchant, { number: 'HG-1', boughtOn: '2026-09-18' }],
  ['bought-in-future', of.otherMerchant, { number: 'HG-1', issuedOn: '2026-09-18' }],
  ['certificate-not-collected', of.otherMerchant, {}],
  ['certificate-not-collected', of.otherMerchant, { sellerKind: 'enterprise' }],
  ['certificate-not-collected', of.otherMerchant, { sellerKind: 'buyer', number: '  ' }],
  ['certificate-unknown', of.otherMerchant, { number: issued.number }],
  ['certificate-unknown', of.otherMerchant, { number: `${issued.number}-00000000` }],
  ['certificate-not-valid', of.otherMerchant, { number: old.code }],
  ['certificate-of-other-crop', of.otherMerchant, { number: issued.code, crop: 'pear' }],
  ['certificate-for-less', of.otherMerchant, { number: issued.code, grams: 30_001 }],
  ['paper-unknown', of.otherMerchant, { number: 'HG-1', file: 'received/ab/none.pdf' }],
];
for (const [i, [code, by, more]] of refused.entries()) {
  test(`refused (${i + 1}): ${code}`, () => refuses(receive(by, more), code));
}

test('of households none is asked, and of produce outside the rule of nobody', async () => {
  assert.equal((await receive(of.otherMerchant, { sellerKind: 'household', sellerName: '村里农户' })).number, null);
  assert.equal((await receive(of.otherMerchant, { crop: 'pepper' })).number, null);
});

test('a certificate of this platform is used for no more than it was issued for, two buyers at once too', async () => {
  const taken = await Promise.allSettled([0, 1].map(() => receive(of.otherMerchant, { number: issued.code })));
  assert.deepEqual(taken.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  const view = taken.find((one) => one.status === 'fulfilled')?.value;
  assert.deepEqual([view?.issuedHere, view?.issuedOn, view?.keptUntil], [true, '2026-09-17', '2028-09-17']);
});

test('the paper is kept for its buyer and the county, for two years to the day and no longer', async () => {
  const kept = await keepPaper(at.files, 'received', Buffer.from('%PDF-1.7 x'));
  const view = await receive(of.otherMerchant, { number: 'HG-7', file: kept?.name });
  assert.equal(await receivedFile(at.db, of.otherMerchant, county, view.id), kept?.name);
  await refuses(receivedFile(at.db, of.merchant, county, view.id), 'paper-not-found');
  const count = async (by: typeof of.keeper) => (await receivedPage(at.db, by, county, { page: 1, size: 9 })).total;
  assert.equal(await count(of.merchant), 0);
  const all = await count(of.operator);
  setTime('2028-09-17T15:59:00Z');
  assert.equal(await forgetReceived(at), 0);
  assert.equal(await count(of.operator), all);
  setTime('2028-09-17T16:00:00Z');
  assert.equal(await forgetReceived(at), all);
});
