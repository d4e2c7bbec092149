import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import { addTestTerms, packAll, paidOrder, sendTest, type TestOrder } from '../../test/fixtures-after-sale.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  payTest,
  refusalOf,
  stockOf,
} from '../../test/fixtures-trade.ts';
import { acceptCase } from '../trade/after-sale/answer-case.ts';
import { settleBalances } from '../trade/after-sale/ask-balance.ts';
import { openCase } from '../trade/after-sale/open-case.ts';
import { expireCheckouts } from '../trade/orders/expire-checkouts.ts';
import { orderView } from '../trade/orders/order-view.ts';
import { receiveNotice } from '../trade/payment/receive-notice.ts';
import { sandboxNotice } from '../trade/payment/sandbox-provider.ts';
import { startPayment } from '../trade/payment/start-payment.ts';
import { packOrder } from './parcels/pack-order.ts';
import { receiveOrder } from './parcels/receive-order.ts';

const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, operator, merchant } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
/** about 500 g in a pack, for 39.80, gross 550 g */
const pork = await addTestGoods(at, shop, { name: '腊肉' });
await addTestStock(at, pork, { packs: 200 });
const nuts = await addTestGoods(at, shop, { name: '核桃', priceFen: 1_000 });
await addTestStock(at, nuts, { packs: 200 });
await at.db
  .insertInto('trade.sku_terms')
  .values({
    county,
    sku: pork.sku,
    min_packs: 1,
    step_packs: 1,
    buyer_packs: null,
    hold_minutes: 15,
    by_weight: true,
    updated_by: null,
    updated_at: at.clock.now(),
  })
  .execute();
await addTestTerms(at, operator, county, { weighToleranceFen: 300 });

const pack = (order: TestOrder, weights?: { line: string; grams: number }[]) =>
  packOrder(at, operator, { county, id: order.id, org: shop.org, weights }, null);
const weighingOf = (line: string) =>
  at.db
    .selectFrom('trade.weighing')
    .select(['outcome', 'charged_fen as charged', 'due_fen as due', 'balance', 'refund'])
    .where('line', '=', line)
    .executeTakeFirst();
const balanceOf = async (order: TestOrder) =>
  at.db.selectFrom('trade.order').selectAll().where('balance_of', '=', order.id).executeTakeFirst();

test('what is sold by weight is not packed without a weight that can be right', async () => {
  const order = await paidOrder(at, buyer, [pork, 2], [nuts, 1]);
  const [line = '', other = ''] = order.lines.map((one) => one.id);
  assert.deepEqual(
    (await orderView(at, buyer, county, order.id)).lines.map((one) => one.byWeight),
    [true, false],
  );
  const refusals: [string, { line: string; grams: number }[] | undefined][] = [
    ['weight-missing', undefined],
    ['weight-missing', [{ line: other, grams: 1000 }]],
    ['weight-missing', [{ line: newId(), grams: 1000 }]],
    ['weight-implausible', [{ line, grams: 499 }]],
    ['weight-implausible', [{ line, grams: 2001 }]],
  ];
  for (const [code, weights] of refusals) assert.equal((await refusalOf(pack(order, weights))).code, code);
  assert.equal(await orderStateOf(at.db, county, order.id), 'paid');
  const parcel = await pack(order, [{ line, grams: 1000 }]);
  assert.equal(parcel.grams, 3 * 550);
  assert.equal((await weighingOf(line))?.outcome, 'exact');
  assert.equal(await weighingOf(other), undefined);
  await assertSound(at.db);
});

test('price follows the weight: less is refunded, a little more is the merchant’s, much more is asked for', async () => {
  const table: [grams: number, outcome: string, due: number, balanceFen: number | null][] = [
    [1000, 'exact', 7960, null],
    [990, 'refunded', 7880, null],
    [500, 'refunded', 3980, null],
    [999, 'refunded', 7952, null],
    [1001, 'waived', 7968, null],
    [1037, 'waived', 8255, null],
    [1038, 'asked', 8262, 302],
    [2000, 'asked', 15_920, 7960],
  ];
  for (const [grams, outcome, due, balanceFen] of table) {
    const order = await paidOrder(at, buyer, [pork, 2]);
    const line = order.lines[0]?.id ?? '';
    const parcel = await pack(order, [{ line, grams }]);
    assert.equal(parcel.grams, grams + 2 * 50);
    const weighing = await weighingOf(line);
    assert.deepEqual([weighing?.outcome, weighing?.charged, weighing?.due], [outcome, 7960, due], `${grams} g`);
    assert.equal((await balanceOf(order))?.total_fen ?? null, balanceFen);
    const refunds = await at.db.selectFrom('trade.refund').select('fen').where('order', '=', order.id).execute();
    assert.deepEqual(refunds, outcome === 'refunded' ? [{ fen: 7960 - due }] : []);
    await assertSound(at.db);
  }
});

test('a balance is paid like any order and settles by itself; nothing is delivered for it', async () => {
  const order = await paidOrder(at, buyer, [pork, 2]);
  await pack(order, [{ line: order.lines[0]?.id ?? '', grams: 1200 }]);
  const asked = await balanceOf(order);
  assert.deepEqual([asked?.state, asked?.total_fen, asked?.freight_fen], ['placed', 1592, 0]);
  const before = await stockOf(at.db, pork);
  await payTest(at, buyer, asked?.checkout ?? '');
  assert.equal(
    (await refusalOf(packOrder(at, operator, { county, id: asked?.id ?? '' }, null))).code,
    'nothing-to-pack',
  );
  await assertSound(at.db);
  assert.equal(await settleBalances(at), 1);
  assert.equal(await settleBalances(at), 0);
  assert.equal(await orderStateOf(at.db, county, asked?.id ?? ''), 'closed');
  assert.deepEqual(await stockOf(at.db, pork), before);
  await assertSound(at.db);
});

test('a balance nobody pays lapses, and money that comes late for it takes no packs', async () => {
  const order = await paidOrder(at, buyer, [pork, 2]);
  await pack(order, [{ line: order.lines[0]?.id ?? '', grams: 1200 }]);
  const asked = await balanceOf(order);
  const { payment } = await startPayment(at, buyer, { checkout: asked?.checkout ?? '', provider: 'sandbox' }, null);
  context.passTime(6 * 86_400_000);
  await expireCheckouts(at);
  assert.equal(await orderStateOf(at.db, county, asked?.id ?? ''), 'placed');
  context.passTime(2 * 86_400_000);
  await expireCheckouts(at);
  assert.equal(await orderStateOf(at.db, county, asked?.id ?? ''), 'cancelled');
  assert.equal(await orderStateOf(at.db, county, order.id), 'packed');
  await assertSound(at.db);
  const before = await stockOf(at.db, pork);
  const notice = { payment, amountFen: asked?.total_fen ?? 0, outcome: 'success' as const, at: at.clock.now() };
  await receiveNotice(at, { provider: 'sandbox', ...sandboxNotice(at.sealer, notice) });
  assert.equal(await orderStateOf(at.db, county, asked?.id ?? ''), 'paid');
  assert.deepEqual(await stockOf(at.db, pork), before);
  await assertSound(at.db);
});

test('what was refunded for its weight cannot be refunded again', async () => {
  const order = await paidOrder(at, buyer, [pork, 2]);
  const line = order.lines[0]?.id ?? '';
  const parcel = await pack(order, [{ line, grams: 900 }]);
  await sendTest(at, people, parcel);
  await receiveOrder(at, buyer, order, null);
  const ask = (fen?: number) =>
    openCase(
      at,
      buyer,
      { county, order: order.id, kind: 'refund', lines: [{ line, packs: 2 }], reason: '变质', photos: [], fen },
      null,
    );
  assert.equal((await refusalOf(ask(7165))).code, 'case-fen-over');
  await acceptCase(at, merchant, { county, id: await ask() }, null);
  const back = await at.db
    .selectFrom('trade.refund_line')
    .select((e) => e.fn.sum<string>('goods_fen').as('fen'))
    .where('line', '=', line)
    .executeTakeFirstOrThrow();
  assert.equal(Number(back.fen), 7960);
  await assertSound(at.db);
});

test('packs dropped before packing are neither weighed nor charged', async () => {
  const order = await paidOrder(at, buyer, [pork, 3]);
  const line = order.lines[0]?.id ?? '';
  const input = {
    county,
    order: order.id,
    kind: 'refund' as const,
    lines: [{ line, packs: 1 }],
    reason: '少要一块',
    photos: [],
  };
  await acceptCase(at, merchant, { county, id: await openCase(at, buyer, input, null) }, null);
  const parcel = await pack(order, [{ line, grams: 950 }]);
  assert.equal(parcel.packs, 2);
  const weighing = await weighingOf(line);
  assert.deepEqual([weighing?.outcome, weighing?.charged, weighing?.due], ['refunded', 7960, 7562]);
  await assertSound(at.db);
  await packAll(at, people, await paidOrder(at, buyer, [nuts, 1]));
});
