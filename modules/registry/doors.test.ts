import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoped, transact } from '#platform/db.ts';
import {
  cropsByCode,
  householdBrief,
  organisationsById,
  personNames,
  regionNames,
  requireCounty,
  villageInCounty,
  yieldLimitGrams,
} from '#registry';
import { addTestHousehold, farVillage, openTestCounty, testContext, testVillage } from '../../test/fixtures.ts';

const { at } = await testContext();
const county = await openTestCounty(at);

test('a county that is not open is refused', async () => {
  await assert.rejects(requireCounty(at.db, 420922), { code: 'county-not-open' });
  assert.deepEqual(await requireCounty(at.db, 621221), {
    county: 621221,
    code: '621221000000',
    name: '成县',
    shortName: '成县',
  });
});

test('a village is one of the county', async () => {
  const refusals: [string, string][] = [
    ['62122110720', 'region-code-broken'],
    ['992221107206', 'region-code-broken'],
    ['621221107000', 'region-code-broken'],
    ['420922100001', 'village-outside-county'],
    ['621221107999', 'region-code-broken'],
  ];
  for (const [village, code] of refusals) {
    await assert.rejects(villageInCounty(at.db, 621221, village), { code }, village);
  }
  assert.deepEqual(await villageInCounty(at.db, 621221, testVillage), {
    code: testVillage,
    name: '新村',
    fullName: '甘肃省陇南市成县店村镇新村',
  });
});

test('names come under the keys that were asked for', async () => {
  const names = await regionNames(at.db, ['', '62', '621221', '621221107', testVillage, '110000000000']);
  assert.deepEqual(
    [...names].map(([key, { name }]) => [key, name]),
    [
      ['', '全国'],
      ['62', '甘肃省'],
      ['621221', '成县'],
      ['621221107', '店村镇'],
      [testVillage, '新村'],
    ],
  );
  assert.equal((await personNames(at.db, [county.keeper.person, 'system'])).get(county.keeper.person), '李站长');
  const orgs = await organisationsById(at.db, 621221, [county.station, county.platformOrg]);
  assert.equal(orgs.get(county.station)?.buysFor, county.cooperative);
  assert.equal(orgs.size, 1, 'the platform is no organisation of the county');
  assert.equal((await cropsByCode(at.db)).get('walnut')?.nameZh, '核桃');
});

test('households are seen in scope only, and never by full name', async () => {
  const ids = [county.household, county.farHousehold];
  const seen = (scope: string) =>
    scoped(at.db, scope, async (tx) => [...(await householdBrief(tx, at.sealer, 621221, ids)).values()]);
  assert.deepEqual((await seen('621221')).map((h) => [h.headMasked, h.village]).sort(), [
    ['刘*花', farVillage],
    ['张*明', testVillage],
  ]);
  assert.deepEqual(
    (await seen('621221107')).map((h) => h.headMasked),
    ['张*明'],
  );
  assert.deepEqual(await seen('500242'), []);
  const unscoped = await transact(at.db, (tx) => householdBrief(tx, at.sealer, 621221, ids));
  assert.equal(unscoped.size, 0);
});

test('what a household can yield: the better of land and trees', async () => {
  const both = await addTestHousehold(at, {
    county: 621221,
    village: testVillage,
    name: '何平',
    yields: [
      { crop: 'walnut', areaCentimu: 150, trees: 10 },
      { crop: 'honey', areaCentimu: 0, trees: 3 },
      { crop: 'buckwheat', areaCentimu: 333, trees: 9 },
    ],
  });
  const limit = (scope: string, crop: string) => scoped(at.db, scope, (tx) => yieldLimitGrams(tx, 621221, both, crop));
  assert.equal(await limit('621221', 'walnut'), 600_000);
  assert.equal(await limit('621221', 'honey'), 90_000);
  assert.equal(await limit('621221', 'buckwheat'), 999_000);
  assert.equal(await limit('621221', 'pear'), null);
  assert.equal(await limit('500242', 'walnut'), null);
});
