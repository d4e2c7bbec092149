import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benefit } from '#benefit/contract';
import { balance, findAccount } from '#ledger';
import { type Db, scoped } from '#platform/db.ts';
import { testCallers } from '../../test/callers.ts';
import {
  addTestHousehold,
  farVillage,
  openTestCounty,
  stranger,
  testContext,
  testVillage,
} from '../../test/fixtures.ts';
import {
  addTestOrder,
  addTestPackedLot,
  addTestPurchase,
  addTestSku,
  reverseTestPurchase,
} from '../../test/fixtures-benefit.ts';
import { assertSound, deliver } from '../../test/fixtures-posting.ts';
import { benefitModule } from './index.ts';

const entriesOf = (db: Db, county: number) =>
  scoped(db, 'all', (tx) =>
    tx
      .selectFrom('benefit.entry')
      .select(['household', 'mechanism', 'fen', 'evidence', 'month'])
      .where('county', '=', county)
      .orderBy('at')
      .orderBy('id')
      .execute(),
  );

/**
 * Two households brought 6 kg and 3 kg of walnuts, 16 packs of 500 g were packed of it (1 kg was lost), and an order of
 * 4 packs at ¥39.80 was settled: freight ¥10, station ¥4.78, platform ¥1.59, fund ¥0.80, ¥1 a pack for households.
 */
async function soldOnce(t: Parameters<typeof testContext>[0]) {
  const { at, db } = await testContext(t);
  const of = await openTestCounty(at);
  const { county } = of;
  const far = await addTestHousehold(at, { county, village: farVillage, name: '王秀英', category: 'monitored' });
  const first = await addTestPurchase(at, of, { household: of.household, grams: 6_000, fenPerKg: 2_600 });
  const second = await addTestPurchase(at, of, { household: far, village: farVillage, grams: 3_000, fenPerKg: 2_801 });
  const sku = await addTestSku(at, of);
  const lot = await addTestPackedLot(at, of, { ...sku, packs: 16, from: [first, second] });
  const line = (packs: number) => ({
    ...sku,
    unitFen: 3_980,
    freightFen: 1_000,
    lots: [{ lot, packs }],
    station: 478,
    platform: 159,
    fund: 80,
    household: 100 * packs,
  });
  for (const { event } of [first, second]) await deliver(at, event);
  const app = await testCallers(at, [benefitModule], t);
  return { at, db, of, county, far, first, second, sku, lot, line, app };
}

test('a purchase note is one entry, however often it is delivered; a reversal takes it back', async (t) => {
  const { at, db } = await testContext(t);
  const of = await openTestCounty(at);
  const note = await addTestPurchase(at, of, {
    household: of.household,
    grams: 6_000,
    fenPerKg: 2_600,
    day: '2026-08-31',
  });
  await Promise.all([deliver(at, note.event), deliver(at, note.event)]);
  const [entry, ...more] = await entriesOf(db, of.county);
  assert.deepEqual(entry, {
    household: of.household,
    mechanism: 'industry',
    fen: 15_600,
    evidence: note.purchase,
    month: '2026-08',
  });
  assert.equal(more.length, 0);
  // Told a second time as another event: the fact itself may have one entry only.
  await assert.rejects(deliver(at, { ...note.event, id: note.lot }), { code: '23505' });

  const reversed = await reverseTestPurchase(at, of, note);
  await deliver(at, reversed);
  assert.deepEqual(
    (await entriesOf(db, of.county)).map(({ fen }) => fen),
    [15_600, -15_600],
  );
  await assertSound(db);
});

test('an entry cannot be changed or removed, and is seen within its region only', async (t) => {
  const { at, db } = await testContext(t);
  const of = await openTestCounty(at);
  const note = await addTestPurchase(at, of, { household: of.household, grams: 1_000, fenPerKg: 2_600 });
  await deliver(at, note.event);
  await assert.rejects(
    scoped(db, 'all', (tx) => tx.updateTable('benefit.entry').set({ fen: 1 }).execute()),
    { code: 'SH001' },
  );
  const seen = (scope: string) => scoped(db, scope, (tx) => tx.selectFrom('benefit.entry').select('id').execute());
  assert.equal((await seen(testVillage)).length, 1);
  assert.equal((await seen(farVillage)).length, 0);
  assert.equal((await db.selectFrom('benefit.entry').select('id').execute()).length, 0);
});

test('a settled order: lines, shares and entries, to the fen and once', async (t) => {
  const { at, db, of, county, far, lot, line } = await soldOnce(t);
  const order = await addTestOrder(at, of, [line(4)]);
  await Promise.all([deliver(at, order.event), deliver(at, order.event)]);

  const rows = await db.selectFrom('benefit.line_share').selectAll().execute();
  assert.equal(rows.length, 1);
  const [row] = rows;
  // 24,003 fen for 16 packs: four of them are 6,000 and the remainder waits for the last ones.
  assert.deepEqual(
    [row?.lot, row?.packs, row?.grams, row?.paid_fen, row?.purchase_fen, row?.shop_fen, row?.merchant_fen],
    [lot, 4, 2_000, 16_920, 6_000, 400, 15_920 - 478 - 159 - 80 - 400],
  );
  const shop = (await entriesOf(db, county)).filter(({ mechanism }) => mechanism === 'shop');
  assert.deepEqual(
    new Map(shop.map((entry) => [entry.household, entry.fen])),
    new Map([
      [of.household, 267],
      [far, 133],
    ]),
  );
  assert.ok(shop.every((entry) => entry.month === '2026-09'));

  const shares = await findAccount(db, county, { kind: 'shop_share', owner: 'county' });
  assert.equal((await balance(db, county, shares as string)).balance, 0, 'the agreed shares have left the county');
  const household = await findAccount(db, county, { kind: 'household', owner: of.household });
  assert.equal((await balance(db, county, household as string)).balance, 15_600 + 267);
  await assertSound(db);
});

test('sold out over several orders and lines: the slices are exactly what households were paid', async (t) => {
  const { at, db, of, first, second, lot, line } = await soldOnce(t);
  // Two lines of one order take from the same lot; the last order comes while the first is being applied.
  const orders = [
    await addTestOrder(at, of, [line(3), line(2)]),
    await addTestOrder(at, of, [line(1)]),
    await addTestOrder(at, of, [line(7)]),
    await addTestOrder(at, of, [line(3)]),
  ];
  await Promise.all(orders.map((order) => deliver(at, order.event)));
  const rows = await db
    .selectFrom('benefit.line_share')
    .select(['packs', 'purchase_fen'])
    .where('lot', '=', lot)
    .execute();
  assert.equal(
    rows.reduce((sum, row) => sum + row.packs, 0),
    16,
  );
  assert.equal(
    rows.reduce((sum, row) => sum + row.purchase_fen, 0),
    first.fen + second.fen,
  );
  await assertSound(db);

  const tooMany = await addTestOrder(at, of, [line(1)]);
  await assert.rejects(deliver(at, tooMany.event), /16 \+ 1 packs settled of 16/);
});

test('an order whose parts are not what was paid is not guessed at', async (t) => {
  const { at, db, of, line } = await soldOnce(t);
  const { event } = await addTestOrder(at, of, [line(2)]);
  const [first] = event.payload.lines;
  const wrong = { ...event, payload: { ...event.payload, lines: [{ ...first, goodsFen: 1 }] } };
  await assert.rejects(deliver(at, wrong as typeof event), /the buyer paid/);
  assert.equal((await db.selectFrom('benefit.line_share').select('line').execute()).length, 0);
});

test('farm share: not known before the first settled line, then from facts, for product, lot, county', async (t) => {
  const { at, of, county, sku, lot, line, app } = await soldOnce(t);
  const anyone = app.as(app.visitor, { benefit }).benefit;
  const ofProduct = () => anyone.productFarmShare({ params: { county, id: sku.product } });
  const unknown = { lines: 0, purchases: 0, paidFen: 0, householdFen: 0, shareBp: null, of100: [], peerMedianBp: null };
  assert.deepEqual(await ofProduct(), unknown);
  assert.deepEqual(await anyone.farmShares({ query: { county, products: `${sku.product},nonsense` } }), [
    { product: sku.product, shareBp: null, lines: 0 },
  ]);

  await deliver(at, (await addTestOrder(at, of, [line(4)])).event);
  const share = await ofProduct();
  assert.deepEqual(
    { ...share, of100: Object.fromEntries(share.of100.map(({ pocket, fen }) => [pocket, fen])) },
    {
      lines: 1,
      purchases: 2,
      paidFen: 16_920,
      householdFen: 6_400,
      shareBp: 3_783,
      of100: { purchase: 3546, shop_share: 236, merchant: 5203, station: 283, freight: 591, platform: 94, fund: 47 },
      peerMedianBp: null,
    },
  );
  assert.equal(
    share.of100.reduce((sum, part) => sum + part.fen, 0),
    10_000,
  );
  for (const other of [
    anyone.productFarmShare({ params: { county, id: sku.product }, query: { sku: sku.sku } }),
    anyone.lotFarmShare({ params: { county, id: lot } }),
    anyone.countyFarmShare({ params: { county } }),
  ]) {
    assert.deepEqual(await other, share);
  }
  assert.deepEqual(
    await anyone.productFarmShare({ params: { county, id: sku.product }, query: { sku: lot } }),
    unknown,
  );
  assert.deepEqual(await anyone.farmShares({ query: { county, products: sku.product } }), [
    { product: sku.product, shareBp: 3_783, lines: 1 },
  ]);
});

test('peers: the median of products of the same crop, from three on', async (t) => {
  const { at, of, county, sku, line, app } = await soldOnce(t);
  const anyone = app.as(app.visitor, { benefit }).benefit;
  await deliver(at, (await addTestOrder(at, of, [line(4)])).event);
  const median = async () => (await anyone.productFarmShare({ params: { county, id: sku.product } })).peerMedianBp;
  for (const [unitFen, crop, expected] of [
    [2_000, 'walnut', null],
    [1_000, 'pepper', null],
    [3_000, 'walnut', 4_000],
  ] as const) {
    const other = await addTestSku(at, of, { crop });
    const from = [await addTestPurchase(at, of, { household: of.household, grams: 600, fenPerKg: 2_000 })];
    const lot = await addTestPackedLot(at, of, { ...other, packs: 1, from });
    await deliver(at, (await addTestOrder(at, of, [{ ...other, unitFen, lots: [{ lot, packs: 1 }] }])).event);
    assert.equal(await median(), expected);
  }
});

test('whom an order helped: held, then settled; the parts are what was paid, and nobody is named', async (t) => {
  const { at, of, county, line, app } = await soldOnce(t);
  const buyer = app.as(of.buyer, { benefit }).benefit;
  for (const [by, code] of [
    [app.visitor, 'not-signed-in'],
    [of.otherBuyer, 'order-not-found'],
    [stranger, 'order-not-found'],
  ] as const) {
    const held = await addTestOrder(at, of, [line(1)], false);
    await assert.rejects(app.as(by, { benefit }).benefit.orderBenefit({ params: { county, id: held.order } }), {
      code,
    });
  }
  await assert.rejects(buyer.orderBenefit({ params: { county, id: of.household } }), { code: 'order-not-found' });

  const held = await addTestOrder(at, of, [line(4)], false);
  const before = await buyer.orderBenefit({ params: { county, id: held.order } });
  assert.equal(before.settled, false);
  assert.equal(before.paidFen, 16_920);
  assert.equal(before.householdFen, 6_401, 'a fourth of the lot, rounded, and ¥4 agreed');
  assert.ok(before.parts.every(({ why }) => why.length > 0));
  assert.match(before.parts.find(({ pocket }) => pocket === 'station')?.why ?? '', /签收后入账/);

  const order = await addTestOrder(at, of, [line(4)]);
  await deliver(at, order.event);
  const after = await buyer.orderBenefit({ params: { county, id: order.order } });
  assert.deepEqual(
    [after.settled, after.paidFen, after.householdFen, after.shareBp],
    [true, order.paidFen, 6_400, 3_783],
  );
  for (const seen of [before, after]) {
    assert.equal(
      seen.parts.reduce((sum, part) => sum + part.fen, 0),
      seen.paidFen,
    );
    assert.equal(
      seen.villages.reduce((sum, village) => sum + village.fen, 0),
      seen.householdFen,
    );
    assert.equal(
      seen.villages.reduce((sum, village) => sum + village.grams, 0),
      2_000,
    );
    assert.deepEqual([seen.households, seen.liftedHouseholds, seen.monitoredHouseholds], [2, 1, 1]);
  }
  assert.deepEqual(
    after.parts.map(({ pocket, names }) => [pocket, names]),
    [
      ['purchase', ['新村', after.villages[1]?.villageName]],
      ['shop_share', ['新村', after.villages[1]?.villageName]],
      ['merchant', ['成县山里红核桃专业合作社']],
      ['station', ['店村镇新村服务站']],
      ['freight', []],
      ['platform', []],
      ['fund', []],
    ],
  );
  const said = JSON.stringify(after);
  for (const secret of ['张建明', '王秀英', of.household]) assert.ok(!said.includes(secret));
  const english = await app
    .as(of.operator, { benefit }, 'en')
    .benefit.orderBenefit({ params: { county, id: order.order } });
  assert.match(english.parts[0]?.why ?? '', /^Paid to 2 households when the produce was weighed in/);
});

test('an order below its purchase cost says so', async (t) => {
  const { at, of, county, line, app } = await soldOnce(t);
  const order = await addTestOrder(at, of, [{ ...line(4), unitFen: 1_000 }]);
  await deliver(at, order.event);
  const seen = await app.as(of.buyer, { benefit }).benefit.orderBenefit({ params: { county, id: order.order } });
  const merchant = seen.parts.find(({ pocket }) => pocket === 'merchant');
  assert.equal(merchant?.fen, 4_000 - 478 - 159 - 80 - 400 - 6_000);
  assert.match(merchant?.why ?? '', /差额由它承担/);
  assert.equal(
    seen.parts.reduce((sum, part) => sum + part.fen, 0),
    seen.paidFen,
  );
});

test('statement, totals and entries, each within the reader’s region', async (t) => {
  const { at, of, county, far, first, line, app } = await soldOnce(t);
  await deliver(at, (await addTestOrder(at, of, [line(4)])).event);
  const { keeper, cadre, operator, merchant } = of;
  const as = (by: typeof keeper) => app.as(by, { benefit }).benefit;
  const params = { county, id: of.household };

  await assert.rejects(as(merchant).householdStatement({ params }), { code: 'not-allowed' });
  for (const by of [keeper, cadre]) {
    await assert.rejects(as(by).householdStatement({ params: { county, id: far } }), { code: 'household-not-found' });
  }
  await assert.rejects(as(operator).householdStatement({ params: { county, id: first.lot } }), {
    code: 'household-not-found',
  });

  const statement = await as(keeper).householdStatement({ params });
  assert.deepEqual(
    [statement.earnedFen, statement.paidFen, statement.underWayFen, statement.owedFen, statement.villageName],
    [15_867, 0, 0, 15_867, '新村'],
  );
  assert.deepEqual(statement.months, [
    { month: '2026-09', mechanism: 'industry', income: 'market', fen: 15_600 },
    { month: '2026-09', mechanism: 'shop', income: 'market', fen: 267 },
  ]);
  assert.deepEqual(
    statement.rows.map((row) => [row.mechanism, row.fen, row.evidenceKind, row.evidenceNumber.length > 0]).sort(),
    [
      ['industry', 15_600, 'purchase', true],
      ['shop', 267, 'order_line', true],
    ],
  );
  const none = await as(keeper).householdStatement({ params, query: { from: '2026-10' } });
  assert.deepEqual([none.rows, none.months, none.earnedFen], [[], [], 15_867]);

  const totals = await as(operator).totals({ params: { county }, query: { by: 'mechanism' } });
  assert.deepEqual(
    totals.rows.map(({ key, name, entries, households, fen }) => [key, name, entries, households, fen]),
    [
      ['industry', '产业收购', 2, 2, 24_003],
      ['shop', '网店带动', 2, 2, 400],
    ],
  );
  assert.deepEqual([totals.fen, totals.households, totals.entries], [24_403, 2, 4]);
  assert.equal((await as(keeper).totals({ params: { county }, query: { by: 'village' } })).fen, 15_867);
  assert.deepEqual(
    (
      await as(operator).totals({ params: { county }, query: { by: 'month', from: '2026-09', to: '2026-09' } })
    ).rows.map(({ key, fen }) => [key, fen]),
    [['2026-09', 24_403]],
  );

  const mine = await as(keeper).entries({ params: { county }, query: { mechanism: 'industry' } });
  assert.deepEqual([mine.total, mine.rows.map(({ fen, villageName }) => [fen, villageName])], [1, [[15_600, '新村']]]);
  const all = await as(operator).entries({ params: { county }, query: { size: 3, page: 2 } });
  assert.deepEqual([all.total, all.rows.length], [4, 1]);
});

test('every invariant finds what it is there for', async (t) => {
  const { at, db, of, line } = await soldOnce(t);
  const order = await addTestOrder(at, of, [line(4)]);
  const broken = async () => {
    const found = await Promise.all((benefitModule.invariants ?? []).map(({ check }) => check(db)));
    return found.flat().length;
  };
  await assertSound(db);
  await deliver(at, order.event);
  await assertSound(db);
  for (const [column, by] of [
    ['purchase_fen', 20_000],
    ['packs', 20],
  ] as const) {
    await db
      .updateTable('benefit.line_share')
      .set((e) => ({ [column]: e(column, '+', by) }))
      .execute();
    assert.ok((await broken()) > 0, column);
    await db
      .updateTable('benefit.line_share')
      .set((e) => ({ [column]: e(column, '-', by) }))
      .execute();
  }
  await db.updateTable('benefit.lot_settled').set({ packs: 5 }).execute();
  assert.equal(await broken(), 1);
});
