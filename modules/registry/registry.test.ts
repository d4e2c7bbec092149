// Every route of the module over HTTP once: what acts give is what the contract says, and the door asks for the role.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '#platform/http/client.ts';
import { registryModule } from '#registry';
import { registry } from '#registry/contract';
import { clientsFor } from '../../test/app.ts';
import { inventedIdNumber, openTestCounty, testContext, testVillage } from '../../test/fixtures.ts';
import { completeOrganisationCode } from './organisations/organisation-code.ts';

const { at } = await testContext();
const open = await openTestCounty(at);
const clients = await clientsFor(at, [registryModule], { registry }, open);
const as = (who: string) => clients(who).registry;
const params = { county: open.county };

test('who may not call is told so', async () => {
  const table: [string, () => Promise<unknown>, number][] = [
    ['a visitor', () => as('visitor').households({ params }), 401],
    ['a buyer', () => as('buyer').households({ params }), 403],
    ['a merchant', () => as('merchant').households({ params }), 403],
    ['a keeper at the log', () => as('keeper').readings({ params }), 403],
    ['an operator who opens a county', () => as('operator').openCounty({ body: { county: 420922 } }), 403],
    ['an operator elsewhere', () => as('operator').organisations({ params: { county: 500242 } }), 403],
  ];
  for (const [name, call, status] of table) {
    await assert.rejects(call, (problem: Problem) => problem.status === status, name);
  }
});

test('a text with a NUL in it is bad input, not a failure', async () => {
  const { organisations, addPairing } = as('operator');
  const body = { helperKind: 'firm' as const, helperName: '某企业', duty: '帮\0销', since: '2026-01-01' };
  const calls = [
    () => organisations({ params, query: { q: '\0' } }),
    () => addPairing({ params, body: { ...body, village: testVillage } }),
  ];
  for (const call of calls) {
    await assert.rejects(call, (problem: Problem) => problem.status === 400 && problem.code === 'bad-input');
  }
});

test('places, for anyone', async () => {
  const visitor = as('visitor');
  assert.deepEqual(
    (await visitor.counties()).map((one) => one.name),
    ['成县'],
  );
  assert.equal((await visitor.county({ params })).villages, 258);
  assert.equal((await visitor.regions({ query: { parent: '621221000000' } })).length, 17);
  assert.equal((await visitor.regions()).length, 1);
  assert.equal((await visitor.region({ params: { code: testVillage } })).above.length, 4);
  assert.ok((await visitor.crops()).some((crop) => crop.code === 'walnut'));
});

test('organisations and people', async () => {
  const operator = as('operator');
  const body = {
    kind: 'station' as const,
    name: '陈院站',
    code: completeOrganisationCode('93621221000009999') as string,
    region: testVillage,
    contact: '李',
    phone: '13800000001',
  };
  const station = await operator.addOrganisation({ params, body });
  const one = { ...params, id: station.id };
  const changed = await operator.changeOrganisation({ params: one, body: { ...body, buysFor: open.cooperative } });
  assert.equal(changed.buysFor, open.cooperative);
  assert.equal((await operator.organisations({ params, query: { kind: 'station' } })).total, 2);

  const person = { name: '新站长', username: 'new.keeper', password: 'a long password', role: 'keeper' as const };
  const staff = await operator.addStaff({ params: one, body: { ...person, region: testVillage } });
  assert.deepEqual((await operator.organisation({ params: one })).people, [staff]);
  const seen = (await as('merchant').organisation({ params: one })).people;
  assert.deepEqual(seen, [{ ...staff, username: null }], 'a user name is for colleagues and for who runs the county');
  await operator.removeStaff({ params: { ...one, person: staff.person, role: 'keeper' } });
  assert.deepEqual((await operator.organisation({ params: one })).people, []);
});

test('households, their readings and pairings', async () => {
  const keeper = as('keeper');
  const body = {
    village: testVillage,
    category: 'general' as const,
    members: [{ relation: 'head' as const, name: '何永平', idNumber: inventedIdNumber() }],
    yields: [{ crop: 'honey', areaCentimu: 0, trees: 12 }],
  };
  const added = await keeper.addHousehold({ params, body }, { key: 'household-1' });
  assert.deepEqual(await keeper.addHousehold({ params, body }, { key: 'household-1' }), added, 'once for a key');
  const one = { ...params, id: added.id };
  assert.equal((await keeper.households({ params, query: { q: 'hyp' } })).rows[0]?.headMasked, '何*平');
  const changed = await keeper.changeHousehold({ params: one, body: { category: 'lifted', yields: [] } });
  assert.deepEqual(await keeper.household({ params: one }), changed);
  const read = await keeper.readHousehold({ params: one, body: { fields: ['name'], reason: '核对姓名' } });
  assert.equal(read.members[0]?.name, '何永平');
  const log = await as('auditor').readings({ params, query: { household: added.id } });
  assert.deepEqual(
    log.rows.map((row) => [row.personName, row.reason]),
    [['李站长', '核对姓名']],
  );
  const kept = await at.db.selectFrom('platform.idempotency').selectAll().execute();
  assert.doesNotMatch(JSON.stringify(kept), /何永平/, 'no name is kept with an answer');

  const pairing = await as('cadre').addPairing({
    params,
    body: {
      helperKind: 'firm',
      helperName: '某企业',
      village: testVillage,
      household: added.id,
      duty: '帮销',
      since: '2026-01-01',
    },
  });
  assert.equal(pairing.householdCode, added.code);
  await as('cadre').endPairing({ params: { ...params, id: pairing.id }, body: { until: '2026-02-01' } });
  assert.equal((await keeper.pairings({ params })).rows[0]?.until, '2026-02-01');
});
