import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  placeTest,
  refusalOf,
  stockOf,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from './cancel-order.ts';
import { placeCheckout } from './place-checkout.ts';

const context = await testContext();
const { at } = context;
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const otherShop = await openSecondShop(at);
const walnut = await addTestGoods(at, shop, { name: '薄皮核桃' });
const scarce = await addTestGoods(at, shop, { name: '土蜂蜜', priceFen: 9900 });
const gone = await addTestGoods(at, shop, { name: '花椒' });
const tea = await addTestGoods(at, otherShop, { name: '苦荞茶', priceFen: 2580, netGrams: 250, grossGrams: 300 });
const none = await addTestGoods(at, otherShop, { name: '贡米' });
await addTestStock(at, walnut, { packs: 100 });
await addTestStock(at, scarce, { packs: 2 });
await addTestStock(at, gone, { packs: 10 });
await addTestStock(at, tea, { packs: 50 });
await at.db.updateTable('catalog.sku').set({ on_sale: false }).where('id', '=', gone.sku).execute();
const { buyer, otherBuyer } = county;
const address = await addTestAddress(at, buyer);
const foreign = await addTestAddress(at, otherBuyer);

const of = (goods: { county: number; sku: string }, packs: number) => ({ county: goods.county, sku: goods.sku, packs });
const place = (lines: ReturnType<typeof of>[], over: { address?: string; totalFen?: number } = {}) =>
  placeCheckout(at, buyer, { lines, address, ...over }, null);

test('what is refused, and what the refusal says', async () => {
  const cases: [name: string, act: () => Promise<unknown>, code: string, detail?: object][] = [
    ['an address that is not there', () => place([of(walnut, 1)], { address: newId() }), 'address-not-found'],
    ['somebody else’s address', () => place([of(walnut, 1)], { address: foreign }), 'address-not-found'],
    ['a county that is not open', () => place([{ ...of(walnut, 1), county: 450181 }]), 'county-not-open'],
    ['a SKU that is not there', () => place([{ ...of(walnut, 1), sku: newId() }]), 'sku-not-on-sale'],
    ['a SKU of another county', () => place([{ ...of(tea, 1), county: walnut.county }]), 'sku-not-on-sale'],
    ['a SKU off sale', () => place([of(walnut, 1), of(gone, 1)]), 'sku-not-on-sale', { name: '花椒 一斤装' }],
    [
      'a total that has changed',
      () => place([of(walnut, 1)], { totalFen: 1 }),
      'price-changed',
      { total: '47.80', totalFen: 4780 },
    ],
    ['more than there is', () => place([of(scarce, 3)]), 'lines-short'],
  ];
  for (const [name, act, code, detail] of cases) {
    const refusal = await refusalOf(act());
    assert.equal(refusal.code, code, name);
    for (const [key, value] of Object.entries(detail ?? {})) assert.deepEqual(refusal.detail[key], value, name);
  }
  assert.deepEqual(await stockOf(at.db, walnut), { onHand: 100, reserved: 0 }, 'a refusal leaves nothing behind');
  assert.equal((await at.db.selectFrom('trade.order').select('id').execute()).length, 0);
});

test('a place without freight', async () => {
  const island = await addTestGoods(at, shop);
  await addTestStock(at, island, { packs: 1 });
  await at.db.updateTable('trade.freight_rule').set({ to_region: '54' }).where('county', '=', shop.county).execute();
  try {
    assert.equal((await refusalOf(place([of(island, 1)]))).code, 'freight-unknown');
  } finally {
    await at.db.updateTable('trade.freight_rule').set({ to_region: '' }).where('county', '=', shop.county).execute();
  }
});

test('every short line of every county is named, with what is left, and nothing is held', async () => {
  const refusal = await refusalOf(place([of(tea, 2), of(walnut, 1), of(scarce, 5), of(none, 1)]));
  assert.equal(refusal.code, 'lines-short');
  assert.deepEqual(refusal.detail.lines, [
    { sku: none.sku, wanted: 1, available: 0, county: none.county, name: '贡米 一斤装' },
    { sku: scarce.sku, wanted: 5, available: 2, county: scarce.county, name: '土蜂蜜 一斤装' },
  ]);
  for (const goods of [tea, walnut, scarce]) assert.equal((await stockOf(at.db, goods)).reserved, 0);
});

test('two lines on one SKU do not pass the check separately', async () => {
  const refusal = await refusalOf(place([of(scarce, 2), of(walnut, 1), of(scarce, 1)]));
  assert.deepEqual(refusal.detail.lines, [
    { sku: scarce.sku, wanted: 3, available: 2, county: scarce.county, name: '土蜂蜜 一斤装' },
  ]);
});

test('a cart over two counties becomes one order per county under one checkout', async () => {
  const checkout = await place([of(walnut, 2), of(tea, 3), of(walnut, 1)], {
    totalFen: 3 * 3980 + 1200 + 3 * 2580 + 800,
  });
  assert.equal(checkout.state, 'open');
  assert.equal(checkout.expiresAt.getTime() - at.clock.now().getTime(), 15 * 60_000);
  assert.equal(checkout.payment, null);
  const [there, here] = checkout.orders;
  assert.deepEqual(
    { ...here, id: '', checkout: '', number: '' },
    {
      county: 621221,
      countyName: '成县',
      id: '',
      number: '',
      state: 'placed',
      goodsFen: 3 * 3980,
      // 1,650 g gross: the first kilogram and two steps
      freightFen: 1200,
      totalFen: 3 * 3980 + 1200,
      packs: 3,
      summary: '薄皮核桃 一斤装 ×3',
      summaryEn: 'Walnuts 500 g ×3',
      pictureBase: null,
      checkout: '',
      shipRegion: '621221000000',
      shipRegionName: '甘肃省陇南市成县',
      placedAt: at.clock.now(),
      paidAt: null,
      recalled: false,
      promise: null,
    },
  );
  assert.equal(there?.county, 500242);
  assert.match(String(there?.number), /^260917-\d{4}$/);
  assert.deepEqual(await stockOf(at.db, walnut), { onHand: 100, reserved: 3 });
  assert.deepEqual(await stockOf(at.db, tea), { onHand: 50, reserved: 3 });
  await assertSound(at.db);
});

test('order numbers count up within a county and a day; a refused order skips its own', async () => {
  const number = async () => String((await place([of(walnut, 1)])).orders[0]?.number);
  const first = Number(/^260917-(\d{4})$/.exec(await number())?.[1]);
  assert.equal(await number(), `260917-${String(first + 1).padStart(4, '0')}`);
  await assert.rejects(place([of(walnut, 1)], { totalFen: 1 }));
  assert.equal(await number(), `260917-${String(first + 3).padStart(4, '0')}`);
  context.passTime(24 * 3_600_000);
  assert.equal(await number(), '260918-0001');
});

test('lots are taken oldest expiry first; one that expires today or is stopped is passed by', async () => {
  const goods = await addTestGoods(at, shop);
  const later = await addTestStock(at, goods, { packs: 5, expiresOn: '2027-03-01' });
  const soon = await addTestStock(at, goods, { packs: 3, expiresOn: '2026-12-01' });
  await addTestStock(at, goods, { packs: 9, expiresOn: '2026-09-18' });
  const stopped = await addTestStock(at, goods, { packs: 9, expiresOn: '2026-10-01' });
  await at.db.updateTable('trade.stock').set({ state: 'stopped' }).where('lot', '=', stopped).execute();
  const { orders } = await place([of(goods, 4)]);
  const taken = await at.db
    .selectFrom('trade.allocation as a')
    .innerJoin('trade.order_line as l', 'l.id', 'a.line')
    .select(['a.lot', 'a.packs'])
    .where('l.order', '=', orders[0]?.id as string)
    .orderBy('a.packs', 'desc')
    .execute();
  assert.deepEqual(taken, [
    { lot: soon, packs: 3 },
    { lot: later, packs: 1 },
  ]);
  const refusal = await refusalOf(place([of(goods, 5)]));
  assert.equal((refusal.detail.lines as { available: number }[])[0]?.available, 4);
});

test('freight is shared among lines by gross weight, to the fen', async () => {
  const heavy = await addTestGoods(at, shop, { priceFen: 100, netGrams: 1000, grossGrams: 1001 });
  const light = await addTestGoods(at, shop, { priceFen: 100, netGrams: 10, grossGrams: 13 });
  await addTestStock(at, heavy, { packs: 1 });
  await addTestStock(at, light, { packs: 1 });
  const { orders } = await place([of(heavy, 1), of(light, 1)]);
  const lines = await at.db
    .selectFrom('trade.order_line')
    .select('freight_fen')
    .where('order', '=', orders[0]?.id as string)
    .orderBy('position')
    .execute();
  assert.deepEqual(
    lines.map((line) => line.freight_fen),
    [987, 13],
  );
});

test('two requests with one key at once place one order', async () => {
  const key = { scope: `${buyer.person} POST /api/checkouts`, key: newId(), hash: 'same' };
  const before = await stockOf(at.db, tea);
  const input = { lines: [of(tea, 1)], address };
  const answers = await Promise.all([1, 2, 3].map(() => placeCheckout(at, buyer, input, key)));
  assert.equal(new Set(answers.map((answer) => answer.id)).size, 1);
  assert.equal((await stockOf(at.db, tea)).reserved, before.reserved + 1);
  const other = await refusalOf(placeCheckout(at, buyer, input, { ...key, hash: 'other' }));
  assert.equal(other.code, 'idempotency-key-reused');
});

test('200 buyers for 50 packs: exactly 50 are sold', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 20, expiresOn: '2027-01-01' });
  await addTestStock(at, goods, { packs: 30, expiresOn: '2027-02-01' });
  const results = await Promise.allSettled(Array.from({ length: 200 }, () => place([of(goods, 1)])));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []));
  assert.equal(results.length - refused.length, 50);
  assert.deepEqual([...new Set(refused)], ['lines-short']);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 50, reserved: 50 });
  await assertSound(at.db);
});

test('carts that want the same goods in opposite order do not block each other', async () => {
  const [a, b, c] = [await addTestGoods(at, shop), await addTestGoods(at, shop), await addTestGoods(at, otherShop)];
  for (const goods of [a, b, c]) await addTestStock(at, goods, { packs: 200 });
  const results = await Promise.allSettled(
    Array.from({ length: 30 }, (_, i) => {
      const lines = [of(a, 1), of(b, 1), of(c, 1)];
      return place(i % 2 ? lines : lines.reverse());
    }),
  );
  assert.ok(results.every((result) => result.status === 'fulfilled'));
  for (const goods of [a, b, c]) assert.equal((await stockOf(at.db, goods)).reserved, 30);
});

test('what was ordered leaves the cart', async () => {
  const cart = newId();
  await at.db.insertInto('trade.cart').values({ id: cart, person: buyer.person, updated_at: at.clock.now() }).execute();
  for (const goods of [walnut, tea]) {
    await at.db
      .insertInto('trade.cart_line')
      .values({ cart, county: goods.county, sku: goods.sku, packs: 2, added_at: at.clock.now() })
      .execute();
  }
  await placeTest(at, buyer, [walnut, 1]);
  const left = await at.db.selectFrom('trade.cart_line').select('sku').where('cart', '=', cart).execute();
  assert.deepEqual(left, [{ sku: tea.sku }]);
});

test('whoever finds the desk full is told at once when to try again; everybody is answered', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 3 });
  const results = await Promise.allSettled(Array.from({ length: 4200 }, () => place([of(goods, 1)])));
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  const codes = Map.groupBy(refused, (refusal) => refusal.code);
  assert.equal(results.length - refused.length, 3);
  assert.deepEqual([...codes.keys()].sort(), ['desk-full', 'lines-short']);
  assert.equal(codes.get('desk-full')?.length, 200);
  assert.equal(refused.find((refusal) => refusal.code === 'desk-full')?.detail.retryAfter, 2);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 3, reserved: 3 });
});

test('a cart whose caller has hung up before its turn is not placed', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 5 });
  const lines = [of(goods, 1)];
  const results = await Promise.allSettled(
    [false, true, false].map((gone) => placeCheckout(at, buyer, { lines, address }, null, () => gone)),
  );
  assert.deepEqual(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.equal((await stockOf(at.db, goods)).reserved, 2);
});

test('what one buyer may have holds within a batch and after it, and is free again when the order is over', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 9 });
  await at.db
    .insertInto('trade.sku_terms')
    .values({
      ...{ county: goods.county, sku: goods.sku, min_packs: 1, step_packs: 1, buyer_packs: 2, hold_minutes: 5 },
      ...{ by_weight: false, updated_by: null, updated_at: at.clock.now() },
    })
    .execute();
  const results = await Promise.allSettled([1, 2, 3, 4].map(() => place([of(goods, 1)])));
  const placed = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  assert.equal(placed.length, 2);
  assert.equal((placed[0]?.expiresAt.getTime() ?? 0) - at.clock.now().getTime(), 5 * 60_000);
  assert.equal((await refusalOf(place([of(goods, 1)]))).code, 'buyer-limit-reached');
  const order = placed[0]?.orders[0];
  await cancelOrder(at, buyer, { county: goods.county, id: order?.id as string, reason: '买错了' }, null);
  assert.equal((await place([of(goods, 1)])).state, 'open');
  await assertSound(at.db);
});
