import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balance, ensureAccounts } from '#ledger';
import { newId } from '#platform/ids.ts';
import { openTestCounty, stranger, testContext } from '../../test/fixtures.ts';
import {
  addTestPhoto,
  addTestTerms,
  deliverToFulfilment,
  packAll,
  paidOrder,
  receivedOrder,
  sendTest,
  sentOrder,
  type TestOrder,
} from '../../test/fixtures-after-sale.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  placeTest,
  refusalOf,
  stockOf,
} from '../../test/fixtures-trade.ts';
import {
  acceptCase,
  decideCase,
  disputeCase,
  objectToGoods,
  refuseCase,
  sendBack,
  withdrawCase,
} from '../trade/after-sale/answer-case.ts';
import { countyCases } from '../trade/after-sale/case-lists.ts';
import type { CaseKind } from '../trade/after-sale/case-states.ts';
import { afterSaleOf, caseView } from '../trade/after-sale/case-views.ts';
import { elapseCases } from '../trade/after-sale/elapse-cases.ts';
import { type NewCase, openCase } from '../trade/after-sale/open-case.ts';
import { sayInCase } from '../trade/after-sale/say.ts';
import { cancelOrder } from '../trade/orders/cancel-order.ts';
import { orderView } from '../trade/orders/order-view.ts';
import { askRefunds } from '../trade/payment/ask-refunds.ts';
import { packCase } from './parcels/pack-case.ts';
import { packOrder } from './parcels/pack-order.ts';
import type { ParcelDetail } from './parcels/parcel-views.ts';
import { receiveCase, receiveCasesLate } from './parcels/receive-case.ts';
import { receiveLate, receiveOrder } from './parcels/receive-order.ts';
import { takeBack } from './parcels/take-back.ts';

let wayback = 0;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const context = await testContext();
const { at } = context;
const people = await openTestCounty(at);
const { county, buyer, otherBuyer, merchant, otherMerchant, operator, auditor } = people;
const shop = await openTestShop(at, people);
await addTestRule(at, county);
/** 39.80 a pack, of the cooperative */
const walnut = await addTestGoods(at, shop);
/** 100.00 a pack, of the other seller */
const honey = await addTestGoods(at, shop, { org: people.merchantOrg, priceFen: 10_000, name: '蜂蜜' });
await addTestStock(at, walnut, { packs: 500 });
await addTestStock(at, honey, { packs: 500 });

const ask = (order: TestOrder, kind: CaseKind, over: Partial<NewCase> = {}) =>
  openCase(
    at,
    buyer,
    {
      county,
      order: order.id,
      kind,
      lines: [{ line: order.lines[0]?.id ?? '', packs: 1 }],
      reason: '有点问题',
      photos: [],
      ...over,
    },
    null,
  );
const stateOf = async (id: string) => (await caseView(at, buyer, county, id)).state;
const balanceOf = async (kind: 'merchant' | 'fund', owner: string) => {
  const [account] = await at.db.transaction().execute((tx) => ensureAccounts(tx, county, [{ kind, owner }]));
  return (await balance(at.db, county, account as string)).balance;
};
const codesOf = (order: { parcels: { codes: { gtin: string; lotNumber: string; serial: string }[] }[] }, n: number) =>
  order.parcels.flatMap((parcel) => parcel.codes).slice(0, n);
const back = (codes: ReturnType<typeof codesOf>, sellable: boolean) =>
  codes.map(({ gtin, lotNumber, serial }) => ({ gtin, lot: lotNumber, serial, sellable }));

test('what cannot be asked for is refused, in this order', async () => {
  const paid = await paidOrder(at, buyer, [walnut, 3], [honey, 1]);
  const placed = await placeTest(at, buyer, [walnut, 1]);
  const received = await receivedOrder(at, people, [walnut, 3]);
  // Its parcel has left, another seller's of the same order has not.
  const packed = await paidOrder(at, buyer, [walnut, 1], [honey, 1]);
  const [ownParcel] = await packAll(at, people, packed);
  await sendTest(at, people, ownParcel as { county: number; id: string });
  const [line, other] = paid.lines.map((l) => l.id) as [string, string];
  const [placedLine] = await at.db
    .selectFrom('trade.order_line')
    .select('id')
    .where('order', '=', placed.orders[0]?.id ?? '')
    .execute();
  const photo = await addTestPhoto(at, buyer, received);
  const damage = { damageBp: 3000, photos: [photo] };
  const cases: [code: string, order: TestOrder, kind: CaseKind, over: Partial<NewCase>, by?: typeof buyer][] = [
    ['order-not-found', { ...paid, id: newId() }, 'refund', {}],
    ['order-not-found', paid, 'refund', {}, otherBuyer],
    ['case-lines-broken', paid, 'refund', { lines: [] }],
    ['case-lines-broken', paid, 'refund', { lines: [{ line: newId(), packs: 1 }] }],
    [
      'case-lines-broken',
      paid,
      'refund',
      {
        lines: [
          { line, packs: 1 },
          { line, packs: 1 },
        ],
      },
    ],
    [
      'case-one-seller',
      paid,
      'refund',
      {
        lines: [
          { line, packs: 1 },
          { line: other, packs: 1 },
        ],
      },
    ],
    [
      'case-order-state',
      { ...paid, id: placed.orders[0]?.id ?? '' },
      'refund',
      { lines: [{ line: placedLine?.id ?? '', packs: 1 }] },
    ],
    ['case-not-sent', paid, 'return', {}],
    ['case-not-sent', paid, 'damage', {}],
    ['line-packed', packed, 'refund', {}],
    ['case-packs-over', paid, 'refund', { lines: [{ line, packs: 4 }] }],
    ['case-fen-waiting', paid, 'refund', { fen: 100 }],
    ['case-fen-over', received, 'refund', { fen: 3981 }],
    ['case-fen-over', received, 'return', { fen: 100 }],
    ['photo-needed', received, 'damage', { damageBp: 3000 }],
    ['damage-missing', received, 'damage', { photos: [photo] }],
    ['damage-too-small', received, 'damage', { ...damage, damageBp: 499 }],
    ['photo-not-found', received, 'damage', { ...damage, photos: [newId()] }],
    ['photo-not-found', paid, 'refund', { photos: [photo] }],
  ];
  for (const [code, order, kind, over, by = buyer] of cases) {
    const refusal = await refusalOf(
      openCase(
        at,
        by,
        {
          county,
          order: order.id,
          kind,
          lines: [{ line: order.lines[0]?.id ?? '', packs: 1 }],
          reason: '有点问题',
          photos: [],
          ...over,
        },
        null,
      ),
    );
    assert.equal(refusal.code, code, `${kind} ${JSON.stringify(over)}`);
  }
  assert.equal((await afterSaleOf(at, buyer, county, paid.id)).cases.length, 0);
  await assertSound(at.db);
});

test('each kind has its time, by the terms of the goods', async () => {
  const fresh = await addTestGoods(at, shop, { name: '鲜桃' });
  await addTestStock(at, fresh, { packs: 20 });
  await addTestTerms(at, operator, county, { position: 1, product: fresh.product, returnDays: 0, damageHours: 24 });
  const order = await receivedOrder(at, people, [walnut, 2]);
  const peach = await receivedOrder(at, people, [fresh, 2]);
  const sent = await sentOrder(at, people, [walnut, 1]);
  const whys = async (of: TestOrder) =>
    Object.fromEntries(
      ((await afterSaleOf(at, buyer, county, of.id)).lines[0]?.options ?? []).map(({ kind, why }) => [kind, why]),
    );
  const none = { refund: null, return: null, resend: null, exchange: null, damage: null };
  assert.deepEqual(await whys(order), none);
  assert.deepEqual(await whys(sent), { ...none, damage: 'case-not-received' });
  const notBack = { return: 'case-not-returnable', exchange: 'case-not-returnable' };
  assert.deepEqual(await whys(peach), { ...none, ...notBack });
  context.passTime(25 * HOUR);
  const late = 'case-too-late';
  assert.deepEqual(await whys(peach), { refund: late, resend: late, damage: late, ...notBack });
  context.passTime(24 * HOUR);
  assert.deepEqual(await whys(order), { ...none, damage: late });
  context.passTime(5 * DAY);
  assert.deepEqual(await whys(order), { refund: late, return: late, resend: late, exchange: late, damage: late });
  const refusal = await refusalOf(ask(order, 'return'));
  assert.equal(refusal.code, late);
  assert.match(refusal.message, /"Return and refund" of "薄皮核桃 一斤装"/);
  await assertSound(at.db);
});

test('goods packed and not sent are refunded line by line: they come out of their parcel, stock and codes follow', async () => {
  const order = await paidOrder(at, buyer, [walnut, 5], [honey, 2]);
  const before = (await stockOf(at.db, walnut)).onHand;
  const [parcel, others] = await packAll(at, people, order);
  const [line, other] = order.lines as [TestOrder['lines'][number], TestOrder['lines'][number]];
  assert.equal((await stockOf(at.db, walnut)).onHand, before - 5);

  // Part of a line. While it is asked for, its parcel does not leave.
  const part = await ask(order, 'refund', { lines: [{ line: line.id, packs: 2 }] });
  assert.equal((await refusalOf(sendTest(at, people, parcel as ParcelDetail))).code, 'case-open');
  await acceptCase(at, merchant, { county, id: part }, null);
  assert.equal(
    (await caseView(at, buyer, county, part)).grantedFen,
    Math.floor(((line.goodsFen + line.freightFen) * 2) / 5),
  );
  assert.equal((await stockOf(at.db, walnut)).onHand, before - 3, 'on the shelf again at once');

  // Somebody else packs before the news has come: the places are free for them.
  const next = await paidOrder(at, buyer, [walnut, 2]);
  await packAll(at, people, next);
  await assertSound(at.db);
  await deliverToFulfilment(at);
  assert.equal(await orderStateOf(at.db, county, order.id), 'packed');
  const packs = await at.db
    .selectFrom('fulfilment.parcel_pack')
    .select((e) => e.fn.sum<number>(e('last_pack', '-', e.ref('first_pack'))).as('n'))
    .where('parcel', '=', parcel?.id as string)
    .executeTakeFirstOrThrow();
  assert.equal(Number(packs.n), 2, 'three packs side by side');

  // The other line whole: its parcel is unpacked, the order goes on with what it has.
  const whole = await ask(order, 'refund', { lines: [{ line: other.id, packs: 2 }] });
  await acceptCase(at, otherMerchant, { county, id: whole }, null);
  assert.equal((await caseView(at, buyer, county, whole)).grantedFen, other.goodsFen + other.freightFen);
  assert.equal((await refusalOf(sendTest(at, people, others as ParcelDetail))).code, 'parcel-move-not-allowed');
  await deliverToFulfilment(at);
  await sendTest(at, people, parcel as ParcelDetail);
  assert.equal(await orderStateOf(at.db, county, order.id), 'sent');
  assert.equal(
    (await refusalOf(ask(order, 'refund', { lines: [{ line: other.id, packs: 1 }] }))).code,
    'case-nothing-left',
  );
  await receiveOrder(at, buyer, order, null);
  assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
  await assertSound(at.db);
});

test('packed goods whose own parcel has not left are refunded though another of the order has; the order goes on', async () => {
  const order = await paidOrder(at, buyer, [walnut, 3], [honey, 1]);
  const [first, second] = await packAll(at, people, order);
  const [line, other] = order.lines as [TestOrder['lines'][number], TestOrder['lines'][number]];
  const before = (await stockOf(at.db, walnut)).onHand;
  const asked = await ask(order, 'refund', { lines: [{ line: line.id, packs: 1 }] });
  await sendTest(at, people, second as ParcelDetail);
  const gone = await refusalOf(ask(order, 'refund', { lines: [{ line: other.id, packs: 1 }] }));
  assert.equal(gone.code, 'line-packed', 'what has left with its parcel is asked about when it has arrived');
  await acceptCase(at, merchant, { county, id: asked }, null);
  assert.equal((await stockOf(at.db, walnut)).onHand, before + 1, 'on the shelf again at once');
  const rest = await ask(order, 'refund', { lines: [{ line: line.id, packs: 2 }] });
  await acceptCase(at, merchant, { county, id: rest }, null);
  assert.equal((await stockOf(at.db, walnut)).onHand, before + 3);
  const granted = [asked, rest].map(async (id) => (await caseView(at, buyer, county, id)).grantedFen ?? 0);
  assert.equal(
    (await Promise.all(granted)).reduce((sum, fen) => sum + fen, 0),
    line.goodsFen + line.freightFen,
  );
  assert.equal((await refusalOf(sendTest(at, people, first as ParcelDetail))).code, 'parcel-move-not-allowed');
  await deliverToFulfilment(at);
  assert.equal(await orderStateOf(at.db, county, order.id), 'sent', 'nothing of it is here any more');
  await assertSound(at.db);
  await receiveOrder(at, buyer, order, null);
  assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
  await assertSound(at.db);
});

test('a parcel that leaves while its goods are asked back: one of both happens', async () => {
  const seen = new Set<string>();
  for (let n = 0; n < 6; n++) {
    const order = await paidOrder(at, buyer, [walnut, 2], [honey, 1]);
    const [parcel, others] = await packAll(at, people, order);
    await sendTest(at, people, others as ParcelDetail);
    const before = (await stockOf(at.db, walnut)).onHand;
    const [sent, asked] = await Promise.allSettled([
      sendTest(at, people, parcel as ParcelDetail),
      ask(order, 'refund', { lines: [{ line: order.lines[0]?.id ?? '', packs: 2 }] }),
    ]);
    const told = [sent, asked].map((of) => (of.status === 'fulfilled' ? 'done' : of.reason.code));
    seen.add(told.join(' '));
    if (asked.status === 'fulfilled') {
      await acceptCase(at, merchant, { county, id: asked.value }, null);
    }
    await deliverToFulfilment(at);
    const back = (await stockOf(at.db, walnut)).onHand - before;
    assert.equal(back, sent.status === 'fulfilled' ? 0 : 2, told.join(' '));
    assert.equal(await orderStateOf(at.db, county, order.id), 'sent');
    await assertSound(at.db);
  }
  for (const one of seen) assert.ok(['done line-packed', 'done done', 'case-open done'].includes(one), one);
});

test('goods not yet packed: their seller accepts, the packs go back to their lot, the rest goes on', async () => {
  const order = await paidOrder(at, buyer, [walnut, 3]);
  const before = await stockOf(at.db, walnut);
  const id = await ask(order, 'refund', { lines: [{ line: order.lines[0]?.id ?? '', packs: 2 }] });
  assert.equal((await refusalOf(packAll(at, people, order))).code, 'case-open');
  for (const [code, by] of [
    ['case-not-found', stranger],
    ['case-not-found', otherMerchant],
    ['not-allowed', buyer],
    ['not-allowed', operator],
  ] as const) {
    assert.equal((await refusalOf(acceptCase(at, by, { county, id }, null))).code, code);
  }
  await acceptCase(at, merchant, { county, id }, null);
  assert.equal((await refusalOf(acceptCase(at, merchant, { county, id }, null))).code, 'case-move-not-allowed');
  const seen = await caseView(at, buyer, county, id);
  // 2 of 3 packs of 39.80, and 2 of 3 parts of 12.00 freight (8 for the first kilogram, 2 per further 500 g).
  assert.deepEqual([seen.state, seen.grantedFen, seen.refundState], ['refunded', 7960 + 800, 'asked']);
  assert.deepEqual(await stockOf(at.db, walnut), { ...before, reserved: before.reserved - 2 });
  await askRefunds(at);
  await elapseCases(at);
  assert.equal(await stateOf(id), 'closed');
  assert.equal(
    (await refusalOf(ask(order, 'refund', { lines: [{ line: order.lines[0]?.id ?? '', packs: 2 }] }))).code,
    'case-packs-over',
  );
  const [parcel] = await packAll(at, people, order);
  assert.equal(parcel?.packs, 1);
  await assertSound(at.db);
  await sendTest(at, people, parcel as { county: number; id: string });
  await receiveOrder(at, buyer, order, null);
  assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
  await assertSound(at.db);
});

test('a split order that can never be fulfilled: what cannot be delivered is refunded, the rest goes on and closes', async () => {
  for (const sentFirst of [false, true]) {
    const order = await paidOrder(at, buyer, [walnut, 2], [honey, 1]);
    const parcel = await packOrder(at, merchant, { county, id: order.id }, null);
    if (sentFirst) await sendTest(at, people, parcel);
    assert.equal(await orderStateOf(at.db, county, order.id), 'paid');
    const id = await ask(order, 'refund', { lines: [{ line: order.lines[1]?.id ?? '', packs: 1 }] });
    await acceptCase(at, otherMerchant, { county, id, answer: '今年蜜不够了' }, null);
    await deliverToFulfilment(at);
    await deliverToFulfilment(at);
    assert.equal(await orderStateOf(at.db, county, order.id), sentFirst ? 'sent' : 'packed');
    await assertSound(at.db);
    if (!sentFirst) await sendTest(at, people, parcel);
    await receiveOrder(at, buyer, order, null);
    assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
    await assertSound(at.db);
  }
});

test('a fully refunded order still shown as paid: not here, however many refunds it took', async () => {
  const order = await paidOrder(at, buyer, [walnut, 3], [honey, 1]);
  const [line, other] = order.lines.map((l) => l.id) as [string, string];
  for (const packs of [1, 2]) {
    const id = await ask(order, 'refund', { lines: [{ line, packs }] });
    await acceptCase(at, merchant, { county, id }, null);
    assert.equal(await orderStateOf(at.db, county, order.id), 'paid');
  }
  await acceptCase(
    at,
    otherMerchant,
    { county, id: await ask(order, 'refund', { lines: [{ line: other, packs: 1 }] }) },
    null,
  );
  assert.equal((await orderView(at, buyer, county, order.id)).state, 'refunded');
  await askRefunds(at);
  const payment = await at.db
    .selectFrom('trade.order as o')
    .innerJoin('trade.payment as p', 'p.id', 'o.payment')
    .select('p.state')
    .where('o.id', '=', order.id)
    .executeTakeFirstOrThrow();
  assert.equal(payment.state, 'refunded');
  assert.equal((await refusalOf(packAll(at, people, order))).code, 'order-not-packable');
  assert.equal((await refusalOf(ask(order, 'refund'))).code, 'case-order-state');
  await assertSound(at.db);
});

test('a lost parcel: refunded whole on its way, nobody waits for it any more', async () => {
  const order = await sentOrder(at, people, [walnut, 2]);
  const id = await ask(order, 'refund', { lines: [{ line: order.lines[0]?.id ?? '', packs: 2 }] });
  await acceptCase(at, merchant, { county, id }, null);
  // Goods without freight: the parcel did leave. The county gives the freight back as well.
  const { state, mostFen } = await caseView(at, operator, county, id);
  assert.deepEqual([state, mostFen], ['refunded', 1000]);
  await assertSound(at.db);
  context.passTime(11 * DAY);
  await receiveLate(at);
  assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
  const whole = await sentOrder(at, people, [walnut, 1]);
  const refused = await ask(whole, 'refund');
  await refuseCase(at, merchant, { county, id: refused, reason: '快递说在路上' }, null);
  await disputeCase(at, buyer, { county, id: refused, reason: '快递说丢了' }, null);
  await decideCase(
    at,
    operator,
    { county, id: refused, fen: 3980 + 800, bearer: 'merchant', reason: '快递确认丢件' },
    null,
  );
  assert.equal(await orderStateOf(at.db, county, whole.id), 'refunded');
  await deliverToFulfilment(at);
  const parcel = await at.db
    .selectFrom('fulfilment.parcel')
    .select('state')
    .where('order', '=', whole.id)
    .executeTakeFirstOrThrow();
  assert.equal(parcel.state, 'stopped');
  await assertSound(at.db);
});

test('more than was bought, over several cases and at the same moment, is refused by name', async () => {
  const order = await receivedOrder(at, people, [walnut, 3]);
  const line = order.lines[0]?.id ?? '';
  const asked = await Promise.allSettled(
    Array.from({ length: 5 }, () => ask(order, 'refund', { lines: [{ line, packs: 1 }] })),
  );
  assert.equal(asked.filter((one) => one.status === 'fulfilled').length, 3);
  for (const one of asked) {
    if (one.status === 'rejected') assert.equal((one.reason as { code: string }).code, 'case-nothing-left');
  }
  assert.equal((await refusalOf(ask(order, 'return'))).code, 'case-nothing-left');
  const ids = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const both = await Promise.allSettled([
    acceptCase(at, merchant, { county, id: ids[0] as string }, null),
    acceptCase(at, merchant, { county, id: ids[0] as string }, null),
    withdrawCase(at, buyer, { county, id: ids[0] as string }, null),
  ]);
  assert.equal(both.filter((one) => one.status === 'fulfilled').length, 1);
  const key = { scope: 'test', key: 'pressed-twice', hash: 'same' };
  await Promise.all([1, 2].map(() => acceptCase(at, merchant, { county, id: ids[1] as string }, key)));
  await withdrawCase(at, buyer, { county, id: ids[2] as string }, null);
  const again = await ask(order, 'refund', { lines: [{ line, packs: 1 }] });
  assert.equal((await caseView(at, buyer, county, again)).askedFen, 3980);
  await assertSound(at.db);
});

test('return and refund: what can be sold goes back to its lot and keeps its code, the rest is lost', async () => {
  const order = await receivedOrder(at, people, [walnut, 3]);
  const line = order.lines[0]?.id ?? '';
  const before = await stockOf(at.db, walnut);
  const id = await ask(order, 'return', { lines: [{ line, packs: 2 }] });
  const codes = codesOf(order, 3);
  const input = { county, id, packs: back(codes.slice(0, 1), true) };
  assert.equal((await refusalOf(takeBack(at, merchant, input, null))).code, 'case-move-not-allowed');
  await acceptCase(at, merchant, { county, id }, null);
  assert.equal((await refusalOf(withdrawCase(at, otherBuyer, { county, id }, null))).code, 'case-not-found');
  await sendBack(at, buyer, { county, id, carrier: '中通', waybill: 'ZT0000001' }, null);
  const strange = await receivedOrder(at, people, [walnut, 1]);
  const refusals: [string, Parameters<typeof takeBack>[2]['packs'], typeof merchant][] = [
    ['not-allowed', input.packs, operator],
    ['case-not-found', input.packs, otherMerchant],
    ['code-false', [{ ...(input.packs[0] as (typeof input.packs)[0]), serial: 'AAAAAAAAAAAAA' }], merchant],
    ['case-packs-over', back(codes, true), merchant],
    ['return-not-of-case', back(codesOf(strange, 1), true), merchant],
  ];
  for (const [code, packs, by] of refusals) {
    assert.equal((await refusalOf(takeBack(at, by, { county, id, packs }, null))).code, code);
  }
  await takeBack(
    at,
    merchant,
    { county, id, packs: [...back(codes.slice(0, 1), true), ...back(codes.slice(1, 2), false)] },
    null,
  );
  assert.deepEqual(await stockOf(at.db, walnut), { ...before, onHand: before.onHand + 1 - 1 });
  const seen = await caseView(at, buyer, county, id);
  assert.deepEqual([seen.state, seen.grantedFen], ['refunded', 7960]);
  assert.deepEqual(
    seen.moves.map((move) => move.to),
    ['applied', 'accepted', 'sent_back', 'received', 'refunded'],
  );
  const moved = await at.db
    .selectFrom('trade.stock_movement')
    .select(['kind', 'on_hand'])
    .where('evidence', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(moved, [
    { kind: 'returned', on_hand: 2 },
    { kind: 'lost', on_hand: -1 },
  ]);
  await assertSound(at.db);
  // The one that came back is the lowest free place of its lot: the next buyer gets it with the code it bears.
  const next = await receivedOrder(at, people, [walnut, 1]);
  assert.equal(codesOf(next, 1)[0]?.serial, codes[0]?.serial);
  await assertSound(at.db);
});

test('a recalled lot must not return to sale', async () => {
  const goods = await addTestGoods(at, shop);
  const lot = await addTestStock(at, goods, { packs: 5 });
  const order = await receivedOrder(at, people, [goods, 1]);
  const id = await ask(order, 'return');
  await acceptCase(at, merchant, { county, id }, null);
  await sendBack(at, buyer, { county, id, carrier: '中通', waybill: 'ZT0000002' }, null);
  await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', lot).execute();
  const before = await stockOf(at.db, goods);
  const refusal = await refusalOf(takeBack(at, merchant, { county, id, packs: back(codesOf(order, 1), true) }, null));
  assert.equal(refusal.code, 'lot-not-sellable');
  await takeBack(at, merchant, { county, id, packs: back(codesOf(order, 1), false) }, null);
  assert.deepEqual(await stockOf(at.db, goods), before);
  assert.equal(await stateOf(id), 'refunded');
  await assertSound(at.db);
});

test('splitting a parcel charges freight twice: not when goods are sent again, nor for an exchange', async () => {
  const order = await receivedOrder(at, people, [walnut, 2]);
  const line = order.lines[0]?.id ?? '';
  const resend = await ask(order, 'resend', { lines: [{ line, packs: 1 }] });
  assert.equal((await refusalOf(packCase(at, merchant, { county, id: resend }, null))).code, 'case-move-not-allowed');
  await acceptCase(at, merchant, { county, id: resend }, null);
  assert.equal(await stateOf(resend), 'resending');
  const exchange = await ask(order, 'exchange', { lines: [{ line, packs: 1 }] });
  await acceptCase(at, merchant, { county, id: exchange }, null);
  await sendBack(at, buyer, { county, id: exchange, carrier: '中通', waybill: 'ZT0000003' }, null);
  await takeBack(at, merchant, { county, id: exchange, packs: back(codesOf(order, 1), false) }, null);
  for (const id of [resend, exchange]) {
    assert.equal(await stateOf(id), 'resending');
    assert.equal((await refusalOf(packCase(at, operator, { county, id }, null))).code, 'not-allowed');
    const parcel = await packCase(at, merchant, { county, id }, null);
    assert.deepEqual([parcel.packs, parcel.afterSale], [1, id]);
    assert.equal((await refusalOf(packCase(at, merchant, { county, id }, null))).code, 'nothing-to-pack');
    assert.equal((await refusalOf(receiveCase(at, buyer, { county, id }, null))).code, 'case-move-not-allowed');
    await sendTest(at, people, parcel);
    assert.equal(await stateOf(id), 'resent');
  }
  assert.equal((await refusalOf(receiveCase(at, otherBuyer, { county, id: resend }, null))).code, 'case-not-found');
  await receiveCase(at, buyer, { county, id: resend }, null);
  context.passTime(10 * DAY);
  assert.equal(await receiveCasesLate(at), 1);
  assert.deepEqual([await stateOf(resend), await stateOf(exchange)], ['closed', 'closed']);
  const seen = await orderView(at, buyer, county, order.id);
  // 8 yuan for the first kilogram, 2 for the 100 g beyond it: once, though three parcels went out.
  assert.deepEqual([seen.goodsFen, seen.freightFen, seen.totalFen, seen.state], [7960, 1000, 8960, 'closed']);
  const lines = await at.db
    .selectFrom('trade.order_line')
    .select(['goods_fen', 'freight_fen'])
    .where('order', '=', order.id)
    .where('replaces', 'is not', null)
    .execute();
  assert.deepEqual(lines, [
    { goods_fen: 0, freight_fen: 0 },
    { goods_fen: 0, freight_fen: 0 },
  ]);
  await assertSound(at.db);
});

test('what is not there to be sent again is refunded instead', async () => {
  const rare = await addTestGoods(at, shop);
  await addTestStock(at, rare, { packs: 2 });
  const order = await receivedOrder(at, people, [rare, 2]);
  const line = order.lines[0]?.id ?? '';
  const id = await ask(order, 'resend', { lines: [{ line, packs: 1 }] });
  assert.equal((await refusalOf(acceptCase(at, merchant, { county, id }, null))).code, 'resend-short');
  await acceptCase(at, merchant, { county, id, orRefund: true }, null);
  assert.equal(await stateOf(id), 'refunded');
  const exchange = await ask(order, 'exchange', { lines: [{ line, packs: 1 }] });
  await acceptCase(at, merchant, { county, id: exchange }, null);
  await sendBack(at, buyer, { county, id: exchange, carrier: '中通', waybill: 'ZT0000004' }, null);
  await takeBack(at, merchant, { county, id: exchange, packs: back(codesOf(order, 1), false) }, null);
  assert.equal(await stateOf(exchange), 'refunded');
  assert.equal(await orderStateOf(at.db, county, order.id), 'closed');
  await assertSound(at.db);
});

test('damaged fruit: by rule, at once up to the county’s amount, above it the seller is asked', async () => {
  const peach = await addTestGoods(at, shop, { priceFen: 5_000, name: '蜜桃' });
  await addTestStock(at, peach, { packs: 50 });
  const terms = { damageFreeBp: 500, damageStepBp: 1000, damageCapBp: 8000, damageAutoFen: 2_000 };
  await addTestTerms(at, operator, county, { position: 2, product: peach.product, ...terms });
  const claim = async (damageBp: number, packs = 1) => {
    const order = await receivedOrder(at, people, [peach, packs]);
    const photos = [await addTestPhoto(at, buyer, order)];
    const lines = [{ line: order.lines[0]?.id ?? '', packs }];
    const seen = await caseView(at, buyer, county, await ask(order, 'damage', { lines, damageBp, photos }));
    return [seen.state, seen.askedFen, seen.grantedFen, seen.bearer];
  };
  const table: [damageBp: number, packs: number, expected: unknown[]][] = [
    [500, 1, ['refunded', 500, 500, 'merchant']],
    [1000, 1, ['refunded', 500, 500, 'merchant']],
    [1001, 1, ['refunded', 1000, 1000, 'merchant']],
    [4000, 1, ['refunded', 2000, 2000, 'merchant']],
    [4001, 1, ['applied', 2500, null, null]],
    [10000, 1, ['applied', 4000, null, null]],
    [2000, 2, ['refunded', 2000, 2000, 'merchant']],
  ];
  for (const [damageBp, packs, expected] of table)
    assert.deepEqual(await claim(damageBp, packs), expected, `${damageBp}`);
  await assertSound(at.db);
});

test('the county decides: who bears it, and the fund only what it has', async () => {
  const order = await receivedOrder(at, people, [honey, 3]);
  const line = order.lines[0]?.id ?? '';
  const dispute = async () => {
    const id = await ask(order, 'refund', { lines: [{ line, packs: 1 }] });
    await refuseCase(at, otherMerchant, { county, id, reason: '没有问题' }, null);
    assert.equal(
      (await refusalOf(decideCase(at, operator, { county, id, fen: 1, bearer: 'merchant', reason: '裁定' }, null)))
        .code,
      'case-move-not-allowed',
    );
    await disputeCase(at, buyer, { county, id, reason: '有沉淀' }, null);
    return id;
  };
  const id = await dispute();
  const decide = (fen: number, bearer: 'merchant' | 'fund', by = operator) =>
    decideCase(at, by, { county, id, fen, bearer, reason: '照片清楚' }, null);
  const most = (await caseView(at, operator, county, id)).mostFen;
  assert.equal((await refusalOf(decide(100, 'merchant', otherMerchant))).code, 'not-allowed');
  assert.equal((await refusalOf(decide(100, 'merchant', auditor))).code, 'case-not-found');
  assert.equal((await refusalOf(decide(most + 1, 'merchant'))).code, 'case-fen-over');
  assert.equal((await refusalOf(decide(most, 'fund'))).code, 'fund-short');
  const [merchantBefore, fundBefore] = [
    await balanceOf('merchant', people.merchantOrg),
    await balanceOf('fund', 'county'),
  ];
  await decide(100, 'fund');
  // Of 100 fen of goods the rule gave 95.5 % less the households' yuan per pack to the merchant; the fund makes that good.
  const took = fundBefore - (await balanceOf('fund', 'county'));
  assert.ok(took > 0 && took < 100, `${took}`);
  assert.equal(await balanceOf('merchant', people.merchantOrg), merchantBefore);
  const rejected = await dispute();
  await decideCase(at, operator, { county, id: rejected, fen: 0, bearer: 'merchant', reason: '属正常' }, null);
  assert.deepEqual(
    [await stateOf(rejected), (await caseView(at, buyer, county, rejected)).decision],
    ['closed', '属正常'],
  );
  const merchants = await dispute();
  await decideCase(at, operator, { county, id: merchants, fen: 5_000, bearer: 'merchant', reason: '各担一半' }, null);
  assert.ok((await balanceOf('merchant', people.merchantOrg)) < merchantBefore);
  await assertSound(at.db);
});

test('time runs out: each wait ends as the terms say', async () => {
  // The cases of the tests above first.
  context.passTime(60 * DAY);
  await askRefunds(at);
  while ((await elapseCases(at)) > 0) context.passTime(20 * DAY);
  const order = await receivedOrder(at, people, [walnut, 6]);
  const line = order.lines[0]?.id ?? '';
  const one = { lines: [{ line, packs: 1 }] };
  const refund = await ask(order, 'refund', one);
  const returned = await ask(order, 'return', one);
  const silent = await ask(order, 'return', one);
  const resend = await ask(order, 'resend', one);
  const refused = await ask(order, 'refund', one);
  await refuseCase(at, merchant, { county, id: refused, reason: '没有问题' }, null);
  const states = () => Promise.all([refund, returned, silent, resend, refused].map(stateOf));
  context.passTime(48 * HOUR - 1);
  assert.equal(await elapseCases(at), 0);
  context.passTime(1);
  assert.equal(await elapseCases(at), 4);
  assert.deepEqual(await states(), ['refunded', 'accepted', 'accepted', 'resending', 'refused']);
  await sendBack(at, buyer, { county, id: returned, carrier: '中通', waybill: 'ZT0000005' }, null);
  context.passTime(3 * DAY);
  await elapseCases(at);
  assert.deepEqual(await states(), ['refunded', 'sent_back', 'accepted', 'disputed', 'refused']);
  context.passTime(4 * DAY);
  await elapseCases(at);
  assert.deepEqual(await states(), ['refunded', 'sent_back', 'closed', 'disputed', 'closed']);
  const before = await stockOf(at.db, walnut);
  context.passTime(3 * DAY);
  await askRefunds(at);
  await elapseCases(at);
  assert.deepEqual(await states(), ['closed', 'refunded', 'closed', 'disputed', 'closed']);
  assert.deepEqual(await stockOf(at.db, walnut), before, 'nobody saw the goods, so none are back');
  // The county is not hurried by a clock, but what is late comes first and is counted.
  context.passTime(30 * DAY);
  assert.equal(await elapseCases(at), 0);
  const list = await countyCases(at.db, operator, county, at.clock.now(), { show: 'late', size: 200 });
  assert.ok(list.rows.some((row) => row.id === resend) && list.late === list.total);
  await decideCase(at, operator, { county, id: resend, fen: 0, bearer: 'merchant', reason: '已另行处理' }, null);
  await assertSound(at.db);
});

test('an order cancelled under an open case closes it; goods that are objected to go to the county', async () => {
  const order = await paidOrder(at, buyer, [walnut, 2]);
  const id = await ask(order, 'refund');
  await cancelOrder(at, buyer, { county, id: order.id, reason: '不要了' }, null);
  assert.equal((await refusalOf(acceptCase(at, merchant, { county, id }, null))).code, 'case-nothing-left');
  assert.equal(await elapseCases(at), 1);
  assert.equal(await stateOf(id), 'closed');
  const received = await receivedOrder(at, people, [walnut, 1]);
  const returned = await ask(received, 'return');
  await acceptCase(at, merchant, { county, id: returned }, null);
  await sendBack(at, buyer, { county, id: returned, carrier: '中通', waybill: 'ZT0000006' }, null);
  await objectToGoods(at, merchant, { county, id: returned, reason: '空箱' }, null);
  assert.equal(await stateOf(returned), 'disputed');
  await assertSound(at.db);
});

test('a case is seen and spoken in by its own people only', async () => {
  const order = await receivedOrder(at, people, [walnut, 1]);
  const id = await ask(order, 'refund');
  for (const by of [stranger, otherBuyer, otherMerchant, people.courier]) {
    assert.equal((await refusalOf(caseView(at, by, county, id))).code, 'case-not-found');
    assert.equal((await refusalOf(sayInCase(at, by, { county, id, text: '你好' }, null))).code, 'case-not-found');
  }
  for (const by of [buyer, merchant, people.keeper, operator, auditor])
    assert.equal((await caseView(at, by, county, id)).id, id);
  assert.equal((await refusalOf(sayInCase(at, auditor, { county, id, text: '看看' }, null))).code, 'case-not-found');
  await sayInCase(at, buyer, { county, id, text: '壳是空的' }, null);
  await sayInCase(at, merchant, { county, id, text: '马上处理' }, null);
  await sayInCase(at, operator, { county, id, text: '请尽快' }, null);
  const said = (await caseView(at, buyer, county, id)).messages.map(({ party, text }) => [party, text]);
  assert.deepEqual(said, [
    ['buyer', '壳是空的'],
    ['merchant', '马上处理'],
    ['county', '请尽快'],
  ]);
  await withdrawCase(at, buyer, { county, id }, null);
  assert.equal((await refusalOf(sayInCase(at, buyer, { county, id, text: '再说一句' }, null))).code, 'case-over');
  const mine = await countyCases(at.db, otherMerchant, county, at.clock.now(), { size: 200 });
  assert.ok(mine.rows.every((row) => row.orgName === '成县鸡峰山农产品有限公司'));
  assert.equal((await countyCases(at.db, stranger, county, at.clock.now(), {})).total, 0);
});

/** A photo of a receipt, as somebody of the case has added it. */
async function receiptOf(id: string, order: TestOrder, by: typeof buyer): Promise<string> {
  const photo = await addTestPhoto(at, by, order);
  await at.db.updateTable('trade.after_sale_photo').set({ case: id }).where('id', '=', photo).execute();
  return photo;
}
const accountOf = async (kind: 'merchant' | 'freight' | 'platform', owner: string) => {
  const [account] = await at.db.transaction().execute((tx) => ensureAccounts(tx, county, [{ kind, owner }]));
  return (await balance(at.db, county, account as string)).balance;
};

test('who pays the way back: by kind and fault, with a receipt, refunded or kept with the refund', async () => {
  const terms = {
    returnFaultBearer: 'merchant' as const,
    returnChoiceBearer: 'buyer' as const,
    exchangeFaultBearer: 'platform' as const,
    returnFreightCapFen: 1_000,
  };
  await addTestTerms(at, operator, county, { ...terms, position: 1 });
  const returned = async (fault: 'seller' | 'buyer', kind: 'return' | 'exchange' = 'return') => {
    const order = await receivedOrder(at, people, [walnut, 1]);
    const options = (await afterSaleOf(at, buyer, county, order.id)).lines[0]?.options;
    assert.deepEqual(options?.find((one) => one.kind === 'return')?.freight, { fault: 'merchant', choice: 'buyer' });
    assert.equal(options?.find((one) => one.kind === 'refund')?.freight, null);
    const id = await ask(order, kind, { fault });
    await acceptCase(at, merchant, { county, id }, null);
    return { order, id, codes: codesOf(order, 1) };
  };
  const goBack = (id: string, freight?: { fen: number; photo?: string; number?: string }) =>
    sendBack(
      at,
      buyer,
      { county, id, carrier: '中通', waybill: `YF${String(++wayback).padStart(8, '0')}`, freight },
      null,
    );

  // The seller's fault: what the buyer laid out comes back on top of the goods, and the seller has paid it.
  const faulty = await returned('seller');
  const receipt = await receiptOf(faulty.id, faulty.order, buyer);
  assert.equal((await refusalOf(goBack(faulty.id, { fen: 1_001, photo: receipt }))).code, 'freight-over');
  assert.equal((await refusalOf(goBack(faulty.id, { fen: 600, photo: newId() }))).code, 'photo-not-found');
  assert.equal((await refusalOf(goBack(faulty.id, { fen: 600 }))).code, 'freight-unproved');
  assert.equal((await caseView(at, buyer, county, faulty.id)).freightMostFen, 800, 'the order’s own freight');
  await goBack(faulty.id, { fen: 600, photo: receipt });
  const before = [await accountOf('merchant', shop.org), await accountOf('freight', 'county')] as const;
  await takeBack(at, merchant, { county, id: faulty.id, packs: back(faulty.codes, true) }, null);
  const one = await caseView(at, buyer, county, faulty.id);
  assert.deepEqual([one.freightBearer, one.freightBackFen, one.grantedFen], ['merchant', 600, 3_980 + 600]);
  const share = (await orderView(at, operator, county, faulty.order.id)).parts.find((part) => part.part === 'merchant');
  assert.equal(await accountOf('freight', 'county'), before[1], 'the freight is made good');
  assert.equal(await accountOf('merchant', shop.org), before[0] - (share?.fen ?? 0) - 600);

  // A change of mind: the buyer bears it. What the carrier asked of the seller is kept from the refund.
  const choice = await returned('buyer');
  const own = await receiptOf(choice.id, choice.order, buyer);
  assert.equal((await refusalOf(goBack(choice.id, { fen: 600, photo: own }))).code, 'freight-own');
  await goBack(choice.id);
  const collect = { fen: 700, photo: await receiptOf(choice.id, choice.order, merchant) };
  await takeBack(at, merchant, { county, id: choice.id, packs: back(choice.codes, true), freight: collect }, null);
  const two = await caseView(at, buyer, county, choice.id);
  assert.deepEqual([two.freightPaidBy, two.freightBackFen, two.grantedFen], ['merchant', -700, 3_980 - 700]);

  // An exchange that the platform bears: nothing is refunded but the way back, and the platform has paid it.
  const swap = await returned('seller', 'exchange');
  const platform = await accountOf('platform', 'platform');
  await goBack(swap.id, { fen: 999, photo: await receiptOf(swap.id, swap.order, buyer) });
  const twice = { fen: 1, photo: await receiptOf(swap.id, swap.order, merchant) };
  const arrive = (freight?: typeof twice) =>
    takeBack(at, merchant, { county, id: swap.id, packs: back(swap.codes, false), freight }, null);
  assert.equal((await refusalOf(arrive(twice))).code, 'freight-said');
  await arrive();
  const three = await caseView(at, buyer, county, swap.id);
  // No provider gives back more than it took: the order's own freight was 8 yuan.
  assert.deepEqual([three.state, three.freightBackFen], ['resending', 800]);
  assert.equal(await accountOf('platform', 'platform'), platform - 800);
  await assertSound(at.db);
});

test('the way back is proved by a photo or by a number, and one number proves one payment, also at once', async () => {
  const order = await receivedOrder(at, people, [walnut, 4]);
  const open = async () => {
    const id = await ask(order, 'return', { fault: 'seller' });
    await acceptCase(at, merchant, { county, id }, null);
    return id;
  };
  const goBack = (id: string, number: string) =>
    sendBack(
      at,
      buyer,
      {
        county,
        id,
        carrier: '中通',
        waybill: `YF${String(++wayback).padStart(8, '0')}`,
        freight: { fen: 300, number },
      },
      null,
    );
  const [first, ...others] = [await open(), await open(), await open()] as [string, string, string];
  await goBack(first, 'zt20261128');
  const seen = await caseView(at, buyer, county, first);
  assert.deepEqual(
    [seen.freightPaidBy, seen.freightPaidFen, seen.freightPhoto, seen.freightNumber],
    ['buyer', 300, null, 'ZT20261128'],
  );
  assert.equal((await refusalOf(goBack(others[0], 'ZT20261128'))).code, 'freight-number-used');
  const told = await Promise.allSettled(others.map((id) => goBack(id, 'ZT20261129')));
  assert.deepEqual(told.map((one) => (one.status === 'fulfilled' ? 'done' : one.reason.code)).sort(), [
    'done',
    'freight-number-used',
  ]);
  await assertSound(at.db);
});
