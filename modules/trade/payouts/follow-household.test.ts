import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyOnce, type Event } from '#platform/outbox.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  neighbourVillage,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { moveHousehold } from '../../registry/households/move-household.ts';
import { addPayee } from './add-payee.ts';
import { closePayee } from './close-payee.ts';
import { followHousehold } from './follow-household.ts';
import { payeePage } from './payee-views.ts';

test('accounts of a household are seen to where it lives now, in whichever order its moves are heard', async () => {
  const { at } = await testContext();
  const of = await openTestCounty(at);
  const { county, keeper, operator, village } = of;
  const name = '邻村站';
  const org = await addTestOrganisation(at, { county, kind: 'station', name, region: neighbourVillage });
  const nextKeeper = await addTestPerson(at, { name: '钱站长', org, role: 'keeper' });
  const owner = await addTestHousehold(at, { county, village, name: '李春生' });
  const stays = await addTestHousehold(at, { county, village, name: '杜甲' });
  const wallet = { ownerKind: 'household', kind: 'wallet', provider: 'sandbox' } as const;
  const payee = await addPayee(at, keeper, { county, owner, holder: '李春生', account: 'openid_1', ...wallet }, null);
  await addPayee(at, keeper, { county, owner: stays, holder: '杜甲', account: 'openid_2', ...wallet }, null);

  const move = { county, id: owner, onDay: '2026-09-17', reason: '搬家' };
  await moveHousehold(at, operator, { ...move, village: neighbourVillage }, null);
  await moveHousehold(at, operator, { ...move, village }, null);
  await moveHousehold(at, operator, { ...move, village: neighbourVillage }, null);
  const told = await at.db.selectFrom('platform.outbox').selectAll().where('type', '=', followHousehold.type).execute();
  const events = told.map(
    (row) => row as unknown as Event<'registry.household-moved', { household: string }> & { id: string },
  );
  assert.equal(events.length, 3);
  for (const event of [...events.toReversed(), ...events]) await applyOnce(at.db, followHousehold, event);

  const seen = async (by: typeof keeper) => (await payeePage(at, by, county, {})).rows.map((row) => row.owner);
  assert.deepEqual(await seen(nextKeeper), [owner]);
  assert.deepEqual(await seen(keeper), [stays]);
  await assert.rejects(closePayee(at, keeper, { county, id: payee }, null), /not-allowed/);
  await closePayee(at, nextKeeper, { county, id: payee }, null);
});
