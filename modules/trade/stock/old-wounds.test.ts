import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transact } from '#platform/db.ts';
import { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
  stockOf,
  type TestGoods,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import type { CheckoutView } from '../orders/checkout-view.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { placeCheckout } from '../orders/place-checkout.ts';
import { receiveNotice } from '../payment/receive-notice.ts';
import { sandboxNotice } from '../payment/sandbox-provider.ts';
import { startPayment } from '../payment/start-payment.ts';
import { moveStock } from './move-stock.ts';

// Failures that other shops live with, by their names. Those of money stand beside the acts that could commit them.
const context = await testContext();
const { at } = context;
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
await addTestRule(at, shop.county);
const { buyer, otherBuyer } = county;
const address = await addTestAddress(at, buyer);

const place = (goods: TestGoods, packs: number) =>
  placeCheckout(at, buyer, { lines: [{ county: goods.county, sku: goods.sku, packs }], address }, null);
const cancel = ({ orders: [order] }: CheckoutView, by = buyer) =>
  cancelOrder(at, by, { county: shop.county, id: order?.id as string, reason: '买错了' }, null);

/** How many did what they were to do; whoever else was refused, and nothing worse. */
async function doneOf(all: readonly Promise<unknown>[]): Promise<number> {
  const ended = await Promise.allSettled(all);
  for (const one of ended) if (one.status === 'rejected') assert.ok(one.reason instanceof Refusal, String(one.reason));
  return ended.filter((one) => one.status === 'fulfilled').length;
}

test('reservations subscribed over the stock: what nobody has paid yet is gone for all others', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 5, expiresOn: '2027-01-01' });
  await addTestStock(at, goods, { packs: 5, expiresOn: '2027-02-01' });
  assert.equal(await doneOf(Array.from({ length: 20 }, () => place(goods, 3))), 3, 'three times three of ten');
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 10, reserved: 9 });
  const refused = await refusalOf(place(goods, 2));
  assert.equal(refused.code, 'lines-short');
  assert.equal((refused.detail.lines as { available: number }[])[0]?.available, 1);

  // Nor does money that comes late take what others have reserved meanwhile.
  const late = await placeTest(at, buyer, [goods, 1]);
  const { payment, amountFen } = await startPayment(at, buyer, { checkout: late.id, provider: 'sandbox' }, null);
  await at.db.updateTable('trade.checkout').set({ expires_at: at.clock.now() }).where('id', '=', late.id).execute();
  await expireCheckouts(at);
  await placeTest(at, otherBuyer, [goods, 1]);
  const notice = sandboxNotice(at.sealer, { payment, amountFen, outcome: 'success', at: at.clock.now() });
  assert.equal(await receiveNotice(at, { provider: 'sandbox', ...notice }), 'returned');
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 10, reserved: 10 });

  // And no act of ours can, whatever it believes to know.
  const lot = await at.db
    .selectFrom('trade.stock')
    .select('lot')
    .where('sku', '=', goods.sku)
    .executeTakeFirstOrThrow();
  await assert.rejects(move(goods, { lot: lot.lot, onHand: 0, reserved: 1 }), /moved 0 of 1 lots/);
  await assertSound(at.db);
});

test('negative reserved quantity: whoever ends an order, however often and at once, frees its packs once', async () => {
  const goods = await addTestGoods(at, shop);
  const lot = await addTestStock(at, goods, { packs: 10 });
  const other = await placeTest(at, otherBuyer, [goods, 4]);
  const unpaid = await placeTest(at, buyer, [goods, 2]);
  await at.db.updateTable('trade.checkout').set({ expires_at: at.clock.now() }).where('id', '=', unpaid.id).execute();
  await doneOf([cancel(unpaid), expireCheckouts(at), cancel(unpaid), expireCheckouts(at), cancel(unpaid)]);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 10, reserved: 4 });

  const paid = await placeTest(at, buyer, [goods, 3]);
  await payTest(at, buyer, paid.id);
  assert.equal(await doneOf([1, 2, 3, 4].map(() => cancel(paid))), 1, 'it is given back once');
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 10, reserved: 4 });

  await cancel(other, otherBuyer);
  assert.deepEqual(await stockOf(at.db, goods), { onHand: 10, reserved: 0 });
  await assert.rejects(move(goods, { lot, onHand: 0, reserved: -1 }), /moved 0 of 1 lots/);
  await assertSound(at.db);
});

const move = (goods: TestGoods, step: { lot: string; onHand: number; reserved: number }) =>
  transact(at.db, (tx) =>
    moveStock(tx, {
      ...{ county: goods.county, kind: 'reserved', steps: [{ sku: goods.sku, ...step }] },
      ...{ evidence: { kind: 'order', id: newId() }, by: null, at: at.clock.now() },
    }),
  );
