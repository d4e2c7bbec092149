import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import {
  addTestHousehold,
  addTestOrganisation,
  addTestPerson,
  farVillage,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { creditTest, linesOfOwner } from '../../../test/fixtures-payouts.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  orderStateOf,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { byHandInvariants } from '../bank/by-hand.invariants.ts';
import { makePayCode } from '../bank/pay-code.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { setPayTerms } from '../payment/pay-terms.ts';
import { startPayment } from '../payment/start-payment.ts';
import { approveBatch } from '../payouts/approve-batch.ts';
import { handOut } from '../payouts/hand-out.ts';
import { prepareBatch } from '../payouts/prepare-batch.ts';
import { sendPayouts } from '../payouts/send-payouts.ts';
import { cashCodeView, stationCash, tills } from './cash-views.ts';
import { endDeposit, handInCash } from './hand-in-cash.ts';
import { payBackCash } from './pay-back-cash.ts';
import { takeCash } from './take-cash.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const shop = await openTestShop(at, of);
const { county, station, keeper, buyer, operator } = of;
const walnut = await addTestGoods(at, shop);
await addTestStock(at, walnut, { packs: 500 });
await addTestRule(at, county);
const far = await addTestOrganisation(at, { county, kind: 'station', name: '另一个站', region: farVillage });
const farKeeper = await addTestPerson(at, { name: '远站长', org: far, role: 'keeper' });
/** keeps the station and works for the county: still one person */
const both = await addTestPerson(at, { name: '身兼两职', org: station, role: 'keeper' });

await setPayTerms(at, operator, county, {
  ...{ bankName: null, accountName: null, accountNumber: null, transferFor: 'nobody', transferHoldHours: 72 },
  ...{ cash: true, cashHoldHours: 24 },
});

const order = async (packs = 2) => {
  const checkout = await placeTest(at, buyer, [walnut, packs]);
  const { payment } = await startPayment(at, buyer, { checkout: checkout.id, provider: 'station' }, null);
  const { code } = await at.db
    .selectFrom('trade.pay_code')
    .select('code')
    .where('payment', '=', payment)
    .executeTakeFirstOrThrow();
  return { checkout, code, fen: checkout.totalFen, order: checkout.orders[0]?.id as string };
};
type Order = Awaited<ReturnType<typeof order>>;
const take = (o: Order, over: Partial<Parameters<typeof takeCash>[2]> = {}, by: Actor = keeper) =>
  takeCash(at, by, { county, station, code: o.code, fen: o.fen, ...over }, null);
const state = (o: Order) => orderStateOf(at.db, county, o.order);
const till = async (id = station) => (await stationCash(at, operator, county, id, {})).tillFen;

test('taking cash: refusals first, then the money is in the till and the order is paid', async () => {
  const o = await order();
  const merchantsOrg = of.merchantOrg;
  const cases: [string, Partial<Parameters<typeof takeCash>[2]>, Actor, string][] = [
    ['by a keeper of another station', {}, farKeeper, 'not-allowed'],
    ['by the county', {}, operator, 'not-allowed'],
    ['by a merchant', { station: merchantsOrg }, of.otherMerchant, 'not-allowed'],
    ['a code nobody has', { code: makePayCode(() => 4321) }, keeper, 'pay-code-unknown'],
    ['no code at all', { code: '12345678' === o.code ? '00000000' : 'abcdefgh' }, keeper, 'pay-code-unknown'],
    ['too little', { fen: o.fen - 1 }, keeper, 'cash-differs'],
    ['too much', { fen: o.fen + 1 }, keeper, 'cash-differs'],
  ];
  for (const [name, over, by, code] of cases) assert.equal((await refusalOf(take(o, over, by))).code, code, name);
  assert.deepEqual([await state(o), await till()], ['placed', 0]);
  const { number } = await take(o, { code: `${o.code.slice(0, 4)} ${o.code.slice(4)}` });
  assert.match(number, /^C\d{6}$/);
  assert.deepEqual([await state(o), await till()], ['paid', o.fen]);
  assert.equal((await refusalOf(take(o))).code, 'pay-code-taken');
  assert.equal((await cashCodeView(at, county, o.code)).state, 'taken');
  await assertSound(at.db);
});

test('two keepers at one code take its money once', async () => {
  const o = await order();
  const before = (await till()) + (await till(far));
  const answers = await Promise.allSettled([take(o), take(o), take(o, { station: far }, farKeeper)]);
  assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1);
  assert.equal((await till()) + (await till(far)) - before, o.fen);
  await assertSound(at.db);
});

test('an order that is over takes no money at the counter', async () => {
  const o = await order();
  context.passTime(24 * 3_600_000 - 1000);
  await expireCheckouts(at);
  assert.equal((await cashCodeView(at, county, o.code)).state, 'due', 'held for a day');
  context.passTime(1000);
  assert.equal((await refusalOf(take(o))).code, 'pay-code-over', 'over by the clock, before the job has come');
  await expireCheckouts(at);
  assert.equal((await refusalOf(take(o))).code, 'pay-code-over');
  assert.equal((await cashCodeView(at, county, o.code)).state, 'over');
});

test('giving cash back: refusals first, then against a receipt, once', async () => {
  const o = await order(3);
  await take(o);
  const back = (over: Partial<Parameters<typeof payBackCash>[2]> = {}, by: Actor = keeper) =>
    payBackCash(at, by, { county, station, code: o.code, refund: newId(), taker: '林小满', ...over }, null);
  assert.equal((await refusalOf(back())).code, 'refund-not-waiting', 'nothing is to be given back');
  await cancelOrder(at, buyer, { county, id: o.order, reason: '不想要了' }, null);
  await askRefunds(at);
  const found = await cashCodeView(at, county, o.code);
  assert.deepEqual([found.state, found.refunds[0]?.fen], ['pay-back', o.fen]);
  const refund = found.refunds[0]?.refund as string;
  const cases: [string, Partial<Parameters<typeof payBackCash>[2]>, Actor, string][] = [
    ['by the county', { refund }, operator, 'not-allowed'],
    ['an unknown code', { refund, code: makePayCode(() => 99) }, keeper, 'pay-code-unknown'],
    ['an unknown refund', {}, keeper, 'refund-not-waiting'],
    ['at a station without money', { refund, station: far }, farKeeper, 'till-short'],
  ];
  if ((await till(far)) >= o.fen) cases.pop();
  for (const [name, over, by, code] of cases) assert.equal((await refusalOf(back(over, by))).code, code, name);
  const before = await till();
  const done = await back({ refund });
  assert.deepEqual([done.fen, before - (await till())], [o.fen, o.fen]);
  assert.equal((await refusalOf(back({ refund }))).code, 'refund-not-waiting');
  assert.equal((await cashCodeView(at, county, o.code)).state, 'paid-back');
  const payment = await at.db
    .selectFrom('trade.payment as p')
    .innerJoin('trade.pay_code as c', 'c.payment', 'p.id')
    .select('p.state')
    .where('c.code', '=', o.code)
    .executeTakeFirstOrThrow();
  assert.equal(payment.state, 'refunded');
  await assertSound(at.db);
});

test('handing cash in: refusals first, then held, counted by another person, or refused and in the till again', async () => {
  const o = await order(5);
  await take(o);
  const have = await till();
  const hand = (fen: number, by: Actor = keeper) => handInCash(at, by, { county, station, fen }, null);
  assert.equal((await refusalOf(hand(have + 1))).code, 'till-short');
  assert.equal((await refusalOf(hand(1, farKeeper))).code, 'not-allowed');
  const first = await hand(1000);
  assert.equal(await till(), have - 1000);
  assert.equal((await refusalOf(hand(have - 999))).code, 'till-short', 'what is handed in is out of the till');
  const end = (by: Actor, id: string, reason: string | null) => endDeposit(at, by, { county, id, reason }, null);
  assert.equal((await refusalOf(end(operator, newId(), null))).code, 'deposit-not-found');
  assert.equal((await refusalOf(end(keeper, first.id, null))).code, 'second-look-needed');
  await end(operator, first.id, '少了五十元');
  assert.equal(await till(), have);
  assert.equal((await refusalOf(end(operator, first.id, null))).code, 'deposit-over');
  const second = await hand(have, both);
  assert.equal((await refusalOf(end(both, second.id, null))).code, 'second-look-needed');
  assert.deepEqual(
    (await tills(at, operator, county)).deposits.map((d) => [d.id, d.fen]),
    [[second.id, have]],
  );
  await end(operator, second.id, null);
  assert.deepEqual([await till(), (await tills(at, operator, county)).deposits], [0, []]);
  await assertSound(at.db);
});

test('many deposits at once never take more than is there', async () => {
  const o = await order(4);
  await take(o);
  const have = await till();
  const answers = await Promise.allSettled(
    [1, 2, 3, 4].map(() => handInCash(at, keeper, { county, station, fen: Math.ceil(have / 2) }, null)),
  );
  assert.ok(answers.filter((answer) => answer.status === 'fulfilled').length <= 2);
  for (const end of answers) if (end.status === 'rejected') assert.equal(end.reason.code, 'till-short');
  assert.ok((await till()) >= 0);
  await assertSound(at.db);
});

test('a till’s history has everything that went in and out, and sums to what is in it', async () => {
  const more = await order(2);
  await take(more);
  const household = await addTestHousehold(at, { county, village: of.village, name: '户主' });
  await creditTest(at, county, { kind: 'household', owner: household }, 100);
  const batch = await prepareBatch(at, operator, { county, ownerKind: 'household', minimumFen: 1 }, null);
  const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
  await approveBatch(at, second, { county, id: batch, version: 1, totalFen: 100 }, null);
  await sendPayouts(at);
  const [line] = await linesOfOwner(at.db, county, household);
  const receipt = { county, id: line?.id as string, receipt: '收 9', confirmedBy: 'household' as const };
  await handOut(at, keeper, receipt, null);
  const handed = (await stationCash(at, keeper, county, station, {})).rows[0];
  assert.deepEqual([handed?.kind, handed?.number, handed?.fen], ['hand-out', '收 9', -100]);
  const { rows, tillFen, total } = await stationCash(at, keeper, county, station, { size: 200 });
  assert.equal(rows.length, total);
  const counted = rows.filter((row) => row.state !== 'refused');
  assert.equal(
    counted.reduce((sum, row) => sum + row.fen, 0),
    tillFen,
  );
  assert.equal((await refusalOf(stationCash(at, farKeeper, county, station, {}))).code, 'not-allowed');
  assert.equal((await refusalOf(stationCash(at, operator, county, of.cooperative, {}))).code, 'station-unknown');
  // What the household is owed was credited past the acts: only what is said of money by hand is looked at.
  await assertSound(at.db, [{ name: 'by-hand', routes() {}, invariants: byHandInvariants }]);
});
