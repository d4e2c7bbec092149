import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { countyViews } from './counties.queries.ts';
import { openCounty } from './load-regions.ts';
import { openCountyAs } from './open-county.ts';
import { regionsUnder, regionWithAbove } from './regions.queries.ts';

const { at } = await testContext();
const { operator, platform } = await openTestCounty(at);

test('opening a county is refused, in this order', async () => {
  const ofHubei: Actor = { ...platform, memberships: platform.memberships.map((m) => ({ ...m, region: '42' })) };
  const table: [Actor, number, string][] = [
    [operator, 420922, 'not-allowed'],
    [ofHubei, 500242, 'not-allowed'],
    [platform, 420999, 'county-unknown'],
    [platform, 420900, 'county-unknown'],
  ];
  for (const [by, county, code] of table) {
    await assert.rejects(openCountyAs(at, by, { county }), { code }, `${county}`);
  }
});

test('any county opens by its code, with its real townships and villages; twice is once', async () => {
  const dawu = await openCountyAs(at, platform, { county: 420922 });
  assert.deepEqual(dawu, {
    county: 420922,
    code: '420922000000',
    name: '大悟县',
    shortName: '大悟',
    fullName: '湖北省孝感市大悟县',
    longitude: 114.12,
    latitude: 31.57,
    townships: 19,
    villages: 282,
  });
  assert.deepEqual(await openCountyAs(at, platform, { county: 420922 }), dawu);
  assert.equal((await openCounty(at.db, 420922)).openedNow, false);
  assert.deepEqual(
    (await countyViews(at.db)).map((one) => [one.shortName, one.townships, one.villages]),
    [
      ['大悟', 19, 282],
      ['成县', 17, 258],
    ],
  );
  const told = await at.db.selectFrom('platform.outbox').select(['type', 'county']).execute();
  assert.deepEqual(told, [{ type: 'registry.county-opened', county: 420922 }]);
});

test('regions: below one, and above one', async () => {
  assert.equal((await regionsUnder(at.db, null)).length, 31);
  assert.equal((await regionsUnder(at.db, '420922000000')).length, 19);
  await assert.rejects(regionsUnder(at.db, '429999000000'), { code: 'region-code-broken' });
  for (const broken of ['420922', '42092210000x', '990000000000', '420900100000', '420922199000']) {
    await assert.rejects(regionWithAbove(at.db, broken), { code: 'region-code-broken' }, broken);
  }
  const { region, above } = await regionWithAbove(at.db, '420922100001');
  assert.equal(region.level, 5);
  assert.deepEqual(
    above.map((one) => one.name),
    ['湖北省', '孝感市', '大悟县', '城关镇'],
  );
});
