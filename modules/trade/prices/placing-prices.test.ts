import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestStock,
  assertSound,
  openTestShop,
  payTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { orderView } from '../orders/order-view.ts';
import { placeCheckout } from '../orders/place-checkout.ts';
import { addPromotion } from './add-promotion.ts';
import { addCouponTemplate } from './coupon-templates.ts';
import { myCoupons } from './my-coupons.ts';
import { promotionPage } from './promotion-views.ts';
import { setSkuTerms } from './set-sku-terms.ts';
import { takeCoupon } from './take-coupon.ts';

const { at } = await testContext();
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const { buyer, operator } = county;
const now = at.clock.now();
const after = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const address = await addTestAddress(at, buyer);
const place = (sku: string, packs: number, over: { totalFen?: number; coupons?: string[] } = {}) =>
  placeCheckout(at, buyer, { lines: [{ county: shop.county, sku, packs }], address, ...over }, null);

test('a coupon is used with its order, and comes back when the order is cancelled', async () => {
  const goods = await addTestGoods(at, shop, { priceFen: 4000 });
  await addTestStock(at, goods, { packs: 20 });
  const { id } = await addCouponTemplate(
    at,
    operator,
    {
      ...{ county: shop.county, name: '助农券', bearer: 'county', offFen: 500, fromFen: 3000, total: 9, perPerson: 1 },
      ...{ open: true, takeFrom: after(-1), takeUntil: after(9), validUntil: after(99) },
    },
    null,
  );
  const coupon = await takeCoupon(at, buyer, { county: shop.county, id }, null);
  const state = async () => (await myCoupons(at.db, now, buyer)).map((c) => c.state);
  const checkout = await place(goods.sku, 1, { coupons: [coupon.id], totalFen: 3500 + 800 });
  const order = checkout.orders[0] as { id: string };
  assert.deepEqual(await state(), ['used']);
  const view = await orderView(at, buyer, shop.county, order.id);
  assert.deepEqual(view.lines[0]?.discounts, [
    { kind: 'coupon', rule: coupon.id, name: '助农券', nameEn: null, fen: 500, bearer: 'county' },
  ]);
  assert.equal(view.lines[0]?.goodsFen, 3500);
  assert.equal((await refusalOf(place(goods.sku, 1, { coupons: [coupon.id] }))).code, 'coupon-used');
  await cancelOrder(at, buyer, { county: shop.county, id: order.id, reason: '不要了' }, null);
  assert.deepEqual(await state(), ['open']);
  assert.equal((await place(goods.sku, 1, { coupons: [coupon.id] })).totalFen, 4300);
  await assertSound(at.db);
});

test('forty who press at once: as many packs as there are cost the campaign’s price, the others the list price', async () => {
  const goods = await addTestGoods(at, shop, { priceFen: 4000 });
  await addTestStock(at, goods, { packs: 100 });
  const { id } = await addPromotion(
    at,
    operator,
    {
      ...{ county: shop.county, kind: 'campaign', name: '秒杀', bearer: 'county' },
      ...{ startsAt: after(-1), endsAt: after(9), lines: [{ sku: goods.sku, priceFen: 1000, pieces: 10 }] },
    },
    null,
  );
  const buyers = Array.from({ length: 40 }, (_, i): Actor => ({ person: `buyer ${i}`, name: '', memberships: [] }));
  const asks = await Promise.all(buyers.map(async (by) => ({ by, address: await addTestAddress(at, by) })));
  const lines = [{ county: shop.county, sku: goods.sku, packs: 1 }];
  const seen = { totalFen: 1000 + 800 };
  const results = await Promise.allSettled(
    asks.map(({ by, address: to }) => placeCheckout(at, by, { lines, address: to, ...seen }, null)),
  );
  const refused = results.flatMap((r) => (r.status === 'rejected' ? [r.reason.code] : []));
  assert.equal(results.length - refused.length, 10);
  assert.deepEqual([...new Set(refused)], ['price-changed'], 'nobody is charged more than they saw');
  const checkout = await place(goods.sku, 1);
  assert.equal(checkout.totalFen, 4800);
  const cost = async () => (await promotionPage(at.db, now, operator, shop.county, {})).rows[0];
  assert.deepEqual((await cost())?.cost, [], 'nothing is paid yet');
  const placed = results.findIndex((r) => r.status === 'fulfilled');
  const paid = (results[placed] as PromiseFulfilledResult<{ id: string }>).value;
  await payTest(at, (asks[placed] as { by: Actor }).by, paid.id);
  assert.deepEqual((await cost())?.cost, [{ bearer: 'county', fen: 3000, orders: 1 }]);
  assert.equal((await cost())?.id, id);
  assert.equal((await cost())?.lines[0]?.usedPieces, 10);
  await assertSound(at.db);
});

test('a buyer’s limit counts all orders that are not over', async () => {
  const goods = await addTestGoods(at, shop, { priceFen: 4000 });
  await addTestStock(at, goods, { packs: 100 });
  const terms = { minPacks: 1, stepPacks: 1, buyerPacks: 3, holdMinutes: 5, byWeight: false };
  await setSkuTerms(at, operator, { county: shop.county, id: goods.sku, ...terms });
  const first = await place(goods.sku, 2);
  assert.equal(first.expiresAt.getTime() - now.getTime(), 5 * 60_000);
  const refusal = await refusalOf(place(goods.sku, 2));
  assert.equal(refusal.code, 'buyer-limit-reached');
  assert.equal(refusal.detail.left, 1);
  await place(goods.sku, 1);
  await cancelOrder(at, buyer, { county: shop.county, id: first.orders[0]?.id as string, reason: '不要了' }, null);
  await place(goods.sku, 2);
  assert.equal((await refusalOf(place(goods.sku, 1))).code, 'buyer-limit-reached');
  await assertSound(at.db);
});
