import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { ledgerModule } from '#ledger';
import type { Actor } from '#platform/actor.ts';
import { scoped, transact } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { addTestOrganisation, addTestPerson, openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, weighInTest } from '../../../test/fixtures-goods.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { type CodeRange, rangesOf } from '../codes/codes.queries.ts';
import { countFalseCodes } from '../codes/false-codes.ts';
import { lookCounter, scanCode } from '../codes/scan.ts';
import { serialOf } from '../codes/serial.ts';
import { lotSources, packedLot, stockedOut, traceModule } from '../index.ts';
import { lotDetail } from '../lots/lot-detail.ts';
import { lotFlow } from '../lots/lot-flow.ts';
import { pack } from '../lots/pack.ts';
import { publicLot } from '../lots/public-lot.ts';
import { reversePurchase } from '../purchases/reverse-purchase.ts';
import { makeUnit } from '../units/make-unit.ts';
import { unpackUnit } from '../units/unpack-unit.ts';
import { grade } from './grade.ts';
import { lose } from './lose.ts';
import { addLossPhoto, lossPhotoBytes } from './loss-photos.ts';
import { mix } from './mix.ts';
import { move } from './move.ts';
import { process } from './process.ts';
import { receive } from './receive.ts';
import { split } from './split.ts';
import { undo } from './undo.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const elsewhere = await addTestOrganisation(at, {
  ...{ county, kind: 'station', name: '黄渚镇服务站', buysFor: of.cooperative },
});
const otherKeeper = await addTestPerson(at, { name: '何站长', org: elsewhere, role: 'keeper' });

let grades = 0;
/** A raw lot of its own: its grade is nobody else's. */
const rawLot = async (grams = 10_000, input: Parameters<typeof weighInTest>[2] = {}) => {
  const note = await weighInTest(at, of, { grams, grade: `等${++grades}`, ...input });
  return { ...note, id: note.lot };
};
const certify = (id: string) => issueCertificate(at, of.operator, { county, id, basis: ['quality_control'] }, null);
const stateOf = (id: string) =>
  at.db.selectFrom('trace.lot').selectAll().where('county', '=', county).where('id', '=', id).executeTakeFirstOrThrow();
const sourcesOf = (id: string) => scoped(at.db, String(county), (tx) => lotSources(tx, county, [id]));

const raw = await rawLot();
const pepper = await rawLot(5_000, { crop: 'pepper' });
const recalled = await rawLot();
await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', recalled.id).execute();
const foreign = await rawLot();
await at.db.updateTable('trace.lot').set({ org: of.merchantOrg }).where('id', '=', foreign.id).execute();
const sent = (await move(at, of.keeper, { county, lot: (await rawLot()).id, grams: 4_000, to: elsewhere }, null))
  .outputs[0] as { id: string };
const bags = await rawLot(2_000);
await certify(bags.id);
const packed = await pack(
  at,
  of.operator,
  {
    ...{ county, sku: goods.sku, inputs: [{ lot: bags.id, grams: 2_000 }], packs: 4, lossGrams: 0, place: '站里' },
    basis: ['quality_control'],
  },
  null,
);
const lost = await lose(at, of.keeper, { county, lot: (await rawLot()).id, grams: 500, reason: '受潮发霉' }, null);
const undone = await split(at, of.keeper, { county, lot: (await rawLot()).id, grams: [1_000] }, null);
const undoing = await undo(at, of.keeper, { county, id: undone.id, reason: '点错了' }, null);

const gradeIt = (by: Actor, change: Partial<Parameters<typeof grade>[2]> = {}) =>
  grade(at, by, { county, lot: raw.id, outputs: [{ grade: '一级', grams: 1_000 }], lossGrams: 0, ...change }, null);
const mixIt = (...lots: [string, number][]) =>
  mix(at, of.operator, { county, inputs: lots.map(([lot, grams]) => ({ lot, grams })), lossGrams: 0 }, null);
const press = (lot: string, grams: number, out: number) =>
  process(
    at,
    of.operator,
    { county, process: 'press_walnut', inputs: [{ lot, grams }], grams: out, grade: '一级' },
    null,
  );
const loseIt = (lot: string, grams: number, by: Actor = of.keeper) =>
  lose(at, by, { county, lot, grams, reason: '受潮发霉' }, null);
const moveIt = (change: Partial<Parameters<typeof move>[2]>) =>
  move(at, of.keeper, { county, lot: raw.id, grams: 1_000, to: elsewhere, ...change }, null);
const receiveIt = (lot: string, grams: number, by: Actor = otherKeeper) =>
  receive(at, by, { county, lot, grams }, null);
/** One red square as a PNG of 1,600 × 1,200. */
const picture = await sharp({ create: { width: 1600, height: 1200, channels: 3, background: '#a33' } })
  .png()
  .toBuffer();
const show = (id: string, by: Actor = of.keeper, bytes: Uint8Array = picture) =>
  addLossPhoto(at, by, { county, id, bytes }, null);
const undoIt = (id: string, by: Actor = of.keeper) => undo(at, by, { county, id, reason: '点错了' }, null);

const refused: [act: string, code: string, work: () => Promise<unknown>][] = [
  ['grade', 'grades-repeat', () => gradeIt(of.keeper, { outputs: [one('甲'), one(' 甲')] })],
  ['grade', 'lot-not-found', () => gradeIt(of.keeper, { lot: newId() })],
  ['grade', 'lot-not-yours', () => gradeIt(otherKeeper)],
  ['grade', 'lot-not-yours', () => gradeIt(of.otherMerchant)],
  ['grade', 'lot-not-yours', () => gradeIt(of.cadre)],
  ['grade', 'lot-already-packed', () => gradeIt(of.operator, { lot: packed.lot.id })],
  ['grade', 'lot-recalled', () => gradeIt(of.keeper, { lot: recalled.id })],
  ['grade', 'lot-in-transit', () => gradeIt(otherKeeper, { lot: sent.id })],
  ['grade', 'grams-above-lot', () => gradeIt(of.keeper, { lossGrams: 9_001 })],
  ['mix', 'mix-needs-two', () => mixIt([raw.id, 1_000], [raw.id, 1_000])],
  ['mix', 'grade-needed', () => mixIt([raw.id, 1_000], [pepper.id, 1_000])],
  ['mix', 'owners-differ', () => mixAs('甲', [raw.id, 1_000], [foreign.id, 1_000])],
  ['mix', 'crop-differs', () => mixAs('甲', [raw.id, 1_000], [pepper.id, 1_000])],
  ['mix', 'grams-not-closed', () => mixAs('甲', [raw.id, 1], [bags.id, 1])],
  ['split', 'lot-not-yours', () => split(at, otherKeeper, { county, lot: raw.id, grams: [1] }, null)],
  ['split', 'grams-above-lot', () => split(at, of.keeper, { county, lot: raw.id, grams: [9_999, 2] }, null)],
  ['process', 'process-other-crop', () => press(pepper.id, 1_000, 250)],
  ['process', 'yield-implausible', () => press(raw.id, 1_000, 401)],
  ['process', 'yield-implausible', () => press(raw.id, 1_000, 99)],
  ['process', 'grams-above-lot', () => press(raw.id, 10_001, 2_500)],
  ['move', 'place-unknown', () => moveIt({ to: newId() })],
  ['move', 'place-unknown', () => moveIt({ to: of.centre })],
  ['move', 'place-same', () => moveIt({ to: of.station })],
  ['move', 'grams-above-lot', () => moveIt({ grams: 10_001 })],
  ['receive', 'lot-not-found', () => receiveIt(newId(), 1)],
  ['receive', 'lot-not-yours', () => receiveIt(sent.id, 1, of.keeper)],
  ['receive', 'lot-not-in-transit', () => receiveIt(raw.id, 1, of.keeper)],
  ['receive', 'received-above-sent', () => receiveIt(sent.id, 4_001)],
  ['lose', 'loss-not-whole-packs', () => loseIt(packed.lot.id, 501, of.operator)],
  ['lose', 'lot-not-yours', () => loseIt(raw.id, 1, otherKeeper)],
  ['lose', 'grams-above-lot', () => loseIt(raw.id, 10_001)],
  ['photo', 'operation-not-found', () => show(newId())],
  ['photo', 'lot-not-yours', () => show(lost.id, otherKeeper)],
  ['photo', 'lot-not-yours', () => show(lost.id, of.cadre)],
  ['photo', 'photos-of-losses-only', () => show(undone.id)],
  ['photo', 'photos-of-losses-only', () => show(undoing.id)],
  ['photo', 'file-type-not-allowed', () => show(lost.id, of.keeper, Buffer.from('no picture at all'))],
  ['undo', 'operation-not-found', () => undoIt(newId())],
  ['undo', 'lot-not-yours', () => undoIt(undone.id, otherKeeper)],
  ['undo', 'operation-is-undo', () => undoIt(undoing.id)],
  ['undo', 'operation-already-undone', () => undoIt(undone.id)],
];
for (const [i, [act, code, work]] of refused.entries()) {
  test(`refused ${i}: ${act}, ${code}`, async () => {
    const before = await at.db.selectFrom('trace.lot_movement').select('id').execute();
    await assert.rejects(work(), (error) => {
      assert.equal((error as Refusal).code, code, String(error));
      return true;
    });
    assert.equal((await at.db.selectFrom('trace.lot_movement').select('id').execute()).length, before.length);
  });
}

test('graded: lots of each grade share grams and money; the open lot closes and takes in no more', async () => {
  const { id } = await rawLot(10_001, { fenPerKg: 1_000 });
  const done = await grade(
    at,
    of.keeper,
    {
      ...{ county, lot: id, lossGrams: 301, basis: ['quality_control'] },
      outputs: [
        { grade: '特级', grams: 3_000 },
        { grade: '二级', grams: 6_700 },
      ],
    },
    null,
  );
  const made = await Promise.all(done.outputs.map((lot) => stateOf(lot.id)));
  assert.deepEqual(
    made.map((lot) => [lot.grade, lot.grams_in, lot.household_fen, lot.state]).sort(),
    [
      ['二级', 6_700, 6_908, 'closed'],
      ['特级', 3_000, 3_093, 'closed'],
    ].sort(),
  );
  const rest = await stateOf(id);
  assert.deepEqual([rest.grams_on_hand, rest.state], [0, 'closed']);
  const detail = await lotDetail(at.db, at.sealer, of.keeper, county, done.outputs[0]?.id as string);
  assert.deepEqual(detail.certificate?.basis, ['quality_control']);
  assert.equal(detail.madeFrom[0]?.id, id);
  assert.equal(detail.lossGrams, 301);
  assert.equal(detail.operations[0]?.kind, 'grade');
  assert.equal(detail.operations[0]?.mayUndo, true);
});

test('mixed and split and mixed again: a note comes by several ways and is one source', async () => {
  const [a, b] = [await rawLot(3_000), await rawLot(5_000)];
  const mixed = (await mixAs('混', [a.id, 3_000], [b.id, 5_000])).outputs[0] as { id: string };
  const parts = await split(at, of.operator, { county, lot: mixed.id, grams: [1_111, 2_222] }, null);
  const again = await mixAs('混', [parts.outputs[0]?.id as string, 1_111], [parts.outputs[1]?.id as string, 2_000]);
  const sources = await sourcesOf(again.outputs[0]?.id as string);
  assert.equal(sources.length, 2);
  assert.equal(
    sources.reduce((sum, one) => sum + one.grams, 0),
    3_111,
  );
});

test('split carries the certificate; graded without a basis there is none, and packing asks for it', async () => {
  const { id } = await rawLot();
  await certify(id);
  const parts = await split(at, of.keeper, { county, lot: id, grams: [4_000, 6_000] }, null);
  const part = parts.outputs[0]?.id as string;
  assert.deepEqual((await lotDetail(at.db, at.sealer, of.keeper, county, part)).certificate?.basis, [
    'quality_control',
  ]);
  const sorted = await gradeIt(of.keeper, { lot: part, outputs: [{ grade: '甲', grams: 4_000 }] });
  const bare = sorted.outputs[0]?.id as string;
  await assert.rejects(packOf(bare, 4_000, 8), /lot-without-certificate/);
  await certify(bare);
  await packOf(bare, 4_000, 8);
});

test('pressed: another produce, all the money in it, the rest declared lost', async () => {
  const { id } = await rawLot(10_000, { fenPerKg: 1_500 });
  const { outputs, lossGrams, process: way } = await press(id, 10_000, 2_500);
  const oil = await stateOf(outputs[0]?.id as string);
  assert.deepEqual([oil.crop, oil.grams_in, oil.household_fen], ['walnut_oil', 2_500, 15_000]);
  assert.deepEqual([lossGrams, way], [7_500, 'press_walnut']);
});

test('sent and received: what is missing is lost with its share of the money', async () => {
  const { id } = await rawLot(10_000, { fenPerKg: 1_000 });
  const onTheWay = (await moveIt({ lot: id, grams: 8_000 })).outputs[0] as { id: string };
  assert.deepEqual([(await stateOf(onTheWay.id)).in_transit, (await stateOf(onTheWay.id)).station], [true, elsewhere]);
  const came = await receiveIt(onTheWay.id, 7_900);
  assert.deepEqual([came.lossGrams, came.lossFen], [100, 100]);
  const lot = await stateOf(onTheWay.id);
  assert.deepEqual([lot.in_transit, lot.grams_on_hand, lot.household_fen], [false, 7_900, 8_000]);
  // What was sent can no longer be taken back, but the weighing can, and then the sending.
  const [sending] = (await lotDetail(at.db, at.sealer, of.operator, county, onTheWay.id)).operations;
  await assert.rejects(undoIt(sending?.id as string, of.operator), /operation-moved-on/);
  await undoIt(came.id, of.operator);
  assert.equal((await stateOf(onTheWay.id)).in_transit, true);
  await undoIt(sending?.id as string, of.operator);
  assert.equal((await stateOf(id)).grams_on_hand, 10_000);
});

test('a lot that never arrives is received with nothing', async () => {
  const { id } = await rawLot(2_000);
  const onTheWay = (await moveIt({ lot: id, grams: 2_000 })).outputs[0] as { id: string };
  const came = await receiveIt(onTheWay.id, 0);
  assert.deepEqual([came.lossGrams, came.outputs.length], [2_000, 0]);
});

test('a loss is shown: photos stand beside it, for those who see the lot, without where they were taken', async () => {
  const { id } = await rawLot();
  const loss = await loseIt(id, 2_000);
  assert.deepEqual([loss.photos, loss.mayAddPhoto], [[], true]);
  const taken = await sharp(picture)
    .withExif({ IFD3: { GPSLatitude: '33/1 44/1 0/1' } })
    .jpeg()
    .toBuffer();
  const photo = await show(loss.id, of.keeper, taken);
  assert.deepEqual([photo.width, photo.height], [1600, 1200]);
  await show(loss.id, of.operator);
  const [told] = (await lotDetail(at.db, at.sealer, of.operator, county, id)).operations;
  assert.deepEqual(told?.photos[0], photo);
  assert.equal(told?.photos.length, 2);

  const read = (by: Actor) => lossPhotoBytes(at, by, { county, id: loss.id, photo: photo.id, width: 320 });
  const seen = await sharp(await read(of.keeper)).metadata();
  assert.deepEqual([seen.format, seen.width, seen.exif], ['webp', 320, undefined]);
  await assert.rejects(read(otherKeeper), /photo-not-found/);
  await assert.rejects(read(of.otherMerchant), /photo-not-found/);
  // A photo of another loss is none of this one.
  await assert.rejects(
    lossPhotoBytes(at, of.keeper, { county, id: lost.id, photo: photo.id, width: 320 }),
    /photo-not-found/,
  );

  for (let n = 2; n < 6; n++) await show(loss.id);
  await assert.rejects(show(loss.id), /loss-photos-too-many/);
  // Undone, the loss and what showed it stay to be read; the undoing itself shows nothing.
  await undoIt(loss.id);
  const both = (await lotDetail(at.db, at.sealer, of.keeper, county, id)).operations;
  assert.deepEqual(
    both.map((one) => [one.kind, one.photos.length, one.mayAddPhoto]),
    [
      ['lose', 6, true],
      ['undo', 0, false],
    ],
  );
});

test('packs that are lost before they are in stock are not stocked; undone packing voids its codes', async () => {
  const { id } = await rawLot(5_000);
  await certify(id);
  const made = await packOf(id, 5_000, 10);
  const loss = await loseIt(made.lot.id, 1_000, of.operator);
  const making = made.operations[0]?.id as string;
  await assert.rejects(undoIt(making, of.operator), /operation-moved-on/);
  await undoIt(loss.id, of.operator);
  assert.ok(await publicLot(at.db, at.sealer, county, made.lot.id));
  const range = (await rangesOf(at.db, county, [made.lot.id])).get(made.lot.id) as CodeRange;
  const counters = { looks: lookCounter(at), falseCodes: countFalseCodes() };
  const buyer = { address: '192.0.2.7', visitor: 'buyer', province: null, counties: [] };
  const serial = serialOf(at.sealer, { county, lot: made.lot.id, pack: 3, keyVersion: range.keyVersion });
  const look = () => scanCode(at, counters, buyer, { gtin: range.gtin, lot: range.lotNumber, serial });
  assert.equal((await look()).pack, 3);
  await undoIt(making, of.operator);
  assert.equal(await publicLot(at.db, at.sealer, county, made.lot.id), undefined);
  await assert.rejects(look(), /code-false/, 'its label is on no pack of ours');
  assert.equal((await stateOf(id)).grams_on_hand, 5_000);

  const second = await packOf(id, 5_000, 10);
  await loseIt(second.lot.id, 1_000, of.operator);
  assert.equal((await packedLot(at.db, county, second.lot.id))?.gramsOnHand, 4_000);
  const evidence = { kind: 'stock_movement', id: newId() };
  const out = await transact(at.db, (tx) => stockedOut(tx, county, second.lot.id, of.merchant, evidence));
  assert.deepEqual(out, { packs: 8, grams: 4_000 });
  await assert.rejects(undoIt(second.operations[0]?.id as string, of.operator), /operation-moved-on/);
});

test('packing is not undone while packs of it lie in a case, and what was undone goes into none', async () => {
  const { id } = await rawLot(5_000);
  await certify(id);
  const { lot, operations } = await packOf(id, 5_000, 10);
  const making = operations[0]?.id as string;
  const caseOf = (from: number, to: number) =>
    makeUnit(at, of.merchant, { county, kind: 'case', ranges: [{ lot: lot.id, from, to }], children: [] }, null);
  const cased = await caseOf(1, 4);
  await assert.rejects(undoIt(making, of.operator), /operation-moved-on/);
  await unpackUnit(at, of.merchant, { county, id: cased.id, reason: '装错了' }, null);
  const both = await Promise.allSettled([undoIt(making, of.operator), caseOf(5, 8)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected'], 'one of both at once');
  if (both[0]?.status === 'fulfilled') await assert.rejects(caseOf(1, 4), /lot-not-found/);
});

test('a recalled lot may only be got rid of', async () => {
  const done = await loseIt(recalled.id, 10_000);
  assert.equal(done.lossGrams, 10_000);
  assert.equal((await stateOf(recalled.id)).state, 'recalled');
});

test('a note cannot be reversed once its lot was worked on', async () => {
  const lot = await rawLot();
  await split(at, of.keeper, { county, lot: lot.id, grams: [1_000] }, null);
  const reversal = { county, id: lot.id, reason: '记错了' };
  const note = await at.db.transaction().execute(async (tx) => {
    const { sql } = await import('kysely');
    await sql.raw(`set local app.scope = '${county}'`).execute(tx);
    return tx.selectFrom('trace.purchase').select('id').where('lot', '=', lot.id).executeTakeFirstOrThrow();
  });
  await assert.rejects(reversePurchase(at, of.keeper, { ...reversal, id: note.id }, null), /lot-moved-on/);
});

test('the same key does it once', async () => {
  const { id } = await rawLot();
  const key = { scope: 'test', key: 'split-once-1', hash: 'a' };
  const first = await split(at, of.keeper, { county, lot: id, grams: [1_000] }, key);
  assert.equal((await split(at, of.keeper, { county, lot: id, grams: [1_000] }, key)).id, first.id);
  assert.equal((await stateOf(id)).grams_on_hand, 9_000);
});

test('of two who undo the same at once, one does', async () => {
  const done = await split(at, of.keeper, { county, lot: (await rawLot()).id, grams: [1_000] }, null);
  const both = await Promise.allSettled([undoIt(done.id), undoIt(done.id, of.operator)]);
  assert.deepEqual(both.map((each) => each.status).sort(), ['fulfilled', 'rejected']);
});

test('of an undoing and a use of what was made, one happens', async () => {
  for (let i = 0; i < 5; i++) {
    const done = await split(at, of.keeper, { county, lot: (await rawLot()).id, grams: [1_000] }, null);
    const made = done.outputs[0]?.id as string;
    const both = await Promise.allSettled([undoIt(done.id), loseIt(made, 400)]);
    assert.equal(both.filter((each) => each.status === 'fulfilled').length, 1);
  }
});

test('the flow of a lot: what comes into each lot goes out of it, by village and to no household', async () => {
  const { id } = await rawLot(10_000);
  await certify(id);
  const [a] = (await split(at, of.keeper, { county, lot: id, grams: [6_000, 3_000] }, null)).outputs;
  const made = await packOf(a?.id as string, 6_000, 11);
  const flow = await lotFlow(at.db, of.keeper, county, made.lot.id);
  const sum = (side: 'from' | 'to', node: string) =>
    flow.links.filter((link) => link[side] === node).reduce((grams, link) => grams + link.grams, 0);
  for (const node of flow.nodes.filter((each) => each.kind === 'raw' || each.kind === 'packed')) {
    if (node.id !== id) assert.equal(sum('to', node.id), sum('from', node.id), node.name);
  }
  assert.equal(sum('to', 'loss'), 500);
  assert.equal(flow.nodes.filter((node) => node.kind === 'village').length, 1);
  assert.ok(!JSON.stringify(flow).includes(of.household));
  await assert.rejects(lotFlow(at.db, of.otherMerchant, county, made.lot.id), /lot-not-found/);
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, traceModule, ledgerModule), []));

function one(gradeName: string) {
  return { grade: gradeName, grams: 1 };
}
function mixAs(gradeName: string, ...lots: [string, number][]) {
  const inputs = lots.map(([lot, grams]) => ({ lot, grams }));
  return mix(at, of.operator, { county, inputs, grade: gradeName, lossGrams: lots[0]?.[1] === 1 ? 5 : 0 }, null);
}
function packOf(lot: string, grams: number, packs: number) {
  const inputs = [{ lot, grams }];
  const rest = { packs, lossGrams: grams - packs * 500, place: '站里', basis: ['quality_control'] as const };
  return pack(at, of.operator, { county, sku: goods.sku, inputs, ...rest }, null);
}
