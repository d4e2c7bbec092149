import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import { applyOnce } from '#platform/outbox.ts';
import { addBuyer } from '#registry';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  neighbourVillage,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestPurchase } from '../../../test/fixtures-benefit.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';
import { moveHousehold } from '../../registry/households/move-household.ts';
import { benefitModule } from '../index.ts';
import { householdStatement, ownStatements } from './statement.ts';

test('a person sees the statement of the household that has their phone, and nobody else’s', async (t) => {
  const { at } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  const phone = '13900001234';
  const household = await addTestHousehold(at, { county, village: testVillage, name: '李春生', phone });
  for (const seller of [household, of.household]) {
    const { event } = await addTestPurchase(at, of, { household: seller, grams: 6_000, fenPerKg: 2_600 });
    for (const one of benefitModule.subscribers?.(at) ?? [])
      if (one.type === event.type) await applyOnce(at.db, one, event);
  }
  const person = async (name: string, number: string): Promise<Actor> => ({
    person: await addBuyer(at, { name, phone: number }),
    name,
    memberships: [],
  });

  assert.deepEqual(await ownStatements(at, await person('路人', '13900005678'), {}), [], 'another phone');
  assert.deepEqual(await ownStatements(at, of.operator, {}), [], 'a password and no phone');

  const [own, ...more] = await ownStatements(at, await person('李春生', phone), {});
  assert.equal(more.length, 0);
  assert.deepEqual([own?.county, own?.household, own?.earnedFen, own?.rows.length], [county, household, 15_600, 1]);
  assert.deepEqual(
    await ownStatements(at, await person('李春生', phone), { from: '2027-01' }).then((all) => all[0]?.rows),
    [],
  );

  // The file with the phone turns out to be the second one of another household: what stands under either is theirs.
  const reason = '登记了两次';
  await mergeHouseholds(at, of.operator, { county, id: household, into: of.household, reason }, null);
  const [merged, ...others] = await ownStatements(at, await person('李春生', phone), {});
  assert.equal(others.length, 0);
  assert.deepEqual([merged?.household, merged?.earnedFen, merged?.rows.length], [of.household, 31_200, 2]);
});

test('a household that moved reads its statement whole, and so does whoever answers for it now', async (t) => {
  const { at } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  const phone = '13900001234';
  const household = await addTestHousehold(at, { county, village: testVillage, name: '李春生', phone });
  const bring = async (village: string) => {
    const { event } = await addTestPurchase(at, of, { household, village, grams: 6_000, fenPerKg: 2_600 });
    for (const one of benefitModule.subscribers?.(at) ?? [])
      if (one.type === event.type) await applyOnce(at.db, one, event);
  };
  await bring(testVillage);
  const [station, name] = [neighbourVillage, '邻村站'];
  const org = await addTestOrganisation(at, { county, kind: 'station', name, region: station });
  const nextKeeper = await addTestPerson(at, { name: '钱站长', org, role: 'keeper' });
  const read = (by: Actor) => householdStatement(at, by, { county, household });
  await assert.rejects(read(nextKeeper), /household-not-found/);

  const move = { county, id: household, village: neighbourVillage, onDay: '2026-09-17', reason: '搬到女儿家' };
  await moveHousehold(at, of.operator, move, null);
  await bring(neighbourVillage);
  const own: Actor = { person: await addBuyer(at, { name: '李春生', phone }), name: '李春生', memberships: [] };
  const [mine] = await ownStatements(at, own, {});
  const theirs = await read(nextKeeper);
  for (const one of [mine, theirs]) {
    assert.deepEqual([one?.earnedFen, one?.owedFen, one?.paidFen, one?.rows.length], [31_200, 31_200, 0, 2]);
  }
  await assert.rejects(read(of.keeper), /household-not-found/, 'who bought from it before');
  // The village where it was earned stays: what the old one's figures said they say.
  const villages = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('benefit.entry').select('village').orderBy('id').execute(),
  );
  assert.deepEqual(
    villages.map((row) => row.village),
    [testVillage, neighbourVillage],
  );
});
