import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balance, ensureAccounts, ledgerModule, transfer } from '#ledger';
import { system } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  payTest,
  placeTest,
  refusalOf,
  type TestGoods,
  takeTest,
} from '../../../test/fixtures-trade.ts';
import { moveOrder, noteSending } from '../orders/move-order.ts';
import { linesOf, lockOrder } from '../orders/orders.queries.ts';
import { releaseOrder } from '../orders/release-order.ts';
import { settleOrder } from '../orders/settle-order.ts';
import { type RefundInput, refundLines, restOf } from './refund-lines.ts';
import { settlementPartsOf, standingOf } from './settlement-parts.ts';

const { at } = await testContext();
const people = await openTestCounty(at);
const { county, buyer, operator } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 10_000, name: '土蜂蜜' });
await addTestStock(at, walnut, { packs: 5_000 });
await addTestStock(at, honey, { packs: 5_000 });

/** No parcels here: packs are taken out for them and that is all. */
const rooms = [ledgerModule, tradeModule];
const states = ['paid', 'packed', 'sent', 'received', 'closed'] as const;
type PaidState = (typeof states)[number];

/** An order of two walnuts and one honey (7,960 and 10,000 fen of goods), brought to a state. */
async function orderIn(state: PaidState, discount?: Discount) {
  const checkout = await placeTest(at, buyer, [walnut, 2], [honey, 1]);
  const id = checkout.orders[0]?.id as string;
  if (discount) await discountLine(id, walnut, discount);
  await payTest(at, buyer, checkout.id);
  const order = { county, order: id };
  await at.db.transaction().execute(async (tx) => {
    const now = at.clock.now();
    if (state === 'paid') return;
    const lines = await linesOf(tx, county, [id]);
    for (const org of new Set(lines.map((line) => line.org))) await takeTest(tx, now, operator, { ...order, org });
    await moveOrder(tx, now, system, { ...order, to: 'packed' });
    if (state === 'packed') return;
    await noteSending(tx, now, { county, sending: [{ order: id, org: shop.org }] });
    await moveOrder(tx, now, system, { ...order, to: 'sent' });
    if (state === 'sent') return;
    await moveOrder(tx, now, system, { ...order, to: 'received' });
    if (state === 'closed') await settleOrder(tx, now, system, order);
  });
  const lines = await linesOf(at.db, county, [id]);
  const lineOf = (goods: TestGoods) => lines.find((line) => line.sku === goods.sku)?.id as string;
  return { id, walnut: lineOf(walnut), honey: lineOf(honey), lines };
}

interface Discount {
  fen: number;
  bearer: 'merchant' | 'county' | 'platform';
}

/** Takes a discount off an order that is not paid yet, as pricing would have. */
async function discountLine(order: string, goods: TestGoods, discount: Discount): Promise<void> {
  const { fen, bearer } = discount;
  const line = (await linesOf(at.db, county, [order])).find(({ sku }) => sku === goods.sku);
  if (!line) throw new Error('no such line');
  await at.db
    .insertInto('trade.line_discount')
    .values({ county, line: line.id, position: 1, kind: 'coupon', rule: newId(), name: '券', fen, bearer })
    .execute();
  await at.db
    .updateTable('trade.order_line')
    .set({ discount_fen: fen, goods_fen: line.goods_fen - fen })
    .where('id', '=', line.id)
    .execute();
  const found = await at.db.selectFrom('trade.order').selectAll().where('id', '=', order).executeTakeFirstOrThrow();
  await at.db
    .updateTable('trade.order')
    .set({ goods_fen: found.goods_fen - fen, total_fen: found.total_fen - fen })
    .where('id', '=', order)
    .execute();
  await at.db
    .updateTable('trade.checkout')
    .set((e) => ({ total_fen: e('total_fen', '-', fen) }))
    .where('id', '=', found.checkout)
    .execute();
}

type Order = Awaited<ReturnType<typeof orderIn>>;

const refund = (order: Order, lines: RefundInput['lines'] | 'all') =>
  at.db.transaction().execute(async (tx) => {
    const found = await lockOrder(tx, county, order.id);
    if (!found) throw new Error('no order');
    const rest = await restOf(tx, found);
    const asked = lines === 'all' ? rest : lines;
    const sum = (some: RefundInput['lines']) => some.reduce((fen, line) => fen + line.goodsFen + line.freightFen, 0);
    // What has not left returns to its lots, as whoever refunds the whole sees to.
    if (sum(asked) === sum(rest) && found.sent_at === null) await releaseOrder(tx, at.clock.now(), operator, found);
    return refundLines(tx, at.clock.now(), operator, found, {
      lines: asked,
      reason: '坏果赔付',
      evidence: { kind: 'order', id: order.id },
    });
  });

const fenOf = async (kind: 'merchant' | 'promotion' | 'orders_received' | 'fund' | 'share_back', owner: string) => {
  const [id] = await at.db.transaction().execute((tx) => ensureAccounts(tx, county, [{ kind, owner }]));
  return balance(at.db, county, id as string);
};

test('what is refused', async () => {
  const order = await orderIn('paid');
  const line = order.walnut;
  const cases: [lines: RefundInput['lines'], code: string][] = [
    [[], 'refund-empty'],
    [[{ line, goodsFen: 0, freightFen: 0 }], 'refund-empty'],
    [[{ line: newId(), goodsFen: 1, freightFen: 0 }], 'line-not-found'],
    [
      [
        { line, goodsFen: 4_000, freightFen: 0 },
        { line, goodsFen: 4_000, freightFen: 0 },
      ],
      'line-not-found',
    ],
    [[{ line, goodsFen: 7_961, freightFen: 0 }], 'refund-too-large'],
    [[{ line, goodsFen: 0, freightFen: 10_000 }], 'refund-too-large'],
  ];
  for (const [lines, code] of cases) assert.equal((await refusalOf(refund(order, lines))).code, code);
  await refund(order, [{ line, goodsFen: 7_000, freightFen: 0 }]);
  const again = await refusalOf(refund(order, [{ line, goodsFen: 961, freightFen: 0 }]));
  assert.deepEqual([again.code, again.detail.goods, again.detail.name], ['refund-too-large', '9.60', '薄皮核桃']);

  const unpaid = await placeTest(at, buyer, [walnut, 1]);
  const placed = { ...order, id: unpaid.orders[0]?.id as string };
  assert.equal((await refusalOf(refund(placed, []))).code, 'order-move-not-allowed');
  await refund(order, 'all');
  assert.equal((await refusalOf(refund(order, []))).code, 'order-move-not-allowed');
});

test('a part of a line goes back in every state: each of its parts gives its proportion, the others nothing', async () => {
  for (const state of states) {
    const order = await orderIn(state);
    const { fen } = await refund(order, [{ line: order.walnut, goodsFen: 3_980, freightFen: 100 }]);
    assert.equal(fen, 4_080);
    const parts = (await settlementPartsOf(at.db, county, [order.id])).filter((part) => standingOf(part) > 0);
    const left = (line: string | null) => parts.filter((p) => p.line === line).map((p) => [p.part, standingOf(p)]);
    const byPart = (some: (string | number)[][]) => Object.fromEntries(some);
    assert.deepEqual(
      byPart(left(order.walnut)),
      // Half of 7,402, 239, 79, 40 and 200; the two odd fen go to the parts named first.
      { merchant: 3_701, station: 119, platform: 40, fund: 20, household: 100 },
      state,
    );
    assert.deepEqual(byPart(left(null)), { freight: order.lines.reduce((sum, l) => sum + l.freight_fen, 0) - 100 });
    assert.equal(
      left(order.honey).reduce((sum, [, n]) => sum + Number(n), 0),
      10_000,
    );
    assert.equal(await orderStateOf(at.db, county, order.id), state);
    await assertSound(at.db, rooms);
  }
});

test('a fully refunded order still shown as paid: with its last fen it is refunded, in one step or in several', async () => {
  for (const state of states) {
    const once = await orderIn(state);
    await refund(once, 'all');
    assert.equal(await orderStateOf(at.db, county, once.id), 'refunded', state);
    if (state === 'paid' || state === 'packed') continue;
    const steps = await orderIn(state);
    await refund(steps, [{ line: steps.walnut, goodsFen: 7_960, freightFen: 0 }]);
    assert.equal(await orderStateOf(at.db, county, steps.id), state);
    await refund(steps, 'all');
    assert.equal(await orderStateOf(at.db, county, steps.id), 'refunded', `${state}, in steps`);
    const standing = (await settlementPartsOf(at.db, county, [steps.id])).map(standingOf);
    assert.deepEqual(new Set(standing), new Set([0]));
  }
  await assertSound(at.db, rooms);
});

test('what an owner was paid out already becomes its debt', async () => {
  const order = await orderIn('closed');
  const paidOut = (await fenOf('merchant', people.merchantOrg)).balance;
  const pay = (back: boolean) =>
    at.db.transaction().execute(async (tx) => {
      const [merchant, clearing] = (await ensureAccounts(tx, county, [
        { kind: 'merchant', owner: people.merchantOrg },
        { kind: 'provider_clearing', owner: 'sandbox' },
      ])) as [string, string];
      const [debit, credit] = back ? [clearing, merchant] : [merchant, clearing];
      const said = { reason: 'payout', evidenceKind: 'test', evidence: newId() };
      await transfer(tx, county, [{ ...said, id: newId(), kind: 'single', debit, credit, amountFen: paidOut }]);
    });
  await pay(false);
  await refund(order, [{ line: order.honey, goodsFen: 10_000, freightFen: 0 }]);
  assert.equal((await fenOf('merchant', people.merchantOrg)).balance, -9_450);
  await pay(true);
  await assertSound(at.db, rooms);
});

test('a discount that others bear is split as if the buyer had paid it, and goes back to them', async () => {
  for (const [bearer, split, returned] of [
    ['merchant', 6_960, 0],
    ['county', 7_960, 500],
    ['platform', 7_960, 500],
  ] as const) {
    const before = (await fenOf('promotion', bearer)).balance;
    const order = await orderIn('paid', { fen: 1_000, bearer });
    const parts = (await settlementPartsOf(at.db, county, [order.id])).filter((p) => p.line === order.walnut);
    assert.equal(
      parts.reduce((sum, p) => sum + p.fen, 0),
      split,
      bearer,
    );
    const borne = bearer === 'merchant' ? 0 : 1_000;
    assert.equal((await fenOf('promotion', bearer)).balance - before, borne);
    await assertSound(at.db, rooms);
    await refund(order, [{ line: order.walnut, goodsFen: 3_480, freightFen: 0 }]);
    assert.equal((await fenOf('promotion', bearer)).balance - before, borne - returned);
    await refund(order, 'all');
    assert.equal((await fenOf('promotion', bearer)).balance, before);
  }
});

test('goods that others paid whole go back with the last of their order', async () => {
  const before = (await fenOf('promotion', 'county')).balance;
  const order = await orderIn('received', { fen: 7_960, bearer: 'county' });
  await refund(order, [{ line: order.honey, goodsFen: 10_000, freightFen: 0 }]);
  assert.equal((await fenOf('promotion', 'county')).balance - before, 7_960);
  const freight = order.lines.map((line) => ({ line: line.id, goodsFen: 0, freightFen: line.freight_fen }));
  await refund(order, freight);
  assert.equal(await orderStateOf(at.db, county, order.id), 'refunded');
  assert.equal((await fenOf('promotion', 'county')).balance, before);
  await assertSound(at.db, rooms);
});

test('in whatever steps, parts, holds and refunds agree, and no line gives back more than was charged', async () => {
  const step = fc.record({
    line: fc.constantFrom('walnut' as const, 'honey' as const),
    goods: fc.nat(9_000),
    freight: fc.nat(700),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...states),
      fc.option(
        fc.record({
          fen: fc.integer({ min: 1, max: 7_960 }),
          bearer: fc.constantFrom('merchant', 'county', 'platform'),
        }),
      ),
      fc.array(step, { minLength: 1, maxLength: 6 }),
      async (state, discount, steps) => {
        const order = await orderIn(state, (discount as Discount | null) ?? undefined);
        const given = new Map<string, number>();
        for (const { line, goods, freight } of steps) {
          const id = order[line];
          const charged = order.lines.find((one) => one.id === id);
          if (!charged) throw new Error('no line');
          const [g, f] = [given.get(`${id} goods`) ?? 0, given.get(`${id} freight`) ?? 0];
          const fits = g + goods <= charged.goods_fen && f + freight <= charged.freight_fen && goods + freight > 0;
          const act = refund(order, [{ line: id, goodsFen: goods, freightFen: freight }]);
          if (!fits) {
            assert.match((await refusalOf(act)).code, /^(refund-too-large|refund-empty|order-move-not-allowed)$/);
            continue;
          }
          await act;
          given.set(`${id} goods`, g + goods).set(`${id} freight`, f + freight);
        }
        const back = [...given.values()].reduce((sum, fen) => sum + fen, 0);
        const rows = await at.db.selectFrom('trade.refund').select('fen').where('order', '=', order.id).execute();
        assert.equal(
          rows.reduce((sum, row) => sum + row.fen, 0),
          back,
        );
        await assertSound(at.db, rooms);
      },
    ),
    { numRuns: 12 },
  );
});
