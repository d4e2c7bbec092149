import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import {
  farVillage,
  neighbourVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addPairing } from './add-pairing.ts';
import { endPairing } from './end-pairing.ts';
import { pairingPage } from './pairings.queries.ts';

const { at } = await testContext();
const open = await openTestCounty(at);
const { county, cadre, operator, keeper } = open;
const pairing = (changes: object = {}) => ({
  county,
  helperKind: 'branch' as const,
  helperName: '县税务局第一党支部',
  village: testVillage,
  duty: '帮销核桃，每季度走访一次',
  since: '2026-03-01',
  ...changes,
});

test('adding a pairing is refused, in this order', async (t) => {
  const table: [string, Actor, object, string][] = [
    ['no role', stranger, {}, 'not-allowed'],
    ['a keeper', keeper, {}, 'not-allowed'],
    ['a broken village code', operator, { village: '621221107999' }, 'region-code-broken'],
    ['a village of another county', operator, { village: '420922100001' }, 'village-outside-county'],
    ['another township than the cadre’s', cadre, { village: farVillage }, 'village-outside-your-region'],
    ['a household of another village', operator, { household: open.farHousehold }, 'household-elsewhere'],
    ['a household outside the cadre’s region', cadre, { household: open.farHousehold }, 'household-elsewhere'],
  ];
  for (const [name, by, changes, code] of table) {
    await t.test(name, () => assert.rejects(addPairing(at, by, pairing(changes), null), { code }));
  }
});

test('a pairing is added, seen in its region, and ended once', async () => {
  const withHousehold = await addPairing(at, cadre, pairing({ household: open.household }), null);
  assert.deepEqual([withHousehold.villageName, withHousehold.householdCode], ['新村', '00001']);
  const { id } = await addPairing(at, operator, pairing({ village: neighbourVillage, since: '2026-05-01' }), null);

  const seen = (scope: string) =>
    scoped(at.db, scope, async (tx) => (await pairingPage(tx, county, scope, {})).rows.map((row) => row.village));
  assert.deepEqual(await seen('621221107'), [neighbourVillage, testVillage]);
  assert.deepEqual(await seen(testVillage), [testVillage]);
  assert.deepEqual(await seen('621221102'), []);

  const end = { county, id, until: '2026-09-01' };
  await assert.rejects(endPairing(at, keeper, end, null), { code: 'not-allowed' });
  await assert.rejects(endPairing(at, cadre, { ...end, id: open.household }, null), { code: 'not-found' });
  await assert.rejects(endPairing(at, cadre, { ...end, until: '2026-04-30' }, null), {
    code: 'pairing-ends-before-it-begins',
  });
  assert.equal((await endPairing(at, cadre, end, null)).until, '2026-09-01');
  await assert.rejects(endPairing(at, cadre, end, null), { code: 'pairing-ended' });
  assert.deepEqual(await seen('621221107'), [testVillage, neighbourVillage], 'running ones first');
});
