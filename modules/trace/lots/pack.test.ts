import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ledgerModule } from '#ledger';
import { scoped, transact } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { addTestHousehold, neighbourVillage, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { lotFacts, lotSources, packedLot, stockedOut, traceModule } from '../index.ts';
import { lotDetail } from './lot-detail.ts';
import { pack } from './pack.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const peppers = await addTestGoods(at, of, { product: { crop: 'pepper', category: 'spice', nameZh: '花椒' } });
const neighbour = await addTestHousehold(at, {
  county,
  village: neighbourVillage,
  name: '马兰英',
  yields: [{ crop: 'walnut', areaCentimu: 5_000, trees: 0 }],
});
await at.db
  .updateTable('registry.membership')
  .set({ region: of.village.slice(0, 9) })
  .where('org', '=', of.station)
  .execute();
const townKeeper = {
  ...of.keeper,
  memberships: of.keeper.memberships.map((m) => ({ ...m, region: of.village.slice(0, 9) })),
};
const certify = (id: string) => issueCertificate(at, of.operator, { county, id, basis: ['quality_control'] }, null);

const raw = await weighInTest(at, of, { grams: 20_000 });
const uncertified = await weighInTest(at, of, { grams: 20_000, grade: '二级' });
const others = await weighInTest(at, of, { grams: 20_000, grade: '三级' });
await certify(raw.lot);
await certify(others.lot);
const foreign = await at.db
  .updateTable('trace.lot')
  .set({ org: of.merchantOrg })
  .where('id', '=', others.lot)
  .returning('id')
  .executeTakeFirstOrThrow();
const recalled = await weighInTest(at, of, { grams: 20_000, grade: '特级' });
await certify(recalled.lot);
await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', recalled.lot).execute();

const usual = {
  county,
  sku: goods.sku,
  inputs: [{ lot: raw.lot, grams: 10_000 }],
  packs: 19,
  lossGrams: 500,
  place: '店村镇分拣中心',
  basis: ['quality_control'] as const,
};
const { packs } = usual;
const done = await pack(
  at,
  of.operator,
  { ...usual, inputs: [{ lot: raw.lot, grams: 1_000 }], packs: 1, lossGrams: 500 },
  null,
);

const refused: [code: string, by: typeof of.keeper, change: Partial<typeof usual>][] = [
  ['sku-unknown', of.operator, { sku: newId() }],
  ['lot-not-found', of.operator, { inputs: [{ lot: newId(), grams: 1 }] }],
  ['lot-not-yours', of.otherMerchant, {}],
  ['lot-not-yours', of.cadre, {}],
  ['lot-not-yours', of.operator, { inputs: [{ lot: foreign.id, grams: 10_000 }] }],
  ['lot-already-packed', of.operator, { inputs: [{ lot: done.lot.id, grams: 500 }] }],
  ['lot-recalled', of.operator, { inputs: [{ lot: recalled.lot, grams: 10_000 }] }],
  ['lot-without-certificate', of.operator, { inputs: [{ lot: uncertified.lot, grams: 10_000 }] }],
  ['crop-differs', of.operator, { sku: peppers.sku }],
  ['grams-above-lot', of.operator, { inputs: [{ lot: raw.lot, grams: 19_001 }] }],
  [
    'grams-above-lot',
    of.operator,
    {
      inputs: [
        { lot: raw.lot, grams: 10_000 },
        { lot: raw.lot, grams: 10_000 },
      ],
    },
  ],
  ['grams-not-closed', of.operator, { lossGrams: 499 }],
  ['grams-not-closed', of.operator, { packs: 20, lossGrams: 500 }],
];
for (const [code, by, change] of refused) {
  test(`refused: ${code} ${JSON.stringify(change)}`, async () => {
    const before = await at.db.selectFrom('trace.lot_movement').select('id').execute();
    await assert.rejects(pack(at, by, { ...usual, ...change }, null), (error) => (error as Refusal).code === code);
    assert.equal((await at.db.selectFrom('trace.lot_movement').select('id').execute()).length, before.length);
  });
}

test('grams close; what households were paid for the loss is in the packs', async () => {
  const { lot, certificate, madeFrom, movements, villages, purchases } = await pack(at, of.merchant, usual, null);
  assert.equal(lot.gramsIn, packs * 500);
  assert.equal(lot.gramsOnHand, packs * 500);
  // 10 kg at 12 yuan, the 500 g lost included
  assert.equal(lot.householdFen, 12_000);
  assert.equal(lot.number, 'P260917-0002');
  assert.match(lot.number, /^[A-Z0-9-]{1,20}$/);
  assert.equal(lot.expiresOn, '2027-06-14');
  assert.deepEqual(madeFrom, [{ id: raw.lot, number: raw.lotNumber, grams: 10_000 }]);
  assert.deepEqual(
    movements.map((move) => [move.kind, move.grams]),
    [['made', 9_500]],
  );
  assert.equal(certificate?.productName, '成县薄皮核桃 一斤装');
  assert.equal(certificate?.originName, '甘肃省陇南市成县店村镇新村');
  assert.match(certificate?.statement ?? '', /未使用禁用的农药/);
  assert.match(certificate?.rule ?? '', /农业农村部令2025年第4号/);
  assert.deepEqual(
    villages.map((village) => [village.villageName, village.households, village.grams, village.fen]),
    [['新村', 1, 9_500, 12_000]],
  );
  assert.equal(purchases[0]?.headMasked, '张*明');

  const facts = (await lotFacts(at.db, county, [lot.id])).get(lot.id);
  assert.equal(facts?.gtin, goods.gtin);
  assert.equal(facts?.householdFen, 12_000);
  const door = await packedLot(at.db, county, lot.id);
  assert.equal(door?.certified, true);
  assert.equal(door?.org, of.cooperative);
});

test('a packed lot goes to stock once and whole', async () => {
  const evidence = { kind: 'stock_movement', id: newId() };
  const stock = () => transact(at.db, (tx) => stockedOut(tx, county, done.lot.id, of.merchant, evidence));
  assert.deepEqual(await stock(), { packs: 1, grams: 500 });
  await assert.rejects(stock(), /lot-empty/);
  assert.equal((await packedLot(at.db, county, done.lot.id))?.gramsOnHand, 0);
});

test('another seller sees nothing of the lot; a cadre of another township sees no note', async () => {
  await assert.rejects(lotDetail(at.db, at.sealer, of.otherMerchant, county, done.lot.id), /lot-not-found/);
  const audited = await lotDetail(at.db, at.sealer, of.auditor, county, done.lot.id);
  assert.equal(audited.purchases.length, 1);
});

test('of packings that all want the last of a lot, as many are done as it has grams for', async () => {
  const note = await weighInTest(at, of, { grams: 10_000, grade: '并行' });
  await certify(note.lot);
  const one = { ...usual, inputs: [{ lot: note.lot, grams: 3_000 }], packs: 6, lossGrams: 0 };
  const all = await Promise.allSettled(Array.from({ length: 6 }, () => pack(at, of.operator, one, null)));
  assert.equal(all.filter((each) => each.status === 'fulfilled').length, 3);
  for (const each of all) {
    if (each.status === 'rejected') assert.equal((each.reason as Refusal).code, 'grams-above-lot');
  }
});

test('any sequence of weighing in, certifying and packing keeps grams and fen', async () => {
  const step = fc.oneof(
    fc.record({
      act: fc.constant('weigh' as const),
      grams: fc.integer({ min: 10, max: 5_000 }),
      price: fc.integer({ min: 200, max: 3_000 }),
      who: fc.boolean(),
    }),
    fc.record({ act: fc.constant('certify' as const) }),
    fc.record({
      act: fc.constant('pack' as const),
      part: fc.double({ min: 0.01, max: 1, noNaN: true }),
      lost: fc.integer({ min: 0, max: 700 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      let open: string | undefined;
      const certified: string[] = [];
      for (const one of steps) {
        if (one.act === 'weigh') {
          const household = one.who ? of.household : neighbour;
          const keeper = { ...of, keeper: townKeeper };
          const note = await weighInTest(at, keeper, {
            grams: one.grams,
            fenPerKg: one.price,
            household,
            grade: '随机',
          });
          open = note.lot;
        } else if (one.act === 'certify' && open) {
          await certify(open);
          certified.push(open);
          open = undefined;
        } else if (one.act === 'pack') {
          await packSome(certified, one.part, one.lost);
        }
      }
      if (open) await certify(open);
    }),
    { numRuns: 12 },
  );
  assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []);
});

async function packSome(lots: readonly string[], part: number, lost: number): Promise<void> {
  const rows = await at.db
    .selectFrom('trace.lot')
    .select(['id', 'grams_on_hand'])
    .where('id', 'in', [...lots, newId()])
    .execute();
  const inputs = rows
    .map((row) => ({ lot: row.id, grams: Math.floor(row.grams_on_hand * part) }))
    .filter((one) => one.grams > 0)
    .slice(0, 3);
  const grams = inputs.reduce((sum, one) => sum + one.grams, 0);
  const bags = Math.floor(Math.max(0, grams - lost) / 500);
  if (bags === 0) return;
  const { lot } = await pack(at, of.operator, { ...usual, inputs, packs: bags, lossGrams: grams - bags * 500 }, null);
  const sources = await scoped(at.db, String(county), (tx) => lotSources(tx, county, [lot.id]));
  assert.equal(
    sources.reduce((sum, source) => sum + source.grams, 0),
    bags * 500,
  );
  assert.equal(
    sources.reduce((sum, source) => sum + source.fen, 0),
    lot.householdFen,
  );
}
