import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scoped } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import { registryInvariants } from './invariants.ts';

const { at } = await testContext();
const open = await openTestCounty(at);
const breaches = async () => {
  const found: Record<string, number> = {};
  for (const invariant of registryInvariants) {
    const lines = await invariant.check(at.db);
    if (lines.length > 0) found[invariant.name] = lines.length;
  }
  return found;
};

test('a county in use holds; each kind of damage is found', async () => {
  assert.deepEqual(await breaches(), {});
  await at.db
    .insertInto('registry.membership')
    .values({
      person: 'nobody',
      org: newId(),
      role: 'keeper',
      county: 621221,
      region: '621221',
      created_at: new Date(),
    })
    .execute();
  await at.db.updateTable('registry.organisation').set({ region: '500242' }).where('id', '=', open.station).execute();
  await at.db
    .updateTable('registry.organisation')
    .set({ buys_for: open.cooperative })
    .where('id', '=', open.logistics)
    .execute();
  await scoped(at.db, 'all', async (tx) => {
    await tx.deleteFrom('registry.household_member').where('relation', '=', 'head').execute();
    await tx
      .updateTable('registry.household')
      .set({ village: '420922100001' })
      .where('id', '=', open.household)
      .execute();
  });
  await at.db
    .insertInto('registry.pairing')
    .values({
      county: 621221,
      id: newId(),
      helper_kind: 'firm',
      helper_name: '帮扶企业',
      village: '420922100001',
      duty: '帮销',
      since: '2026-01-01',
      created_at: new Date(),
    })
    .execute();
  assert.deepEqual(Object.values(await breaches()), [2, 1, 1, 1, 2, 1, 3, 1]);
});
