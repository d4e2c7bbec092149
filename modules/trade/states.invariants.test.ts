import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '#platform/db.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  openTestShop,
  payTest,
  placeTest,
} from '../../test/fixtures-trade.ts';
import { cancelOrder } from './orders/cancel-order.ts';
import { askRefunds } from './payment/ask-refunds.ts';
import { startPayment } from './payment/start-payment.ts';
import { stateInvariants } from './states.invariants.ts';

const { at } = await testContext();
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const walnut = await addTestGoods(at, shop);
await addTestStock(at, walnut, { packs: 50 });
await addTestRule(at, shop.county);
const { buyer } = county;

const [open, paid, refunded] = [
  await placeTest(at, buyer, [walnut, 1]),
  await placeTest(at, buyer, [walnut, 1]),
  await placeTest(at, buyer, [walnut, 1]),
];
const pending = (await startPayment(at, buyer, { checkout: open.id, provider: 'sandbox' }, null)).payment;
await payTest(at, buyer, paid.id);
const returned = await payTest(at, buyer, refunded.id);
const of = (checkout: typeof open) => checkout.orders[0]?.id as string;
await cancelOrder(at, buyer, { county: shop.county, id: of(refunded), reason: '买错了' }, null);
await askRefunds(at);

async function breachesIn(db: Db): Promise<string[]> {
  const broken: string[] = [];
  for (const { name, check } of stateInvariants) if ((await check(db)).length > 0) broken.push(name);
  return broken;
}

const move = (order: string, from: string, to: string) =>
  sql`insert into trade.order_move (county, id, "order", from_state, to_state, reason, by_person, at)
      values (${shop.county}, ${newId()}, ${order}, ${from}, ${to}, null, null, now())`;

test('orders, checkouts, payments and refunds of every state hold', async () => {
  assert.deepEqual(await breachesIn(at.db), []);
});

const moved = 'trade: every move of an order is one that its graph allows';
const whole = 'trade: the moves of an order lead from its beginning to its state';
const stands = 'trade: a checkout stands as its orders do';
const once = 'trade: a checkout is paid once: one payment of it counts, and none is open when it is over';
const timed = 'trade: a payment has the time it was paid exactly when its money has come';
const back =
  'trade: a payment is refunded exactly when the last fen of it is back, and no more than all of it goes back';
const ended = 'trade: a refund has an end exactly when it has ended';

const rows: [damage: string, statements: RawBuilder<unknown>[], found: string[]][] = [
  ['a move that the graph does not have', [move(of(paid), 'paid', 'received')], [moved, whole]],
  ['a history that begins in the middle', [move(of(open), 'paid', 'packed')], [whole]],
  ['a move made twice', [move(of(paid), 'placed', 'paid')], [whole]],
  ['a state without its move', [sql`update trade."order" set state = 'packed' where id = ${of(paid)}`], [whole]],
  [
    'a closed checkout whose order is still placed',
    [sql`update trade.checkout set state = 'closed' where id = ${open.id}`],
    [stands, once],
  ],
  [
    'an open checkout with a payment that counts',
    [sql`update trade.payment set state = 'paid', paid_at = now() where id = ${pending}`],
    [once],
  ],
  [
    'a paid checkout with a payment still open',
    [
      sql`insert into trade.payment (id, checkout, provider, amount_fen, state, created_at)
         values (${newId()}, ${paid.id}, 'sandbox', ${paid.totalFen}, 'pending', now())`,
    ],
    [once],
  ],
  [
    'a paid payment without a time',
    [sql`update trade.payment set paid_at = null where checkout = ${paid.id}`],
    [timed],
  ],
  [
    'a fully refunded payment still shown as paid',
    [sql`update trade.payment set state = 'paid' where id = ${returned}`],
    [back],
  ],
  ['more asked back than was paid', [sql`update trade.refund set fen = fen + 1 where payment = ${returned}`], [back]],
  ['a refund done at no time', [sql`update trade.refund set done_at = null where payment = ${returned}`], [ended]],
];

for (const [damage, statements, found] of rows) {
  test(`${damage} is found`, async () => {
    await at.db
      .transaction()
      .execute(async (tx) => {
        for (const statement of statements) await statement.execute(tx);
        assert.deepEqual(await breachesIn(tx), found);
        throw new Undone();
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error;
      });
  });
}

/** Takes the damage back. */
class Undone extends Error {}
