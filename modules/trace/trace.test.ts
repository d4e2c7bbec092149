import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogModule } from '#catalog';
import { withScope } from '#platform/db.ts';
import type { Problem } from '#platform/http/client.ts';
import { testCallers } from '../../test/callers.ts';
import { addTestHousehold, openTestCounty, testContext } from '../../test/fixtures.ts';
import { addTestGoods, breachesOf, packTestLot, weighInTest } from '../../test/fixtures-goods.ts';
import { trace } from './contract.ts';
import { traceModule } from './index.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const neighbour = await addTestHousehold(at, { county, village: of.village, name: '马兰英', category: 'monitored' });
const { as, visitor } = await testCallers(at, [catalogModule, traceModule]);
const anyone = as(visitor, { trace }).trace;
const keeper = as(of.keeper, { trace }).trace;
const operator = as(of.operator, { trace }).trace;

await weighInTest(at, of, { household: neighbour, grams: 5_000, fenPerKg: 1100 });
const { lot, note } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 29, lossGrams: 5_500 });

test('the road of a kilogram over HTTP: weigh in, read, list, certify, pack, label', async () => {
  const usual = { station: of.station, household: of.household, crop: 'walnut', grade: '特级' };
  const body = { ...usual, grams: 10_000, fenPerKg: 1300, paid: 'cash' as const };
  const bought = await keeper.weighIn({ params: { county }, body });
  assert.equal((await keeper.purchase({ params: { county, id: bought.id } })).number, bought.number);
  assert.equal((await keeper.purchases({ params: { county }, query: { lot: bought.lot } })).total, 1);
  const [room] = await keeper.capacity({ params: { county, id: of.household } });
  assert.equal(room?.crop, 'pepper');
  const certificate = await operator.issueCertificate({
    params: { county, id: bought.lot },
    body: { basis: ['quality_control'] },
  });
  assert.equal(certificate.issuerName, '成县山里红核桃专业合作社');
  const merchant = as(of.merchant, { trace }).trace;
  const made = await merchant.pack({
    params: { county },
    body: {
      sku: goods.sku,
      inputs: [{ lot: bought.lot, grams: 10_000 }],
      packs: 20,
      lossGrams: 0,
      place: '店村镇分拣中心',
      basis: ['quality_control'],
    },
  });
  const labels = await merchant.codes({ params: { county, id: made.lot.id }, query: { from: 19, count: 10 } });
  assert.deepEqual(
    labels.codes.map((code) => code.pack),
    [19, 20],
  );
  assert.equal((await operator.lots({ params: { county }, query: { kind: 'packed' } })).total, 2);
  assert.equal((await operator.lot({ params: { county, id: made.lot.id } })).purchases.length, 1);
});

test('a code leads to villages and counts, and to no household', async () => {
  const { codes, gtin, lotNumber } = await operator.codes({ params: { county, id: lot.id } });
  const code = codes[6];
  assert.ok(code);
  assert.equal(code.path, `/01/${gtin}/10/${lotNumber}/21/${code.serial}`);
  const params = { gtin, lot: lotNumber, serial: code.serial };
  const seen = await anyone.publicCode({ params });
  // Nobody has put the lot on sale yet, and whoever holds a pack of it should know.
  assert.deepEqual(seen.scan, { pack: 7, scans: 0, firstAt: null, warnings: ['not-on-sale'], places: [] });
  const { villages, ...facts } = seen.lot;
  assert.deepEqual(villages, [
    { village: of.village, villageName: '新村', townshipName: '店村镇', households: 2, grams: 14_500 },
  ]);
  assert.equal(facts.households, 2);
  assert.deepEqual([facts.liftedHouseholds, facts.monitoredHouseholds], [null, null], 'of two, all would be known');
  assert.equal(facts.boughtGrams, 20_000);
  assert.equal(facts.lossGrams, 5_500);
  // Of 5 kg at 11 yuan and 20 kg at 12, four fifths went in: 23.60 of the 29.50 … per kilogram it is 11.80.
  assert.equal(facts.boughtFenPerKg, 1180);
  assert.equal(facts.productName, '成县薄皮核桃');
  assert.equal(facts.packedAt, '店村镇分拣中心');
  const text = JSON.stringify(seen);
  for (const secret of [of.household, neighbour, '张', '马兰英', note.id, note.number]) {
    assert.ok(!text.includes(secret), `the page says ${secret}`);
  }
});

test('scans are counted per pack, with the first', async () => {
  const { codes, gtin, lotNumber } = await operator.codes({
    params: { county, id: lot.id },
    query: { from: 3, count: 1 },
  });
  const params = { gtin, lot: lotNumber, serial: codes[0]?.serial ?? '' };
  const first = await anyone.scan({ params });
  assert.deepEqual([first.pack, first.scans], [3, 1]);
  setTime('2026-09-18T06:00:00Z');
  assert.equal((await anyone.scan({ params })).scans, 2);
  assert.equal((await anyone.scan({ params })).scans, 2, 'the same phone on the same day');
  const { scan } = await anyone.publicCode({ params });
  assert.equal(scan.scans, 2);
  assert.equal(new Date(scan.firstAt as string).toISOString(), '2026-09-17T06:00:00.000Z');
  const drawn = (await anyone.codeQr({ params })) as unknown as { title: string };
  assert.match(drawn.title, /^<svg/);
});

test('codes that were not issued here are false: serial, lot, GTIN', async () => {
  const { codes, gtin, lotNumber } = await operator.codes({ params: { county, id: lot.id } });
  const serial = codes[0]?.serial ?? '';
  const other = serial.startsWith('0') ? `1${serial.slice(1)}` : `0${serial.slice(1)}`;
  for (const params of [
    { gtin, lot: lotNumber, serial: other },
    { gtin, lot: 'P260917-9999', serial },
    { gtin: '06901234567892', lot: lotNumber, serial },
    { gtin, lot: lotNumber, serial: '' },
  ]) {
    await assert.rejects(anyone.publicCode({ params }), isProblem(404));
    await assert.rejects(anyone.scan({ params }), isProblem(404));
  }
  await assert.rejects(anyone.publicLot({ params: { gtin, lot: 'X' } }), isProblem(404, 'code-false'));
});

test('the lots of a SKU on a product page: newest first, none expired or recalled', async () => {
  const shown = async () =>
    (await anyone.lotsOnSale({ params: { county, id: goods.sku } })).map((one) => one.lotNumber);
  assert.deepEqual(await shown(), ['P260917-0002', 'P260917-0001']);
  await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('number', '=', 'P260917-0002').execute();
  assert.deepEqual(await shown(), ['P260917-0001']);
  setTime('2027-06-15T00:00:00Z');
  assert.deepEqual(await shown(), []);
  setTime('2026-09-17T06:00:00Z');
});

test('who may call what', async () => {
  await assert.rejects(anyone.purchases({ params: { county } }), isProblem(401));
  await assert.rejects(as(of.buyer, { trace }).trace.lots({ params: { county } }), isProblem(403));
  const others = as(of.otherMerchant, { trace }).trace;
  assert.equal((await others.lots({ params: { county } })).total, 0);
  assert.equal((await others.purchases({ params: { county } })).total, 0);
  await assert.rejects(others.lot({ params: { county, id: lot.id } }), isProblem(404, 'lot-not-found'));
  await assert.rejects(others.purchase({ params: { county, id: note.id } }), isProblem(404, 'purchase-not-found'));
  const cadre = as(of.cadre, { trace }).trace;
  assert.equal((await cadre.purchases({ params: { county } })).total, 3);
  await assert.rejects(
    cadre.capacity({ params: { county, id: of.farHousehold } }),
    isProblem(404, 'household-not-found'),
  );
});

test('without a scope the database itself shows no note and no source', async () => {
  assert.equal((await at.db.selectFrom('trace.purchase').select('id').execute()).length, 0);
  await at.db.transaction().execute(async (tx) => {
    await withScope(tx, '500242');
    assert.equal((await tx.selectFrom('trace.lot_source').select('lot').execute()).length, 0);
  });
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, catalogModule, traceModule), []));

const isProblem = (status: number, code?: string) => (error: Problem) =>
  error.status === status && (code === undefined || error.code === code);
