import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, farVillage, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { registryInvariants } from '../invariants.ts';
import { carriedHouseholds } from './carried-households.queries.ts';
import { householdFiles, householdNow } from './household-doors.queries.ts';
import { householdPage } from './households.queries.ts';
import { mergeHouseholds } from './merge-households.ts';

const { at, passTime } = await testContext();
const open = await openTestCounty(at);
const { county, operator, household: kept, farHousehold } = open;
const twice = await addTestHousehold(at, { county, village: testVillage, name: '张建明' });
const thrice = await addTestHousehold(at, { county, village: farVillage, name: '张建民' });
const gone = await addTestHousehold(at, { county, village: testVillage, name: '许远行' });
const reason = '同一户登记了两次';
const inCounty = <T>(work: Parameters<typeof scoped<T>>[2]) => scoped(at.db, String(county), work);
await inCounty((tx) =>
  tx.updateTable('registry.household').set({ state: 'left' }).where('id', '=', gone).executeTakeFirst(),
);

const refused: [code: string, by: Actor, id: string, into: string][] = [
  ['not-allowed', open.keeper, twice, kept],
  ['not-allowed', open.cadre, twice, kept],
  ['household-same', operator, twice, twice],
  ['not-found', operator, newId(), kept],
  ['not-found', operator, twice, newId()],
  ['household-left', operator, twice, gone],
];
for (const [code, by, id, into] of refused) {
  test(`merging is refused: ${code}`, () =>
    assert.rejects(mergeHouseholds(at, by, { county, id, into, reason }, null), { code }));
}

test('the file that is given up points to the one that stays, and so do those that pointed to it', async () => {
  passTime(1000);
  const before = at.clock.now();
  await mergeHouseholds(at, operator, { county, id: thrice, into: twice, reason }, null);
  const merged = await mergeHouseholds(at, operator, { county, id: twice, into: kept, reason }, null);
  assert.equal(merged.id, kept);
  const seen = await inCounty(async (tx) => ({
    now: await Promise.all([kept, twice, thrice, farHousehold].map((id) => householdNow(tx, county, id))),
    files: await householdFiles(tx, county, kept),
    listed: (await householdPage(tx, at.sealer, county, {})).rows.map((row) => row.id),
    carried: await carriedHouseholds(tx, at.sealer, county, { since: before, ids: [] }),
    all: await carriedHouseholds(tx, at.sealer, county),
  }));
  assert.deepEqual(
    seen.now.map((one) => one?.id),
    [kept, kept, kept, farHousehold],
  );
  assert.deepEqual(seen.files, [kept, ...[twice, thrice].sort()]);
  assert.deepEqual(seen.listed.sort(), [kept, farHousehold].sort());
  // What a device asks for that has the rest: one row with what it may still bring, and two that are none any more.
  assert.deepEqual(
    seen.carried.rows.map(({ id, code, headMasked, initials, crops }) => ({ id, code, headMasked, initials, crops })),
    [
      {
        ...{ id: kept, code: '00001', headMasked: '张*明', initials: 'zjm' },
        crops: [
          { crop: 'pepper', limitGrams: 600_000 },
          { crop: 'walnut', limitGrams: 2_400_000 },
        ],
      },
    ],
  );
  assert.deepEqual(seen.carried.gone.sort(), [twice, thrice].sort());
  assert.deepEqual(seen.all.rows.map((row) => row.id).sort(), [kept, farHousehold].sort());
  await assert.rejects(mergeHouseholds(at, operator, { county, id: twice, into: farHousehold, reason }, null), {
    code: 'household-merged-already',
  });
});

test('of two who merge two files into each other at once, one does', async () => {
  const [a, b] = [
    await addTestHousehold(at, { county, village: testVillage, name: '杜甲' }),
    await addTestHousehold(at, { county, village: testVillage, name: '杜乙' }),
  ];
  const both = await Promise.allSettled([
    mergeHouseholds(at, operator, { county, id: a, into: b, reason }, null),
    mergeHouseholds(at, operator, { county, id: b, into: a, reason }, null),
  ]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('the registry holds together', async () => {
  for (const { name, check } of registryInvariants) assert.deepEqual(await check(at.db), [], name);
});
