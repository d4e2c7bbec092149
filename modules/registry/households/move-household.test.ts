import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  farVillage,
  neighbourVillage,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { registryInvariants } from '../invariants.ts';
import { carriedHouseholds } from './carried-households.queries.ts';
import { issueCard, readCard } from './household-card.ts';
import { householdView } from './households.queries.ts';
import { mergeHouseholds } from './merge-households.ts';
import { moveHousehold } from './move-household.ts';
import { consentView, sayConsent } from './name-consent.ts';

const { at, passTime } = await testContext();
const of = await openTestCounty(at);
const { county, household, farHousehold, keeper, cadre, operator } = of;
const nextStation = await addTestOrganisation(at, {
  county,
  kind: 'station',
  name: '邻村站',
  region: neighbourVillage,
});
const nextKeeper = await addTestPerson(at, { name: '钱站长', org: nextStation, role: 'keeper' });
const twice = await addTestHousehold(at, { county, village: testVillage, name: '张建明' });
const merged = await addTestHousehold(at, { county, village: testVillage, name: '张建民' });
await mergeHouseholds(at, operator, { county, id: merged, into: twice, reason: '登记了两次' }, null);

const move = (by: Actor, change: Partial<Parameters<typeof moveHousehold>[2]> = {}) =>
  moveHousehold(
    at,
    by,
    { county, id: household, village: neighbourVillage, onDay: '2026-09-10', reason: '搬到女儿家', ...change },
    null,
  );

const refused: [what: string, code: string, work: () => Promise<unknown>][] = [
  ['by a keeper', 'not-allowed', () => move(keeper)],
  ['by an auditor', 'not-allowed', () => move(of.auditor)],
  ['to a broken code', 'region-code-broken', () => move(operator, { village: '621221107' })],
  ['to a township', 'region-code-broken', () => move(operator, { village: '621221107000' })],
  ['to another county', 'village-outside-county', () => move(operator, { village: '420922100001' })],
  ['of nobody', 'not-found', () => move(operator, { id: newId() })],
  ['from outside the region', 'not-found', () => move(cadre, { id: farHousehold })],
  ['out of the region', 'village-outside-your-region', () => move(cadre, { village: farVillage })],
  ['of a merged file', 'household-not-here', () => move(operator, { id: merged })],
  ['to where it is', 'village-same', () => move(operator, { village: testVillage })],
  ['tomorrow', 'move-day-wrong', () => move(operator, { onDay: '2026-09-18' })],
];
for (const [what, code, work] of refused) {
  test(`moving is refused: ${what}, ${code}`, async () => {
    await assert.rejects(work(), { code });
    assert.deepEqual(await at.db.selectFrom('registry.household_move').select('id').execute(), []);
  });
}

test('a household moves with its people, what it said and its card; who kept it before sees it no more', async () => {
  const consent = await sayConsent(at, keeper, { county, id: household, given: true }, null);
  const card = (await issueCard(at, keeper, { county, id: household }, null)).card?.text as string;
  passTime(60_000);
  const since = at.clock.now();
  const moved = await move(cadre);
  assert.deepEqual([moved.village, moved.villageName, moved.code], [neighbourVillage, moved.moves[0]?.toName, '00001']);
  assert.deepEqual(
    moved.moves.map(({ from, to, onDay, reason, byName }) => [from, to, onDay, reason, byName]),
    [[testVillage, neighbourVillage, '2026-09-10', '搬到女儿家', '赵书记']],
  );

  const inVillage = <T>(village: string, work: Parameters<typeof scoped<T>>[2]) => scoped(at.db, village, work);
  const seen = await inVillage(neighbourVillage, (tx) => householdView(tx, at.sealer, county, household));
  assert.deepEqual([seen.members.length, seen.yields.length], [2, 2]);
  await assert.rejects(
    inVillage(testVillage, (tx) => householdView(tx, at.sealer, county, household)),
    { code: 'not-found' },
  );
  // What it said of its name is said once, and stands where it lives.
  const said = await inVillage(neighbourVillage, (tx) => consentView(tx, county, household));
  assert.deepEqual([said.given, said.history.length, said.at], [true, 1, consent.at]);
  assert.equal((await readCard(at, nextKeeper, { county, text: card })).id, household);
  await assert.rejects(readCard(at, keeper, { county, text: card }), { code: 'card-unknown' });

  // Devices: the old station's forgets it, the new one's gets it.
  const carried = (village: string) =>
    inVillage(village, (tx) => carriedHouseholds(tx, at.sealer, county, { since, ids: [] }));
  assert.deepEqual((await carried(testVillage)).gone, [household]);
  const there = await carried(neighbourVillage);
  assert.deepEqual([there.rows.map((row) => row.id), there.gone], [[household], []]);
  assert.deepEqual((await carried(farVillage)).gone, []);
});

test('it may move on and back, not before it came', async () => {
  await assert.rejects(move(operator, { village: farVillage, onDay: '2026-09-09' }), { code: 'move-day-wrong' });
  passTime(60_000);
  await move(operator, { village: farVillage, onDay: '2026-09-12' });
  const since = at.clock.now();
  passTime(60_000);
  await move(operator, { village: testVillage, onDay: '2026-09-12' });
  const { moves } = await scoped(at.db, testVillage, (tx) => householdView(tx, at.sealer, county, household));
  assert.deepEqual(
    moves.map((one) => one.to),
    [testVillage, farVillage, neighbourVillage],
  );
  const { rows, gone } = await scoped(at.db, testVillage, (tx) =>
    carriedHouseholds(tx, at.sealer, county, { since, ids: [] }),
  );
  assert.deepEqual([rows.map((row) => row.id), gone], [[household], []]);
});

test('what was said of a name is not edited, whatever its village', async () => {
  await assert.rejects(
    scoped(at.db, String(county), (tx) => tx.updateTable('registry.name_consent').set({ given: false }).execute()),
    /never edited/,
  );
  await assert.rejects(
    scoped(at.db, String(county), (tx) => tx.deleteFrom('registry.name_consent').execute()),
    /never edited/,
  );
});

test('two who move it at once: both moves stand, one after the other', async () => {
  const both = await Promise.allSettled([
    move(operator, { village: farVillage, onDay: '2026-09-17' }),
    move(operator, { village: neighbourVillage, onDay: '2026-09-17' }),
  ]);
  assert.deepEqual(
    both.map((one) => one.status),
    ['fulfilled', 'fulfilled'],
  );
  for (const { name, check } of registryInvariants) assert.deepEqual(await check(at.db), [], name);
});
