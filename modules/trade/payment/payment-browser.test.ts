import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestAddress,
  addTestGoods,
  addTestRule,
  addTestStock,
  openSecondShop,
  openTestShop,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { placeCheckout } from '../orders/place-checkout.ts';
import { noticesPage, paymentView } from './payment-browser.ts';
import { receiveNotice } from './receive-notice.ts';
import { sandboxNotice } from './sandbox-provider.ts';
import { startPayment } from './start-payment.ts';

const { at } = await testContext();
const people = await openTestCounty(at);
const { buyer } = people;
const shops = [await openTestShop(at, people), await openSecondShop(at)] as const;
const address = await addTestAddress(at, buyer);
const lines: { county: number; sku: string; packs: number }[] = [];
for (const shop of shops) {
  await addTestRule(at, shop.county);
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 5 });
  lines.push({ county: goods.county, sku: goods.sku, packs: 1 });
}

test('of a payment for two counties each sees its own refunds, and what was said of them', async () => {
  const placed = await placeCheckout(at, buyer, { lines, address }, null);
  const { payment } = await startPayment(at, buyer, { checkout: placed.id, provider: 'sandbox' }, null);
  const said = { payment, amountFen: placed.totalFen, outcome: 'success' as const, at: at.clock.now() };
  await receiveNotice(at, { provider: 'sandbox', ...sandboxNotice(at.sealer, said) });
  const [near, far] = shops;
  const order = placed.orders.find((one) => one.county === far.county);
  await cancelOrder(at, buyer, { county: far.county, id: order?.id ?? '', reason: '不想要了' }, null);
  const refund = await at.db.selectFrom('trade.refund').select('id').executeTakeFirstOrThrow();
  const now = at.clock.now();
  const notice = { provider: 'sandbox', notice: 'refund-1', body: '{}', headers: '{}', asked: false };
  await at.db
    .insertInto('trade.payment_notice')
    .values({ id: newId(), ...notice, about: refund.id, received_at: now, outcome: 'refund-done', applied_at: now })
    .execute();
  const seenBy = async (county: number) => {
    const view = await paymentView(at.db, county, payment);
    const { rows, total } = await noticesPage(at.db, county, {});
    return [view.refunds.length, view.notices.length, rows.length, total];
  };
  assert.deepEqual(await seenBy(near.county), [0, 1, 1, 1]);
  assert.deepEqual(await seenBy(far.county), [1, 2, 2, 2]);
});
