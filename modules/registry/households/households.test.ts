import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { scoped, transact } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestOrganisation,
  addTestPerson,
  farVillage,
  inventedIdNumber,
  neighbourVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { changeHousehold } from './change-household.ts';
import { householdPage, householdView } from './households.queries.ts';
import { readHousehold } from './read-household.ts';
import { readingPage } from './readings.queries.ts';
import { registerHousehold } from './register-household.ts';

const { at } = await testContext();
const open = await openTestCounty(at);
const { county, keeper, cadre, operator, merchant, auditor, platform } = open;
const farStation = await addTestOrganisation(at, { county, kind: 'station', name: '红川站', region: farVillage });
const farKeeper = await addTestPerson(at, { name: '钱站长', org: farStation, role: 'keeper' });

const taken = inventedIdNumber();
const household = (changes: object = {}) => ({
  county,
  village: testVillage,
  category: 'monitored' as const,
  members: [
    { relation: 'head' as const, name: '何永平', idNumber: inventedIdNumber(), phone: '13900001234' },
    { relation: 'spouse' as const, name: '马秀兰' },
  ],
  yields: [{ crop: 'walnut', areaCentimu: 300, trees: 0 }],
  ...changes,
});
const head = (changes: object = {}) => ({ relation: 'head' as const, name: '何永平', ...changes });

test('registering a household is refused, in this order', async (t) => {
  await registerHousehold(at, operator, household({ members: [head({ idNumber: taken })], village: farVillage }), null);
  const table: [string, Actor, object, string][] = [
    ['no role at all', stranger, {}, 'not-allowed'],
    ['a merchant', merchant, {}, 'not-allowed'],
    ['an auditor only reads', auditor, {}, 'not-allowed'],
    ['the platform only reads', platform, {}, 'not-allowed'],
    ['a county that is not open', platformOperator, { county: 420922, village: '420922100001' }, 'county-not-open'],
    ['a broken village code', operator, { village: '621221107' }, 'region-code-broken'],
    ['a township', operator, { village: '621221107000' }, 'region-code-broken'],
    ['a village that is not on the list', operator, { village: '621221107999' }, 'region-code-broken'],
    ['a village of another county', operator, { village: '420922100001' }, 'village-outside-county'],
    ['another village than the keeper’s', keeper, { village: neighbourVillage }, 'village-outside-your-region'],
    ['another township than the cadre’s', cadre, { village: farVillage }, 'village-outside-your-region'],
    ['no head', keeper, { members: [{ relation: 'spouse', name: '马秀兰' }] }, 'head-missing'],
    ['two heads', keeper, { members: [head(), head()] }, 'head-missing'],
    ['an ID number off by one', keeper, { members: [head({ idNumber: '110105194912310021' })] }, 'id-number-wrong'],
    ['neither land nor trees', keeper, { yields: [{ crop: 'walnut', areaCentimu: 0, trees: 0 }] }, 'yields-wrong'],
    [
      'a crop twice',
      keeper,
      {
        yields: [
          { crop: 'walnut', areaCentimu: 1, trees: 0 },
          { crop: 'walnut', areaCentimu: 2, trees: 0 },
        ],
      },
      'yields-wrong',
    ],
    ['a crop that nobody knows', keeper, { yields: [{ crop: 'gold', areaCentimu: 1, trees: 0 }] }, 'crop-unknown'],
    [
      'an ID number of a household the keeper cannot see',
      keeper,
      { members: [head({ idNumber: taken })] },
      'id-number-taken',
    ],
    [
      'one ID number for two members',
      keeper,
      {
        members: [
          head({ idNumber: '11010519491231002X' }),
          { relation: 'child', name: '何小', idNumber: '11010519491231002X' },
        ],
      },
      'id-number-taken',
    ],
  ];
  const before = await countHouseholds();
  for (const [name, by, changes, code] of table) {
    await t.test(name, () => assert.rejects(registerHousehold(at, by, household(changes), null), { code }));
  }
  assert.equal(await countHouseholds(), before, 'nothing was half-written');
});

test('a keeper registers a household of the village; it comes back masked', async () => {
  const added = await registerHousehold(at, keeper, household(), null);
  assert.match(added.code, /^\d{5}$/);
  assert.equal(added.villageName, '新村');
  assert.deepEqual(
    added.members.map(({ relation, name, phone }) => [relation, name, phone]),
    [
      ['head', '何*平', '139****1234'],
      ['spouse', '马*兰', null],
    ],
  );
  assert.match(added.members[0]?.idNumber ?? '', /^9999\*{8}[\dX]{2}$/);
  const stored = await scoped(at.db, String(county), (tx) =>
    tx.selectFrom('registry.household_member').selectAll().where('household', '=', added.id).execute(),
  );
  const text = stored.map((row) => Object.values(row).map(String).join()).join();
  for (const { name, phone } of household().members) {
    assert.ok(!text.includes(name), 'no name can be read');
    if (phone) assert.ok(!text.includes(phone), 'no phone can be read');
  }
});

test('row-level security stands behind the program’s own checks', async (t) => {
  const seen = async (scope: string | null) => {
    const ask = async (tx: Parameters<Parameters<typeof transact>[1]>[0]) => {
      const counts: number[] = [];
      for (const table of ['household', 'household_member', 'household_yield'] as const) {
        const row = await tx
          .selectFrom(`registry.${table}`)
          .select((e) => e.fn.countAll<number>().as('n'))
          .executeTakeFirstOrThrow();
        counts.push(row.n);
      }
      return counts;
    };
    return scope === null ? transact(at.db, ask) : scoped(at.db, scope, ask);
  };
  const all = await seen('all');
  await t.test('no scope: nothing', async () => assert.deepEqual(await seen(null), [0, 0, 0]));
  await t.test('another county: nothing', async () => assert.deepEqual(await seen('420922'), [0, 0, 0]));
  await t.test('another township: only its own', async () => {
    const near = await seen('621221107');
    const far = await seen('621221102');
    assert.ok(near.every((n, i) => n > 0 && n < (all[i] ?? 0)));
    assert.deepEqual(
      near.map((n, i) => n + (far[i] ?? 0)),
      all,
    );
  });
  await t.test('a scope ends with its transaction', async () => assert.deepEqual(await seen(null), [0, 0, 0]));
  await t.test('a row cannot be written outside of the scope', () =>
    assert.rejects(
      scoped(at.db, '621221102', (tx) =>
        tx
          .insertInto('registry.household')
          .values({
            county,
            id: newId(),
            code: '99999',
            village: testVillage,
            category: 'general',
            state: 'active',
            created_at: new Date(),
            changed_at: new Date(),
          })
          .execute(),
      ),
      { code: '42501' },
    ),
  );
});

test('the list is found by code, name, initials, village, category and crop', async () => {
  const list = (scope: string, filter: object) =>
    scoped(at.db, scope, async (tx) =>
      (await householdPage(tx, at.sealer, county, filter)).rows.map((r) => r.headMasked),
    );
  const scope = String(county);
  assert.deepEqual(await list(scope, { q: '张' }), ['张*明']);
  assert.deepEqual(await list(scope, { q: 'zjm' }), ['张*明']);
  assert.deepEqual(await list(scope, { q: 'lgh' }), ['刘*花']);
  assert.deepEqual(await list('621221107', { q: 'lgh' }), [], 'outside the scope');
  assert.deepEqual(await list(scope, { q: '00001' }), ['张*明']);
  assert.deepEqual(await list(scope, { village: farVillage, crop: 'pepper' }), ['刘*花']);
  assert.deepEqual(await list(scope, { category: 'lifted' }), ['张*明']);
  const page = await scoped(at.db, scope, (tx) => householdPage(tx, at.sealer, county, { q: 'h', page: 2, size: 1 }));
  assert.deepEqual([page.total, page.rows.length], [2, 1]);
});

test('a household is changed inside the caller’s region only', async () => {
  const { household: id, farHousehold } = open;
  const change = { county, category: 'general' as const, yields: [{ crop: 'honey', areaCentimu: 0, trees: 4 }] };
  await assert.rejects(changeHousehold(at, merchant, { ...change, id }, null), { code: 'not-allowed' });
  await assert.rejects(changeHousehold(at, keeper, { ...change, id: farHousehold }, null), { code: 'not-found' });
  await assert.rejects(changeHousehold(at, farKeeper, { ...change, id }, null), { code: 'not-found' });
  const wrong = { ...change, id, yields: [{ crop: 'gold', areaCentimu: 1, trees: 0 }] };
  await assert.rejects(changeHousehold(at, keeper, wrong, null), { code: 'crop-unknown' });
  const changed = await changeHousehold(at, keeper, { ...change, id }, null);
  assert.deepEqual([changed.category, changed.yields], ['general', change.yields]);
});

test('personal fields are read with a reason, inside the region, and every reading stands in the log', async () => {
  const { household: id, farHousehold } = open;
  const ask = { county, fields: ['name', 'idNumber'] as const, reason: '入户核对身份证' };
  const log = () => scoped(at.db, String(county), (tx) => readingPage(tx, county, {}));
  await assert.rejects(readHousehold(at, merchant, { ...ask, id }), { code: 'not-allowed' });
  await assert.rejects(readHousehold(at, keeper, { ...ask, id: farHousehold }), { code: 'not-found' });
  assert.equal((await log()).total, 0);

  const read = await readHousehold(at, keeper, { ...ask, id });
  assert.equal(read.members[0]?.name, '张建明');
  assert.match(read.members[0]?.idNumber ?? '', /^999999\d{11}[\dX]$/);
  await readHousehold(at, operator, { ...ask, id: farHousehold, fields: ['phone'] });
  const entries = await log();
  assert.deepEqual(
    entries.rows.map((row) => [row.personName, row.role, row.fields, row.reason, row.village]),
    [
      ['周运营', 'operator', ['phone'], ask.reason, farVillage],
      ['李站长', 'keeper', ['name', 'idNumber'], ask.reason, testVillage],
    ],
  );
  await assert.rejects(
    scoped(at.db, String(county), (tx) => tx.deleteFrom('registry.household_reading').execute()),
    { code: 'SH001' },
    'the log is never edited',
  );
  const masked = await scoped(at.db, String(county), (tx) => householdView(tx, at.sealer, county, id));
  assert.equal(masked.members[0]?.name, '张*明');
});

const platformOperator: Actor = {
  ...operator,
  memberships: operator.memberships.map((m) => ({ ...m, region: '' })),
};

async function countHouseholds(): Promise<number> {
  return scoped(at.db, 'all', async (tx) => {
    const row = await tx
      .selectFrom('registry.household')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow();
    return row.n;
  });
}
