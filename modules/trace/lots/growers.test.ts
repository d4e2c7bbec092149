import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import { addTestHousehold, giveTestPhone, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, packTestLot } from '../../../test/fixtures-goods.ts';
import { consentView, ownConsents, sayConsent, sayOwnConsent } from '../../registry/households/name-consent.ts';
import { publicLot } from './public-lot.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county, village, keeper } = of;
const phone = '13900000001';
const household = await addTestHousehold(at, { county, village, name: '欧阳春生', category: 'lifted', phone });
await giveTestPhone(at, of.buyer, phone);
const goods = await addTestGoods(at, of);
const { lot } = await packTestLot(at, of, { ...goods, packs: 10, household });
const shown = () => publicLot(at.db, at.sealer, county, lot.id);
const staff = (given: boolean, by = keeper, id = household) => sayConsent(at, by, { county, id, given }, null);
const refuses = (work: Promise<unknown>, code: string) =>
  assert.rejects(work, (error) => (error as Refusal).code === code);

test('who may not say it for a household', async () => {
  const cases: [string, () => Promise<unknown>][] = [
    ['not-found', () => staff(true, keeper, of.farHousehold)],
    ['not-allowed', () => staff(true, of.merchant)],
    ['not-found', () => sayOwnConsent(at, of.otherBuyer, { county, id: household, given: true }, null)],
    ['not-found', () => sayOwnConsent(at, of.buyer, { county, id: of.household, given: true }, null)],
  ];
  for (const [code, ask] of cases) await refuses(ask(), code);
});

test('without consent no name is told, and nothing of it is in the answer', async () => {
  const view = await shown();
  assert.deepEqual(view?.growers, []);
  assert.equal(JSON.stringify(view).includes('春生'), false);
});

test('with it the first name alone, and beside a name no category is told', async () => {
  await staff(true);
  const view = await shown();
  assert.deepEqual(view?.growers, [{ village, name: '春生' }]);
  assert.deepEqual([view?.liftedHouseholds, view?.monitoredHouseholds], [null, null]);
  assert.equal(JSON.stringify(view).includes('欧阳'), false);
});

test('the household takes it back itself, from that moment on; both facts stay', async () => {
  assert.deepEqual(
    (await ownConsents(at, of.buyer)).map((one) => [one.given, one.shownAs]),
    [[true, '春生']],
  );
  const said = await sayOwnConsent(at, of.buyer, { county, id: household, given: false }, null);
  assert.equal(said.given, false);
  assert.deepEqual((await shown())?.growers, []);
  const view = await scoped(at.db, village, (tx) => consentView(tx, county, household));
  assert.deepEqual(
    view.history.map((one) => [one.given, one.saidBy]),
    [
      [false, 'household'],
      [true, 'staff'],
    ],
  );
  await assert.rejects(
    scoped(at.db, village, (tx) => tx.updateTable('registry.name_consent').set({ given: true }).execute()),
    /never edited/,
  );
});
