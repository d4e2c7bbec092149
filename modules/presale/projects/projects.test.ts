import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestPerson,
  giveTestHeadPhone,
  giveTestPhone,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { openTestProject, testProject } from '../../../test/fixtures-presale.ts';
import { addTestGoods, assertSound, openTestShop, refusalOf } from '../../../test/fixtures-trade.ts';
import { presaleModule } from '../index.ts';
import { cancelProject } from './close-projects.ts';
import { changeProject, draftProject, type ProjectWords } from './draft-project.ts';
import { openProject, sendBackProject, submitProject, withdrawProject } from './move-project.ts';
import { projectFile, projectFiles, publicProject, publicProjects } from './project-views.ts';

const { at, setTime } = await testContext();
const people = await openTestCounty(at);
const { county, merchant, otherMerchant, operator, auditor, cadre } = people;
const shop = await openTestShop(at, people);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, name: '蜂蜜' });
const second = await addTestHousehold(at, { county, village: testVillage, name: '赵桂兰' });

const draft = (over: Partial<ProjectWords> = {}, by = merchant) =>
  draftProject(at, by, { county, ...testProject(people, walnut, over) }, null);
const tier = (over: Partial<ProjectWords['tiers'][number]>): ProjectWords['tiers'] => [
  { ...(testProject(people, walnut).tiers[0] as ProjectWords['tiers'][number]), ...over },
];

test('a project that cannot be carried out is not written, and why', async (t) => {
  const [one, other] = [people.household, second];
  const cases: [code: string, over: Partial<ProjectWords>, by?: typeof merchant][] = [
    ['not-allowed', {}, otherMerchant],
    ['organiser-unfit', { org: people.station }, operator],
    ['organiser-unfit', { org: newId() }, operator],
    ['project-sku-unfit', { sku: honey.sku }],
    ['project-days-backwards', { endsOn: '2026-09-16' }],
    ['project-days-backwards', { deliverBy: '2026-09-26' }],
    ['project-too-long', { endsOn: '2026-12-16', deliverBy: '2027-01-01' }],
    ['shares-not-whole', { households: [{ household: one, bp: 9_999 }] }],
    ['household-not-found', { households: [{ household: newId(), bp: 10_000 }] }],
    [
      'project-household-twice',
      {
        households: [
          { household: one, bp: 5_000 },
          { household: one, bp: 5_000 },
        ],
      },
    ],
    ['tier-sku-unfit', { tiers: tier({ owed: { sku: honey.sku, packs: 1 } }) }],
    ['tier-sku-unfit', { tiers: tier({ owed: { sku: newId(), packs: 1 } }) }],
    ['tier-costs-too-high', { tiers: tier({ costFen: 9_500 }) }],
    ['tier-costs-too-high', { fundBp: 10_000 }],
  ];
  for (const [code, over, by] of cases) {
    await t.test(`${code} ${JSON.stringify(over).slice(0, 60)}`, async () => {
      assert.equal((await refusalOf(draft(over, by))).code, code);
    });
  }
  const shares = [
    { household: one, bp: 3_333 },
    { household: other, bp: 6_667 },
  ];
  const written = await draft({ households: shares, endsOn: '2026-12-15', deliverBy: '2026-12-16' });
  assert.equal(written.state, 'draft');
  assert.deepEqual(written.tiers[0]?.parts, { costFen: 4_000, fundFen: 500, householdFen: 5_500 });
  assert.deepEqual(
    written.shares.map(({ household, bp }) => ({ household, bp })).sort((a, b) => a.bp - b.bp),
    shares,
  );
});

test('a project goes through two hands, and what was looked at is what is opened', async () => {
  const { id } = await draft({ titleZh: '旧标题' });
  const one = { county, id };
  const changed = await changeProject(at, merchant, { ...one, ...testProject(people, walnut) }, null);
  assert.equal(changed.titleZh, '修一座核桃烘干房');
  assert.equal((await refusalOf(openProject(at, operator, one, null))).code, 'project-move-not-allowed');
  assert.equal((await refusalOf(submitProject(at, otherMerchant, one, null))).code, 'not-allowed');
  await submitProject(at, merchant, one, null);
  const write = changeProject(at, merchant, { ...one, ...testProject(people, walnut) }, null);
  assert.equal((await refusalOf(write)).code, 'project-move-not-allowed');
  assert.equal(
    (await refusalOf(withdrawProject(at, merchant, { ...one, reason: '不做了' }, null))).code,
    'project-move-not-allowed',
  );
  const back = await sendBackProject(at, operator, { ...one, reason: '故事太短' }, null);
  assert.deepEqual([back.state, back.moves.at(-1)?.words], ['draft', '故事太短']);
  await submitProject(at, merchant, one, null);
  const open = await openProject(at, operator, one, null);
  assert.deepEqual([open.state, open.raisedFen, open.backers], ['open', 0, 0]);
  for (const late of [
    () => openProject(at, operator, one, null),
    () => sendBackProject(at, operator, { ...one, reason: '再改改' }, null),
    () => changeProject(at, merchant, { ...one, ...testProject(people, walnut) }, null),
  ]) {
    assert.equal((await refusalOf(late())).code, 'project-move-not-allowed');
  }
});

test('who wrote it or lives from it does not open it', async () => {
  const { id } = await draft({}, operator);
  await submitProject(at, merchant, { county, id }, null);
  assert.equal((await refusalOf(openProject(at, operator, { county, id }, null))).code, 'project-same-person');
  const submitted = await draft();
  await submitProject(at, operator, { county, id: submitted.id }, null);
  const twice = openProject(at, operator, { county, id: submitted.id }, null);
  assert.equal((await refusalOf(twice)).code, 'project-same-person');

  const kin = await addTestPerson(at, { name: '家里人', org: people.centre, role: 'operator' });
  await giveTestPhone(at, kin, '15000000001');
  await giveTestHeadPhone(at, { county, household: second }, '15000000001');
  const own = await draft({ households: [{ household: second, bp: 10_000 }] });
  await submitProject(at, merchant, { county, id: own.id }, null);
  assert.equal((await refusalOf(openProject(at, kin, { county, id: own.id }, null))).code, 'project-own-household');
  await openProject(at, operator, { county, id: own.id }, null);
});

test('a project whose last day has passed is neither submitted nor opened', async (t) => {
  t.after(() => setTime('2026-09-17T06:00:00Z'));
  const [early, late] = [await draft(), await draft()];
  await submitProject(at, merchant, { county, id: early.id }, null);
  setTime('2026-09-26T16:00:00Z');
  assert.equal((await refusalOf(openProject(at, operator, { county, id: early.id }, null))).code, 'project-over');
  assert.equal((await refusalOf(submitProject(at, merchant, { county, id: late.id }, null))).code, 'project-over');
});

test('everybody reads what is open and nobody reads who it is for', async () => {
  const hidden = await draft();
  const open = await openTestProject(at, people, walnut);
  assert.equal((await refusalOf(publicProject(at, county, hidden.id))).code, 'project-not-found');
  const seen = await publicProject(at, county, open.id);
  assert.deepEqual([seen.households, seen.villages.map((one) => one.village)], [1, [testVillage]]);
  assert.ok(!JSON.stringify(seen).includes(people.household));
  const listed = (await publicProjects(at, county, { size: 200 })).rows.map((row) => row.id);
  assert.ok(listed.includes(open.id) && !listed.includes(hidden.id));

  assert.equal((await projectFile(at, auditor, county, hidden.id)).shares.length, 1);
  assert.equal((await projectFile(at, cadre, county, hidden.id)).state, 'draft');
  for (const by of [otherMerchant, stranger]) {
    assert.equal((await refusalOf(projectFile(at, by, county, hidden.id))).code, 'project-not-found');
  }
  assert.deepEqual((await projectFiles(at, otherMerchant, county, {})).total, 0);
  assert.ok((await projectFiles(at, merchant, county, {})).total > 0);
});

test('only an open project is cancelled, and nothing is left to do for one without pledges', async () => {
  const open = await openTestProject(at, people, walnut);
  const one = { county, id: open.id, reason: '合作社歇业' };
  const written = await draft();
  assert.equal(
    (await refusalOf(cancelProject(at, operator, { ...one, id: written.id }, null))).code,
    'project-move-not-allowed',
  );
  const cancelled = await cancelProject(at, operator, one, null);
  assert.deepEqual([cancelled.state, cancelled.raisedFen, cancelled.backers], ['cancelled', 0, 0]);
  await assertSound(at.db, [presaleModule]);
});
