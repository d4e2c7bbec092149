import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { findAccount } from '#ledger';
import { newId } from '#platform/ids.ts';
import { tradeModule } from '#trade';
import { addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import {
  addTestGoods,
  addTestRule,
  addTestStock,
  assertSound,
  openTestShop,
  payTest,
  placeTest,
  refusalOf,
} from '../../../test/fixtures-trade.ts';
import { closeAccount } from '../../ledger/accounts/close-account.ts';
import { lockOrder } from '../orders/orders.queries.ts';
import { askRefunds } from '../payment/ask-refunds.ts';
import { refundLines } from '../settlement/refund-lines.ts';
import { addSettlementRule } from '../settlement/settlement-rules.ts';
import { statement } from '../settlement/statement.ts';
import { billsOf } from './bills.ts';
import { postFees } from './post-fees.ts';
import { reconcileBill } from './reconcile-bill.ts';

const context = await testContext();
const { at } = context;
const of = await openTestCounty(at);
const shop = await openTestShop(at, of);
const { county, buyer, operator, merchant, otherMerchant } = of;
const approver = await addTestPerson(at, { name: '钱复核', org: of.centre, role: 'operator' });
const walnut = await addTestGoods(at, shop);
const honey = await addTestGoods(at, shop, { org: of.merchantOrg, priceFen: 10_000, name: '土蜂蜜' });
const tea = await addTestGoods(at, shop, { priceFen: 6_000, name: '藤茶' });
const oil = await addTestGoods(at, shop, { priceFen: 8_000, name: '核桃油' });
for (const goods of [walnut, honey, tea, oil]) await addTestStock(at, goods, { packs: 100 });
await addTestRule(at, county, { position: 1, product: walnut.product, feeBearer: 'merchant' });
await addTestRule(at, county, { position: 2, product: honey.product, feeBearer: 'merchant' });
await addTestRule(at, county, { position: 3, product: tea.product, feeBearer: 'fund' });
// Nothing fits the oil: its money is its seller's whole, and nobody has agreed to bear its fees.

const day = '2026-09-17';
const bill = () => reconcileBill(at, { provider: 'sandbox', day });
const charges = () => at.db.selectFrom('trade.fee_charge').selectAll().orderBy('at').orderBy('transfer').execute();
/** What each bore so far, by what it stands on in the ledger. */
async function borne() {
  const { rows } = await sql<{ name: string; fen: number }>`
    select case c.bearer when 'merchant' then o.name else c.bearer end as name, sum(c.fen)::bigint as fen
      from trade.fee_charge c left join registry.organisation o on o.county = c.county and o.id = c.org
     group by 1 having sum(c.fen) <> 0 order by 1`.execute(at.db);
  return Object.fromEntries(rows.map((row) => [row.name, row.fen]));
}
const [coop, firm] = ['成县山里红核桃专业合作社', '成县鸡峰山农产品有限公司'];
/** Everything of the ledger that a fee may touch, to see that a refused or repeated act touches nothing. */
const ledger = async () =>
  (
    await sql<{ kind: string; owner: string; fen: number }>`
      select kind, owner, (credits_posted - debits_posted)::bigint as fen from ledger.account
       where kind in ('merchant', 'platform', 'fund', 'provider_fee', 'provider_clearing') order by kind, owner, county`.execute(
      at.db,
    )
  ).rows;

const both = await placeTest(at, buyer, [walnut, 2], [honey, 1], [tea, 1], [oil, 1]);
await payTest(at, buyer, both.id);
const order = both.orders[0]?.id as string;

test('refused: a rule cannot name another bearer, nor a bill be had before it is ready; nothing is booked then', async () => {
  const rule = {
    ...{ county, position: 9, name: '试', basis: '测试协议', stationBp: 0, platformBp: 0, fundBp: 0 },
    ...{ householdFenPerPack: 0, validFrom: '2026-01-01' },
  };
  const before = await ledger();
  await assert.rejects(addSettlementRule(at, operator, { ...rule, feeBearer: 'household' as never }, null), /check/);
  assert.equal((await refusalOf(bill())).code, 'bill-not-ready');
  assert.equal(await postFees(at), 0);
  assert.deepEqual(await ledger(), before);
  assert.deepEqual(await charges(), []);
});

test('a fee is borne line by line as the rule of each says, and by the platform where none does', async () => {
  context.setTime('2026-09-18T02:30:00Z');
  const { feeFen } = await bill();
  const lines = await at.db.selectFrom('trade.order_line').selectAll().where('order', '=', order).execute();
  const paid = (sku: string) => {
    const line = lines.find((one) => one.sku === sku);
    return (line?.goods_fen ?? 0) + (line?.freight_fen ?? 0);
  };
  const whole = [walnut, honey, tea, oil].reduce((sum, goods) => sum + paid(goods.sku), 0);
  const found = await borne();
  for (const [name, goods] of [
    [coop, walnut],
    [firm, honey],
    ['fund', tea],
    ['platform', oil],
  ] as const) {
    const share = (feeFen * paid(goods.sku)) / whole;
    assert.ok(Math.abs((found[name] ?? 0) - share) < 1, `${name} ${found[name]} of ${share}`);
  }
  assert.equal(
    Object.values(found).reduce((sum, fen) => sum + fen, 0),
    feeFen,
  );
  const fees = (await ledger()).find((one) => one.kind === 'provider_fee');
  assert.equal(fees?.fen, 0, 'all of it is borne');
  const { rows, borne: byWhom } = await billsOf(at, county, { month: '2026-09' });
  assert.deepEqual(
    [rows[0]?.bookedFen, rows[0]?.platformFen, rows[0]?.merchantFen, rows[0]?.fundFen],
    [feeFen, found.platform, (found[coop] ?? 0) + (found[firm] ?? 0), found.fund],
  );
  assert.deepEqual(byWhom.map((one) => [one.orgName ?? one.bearer, one.fen]).sort(), Object.entries(found).sort());
  await assertSound(at.db);
});

test('the same bill again, and three at once, book nothing more', async () => {
  const [before, had] = [await ledger(), await charges()];
  await bill();
  await Promise.all([bill(), postFees(at), postFees(at)]);
  assert.deepEqual(await ledger(), before);
  assert.deepEqual(await charges(), had);
});

test('a corrected bill books the difference by new transfers, with each bearer what the new fee gives', async () => {
  const had = await charges();
  const { fee_fen } = await at.db.selectFrom('trade.sandbox_deed').select('fee_fen').executeTakeFirstOrThrow();
  const before = await borne();
  await at.db
    .updateTable('trade.sandbox_deed')
    .set({ fee_fen: fee_fen - 37 })
    .execute();
  await bill();
  const after = await charges();
  assert.deepEqual(after.slice(0, had.length), had, 'what was booked stays');
  assert.equal(
    after.slice(had.length).reduce((sum, one) => sum + one.fen, 0),
    -37,
  );
  await assertSound(at.db);
  await at.db.updateTable('trade.sandbox_deed').set({ fee_fen }).execute();
  await bill();
  assert.deepEqual(await borne(), before, 'and back again, to the fen');
  await assert.rejects(at.db.deleteFrom('trade.fee_charge').execute(), { code: 'SH001' });
  await assertSound(at.db);
});

test('a refund gives a fee back to whoever bore it of the lines that go back', async () => {
  const before = await borne();
  context.setTime('2026-09-18T06:00:00Z');
  const line = await at.db
    .selectFrom('trade.order_line')
    .selectAll()
    .where('order', '=', order)
    .where('sku', '=', honey.sku)
    .executeTakeFirstOrThrow();
  await at.db.transaction().execute(async (tx) => {
    const found = (await lockOrder(tx, county, order)) as Parameters<typeof refundLines>[3];
    await refundLines(tx, at.clock.now(), operator, found, {
      lines: [{ line: line.id, goodsFen: line.goods_fen, freightFen: line.freight_fen }],
      reason: '坏果',
      evidence: { kind: 'order', id: order },
    });
  });
  await askRefunds(at);
  context.setTime('2026-09-19T02:30:00Z');
  const { feeFen } = await reconcileBill(at, { provider: 'sandbox', day: '2026-09-18' });
  assert.ok(feeFen < 0);
  const after = await borne();
  assert.deepEqual({ ...after, [firm]: (after[firm] ?? 0) - feeFen }, before, 'the others bore what they bore');
  await assertSound(at.db);
});

test('statements show who bears fees what it bore, and nobody else’s', async () => {
  const found = await borne();
  const of = async (by: typeof merchant) => {
    const { totals, rows } = await statement(at, by, county, { month: '2026-09', state: 'fee', size: 100 });
    assert.equal(
      rows.reduce((sum, row) => sum + row.fen, 0),
      totals.reduce((sum, total) => sum - total.feeFen, 0),
    );
    return Object.fromEntries(totals.map((total) => [total.orgName ?? total.part, total.feeFen]));
  };
  assert.deepEqual(await of(operator), { [firm]: 0, ...found });
  assert.deepEqual(await of(merchant), { [coop]: found[coop] });
  assert.deepEqual(await of(otherMerchant), { [firm]: found[firm] ?? 0 });
  const row = (await statement(at, merchant, county, { month: '2026-09', state: 'fee' })).rows[0];
  assert.deepEqual([row?.order, row?.ruleName, row?.part], [order, '一般商品', 'merchant']);
});

test('an account that was closed bears nothing more: the platform does, and the sums stay', async () => {
  const account = (await findAccount(at.db, county, { kind: 'merchant', owner: walnut.org })) as string;
  const before = await borne();
  await closeAccount(at.db, at.clock.now(), approver, { county, account, reason: '不再经营' });
  const { fee_fen } = await at.db
    .selectFrom('trade.sandbox_deed')
    .select('fee_fen')
    .where('kind', '=', 'payment')
    .executeTakeFirstOrThrow();
  await at.db
    .updateTable('trade.sandbox_deed')
    .set({ fee_fen: fee_fen + 100 })
    .where('kind', '=', 'payment')
    .execute();
  await bill();
  const after = await borne();
  assert.equal(after[coop], before[coop]);
  assert.ok((after.platform ?? 0) > (before.platform ?? 0) + 100 / 4);
  const sum = (all: Record<string, number>) => Object.values(all).reduce((fen, one) => fen + one, 0);
  assert.equal(sum(after), sum(before) + 100);
  const had = await charges();
  await bill();
  assert.deepEqual(await charges(), had, 'and nothing more the next time');
  await assertSound(at.db);
});

test('what names nothing of ours is booked with the platform, in no county', async () => {
  await at.db
    .insertInto('trade.sandbox_deed')
    .values({
      ...{ kind: 'payment', ours: newId(), payment: newId(), fen: 777, fee_fen: 5 },
      at: new Date(`${day}T12:00:00+08:00`),
    })
    .execute();
  const had = await charges();
  const { feeFen } = await bill();
  const [more, ...others] = (await charges()).slice(had.length);
  assert.deepEqual([more?.county, more?.order, more?.bearer, more?.fen, others], [0, null, 'platform', 5, []]);
  const { rows } = await sql<{ fen: number }>`
    select sum(fen)::bigint as fen from trade.fee_posting where day = ${day}::date`.execute(at.db);
  assert.equal(rows[0]?.fen, feeFen, 'fees posted are the bill’s to the fen');
  await assertSound(at.db);
});

test('the invariants see a bill whose fees are booked short, and a fee that is borne twice', async () => {
  const breaches = async () => {
    const asked = tradeModule.invariants?.filter(({ name }) => name.startsWith('trade: fees are booked')) ?? [];
    return (await Promise.all(asked.map(({ check }) => check(at.db)))).flat();
  };
  assert.deepEqual(await breaches(), []);
  await sql`update trade.bill set fee_fen = fee_fen + 1 where day = ${day}::date`.execute(at.db);
  assert.match((await breaches()).join(), /the bill keeps/);
  await sql`update trade.bill set fee_fen = fee_fen - 1 where day = ${day}::date`.execute(at.db);
  await sql`
    insert into trade.fee_charge (county, transfer, provider, day, kind, number, "order", bearer, fen, at)
    select county, transfer, provider, day, kind, number, "order", 'platform', fen, ${at.clock.now()}
      from trade.fee_posting where county = ${county} limit 1`.execute(at.db);
  assert.match((await breaches()).join(), /borne/);
});
