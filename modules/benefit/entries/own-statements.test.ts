import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { applyOnce } from '#platform/outbox.ts';
import { addBuyer } from '#registry';
import { addTestHousehold, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addTestPurchase } from '../../../test/fixtures-benefit.ts';
import { mergeHouseholds } from '../../registry/households/merge-households.ts';
import { benefitModule } from '../index.ts';
import { ownStatements } from './statement.ts';

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
