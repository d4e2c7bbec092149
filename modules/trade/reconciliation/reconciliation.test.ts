import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openSecondShop,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { cancelOrder } from '../orders/cancel-order.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { billsOf } from './bills.ts';
import { casesPage, caseView, moveDifference } from './cases.ts';
import { postFees } from './post-fees.ts';
import { reconcileBill, reconcileDueBills } from './reconcile-bill.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const shop = await openTestShop(at, of);
const otherShop = await openSecondShop(at);
const { county, buyer, operator, auditor, platform } = of;
const other = otherShop.county;
const walnut = await addTestGoods(at, shop);
const tea = await addTestGoods(at, otherShop, { priceFen: 2581 });
await addTestStock(at, walnut, { packs: 500 });
await addTestStock(at, tea, { packs: 500 });
await addTestRule(at, county);

const day = '2026-09-17';
const bill = () => reconcileBill(at, { provider: 'sandbox', day });
const nextMorning = () => context.setTime('2026-09-18T02:30:00Z');
const openIn = async (c: number, by = operator) =>
  (await casesPage(at.db, by, c, { size: 200 })).rows.filter((row) => row.state !== 'closed');

test('a bill is had only after ten in the morning of the next day, and only where there is one', async () => {
  assert.equal((await refusalOf(bill())).code, 'bill-not-ready');
  context.setTime('2026-09-18T01:59:59Z');
  assert.equal((await refusalOf(bill())).code, 'bill-not-ready');
  nextMorning();
  assert.equal((await refusalOf(reconcileBill(at, { provider: 'nobody', day }))).code, 'provider-unknown');
  assert.equal((await refusalOf(reconcileBill(at, { provider: 'bank', day }))).code, 'bill-not-ready');
  assert.equal((await bill()).rows, 0);
  context.setTime('2026-09-17T06:00:00Z');
});

test('what agrees makes no case, and fees add up to the bill over all counties', async () => {
  await payTest(at, buyer, (await placeTest(at, buyer, [walnut, 2])).id);
  // Two counties: a fee that does not divide.
  await payTest(at, buyer, (await placeTest(at, buyer, [walnut, 1], [tea, 3])).id);
  const gone = await placeTest(at, buyer, [walnut, 1]);
  await payTest(at, buyer, gone.id);
  await cancelOrder(at, buyer, { county, id: gone.orders[0]?.id as string, reason: '不要了' }, null);
  await askRefunds(at);
  nextMorning();
  const compared = await bill();
  assert.deepEqual([compared.rows, compared.differences], [4, 0]);
  const [here, there] = [
    await billsOf(at, county, { month: '2026-09' }),
    await billsOf(at, other, { month: '2026-09' }),
  ];
  assert.equal(here.feeFen + there.feeFen, compared.feeFen);
  assert.ok(here.feeFen > 0 && there.feeFen > 0);
  assert.deepEqual(await openIn(county), []);
  await assertSound(at.db);
});

/** What the books of a county say that providers kept: of the fees' own account what moved beside the clearing. */
async function feesIn(c: number) {
  const { rows } = await sql<{ owner: string; fen: number }>`
    select f.owner, sum(case when t.debit = f.id then t.amount_fen else -t.amount_fen end)::bigint as fen
      from ledger.account f
      join ledger.account a on a.county = f.county and a.kind = 'provider_clearing' and a.owner = f.owner
      join ledger.transfer t on t.county = f.county and ((t.debit = f.id and t.credit = a.id) or (t.debit = a.id and t.credit = f.id))
     where f.county = ${c} and f.kind = 'provider_fee' group by f.owner`.execute(at.db);
  return rows.map((row) => [row.owner, row.fen]);
}

test('fee reports that do not add up: bill, counties, postings per order and ledger are one sum, however often it is had', async () => {
  const total = await at.db
    .selectFrom('trade.bill')
    .select('fee_fen')
    .where('day', '=', sql<string>`${day}::date`)
    .executeTakeFirstOrThrow();
  const inLedger = async () => [...(await feesIn(county)), ...(await feesIn(other))];
  const sums = async () => (await inLedger()).reduce((sum, [, fen]) => sum + Number(fen), 0);
  assert.equal(await sums(), total.fee_fen);
  const { rows, feeFen } = await billsOf(at, county, { month: '2026-09' });
  assert.deepEqual(await feesIn(county), [['sandbox', feeFen]]);
  assert.equal(rows[0]?.bookedFen, feeFen);
  const postings = () => at.db.selectFrom('trade.fee_posting').selectAll().orderBy('transfer').execute();
  const once = await postings();
  const orders = await at.db.selectFrom('trade.order').select(['county', 'id']).execute();
  for (const { county: c, order } of once) assert.ok(orders.some((one) => one.county === c && one.id === order));

  // Again, and two at once: nothing is booked twice.
  await bill();
  await Promise.all([postFees(at), postFees(at), bill()]);
  assert.deepEqual(await postings(), once);

  // The provider corrects its bill: the difference is booked, what was booked stays.
  const { ours, fee_fen } = await at.db
    .selectFrom('trade.sandbox_deed')
    .select(['ours', 'fee_fen'])
    .where('kind', '=', 'payment')
    .orderBy('at')
    .limit(1)
    .executeTakeFirstOrThrow();
  await at.db.updateTable('trade.sandbox_deed').set({ fee_fen: 1 }).where('ours', '=', ours).execute();
  const less = await bill();
  assert.equal(await sums(), less.feeFen);
  const more = (await postings()).filter((row) => !once.some((old) => old.transfer === row.transfer));
  assert.deepEqual(
    more.map((row) => row.fen),
    [1 - fee_fen],
  );
  await at.db.updateTable('trade.sandbox_deed').set({ fee_fen }).where('ours', '=', ours).execute();
  await bill();
  assert.equal(await sums(), total.fee_fen);
  await assert.rejects(at.db.deleteFrom('trade.fee_posting').execute(), { code: 'SH001' });
  await assertSound(at.db);
});

test('every kind of difference becomes a case once, where it belongs; what is mended is corrected by itself', async () => {
  const payments = await at.db.selectFrom('trade.payment').select('id').orderBy('created_at').execute();
  const [first, both] = payments.map((row) => row.id) as [string, string];
  // Theirs, not ours: of nothing we know. Ours, not theirs. Another amount, over two counties.
  await at.db
    .insertInto('trade.sandbox_deed')
    .values({
      kind: 'payment',
      ours: newId(),
      payment: newId(),
      fen: 777,
      fee_fen: 5,
      at: new Date(`${day}T12:00:00+08:00`),
    })
    .execute();
  await at.db.deleteFrom('trade.sandbox_deed').where('ours', '=', first).execute();
  await sql`update trade.sandbox_deed set fen = fen - 1 where ours = ${both}`.execute(at.db);
  assert.equal((await bill()).differences, 3);
  await bill();
  const kinds = async (c: number, by = operator) => (await openIn(c, by)).map((row) => row.kind).sort();
  assert.deepEqual(await kinds(county), ['amount', 'surplus']);
  assert.deepEqual(await kinds(other, platform), ['amount', 'missing'], 'of no county: the platform’s');
  await assertSound(at.db);

  await sql`update trade.sandbox_deed set fen = fen + 1 where ours = ${both}`.execute(at.db);
  await bill();
  const amount = (await casesPage(at.db, operator, county, { kind: 'amount' })).rows[0];
  assert.equal(amount?.state, 'corrected');
  const { moves } = await caseView(at.db, operator, county, amount?.id as string);
  assert.deepEqual(
    moves.map((m) => m.to),
    ['open', 'corrected'],
  );
});

test('a case is closed with reasons only, and can be opened again', async () => {
  const found = (await casesPage(at.db, operator, county, { kind: 'surplus' })).rows[0];
  const id = found?.id as string;
  const move = (to: 'open' | 'explained' | 'corrected' | 'closed', reason = '渠道漏记，已补', over = {}) =>
    moveDifference(at, operator, { county, id, to, reason, ...over }, null);
  assert.equal((await refusalOf(move('closed'))).code, 'difference-move-not-allowed', 'nobody has said why');
  assert.equal((await refusalOf(move('open'))).code, 'difference-move-not-allowed');
  assert.equal((await refusalOf(move('explained', 'x y', { id: newId() }))).code, 'difference-not-found');
  assert.equal(
    (await refusalOf(move('explained', 'x y', { county: other }))).code,
    'difference-not-found',
    'another county’s',
  );
  await move('explained');
  await move('closed', '与渠道核对无误');
  await bill();
  assert.equal((await caseView(at.db, auditor, county, id)).state, 'closed', 'the same difference stays closed');
  await move('open', '还要再查');
  const { moves, state } = await caseView(at.db, auditor, county, id);
  assert.equal(state, 'open');
  assert.deepEqual(
    moves.map((m) => [m.to, m.by]),
    [
      ['open', 'system'],
      ['explained', '周运营'],
      ['closed', '周运营'],
      ['open', '周运营'],
    ],
  );
  await assert.rejects(
    sql`insert into trade.reconcile_move values (${newId()}, ${id}, 'open', 'closed', ' ', 'x', now())`.execute(at.db),
    /check constraint/,
    'nor past the program',
  );
  await assertSound(at.db);
});

test('the job compares every day of the last week that has not been compared', async () => {
  context.setTime('2026-09-20T02:05:00Z');
  assert.equal(await reconcileDueBills(at), 2, 'the 18th and the 19th; the 17th was done by hand');
  assert.equal(await reconcileDueBills(at), 0);
  context.setTime('2026-09-21T01:00:00Z');
  assert.equal(await reconcileDueBills(at), 0, 'before ten');
  context.setTime('2026-09-21T02:00:00Z');
  assert.equal(await reconcileDueBills(at), 1);
});
