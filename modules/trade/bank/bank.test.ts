import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { balance, findAccount } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  orderStateOf,
  placeTest,
  refusalOf,
  stockOf,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import type { CheckoutView } from '../orders/checkout-view.ts';
import { expireCheckouts } from '../orders/expire-checkouts.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { setPayTerms } from '../payment/pay-terms.ts';
import { startPayment } from '../payment/start-payment.ts';
import { importRemittances } from './import-remittances.ts';
import { matchByHand } from './match-by-hand.ts';
import { makePayCode } from './pay-code.ts';
import { raiseRemittances } from './raise-remittances.ts';
import { remittancesPage, remittanceView, returnsPage } from './remittance-views.ts';
import { askReturn, endReturn } from './return-money.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const shop = await openTestShop(at, of);
const otherShop = await openSecondShop(at);
const { county, operator, purchaser, buyer } = of;
const second = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const walnut = await addTestGoods(at, shop);
const tea = await addTestGoods(at, otherShop, { priceFen: 2580 });
await addTestStock(at, walnut, { packs: 2000 });
await addTestStock(at, tea, { packs: 50 });
await addTestRule(at, county);

const terms = {
  ...{ bankName: '成县农商银行', accountName: '成县电商运营中心', accountNumber: '6217000012345678' },
  ...{ transferFor: 'institutions' as const, transferHoldHours: 72, cash: true, cashHoldHours: 24 },
};
const transferFor = (by: Actor, checkout: CheckoutView, payerName?: string) =>
  startPayment(at, by, { checkout: checkout.id, provider: 'bank', payerName }, null);

let numbered = 0;
const line = (
  fen: number,
  over: Partial<{ bankNumber: string; payerName: string; remark: string; bookedOn: string }> = {},
) => ({
  bankNumber: `B${String(++numbered).padStart(8, '0')}`,
  bookedOn: '2026-09-17',
  amount: (fen / 100).toFixed(2),
  payerName: '过路人',
  payerAccount: '6222020000009999',
  remark: '',
  ...over,
});
const bring = (...rows: ReturnType<typeof line>[]) =>
  importRemittances(at, operator, { county, fileName: '流水.csv', rows }, null);
const codeOf = async (checkout: CheckoutView) =>
  (
    await at.db
      .selectFrom('trade.pay_code')
      .select('code')
      .where('county', '=', county)
      .where('checkout', '=', checkout.id)
      .executeTakeFirstOrThrow()
  ).code;
const stateOf = (checkout: CheckoutView) => orderStateOf(at.db, county, checkout.orders[0]?.id as string);
const unmatched = async () => {
  const account = await findAccount(at.db, county, { kind: 'remittance', owner: 'county' });
  return account ? (await balance(at.db, county, account)).balance : 0;
};
const casesOf = async (remittance: string) =>
  (
    await at.db
      .selectFrom('trade.reconcile_case')
      .select('state')
      .where('kind', '=', 'remittance')
      .where('subject', '=', remittance)
      .execute()
  ).map((row) => row.state);
const institution = async (packs = 10, payerName?: string) => {
  const checkout = await placeTest(at, purchaser, [walnut, packs]);
  await transferFor(purchaser, checkout, payerName);
  return { checkout, fen: checkout.totalFen, code: await codeOf(checkout) };
};

test('transfers before a county has set its account', async () => {
  const checkout = await placeTest(at, purchaser, [walnut, 1]);
  assert.equal((await refusalOf(transferFor(purchaser, checkout))).code, 'by-hand-not-offered');
  assert.equal((await refusalOf(bring(line(100)))).code, 'pay-terms-missing');
  const half = { ...terms, accountNumber: null };
  assert.equal((await refusalOf(setPayTerms(at, operator, county, half))).code, 'bank-account-missing');
  assert.deepEqual(await setPayTerms(at, operator, county, terms), terms);
});

test('who may choose a transfer, and for what', async () => {
  const own = await placeTest(at, buyer, [walnut, 1]);
  assert.equal((await refusalOf(transferFor(buyer, own))).code, 'by-hand-not-offered', 'a person, not an institution');
  const two = await placeTest(at, purchaser, [walnut, 1], [tea, 1]);
  assert.equal((await refusalOf(transferFor(purchaser, two))).code, 'by-hand-one-county');
  const one = await placeTest(at, purchaser, [walnut, 1]);
  const cash = startPayment(at, purchaser, { checkout: one.id, provider: 'bank', method: 'cash' }, null);
  assert.equal((await refusalOf(cash)).code, 'payment-method-unknown');
});

test('choosing a transfer keeps the packs for three days, gives one code, and asks nobody', async () => {
  const checkout = await placeTest(at, purchaser, [walnut, 2]);
  const [first, again] = [await transferFor(purchaser, checkout), await transferFor(purchaser, checkout)];
  assert.equal(first.payment, again.payment);
  const row = await at.db
    .selectFrom('trade.pay_code')
    .selectAll()
    .where('checkout', '=', checkout.id)
    .executeTakeFirstOrThrow();
  assert.equal(row.payer_name, '成县第一中学食堂');
  assert.equal(row.expires_at.getTime() - at.clock.now().getTime(), 72 * 3_600_000);
  context.passTime(71 * 3_600_000);
  await expireCheckouts(at);
  assert.equal(await stateOf(checkout), 'placed');
  context.passTime(3_600_000);
  await expireCheckouts(at);
  assert.equal(await stateOf(checkout), 'cancelled');
  context.setTime('2026-09-17T06:00:00Z');
});

test('a statement is answered line by line, and the same line comes in once', async () => {
  const good = line(1000);
  const rows = [
    good,
    good,
    line(500, { bankNumber: '' }),
    line(500, { bookedOn: '2026-09-18' }),
    line(500, { bookedOn: '昨天' }),
    { ...line(500), amount: '很多' },
    line(500, { payerName: ' ' }),
  ];
  const before = await unmatched();
  const answer = await bring(...rows);
  assert.deepEqual(
    answer.rows.map((row) => [row.outcome, row.field]),
    [
      ['accepted', null],
      ['repeated', null],
      ['refused', 'bankNumber'],
      ['refused', 'bookedOn'],
      ['refused', 'bookedOn'],
      ['refused', 'amount'],
      ['refused', 'payerName'],
    ],
  );
  assert.deepEqual([answer.accepted, answer.repeated, answer.refused, answer.matched], [1, 1, 5, 0]);
  assert.equal((await bring(good)).repeated, 1, 'and in another statement too');
  assert.equal((await unmatched()) - before, 1000);
  assert.equal(
    (await refusalOf(importRemittances(at, operator, { county, fileName: 'x', rows: [] }, null))).code,
    'statement-empty',
  );
  await assertSound(at.db);
});

test('the very amount with its code pays, on the way of a notice', async () => {
  const { checkout, fen, code } = await institution();
  const before = await unmatched();
  const answer = await bring(line(fen, { remark: `货款 ${code.slice(0, 4)} ${code.slice(4)}` }));
  assert.equal(answer.matched, 1);
  assert.equal(await stateOf(checkout), 'paid');
  assert.equal(await unmatched(), before);
  const notice = await at.db
    .selectFrom('trade.payment_notice')
    .select(['asked', 'outcome'])
    .where('provider', '=', 'bank')
    .orderBy('received_at', 'desc')
    .executeTakeFirstOrThrow();
  assert.deepEqual(notice, { asked: true, outcome: 'paid' });
  await assertSound(at.db);
});

test('in two parts: paid with the second; too much: the rest is a case', async () => {
  const { checkout, fen, code } = await institution();
  assert.equal((await bring(line(fen - 100, { remark: code }))).matched, 0);
  assert.equal(await stateOf(checkout), 'placed');
  const answer = await bring(line(300, { remark: code }));
  assert.deepEqual([answer.matched, await stateOf(checkout)], [1, 'paid']);
  const remittance = answer.rows[0]?.remittance as string;
  const view = await remittanceView(at, operator, county, remittance);
  assert.deepEqual([view.matchedFen, view.leftFen, view.state], [100, 200, 'part']);
  assert.deepEqual(await casesOf(remittance), ['open']);
  await assertSound(at.db);
});

test('one transfer for two orders pays both; without a code, name and amount do', async () => {
  const [a, b] = [await institution(3), await institution(4)];
  await bring(line(a.fen + b.fen, { remark: `${a.code},${b.code}` }));
  assert.deepEqual([await stateOf(a.checkout), await stateOf(b.checkout)], ['paid', 'paid']);
  const named = await institution(7, '成县教育局（食堂）');
  await bring(line(named.fen, { payerName: '成县教育局(食堂)', remark: '货款' }));
  assert.equal(await stateOf(named.checkout), 'paid');
  await assertSound(at.db);
});

test('matching by hand: refusals first, then the act', async () => {
  const { checkout, fen, code } = await institution();
  const [id, small] = (await bring(line(fen - 50), line(50))).rows.map((row) => row.remittance as string) as [
    string,
    string,
  ];
  const match = (over: Partial<{ code: string; remittances: string[] }>) =>
    matchByHand(at, operator, { county, code, remittances: [id, small], ...over }, null);
  const cases: [string, Parameters<typeof match>[0], string][] = [
    ['no such code', { code: makePayCode(() => 1234) }, 'pay-code-unknown'],
    ['a code with a wrong digit', { code: code.slice(0, 7) + ((Number(code[7]) + 1) % 10) }, 'pay-code-unknown'],
    ['no such remittance', { remittances: [newId()] }, 'remittance-not-found'],
    ['one of them unknown', { remittances: [id, newId()] }, 'remittance-not-found'],
    ['not enough', { remittances: [id] }, 'remittance-short'],
    ['not enough by naming one twice', { remittances: [id, id] }, 'remittance-short'],
  ];
  for (const [name, over, refusal] of cases) assert.equal((await refusalOf(match(over))).code, refusal, name);
  await match({});
  assert.equal(await stateOf(checkout), 'paid');
  assert.equal((await refusalOf(match({}))).code, 'pay-code-taken');
  await assertSound(at.db);
});

test('two imports of one statement at the same time bring its money once', async () => {
  const { checkout, fen, code } = await institution();
  const row = line(fen, { remark: code });
  const answers = await Promise.all([bring(row), bring(row), bring(row)]);
  assert.equal(
    answers.reduce((sum, answer) => sum + answer.accepted, 0),
    1,
  );
  assert.equal(await stateOf(checkout), 'paid');
  await assertSound(at.db);
});

test('money that comes after the time takes the packs again, or becomes a refund that two people send', async () => {
  const late = await institution(5);
  context.passTime(73 * 3_600_000);
  await expireCheckouts(at);
  await bring(line(late.fen, { remark: late.code }));
  assert.equal(await stateOf(late.checkout), 'paid', 'the packs were still there');

  const over = await institution(6);
  await cancelOrder(at, purchaser, { county, id: over.checkout.orders[0]?.id as string, reason: '不要了' }, null);
  await bring(line(over.fen, { remark: over.code }));
  assert.equal(await stateOf(over.checkout), 'refunded');
  await askRefunds(at);
  const waiting = (await returnsPage(at, operator, county)).waiting.find((row) => row.code === over.code);
  assert.equal(waiting?.fen, over.fen);
  const asked = {
    county,
    refund: waiting?.refund,
    payeeName: '成县第一中学食堂',
    payeeAccount: '6222 0200 0000 9999',
    reason: '订单已取消',
  };
  const { id } = await askReturn(at, operator, asked, null);
  assert.equal((await refusalOf(askReturn(at, second, asked, null))).code, 'return-asked-already');
  assert.equal(
    (await refusalOf(endReturn(at, operator, { county, id, bankNumber: 'OUT1' }, null))).code,
    'second-look-needed',
  );
  await endReturn(at, second, { county, id, bankNumber: 'OUT1' }, null);
  const refund = await at.db
    .selectFrom('trade.refund')
    .select('state')
    .where('id', '=', waiting?.refund as string)
    .executeTakeFirstOrThrow();
  assert.equal(refund.state, 'done');
  context.setTime('2026-09-17T06:00:00Z');
  await assertSound(at.db);
});

test('sending unmatched money back: refusals first, then asked, withdrawn, asked again and sent', async () => {
  const [id] = (await bring(line(5000, { payerName: '汇错的人' }))).rows.map((row) => row.remittance as string) as [
    string,
  ];
  const ask = (over: Partial<Parameters<typeof askReturn>[2]> = {}, by = operator) =>
    askReturn(
      at,
      by,
      { county, remittance: id, payeeName: '汇错的人', payeeAccount: '6222020000009999', reason: '汇错退回', ...over },
      null,
    );
  const cases: [string, Partial<Parameters<typeof askReturn>[2]>, string][] = [
    ['of nothing', { remittance: undefined }, 'return-of-one-thing'],
    ['of two things', { refund: newId() }, 'return-of-one-thing'],
    ['an unknown remittance', { remittance: newId() }, 'remittance-not-found'],
    ['more than is left', { fen: 5001 }, 'remittance-short'],
    ['an unknown refund', { remittance: undefined, refund: newId() }, 'refund-not-waiting'],
  ];
  for (const [name, over, refusal] of cases) assert.equal((await refusalOf(ask(over))).code, refusal, name);
  const before = await unmatched();
  const first = await ask({ fen: 2000 });
  assert.equal((await refusalOf(ask({ fen: 3001 }))).code, 'remittance-short', 'what is asked back is held');
  await endReturn(at, operator, { county, id: first.id, bankNumber: null }, null);
  assert.equal(
    (await refusalOf(endReturn(at, second, { county, id: first.id, bankNumber: 'X123' }, null))).code,
    'return-over',
  );
  assert.equal(
    (await refusalOf(endReturn(at, second, { county, id: newId(), bankNumber: 'X123' }, null))).code,
    'return-not-found',
  );
  const whole = await ask();
  assert.equal(whole.fen, 5000);
  assert.equal(await unmatched(), before, 'asked is not sent');
  await endReturn(at, second, { county, id: whole.id, bankNumber: 'OUT2' }, null);
  assert.equal(before - (await unmatched()), 5000);
  const view = await remittanceView(at, operator, county, id);
  assert.deepEqual([view.state, view.returnedFen, view.leftFen], ['done', 5000, 0]);
  await assertSound(at.db);
});

test('what nothing is found for becomes a case after three days, and is corrected when it is matched', async () => {
  const [id] = (await bring(line(77))).rows.map((row) => row.remittance as string) as [string];
  await raiseRemittances(at);
  assert.deepEqual(await casesOf(id), []);
  context.passTime(3 * 86_400_000);
  await raiseRemittances(at);
  await raiseRemittances(at);
  assert.deepEqual(await casesOf(id), ['open']);
  const back = await askReturn(
    at,
    operator,
    { county, remittance: id, payeeName: '某人', payeeAccount: '622202', reason: '无主退回' },
    null,
  );
  await endReturn(at, second, { county, id: back.id, bankNumber: 'OUT3' }, null);
  assert.deepEqual(await casesOf(id), ['corrected']);
  context.setTime('2026-09-17T06:00:00Z');
});

test('an account is masked for whoever only looks', async () => {
  const [id] = (await bring(line(88))).rows.map((row) => row.remittance as string) as [string];
  assert.equal((await remittanceView(at, of.auditor, county, id)).payerAccount, '****9999');
  assert.equal((await remittanceView(at, operator, county, id)).payerAccount, '6222020000009999');
  assert.ok((await remittancesPage(at, county, {})).rows.every((row) => !row.payerAccount?.startsWith('6222')));
});

test('whatever comes, is matched and sent back: money in = matched + unmatched + returned', async () => {
  const step = fc.oneof(
    fc.record({ act: fc.constant('order' as const), packs: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      act: fc.constant('bring' as const),
      part: fc.constantFrom(1, 0.5, 1.5, 2),
      which: fc.nat(5),
      coded: fc.boolean(),
    }),
    fc.record({ act: fc.constant('return' as const), which: fc.nat(20), sent: fc.boolean() }),
    fc.record({ act: fc.constant('match' as const), which: fc.nat(5), from: fc.nat(20) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      const orders: Awaited<ReturnType<typeof institution>>[] = [];
      const came: string[] = [];
      for (const s of steps) {
        const order = 'which' in s ? orders[s.which % Math.max(1, orders.length)] : undefined;
        if (s.act === 'order') orders.push(await institution(s.packs));
        if (s.act === 'bring') {
          const fen = Math.round((order?.fen ?? 1234) * s.part);
          const answer = await bring(line(fen, { remark: s.coded ? (order?.code ?? '') : '' }));
          came.push(...answer.rows.flatMap((row) => row.remittance ?? []));
        }
        const remittance = 'which' in s ? came[s.which % Math.max(1, came.length)] : undefined;
        if (s.act === 'return' && remittance) {
          const ask = { county, remittance, payeeName: '某人', payeeAccount: '622202', reason: '退回' };
          const asked = await askReturn(at, operator, ask, null).catch(() => null);
          if (asked)
            await endReturn(
              at,
              second,
              { county, id: asked.id, bankNumber: s.sent ? newId().slice(0, 20) : null },
              null,
            );
        }
        const from = 'from' in s ? came[s.from % Math.max(1, came.length)] : undefined;
        if (s.act === 'match' && order && from) {
          await matchByHand(at, operator, { county, code: order.code, remittances: [from] }, null).catch(() => null);
        }
      }
      const { sums } = await remittancesPage(at, county, {});
      assert.equal(sums.inFen, sums.matchedFen + sums.returnedFen + sums.unmatchedFen);
      assert.equal(await unmatched(), sums.unmatchedFen);
    }),
    { numRuns: 12 },
  );
  assert.ok((await stockOf(at.db, walnut)).onHand > 0);
  await assertSound(at.db);
});
