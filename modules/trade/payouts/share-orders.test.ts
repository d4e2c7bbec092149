import assert from 'node:assert/strict';
import { test } from 'node:test';
import { system } from '#platform/actor.ts';
import { scoped, transact } from '#platform/db.ts';
import { addTestOrganisation, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { mattersOf, standingOf } from '../../../test/fixtures-payouts.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  payTest,
  placeTest,
} from '../../../test/fixtures-trade.ts';
import { moveOrder } from '../orders/move-order.ts';
import { lockOrder, type OrderFields } from '../orders/orders.queries.ts';
import { settleOrder } from '../orders/settle-order.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { refundLines, restOf } from '../settlement/refund-lines.ts';
import { addPayee } from './add-payee.ts';
import { closePayee } from './close-payee.ts';
import { keepReceivers } from './keep-receivers.ts';
import { payables } from './payables.ts';
import { shareOrders } from './share-orders.ts';
import { shareWithinCap } from './sharing-rows.ts';
import { takeSharesBack } from './take-shares-back.ts';

const DAY = 24 * 60 * 60_000;
const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const { county, operator, buyer } = of;
const shop = await openTestShop(at, of);
await addTestRule(at, county);

let accounts = 0;
/** A seller of its own with goods in stock, so that each test looks at its own money; its account ends as told. */
async function seller(ending: string) {
  const org = await addTestOrganisation(at, { county, kind: 'merchant', name: `商家${++accounts}` });
  const goods = await addTestGoods(at, shop, { org, priceFen: 10_000 });
  await addTestStock(at, goods, { packs: 20 });
  const account = `16${String(accounts).padStart(4, '0')}${ending}`;
  const payee = await addPayee(
    at,
    operator,
    { county, ownerKind: 'organisation', owner: org, kind: 'merchant', provider: 'sandbox', account, holder: '商家' },
    null,
  );
  return { org, goods, payee };
}

/** An order of one pack that was paid, sent, received and closed. */
async function closedOrder(goods: Awaited<ReturnType<typeof addTestGoods>>, daysToReceipt = 0): Promise<string> {
  const checkout = await placeTest(at, buyer, [goods, 1]);
  await payTest(at, buyer, checkout.id);
  const order = checkout.orders[0]?.id as string;
  context.passTime(daysToReceipt * DAY);
  await transact(at.db, async (tx) => {
    const now = at.clock.now();
    for (const to of ['packed', 'sent', 'received'] as const) await moveOrder(tx, now, system, { county, order, to });
    await settleOrder(tx, now, system, { county, order });
  });
  return order;
}
const rowOf = (order: string) =>
  at.db
    .selectFrom('trade.order_sharing')
    .select(['state', 'rounds', 'cap_fen'])
    .where('order', '=', order)
    .executeTakeFirstOrThrow();
const partsOf = (order: string) =>
  at.db.selectFrom('trade.sharing_part').select(['org', 'fen', 'state']).where('order', '=', order).execute();
/** The job as often as it takes, each an hour and a day later. */
async function runFor(hours: number) {
  for (let i = 0; i < hours; i++) {
    await shareOrders(at);
    context.passTime(60 * 60_000);
  }
}
const sound = () => assertSound(at.db);
const stateOfPayee = (id: string) =>
  scoped(at.db, String(county), async (tx) => {
    const row = await tx.selectFrom('trade.payee').select('state').where('id', '=', id).executeTakeFirstOrThrow();
    return row.state;
  });

test('receivers are kept in step: added, refused after some tries, removed, closed with their organisation', async () => {
  const [good, bad] = [await seller('1111'), await seller('9999')];
  assert.equal(await stateOfPayee(good.payee), 'pending');
  await keepReceivers(at);
  assert.deepEqual([await stateOfPayee(good.payee), await stateOfPayee(bad.payee)], ['active', 'pending']);
  for (let day = 0; day < 8; day++) {
    context.passTime(DAY);
    await keepReceivers(at);
  }
  assert.equal(await stateOfPayee(bad.payee), 'refused');
  assert.deepEqual(
    (await mattersOf(at.db, county)).map((matter) => [matter.kind, matter.subject]),
    [['receiver-refused', bad.payee]],
  );
  await closePayee(at, operator, { county, id: good.payee }, null);
  assert.equal(await stateOfPayee(good.payee), 'closing');
  await keepReceivers(at);
  assert.equal(await stateOfPayee(good.payee), 'closed');
  const gone = await seller('1112');
  await keepReceivers(at);
  await at.db.updateTable('registry.organisation').set({ state: 'suspended' }).where('id', '=', gone.org).execute();
  await keepReceivers(at);
  assert.equal(await stateOfPayee(gone.payee), 'closed');
});

test('within the cap of an order, smallest parts first, and never more than may be paid out', () => {
  const share = (owner: string, fen: number) => ({ owner, accountKind: 'merchant' as const, payee: owner, fen });
  const due = [share('a', 700), share('b', 100), share('c', 300)];
  const owed = new Map([
    ['merchant a', 700],
    ['merchant b', 100],
    ['merchant c', 50],
  ]);
  const table: [room: number, shares: [string, number][]][] = [
    [0, []],
    [60, [['b', 60]]],
    [100, [['b', 100]]],
    [
      200,
      [
        ['b', 100],
        ['c', 50],
        ['a', 50],
      ],
    ],
    [
      9_999,
      [
        ['b', 100],
        ['c', 50],
        ['a', 700],
      ],
    ],
  ];
  for (const [room, shares] of table) {
    assert.deepEqual(
      shareWithinCap(due, owed, room).map(({ owner, fen }) => [owner, fen]),
      shares,
    );
  }
});

test('after receipt an order is shared up to its cap, and the rest is let go and stays owed', async () => {
  const { org, goods } = await seller('2222');
  await keepReceivers(at);
  const order = await closedOrder(goods);
  const before = await standingOf(at.db, county, 'merchant', org);
  await runFor(1);
  const shared = await partsOf(order);
  const { cap_fen } = await rowOf(order);
  assert.equal(cap_fen, Math.floor((10_000 + 800) * 0.3));
  assert.deepEqual(shared, [{ org, fen: cap_fen, state: 'paid' }]);
  await runFor(1);
  assert.equal((await rowOf(order)).state, 'finished');
  assert.equal((await standingOf(at.db, county, 'merchant', org)).balanceFen, before.balanceFen - cap_fen);
  await sound();
});

test('an order of somebody without an account at the provider is only let go', async () => {
  const goods = await addTestGoods(at, shop);
  await addTestStock(at, goods, { packs: 5 });
  const order = await closedOrder(goods);
  await runFor(2);
  assert.deepEqual([(await rowOf(order)).state, await partsOf(order)], ['finished', []]);
});

test('an answer that comes late is asked for, under the same number', async () => {
  const { org, goods } = await seller('7777');
  await keepReceivers(at);
  const order = await closedOrder(goods);
  await shareOrders(at);
  assert.equal((await partsOf(order))[0]?.state, 'under_way');
  assert.ok((await standingOf(at.db, county, 'merchant', org)).underWayFen > 0);
  await sound();
  await runFor(3);
  assert.deepEqual(
    [(await partsOf(order)).map((part) => part.state), (await rowOf(order)).state],
    [['paid'], 'finished'],
  );
  await sound();
});

test('a receiver who cannot be paid: the money is owed again, tried three times, then laid before people', async () => {
  const { org, goods } = await seller('8888');
  await keepReceivers(at);
  const order = await closedOrder(goods);
  const owed = (await standingOf(at.db, county, 'merchant', org)).balanceFen;
  await runFor(8);
  assert.deepEqual(
    (await partsOf(order)).map((part) => part.state),
    ['failed', 'failed', 'failed'],
  );
  assert.equal((await rowOf(order)).state, 'finished');
  assert.deepEqual(await standingOf(at.db, county, 'merchant', org), {
    creditedFen: owed,
    balanceFen: owed,
    underWayFen: 0,
  });
  assert.ok(
    (await mattersOf(at.db, county)).some((matter) => matter.kind === 'sharing-failed' && matter.subject === order),
  );
  await sound();
});

test('frozen money thaws after thirty days: people hear of it before, and then it is not shared any more', async () => {
  const { goods } = await seller('3333');
  await keepReceivers(at);
  const checkout = await placeTest(at, buyer, [goods, 1]);
  await payTest(at, buyer, checkout.id);
  const waiting = checkout.orders[0]?.id as string;
  context.passTime(28 * DAY);
  await shareOrders(at);
  const near = async () => (await mattersOf(at.db, county)).filter((matter) => matter.subject === waiting);
  assert.deepEqual(
    (await near()).map((matter) => matter.kind),
    ['thaw-near'],
  );
  const late = await closedOrder(goods, 31);
  await runFor(1);
  assert.deepEqual([(await rowOf(late)).state, await partsOf(late)], ['thawed', []]);
});

/** The whole of a closed order goes back to its buyer; the refund waits to be asked for. */
async function refundWhole(id: string): Promise<void> {
  await transact(at.db, async (tx) => {
    const order = (await lockOrder(tx, county, id)) as OrderFields;
    const lines = await restOf(tx, order);
    const evidence = { kind: 'order', id };
    await refundLines(tx, at.clock.now(), operator, order, { lines, reason: '商品有质量问题', evidence });
  });
}
const refundOf = (order: string) =>
  at.db.selectFrom('trade.refund').select('state').where('order', '=', order).executeTakeFirstOrThrow();

test('a refund after sharing: what was shared comes back first, and only then the buyer is paid back', async () => {
  const { org, goods } = await seller('4444');
  await keepReceivers(at);
  const order = await closedOrder(goods);
  await runFor(2);
  const { cap_fen } = await rowOf(order);
  await refundWhole(order);
  assert.equal((await standingOf(at.db, county, 'merchant', org)).balanceFen, -cap_fen);
  assert.equal(await askRefunds(at), 0, 'the share is still out');
  assert.equal((await refundOf(order)).state, 'asked');
  assert.equal(await takeSharesBack(at), 1);
  assert.equal(await takeSharesBack(at), 0, 'once');
  assert.equal((await standingOf(at.db, county, 'merchant', org)).balanceFen, 0);
  assert.equal(await askRefunds(at), 1);
  assert.equal((await refundOf(order)).state, 'done');
  await sound();
});

test('a receiver who gives nothing back: tried with growing waits, then people are told and the buyer waits no longer', async () => {
  const { org, goods } = await seller('6666');
  await keepReceivers(at);
  const order = await closedOrder(goods);
  await runFor(2);
  const { cap_fen } = await rowOf(order);
  await refundWhole(order);
  for (let day = 0; day < 5; day++) {
    assert.equal(await takeSharesBack(at), 0);
    if (day < 3) assert.equal(await askRefunds(at), 0);
    context.passTime(DAY);
  }
  assert.ok((await mattersOf(at.db, county)).some((one) => one.kind === 'back-failed' && one.subject === order));
  assert.equal(await askRefunds(at), 1);
  // What it owes is set off against what it sells next.
  assert.equal((await standingOf(at.db, county, 'merchant', org)).balanceFen, -cap_fen);
  const owed = await scoped(at.db, String(county), (tx) => payables(tx, county, [org]));
  assert.deepEqual(owed, []);
  await sound();
});
