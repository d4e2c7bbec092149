import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { addressesOf } from './addresses.queries.ts';
import { addAddress, changeAddress, removeAddress } from './keep-address.ts';

const { at, passTime } = await testContext();
const { buyer, otherBuyer, village } = await openTestCounty(at);
const home = { region: '621221107000', name: '林小满', phone: '13912345678', street: '文昌路 8 号' };
const add = (over: Partial<typeof home & { isDefault: boolean }> = {}) =>
  addAddress(at, buyer, { ...home, ...over }, null);
const defaults = async () => (await addressesOf(at, buyer.person)).map((a) => [a.name, a.isDefault]);

test('a destination is a county or smaller, from the official list', async () => {
  const cases: [region: string, fits: boolean][] = [
    ['620000000000', false],
    ['621200000000', false],
    ['621221999000', false],
    ['000000000000', false],
    ['621221000000', true],
    ['621221107000', true],
    [village, true],
  ];
  for (const [region, fits] of cases) {
    if (fits) await removeAddress(at, buyer, (await add({ region })).id);
    else assert.equal((await refusalOf(add({ region }))).code, 'region-code-broken', region);
  }
});

test('somebody else’s address is not there', async () => {
  const { id } = await addAddress(at, otherBuyer, home, null);
  assert.equal((await refusalOf(changeAddress(at, buyer, { ...home, id }))).code, 'address-not-found');
  assert.equal((await refusalOf(removeAddress(at, buyer, id))).code, 'address-not-found');
  assert.equal((await refusalOf(removeAddress(at, buyer, newId()))).code, 'address-not-found');
  assert.equal((await addressesOf(at, buyer.person)).length, 0);
});

test('there is one default while there is an address', async () => {
  const first = await add({ name: '甲' });
  assert.equal(first.regionName, '甘肃省陇南市成县店村镇');
  passTime(1000);
  await add({ name: '乙' });
  passTime(1000);
  const third = await add({ name: '丙', isDefault: true });
  assert.deepEqual(await defaults(), [
    ['丙', true],
    ['乙', false],
    ['甲', false],
  ]);
  await changeAddress(at, buyer, { ...home, name: '甲甲', id: first.id, isDefault: true });
  assert.deepEqual(await defaults(), [
    ['甲甲', true],
    ['丙', false],
    ['乙', false],
  ]);
  await removeAddress(at, buyer, first.id);
  assert.deepEqual(await defaults(), [
    ['丙', true],
    ['乙', false],
  ]);
  await removeAddress(at, buyer, third.id);
  assert.deepEqual(await defaults(), [['乙', true]]);
});

test('name, phone and street lie sealed, also beside the key of a repeated request', async () => {
  const key = { scope: 'test', key: newId(), hash: 'x' };
  const [first, again] = [await addAddress(at, buyer, home, key), await addAddress(at, buyer, home, key)];
  assert.deepEqual(first, again);
  const { rows } = await at.db
    .selectFrom('trade.address')
    .select((e) => e.fn.agg<string>('string_agg', [e.cast<string>('contact_sealed', 'text'), e.val(',')]).as('all'))
    .execute()
    .then((found) => ({ rows: found }));
  const answers = await at.db.selectFrom('platform.idempotency').select('answer').execute();
  const lying = JSON.stringify([rows, answers]);
  for (const secret of [home.name, home.phone, home.street, Buffer.from(home.phone).toString('hex')]) {
    assert.ok(!lying.includes(secret));
  }
});
