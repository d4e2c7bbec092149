import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { addTestPerson, neighbourVillage, openTestCounty, testContext, testVillage } from '../../../test/fixtures.ts';
import { addStaff } from '../people/add-staff.ts';
import { staffOf } from '../people/people.queries.ts';
import { removeStaff } from '../people/remove-staff.ts';
import { actorOf } from '../sign-in/actors.queries.ts';
import { addOrganisation } from './add-organisation.ts';
import { addPlatform } from './add-platform.ts';
import { changeOrganisation } from './change-organisation.ts';
import { completeOrganisationCode } from './organisation-code.ts';
import { organisationPage } from './organisations.queries.ts';

const { at } = await testContext();
const open = await openTestCounty(at);
const { county, operator, platform } = open;
const townOperator = await addTestPerson(at, {
  name: '镇运营',
  org: open.centre,
  role: 'operator',
  region: testVillage.slice(0, 9),
});

const code = (n: number) => completeOrganisationCode(`9162122100000${String(n).padStart(4, '0')}`) as string;
const firm = (changes: object = {}) => ({
  county,
  kind: 'merchant' as const,
  name: '成县杜公蜂业有限公司',
  code: code(1),
  region: '621221',
  contact: '杜先生',
  phone: '13700000000',
  ...changes,
});
const station = (changes: object = {}) => firm({ kind: 'station', region: testVillage, ...changes });

test('registering an organisation is refused, in this order', async (t) => {
  await addOrganisation(at, operator, firm({ code: code(9) }), null);
  const table: [string, Actor, object, string][] = [
    ['a county that is not open', platform, { county: 420922, region: '420922' }, 'county-not-open'],
    ['a platform in a county', platform, { kind: 'platform' }, 'not-allowed'],
    ['the whole country', platform, { region: '' }, 'village-outside-county'],
    ['another county', platform, { region: '420922' }, 'village-outside-county'],
    ['a township that is not on the list', operator, { region: '621221999' }, 'region-code-broken'],
    ['beyond a township operator’s region', townOperator, {}, 'village-outside-your-region'],
    [
      'a station in a township written with twelve digits',
      operator,
      station({ region: '621221107000' }),
      'region-code-broken',
    ],
    [
      'a code off by one',
      operator,
      { code: `${code(1).slice(0, 17)}${code(1)[17] === '1' ? '2' : '1'}` },
      'organisation-code-wrong',
    ],
    ['a firm that buys for another', operator, { buysFor: open.cooperative }, 'buys-for-wrong'],
    ['a station that buys for a station', operator, station({ buysFor: open.station }), 'buys-for-wrong'],
    ['a station that buys for nobody known', operator, station({ buysFor: open.platformOrg }), 'buys-for-wrong'],
    ['a code that is there', operator, { code: code(9) }, 'organisation-code-taken'],
  ];
  for (const [name, by, changes, refusal] of table) {
    await t.test(name, () => assert.rejects(addOrganisation(at, by, firm(changes), null), { code: refusal }));
  }
});

test('an organisation is registered, found and changed', async () => {
  const added = await addOrganisation(
    at,
    townOperator,
    station({ code: code(2), name: '店村站', buysFor: open.cooperative }),
    null,
  );
  assert.deepEqual([added.regionName, added.buysFor, added.state], ['新村', open.cooperative, 'active']);
  const found = await organisationPage(at.db, county, { q: '店村站' });
  assert.deepEqual([found.total, found.rows[0]?.id], [1, added.id]);
  assert.equal((await organisationPage(at.db, county, { q: '%' })).total, 0, 'a wildcard is a character');
  assert.equal((await organisationPage(at.db, county, { kind: 'logistics' })).total, 1);

  const { id } = added;
  const changes: [Actor, object, string][] = [
    [operator, { kind: 'merchant' }, 'organisation-kind-fixed'],
    [operator, { code: code(9) }, 'organisation-code-taken'],
  ];
  for (const [by, change, refusal] of changes) {
    await assert.rejects(changeOrganisation(at, by, { id, ...station({ code: code(2), ...change }) }, null), {
      code: refusal,
    });
  }
  await assert.rejects(changeOrganisation(at, townOperator, { id: open.cooperative, ...firm() }, null), {
    code: 'not-found',
  });
  const keeper = await addTestPerson(at, { name: '旧村站长', org: id, role: 'keeper' });
  const changed = await changeOrganisation(
    at,
    operator,
    { id, ...station({ code: code(3), region: neighbourVillage }) },
    null,
  );
  assert.deepEqual([changed.code, changed.region, changed.buysFor], [code(3), neighbourVillage, null]);
  const regions = (await actorOf(at.db, keeper.person))?.memberships.map((role) => role.region);
  assert.deepEqual(regions, [neighbourVillage], 'its keeper moves with it');
});

test('adding a person with a role is refused, in this order', async (t) => {
  const person = {
    county,
    org: open.centre,
    name: '新人',
    username: 'xinren',
    password: 'long enough 1',
    role: 'cadre' as const,
    region: '621221107',
  };
  await addStaff(at, operator, { ...person, username: 'taken' });
  const table: [string, Actor, object, string][] = [
    ['a role beyond one’s own region', townOperator, { region: '621221' }, 'role-outside-your-region'],
    ['a role over the country', operator, { region: '' }, 'role-outside-your-region'],
    ['a role for others by somebody who grants none', open.keeper, { region: testVillage }, 'role-outside-your-region'],
    ['a user name that is taken', operator, { username: 'taken' }, 'username-taken'],
    ['an organisation of another county', operator, { org: open.platformOrg }, 'not-found'],
    ['a role that does not fit the organisation', operator, { role: 'platform' }, 'role-not-for-this-kind'],
    ['a keeper in a merchant', operator, { org: open.merchantOrg, role: 'keeper' }, 'role-not-for-this-kind'],
    [
      'beyond the organisation’s region',
      operator,
      { org: open.station, role: 'keeper', region: '621221107' },
      'role-outside-your-region',
    ],
  ];
  for (const [name, by, changes, code] of table) {
    await t.test(name, () => assert.rejects(addStaff(at, by, { ...person, ...changes }), { code }));
  }
  const left = await at.db.selectFrom('auth.user').select('id').where('username', '=', 'xinren').execute();
  assert.deepEqual(left, [], 'no person is left behind without a role');
});

test('a role is given and taken back', async () => {
  const added = await addStaff(at, operator, {
    county,
    org: open.station,
    name: '新站长',
    username: 'xinzhan',
    password: 'long enough 1',
    role: 'keeper',
    region: testVillage,
  });
  assert.deepEqual((await actorOf(at.db, added.person))?.memberships, [
    { org: open.station, orgKind: 'station', orgName: '店村镇新村服务站', role: 'keeper', county, region: testVillage },
  ]);
  assert.ok((await staffOf(at.db, county, open.station)).some((one) => one.username === 'xinzhan'));
  const role = { county, org: open.station, person: added.person, role: 'keeper' as const };
  await assert.rejects(removeStaff(at, open.cadre, role, null), { code: 'role-outside-your-region' });
  await assert.rejects(removeStaff(at, operator, { ...role, role: 'cadre' }, null), { code: 'not-found' });
  await removeStaff(at, operator, role, null);
  assert.deepEqual((await actorOf(at.db, added.person))?.memberships, []);
});

test('roles in a suspended organisation do not count', async () => {
  await at.db
    .updateTable('registry.organisation')
    .set({ state: 'suspended' })
    .where('id', '=', open.logistics)
    .execute();
  assert.deepEqual((await actorOf(at.db, open.courier.person))?.memberships, []);
});

test('the platform’s own organisation is made once', async () => {
  const input = { name: '山货平台', code: code(77), contact: '平台', phone: '13700000001' };
  await assert.rejects(addPlatform(at, { ...input, code: '1' }), { code: 'organisation-code-wrong' });
  assert.equal(await addPlatform(at, input), await addPlatform(at, input));
});
