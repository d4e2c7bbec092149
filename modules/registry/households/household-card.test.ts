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
import { cardHash } from './card-layout.ts';
import { carriedHouseholds } from './carried-households.queries.ts';
import { cardView, endCard, issueCard, issueCards, readCard } from './household-card.ts';
import { mergeHouseholds } from './merge-households.ts';

const { at, passTime } = await testContext();
const of = await openTestCounty(at);
const { county, household, farHousehold, keeper, cadre, operator } = of;
const farStation = await addTestOrganisation(at, { county, kind: 'station', name: '红川站', region: farVillage });
const farKeeper = await addTestPerson(at, { name: '钱站长', org: farStation, role: 'keeper' });
const left = await addTestHousehold(at, { county, village: testVillage, name: '许远行' });
await scoped(at.db, String(county), (tx) =>
  tx.updateTable('registry.household').set({ state: 'left' }).where('id', '=', left).execute(),
);

const issue = (by: Actor, id = household) => issueCard(at, by, { county, id }, null);
const end = (by: Actor, id = household) => endCard(at, by, { county, id, reason: '掉了' }, null);
const read = (by: Actor, text: string) => readCard(at, by, { county, text });
const textOf = async (by: Actor, id = household) => (await issue(by, id)).card?.text as string;
const unused = 'SHANHUO:621221:000000000000';

const refused: [what: string, code: string, work: () => Promise<unknown>][] = [
  ['a merchant makes one', 'not-allowed', () => issue(of.merchant)],
  ['an auditor makes one', 'not-allowed', () => issue(of.auditor)],
  ['of nobody', 'not-found', () => issue(keeper, newId())],
  ['of another village', 'not-found', () => issue(keeper, farHousehold)],
  ['of who has left', 'household-not-here', () => issue(keeper, left)],
  ['ended where there is none', 'card-none', () => end(keeper)],
  ['ended in another village', 'not-found', () => end(keeper, farHousehold)],
  ['a village of another region', 'village-outside-your-region', () => batch(keeper, neighbourVillage)],
  ['a village of another county', 'village-outside-county', () => batch(operator, '420922100001')],
  ['a township', 'region-code-broken', () => batch(operator, '621221107000')],
  ['read by a merchant', 'not-allowed', () => read(of.merchant, unused)],
  ['read: some text', 'card-unknown', () => read(keeper, 'https://example.org')],
  ['read: a card that never was', 'card-unknown', () => read(keeper, unused)],
  ['read: another county’s', 'card-other-county', () => read(keeper, 'SHANHUO:500242:0H7K2ZQ9XMV4')],
];
for (const [what, code, work] of refused) {
  test(`a card is refused: ${what}, ${code}`, () => assert.rejects(work(), { code }));
}

function batch(by: Actor, village: string) {
  return issueCards(at, by, { county, village }, null);
}

test('a card leads its own village to the household, and names nobody', async () => {
  const { card } = await issue(keeper);
  assert.ok(card);
  assert.match(card.text, /^SHANHUO:621221:[0-9A-Z]{12}$/);
  assert.deepEqual([card.code, card.villageName, card.byName], ['00001', '新村', '李站长']);
  // Neither what is printed nor what is stored says who it is, nor the number people call it by.
  assert.equal(card.text.includes('00001'), false);
  const { rows } = await at.db
    .selectFrom('registry.household_card')
    .selectAll()
    .execute()
    .then((rows) => ({ rows }));
  assert.equal(JSON.stringify(rows).includes(card.text.split(':')[2] as string), false);

  const holder = { id: household, code: '00001', headMasked: '张*明', villageName: '新村' };
  assert.deepEqual(await read(keeper, card.text), holder);
  assert.deepEqual(await read(cadre, card.letters.toLowerCase()), holder);
  await assert.rejects(read(farKeeper, card.text), { code: 'card-unknown' });
  // Printed again it is the same card.
  const again = await scoped(at.db, testVillage, (tx) => cardView(tx, at, county, household));
  assert.equal(again.card?.text, card.text);
});

test('a new card ends the one before it, a lost one is ended by hand, and both stay to be read', async () => {
  const first = await textOf(keeper);
  passTime(1000);
  const second = await textOf(operator);
  assert.notEqual(first, second);
  await assert.rejects(read(keeper, first), { code: 'card-ended' });
  assert.equal((await read(keeper, second)).id, household);
  passTime(1000);
  const ended = await end(cadre);
  assert.equal(ended.card, null);
  assert.deepEqual(
    ended.ended.slice(0, 2).map((one) => [one.reason, one.byName]),
    [
      ['掉了', '赵书记'],
      [null, '周运营'],
    ],
  );
  await assert.rejects(read(keeper, second), { code: 'card-ended' });
});

test('the same key makes one card, and keeps no letters', async () => {
  const key = { scope: keeper.person, key: 'card-1', hash: 'h' };
  const once = await issueCard(at, keeper, { county, id: household }, key);
  const twice = await issueCard(at, keeper, { county, id: household }, key);
  assert.equal(once.card?.text, twice.card?.text);
  const kept = await at.db.selectFrom('platform.idempotency').select('answer').where('key', '=', 'card-1').execute();
  assert.equal(JSON.stringify(kept).includes(once.card?.letters.slice(0, 4) as string), false);
});

test('two who make a card at once leave one in use', async () => {
  await Promise.all([issue(keeper), issue(cadre), issue(operator)]);
  const { rows } = await at.db
    .selectFrom('registry.household_card as c')
    .leftJoin('registry.household_card_end as e', 'e.card', 'c.id')
    .select('c.id')
    .where('c.household', '=', household)
    .where('e.card', 'is', null)
    .execute()
    .then((rows) => ({ rows }));
  assert.equal(rows.length, 1);
});

test('a village gets a card each, those that have one none, and who left none', async () => {
  const more = [
    await addTestHousehold(at, { county, village: testVillage, name: '杜甲' }),
    await addTestHousehold(at, { county, village: testVillage, name: '杜乙' }),
  ];
  const made = await batch(keeper, testVillage);
  assert.deepEqual(
    made.map((card) => card.household),
    more,
  );
  assert.deepEqual(await batch(keeper, testVillage), []);
  for (const card of made) assert.equal((await read(keeper, card.text)).id, card.household);
});

test('a device carries what finds a card and cannot print one; it learns of changes', async () => {
  const text = await textOf(keeper);
  const letters = text.split(':')[2] as string;
  const carried = (since?: Date) =>
    scoped(at.db, testVillage, (tx) => carriedHouseholds(tx, at.sealer, county, since && { since, ids: [] }));
  const row = (await carried()).rows.find((one) => one.id === household);
  assert.equal(row?.card, await cardHash(county, letters));
  assert.equal(JSON.stringify(row).includes(letters), false);
  passTime(1000);
  const since = at.clock.now();
  await end(keeper);
  assert.deepEqual(
    (await carried(since)).rows.map((one) => [one.id, one.card]),
    [[household, null]],
  );
});

test('the card of a file that was merged leads to the one that stays', async () => {
  const twice = await addTestHousehold(at, { county, village: testVillage, name: '张建明' });
  const text = await textOf(keeper, twice);
  await mergeHouseholds(at, operator, { county, id: twice, into: household, reason: '登记了两次' }, null);
  assert.equal((await read(keeper, text)).id, household);
  await assert.rejects(issue(keeper, twice), { code: 'household-not-here' });
});

test('the registry holds together', async () => {
  for (const { name, check } of registryInvariants) assert.deepEqual(await check(at.db), [], name);
});
