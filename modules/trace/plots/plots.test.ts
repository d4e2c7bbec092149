import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import sharp from 'sharp';
import { addDays, dayOf } from '#platform/clock.ts';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  farVillage,
  giveTestPhone,
  neighbourVillage,
  openTestCounty,
  testContext,
} from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, packTestLot, weighInTest } from '../../../test/fixtures-goods.ts';
import { trace } from '../contract.ts';
import { traceModule } from '../index.ts';
import { publicLot } from '../lots/public-lot.ts';
import { reversePurchase } from '../purchases/reverse-purchase.ts';
import { addPlot } from './add-plot.ts';
import { type Boundary, position } from './boundary-layout.ts';
import { changePlot, endPlot } from './change-plot.ts';
import { ownPlots, plotDetail, plotList } from './plot-views.ts';
import { recordWork, strikeWork } from './record-work.ts';
import { pesticideTable, setPesticide } from './set-pesticide.ts';
import { addWorkPhoto, workPhotoBytes } from './work-photos.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, keeper, cadre, operator } = of;
const { as } = await testCallers(at, [traceModule]);
const today = dayOf(at.clock.now());

const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => {
    assert.equal((error as Refusal).code, code);
    return true;
  });

const usual = {
  name: '屋后坡地',
  crop: 'walnut',
  areaCentimu: 200,
  trees: 30,
  yieldGrams: 800_000,
  from: '2026-01-01',
};
type AddPlot = Parameters<typeof addPlot>[2];
const add = (input: Partial<AddPlot> = {}, by = keeper) =>
  addPlot(at, by, { county, household: of.household, ...usual, ...input }, null);
type Work = Parameters<typeof recordWork>[2];
const work = (id: string, input: Partial<Work> = {}, by = keeper) =>
  recordWork(at, by, { county, id, kind: 'prune', onDay: today, ...input }, null);
const spray = (id: string, onDay = today, intervalDays = 14, product = '吡虫啉') =>
  work(id, { kind: 'spray', onDay, product, intervalDays, millilitres: 200 });
const seller = (name: string) => addTestHousehold(at, { county, village: of.village, name });
const square = (metres: number, at: [number, number] = [105.72, 33.73]): Boundary => ({
  type: 'Polygon',
  coordinates: [
    (
      [
        [0, 0],
        [metres, 0],
        [metres, metres],
        [0, metres],
        [0, 0],
      ] as [number, number][]
    ).map((point) => position(at, point)),
  ],
});
const rule = (product: string, crop: string, intervalDays: number) =>
  setPesticide(
    at,
    operator,
    { county, product, nameEn: product, crop, kind: 'use', intervalDays, basis: '按标签录入' },
    null,
  );
await rule('吡虫啉', 'walnut', 14);
await rule('多菌灵', 'pepper', 20);

const addRefused: [code: string, input: Partial<AddPlot>][] = [
  ['plot-owner-wrong', { household: undefined }],
  ['plot-owner-wrong', { org: of.cooperative }],
  ['household-not-found', { household: newId() }],
  ['household-not-found', { household: of.farHousehold }],
  ['plot-cooperative-unknown', { household: undefined, org: of.merchantOrg, village: of.village }],
  ['plot-village-outside', { village: neighbourVillage }],
  ['plot-village-outside', { household: undefined, org: of.cooperative }],
  ['plot-empty', { areaCentimu: 0, trees: 0 }],
  ['plot-crop-unknown', { crop: 'gold' }],
  ['plot-crop-unknown', { crop: 'walnut_oil' }],
  ['plot-yield-above-crop', { yieldGrams: 1_200_001 }],
  ['plot-day-wrong', { from: addDays(today, 1) }],
  ['plot-day-wrong', { from: '2020-01-01' }],
  ['boundary-open', { boundary: { type: 'Polygon', coordinates: [[]] } }],
  ['boundary-far', { boundary: square(100, [103.8, 36.1]) }],
];
for (const [code, input] of addRefused) {
  test(`a plot is not registered: ${code} ${JSON.stringify(input).slice(0, 60)}`, () =>
    refuses(() => add(input), code));
}

test('a plot is registered, with what looks odd about its boundary', async () => {
  const plain = await add({ household: await seller('陈冬梅'), boundary: square(36.5) });
  assert.match(plain.number, /^D\d{5}$/);
  assert.deepEqual([plain.boundaryCentimu, plain.warnings, plain.blocked], [200, [], null]);
  const odd = await add({ household: await seller('赵来喜'), boundary: square(60, [105.9, 33.73]) });
  assert.deepEqual(odd.warnings, ['area-differs', 'boundary-far-from-others']);
});

test('changing a plot ends one version and begins another; nothing is edited', async () => {
  const household = await seller('何秀兰');
  const { id } = await add({ household });
  const change = (input: Partial<Parameters<typeof changePlot>[2]> = {}) =>
    changePlot(at, cadre, { county, id, version: 1, ...usual, reason: '量过地了', from: '2026-06-01', ...input }, null);
  await refuses(() => change({ id: newId() }), 'plot-not-found');
  await refuses(() => change({ version: 2 }), 'plot-changed');
  await refuses(() => change({ from: '2025-12-31' }), 'plot-day-wrong');
  await refuses(() => change({ areaCentimu: 0, trees: 0 }), 'plot-empty');
  const changed = await change({ yieldGrams: 600_000 });
  assert.deepEqual([changed.version, changed.yieldGrams], [2, 600_000]);
  await refuses(() => change(), 'plot-changed');
  const { versions } = await plotDetail(at, cadre, county, id);
  assert.deepEqual(
    versions.map((one) => [one.version, one.from, one.to, one.yieldGrams]),
    [
      [2, '2026-06-01', null, 600_000],
      [1, '2026-01-01', '2026-05-31', 800_000],
    ],
  );
  const end = (on: string) => endPlot(at, keeper, { county, id, on, reason: '流转给别人了' }, null);
  await refuses(() => end('2026-05-31'), 'plot-day-wrong');
  await refuses(() => end(addDays(today, 1)), 'plot-day-wrong');
  assert.equal((await end('2026-08-31')).to, '2026-08-31');
  await refuses(() => end('2026-08-31'), 'plot-ended');
  await refuses(() => change({ version: 2 }), 'plot-ended');
  await refuses(() => work(id, { onDay: '2026-09-01' }), 'plot-day-wrong');
  await work(id, { onDay: '2026-08-30' });
  await assert.rejects(
    scoped(at.db, 'all', (tx) => tx.updateTable('trace.plot_version').set({ yield_grams: 1 }).execute()),
    /append-only|never|change/i,
  );
});

test('two who change a plot at once: one of them looks again', async () => {
  const { id } = await add({ household: await seller('马兰英') });
  const change = (yieldGrams: number) =>
    changePlot(at, keeper, { county, id, version: 1, ...usual, yieldGrams, reason: '核产' }, null);
  const done = await Promise.allSettled([change(500_000), change(600_000)]);
  assert.deepEqual(done.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
});

test('plots and their work are seen by region only', async () => {
  const { id } = await add({ household: await seller('孙玉芳') });
  const far = await add({ household: of.farHousehold, village: farVillage }, operator);
  const { id: entry } = await work(id);
  const seen = async (by: typeof keeper) =>
    (await plotList(at, by, county, { size: 200 })).rows
      .map((one) => one.id)
      .filter((one) => [id, far.id].includes(one));
  assert.deepEqual(await seen(keeper), [id]);
  assert.deepEqual(await seen(cadre), [id]);
  assert.deepEqual((await seen(operator)).sort(), [id, far.id].sort());
  await refuses(() => plotDetail(at, cadre, county, far.id), 'plot-not-found');
  await refuses(() => work(far.id), 'plot-not-found');
  await refuses(
    () => strikeWork(at, keeper, { county, id: far.id, work: entry, reason: '写错了' }, null),
    'plot-not-found',
  );
  for (const table of ['plot', 'plot_version', 'plot_work'] as const) {
    const rows = await scoped(at.db, farVillage, (tx) =>
      tx.selectFrom(`trace.${table}`).select('village').distinct().execute(),
    );
    assert.deepEqual(rows, table === 'plot_work' ? [] : [{ village: farVillage }], table);
    assert.deepEqual(await at.db.selectFrom(`trace.${table}`).select('village').execute(), [], 'without a scope');
  }
  for (const by of [of.merchant, of.buyer, of.courier]) {
    await assert.rejects(
      as(by, { trace }).trace.plots({ params: { county } }),
      (error: Problem) => error.status === 403,
      by.name,
    );
  }
});

test('a household sees its own', async () => {
  const phone = '13912345678';
  const household = await addTestHousehold(at, { county, village: of.village, name: '钱有粮', phone });
  await giveTestPhone(at, of.buyer, phone);
  const { id } = await add({ household });
  const { id: entry } = await work(id, { kind: 'fertilise', grams: 50_000, note: '羊粪' });
  const bytes = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#474' } })
    .jpeg()
    .toBuffer();
  const photo = await addWorkPhoto(at, keeper, { county, id, work: entry, bytes }, null);
  const [own] = await ownPlots(at, of.buyer);
  assert.equal(own?.plot.id, id);
  assert.deepEqual(
    own?.works.map((one) => [one.kind, one.grams, one.note, one.photos.length]),
    [['fertilise', 50_000, '羊粪', 1]],
  );
  const read = (by: typeof keeper) => workPhotoBytes(at, by, { county, id, photo: photo.id, width: 320 });
  assert.ok((await read(of.buyer)).length > 0);
  assert.ok((await read(cadre)).length > 0);
  await refuses(() => read(of.otherBuyer), 'photo-not-found');
  assert.deepEqual(await ownPlots(at, of.otherBuyer), []);
});

const grower = await seller('吴金花');
const sprayed = await add({ household: grower });
const workRefused: [code: string, input: Partial<Work>][] = [
  ['plot-not-found', { id: newId() }],
  ['plot-day-wrong', { onDay: addDays(today, 1) }],
  ['plot-day-wrong', { onDay: '2025-12-31' }],
  ['only-of-sprays', { product: '吡虫啉' }],
  ['only-of-sprays', { kind: 'harvest', intervalDays: 1 }],
  ['product-needed', { kind: 'spray' }],
  ['dose-needed', { kind: 'spray', product: '吡虫啉' }],
  ['interval-needed', { kind: 'spray', product: '吡虫啉', grams: 20 }],
  ['pesticide-banned', { kind: 'spray', product: '40%氧乐果乳油', grams: 20, intervalDays: 60 }],
  ['pesticide-banned', { kind: 'spray', product: 'Paraquat 20% SL', grams: 20, intervalDays: 60 }],
  ['pesticide-unknown', { kind: 'spray', product: '神药', grams: 20, intervalDays: 60 }],
  ['pesticide-not-registered', { kind: 'spray', product: '多菌灵', grams: 20, intervalDays: 60 }],
  ['interval-too-short', { kind: 'spray', product: '吡虫啉', grams: 20, intervalDays: 13 }],
];
for (const [code, input] of workRefused) {
  test(`work is not written: ${code} ${JSON.stringify(input).slice(0, 50)}`, () =>
    refuses(() => work(sprayed.id, input), code));
}

test('a county sets its table; what the country bans it cannot allow, what it bans itself nobody sprays', async () => {
  const set = (input: Partial<Parameters<typeof setPesticide>[2]>) =>
    setPesticide(
      at,
      operator,
      { county, product: '吡虫啉', nameEn: 'Imidacloprid', kind: 'use', basis: '按标签录入', ...input },
      null,
    );
  await refuses(() => set({ product: '克百威', crop: 'pear', intervalDays: 60 }), 'pesticide-banned');
  await refuses(() => set({ intervalDays: 14 }), 'crop-needed');
  await refuses(() => set({ crop: 'gold', intervalDays: 14 }), 'plot-crop-unknown');
  await refuses(() => set({ crop: 'pear' }), 'interval-needed');
  await set({ product: '三唑磷', kind: 'use', crop: 'walnut', intervalDays: 30 });
  await spray(sprayed.id, addDays(today, -40), 30, '三唑磷');
  await set({ product: '三唑磷', kind: 'ban', basis: '县里禁用' });
  await refuses(() => spray(sprayed.id, today, 30, '三唑磷'), 'pesticide-banned');
  await set({ product: '三唑磷', kind: 'stop', basis: '解除' });
  await spray(sprayed.id, addDays(today, -40), 30, '三唑磷');
  await set({ product: '三唑磷', kind: 'stop', crop: 'walnut', basis: '登记撤销' });
  await refuses(() => spray(sprayed.id, addDays(today, -40), 30, '三唑磷'), 'pesticide-unknown');
  const table = await pesticideTable(at.db, county, 'walnut');
  assert.ok(table.some((one) => one.product === '吡虫啉' && one.intervalDays === 14));
  assert.ok(table.some((one) => one.national && one.product === '克百威'));
  assert.ok(!table.some((one) => one.crop === 'pepper'));
});

test('a spray stands against the harvest until its interval has passed', async () => {
  const household = await seller('郑满仓');
  const [one, two] = [await add({ household }), await add({ household, name: '河边' })];
  const pepper = await add({ household, crop: 'pepper', yieldGrams: 200_000, name: '花椒地' });
  const weigh = (input: Partial<Parameters<typeof weighInTest>[2]> = {}) =>
    weighInTest(at, of, { household, grams: 1_000, ...input });
  await refuses(() => weigh({ plot: newId() }), 'plot-not-of-household');
  await refuses(() => weigh({ plot: sprayed.id }), 'plot-not-of-household');
  await refuses(() => weigh({ plot: pepper.id }), 'plot-other-crop');
  const free = await weigh();
  assert.equal(free.plot, null);
  const { id: entry, freeOn } = await spray(one.id, addDays(today, -3));
  assert.equal(freeOn, addDays(today, 11));
  const against = (work: () => Promise<unknown>) =>
    assert.rejects(work(), (error) => {
      const { code, detail } = error as Refusal;
      assert.deepEqual([code, detail], ['spray-interval', { plot: one.number, product: '吡虫啉', day: freeOn }]);
      return true;
    });
  await against(() => weigh({ plot: one.id }));
  await against(() => weigh());
  assert.equal((await weigh({ plot: two.id })).plotNumber, two.number);
  assert.equal((await weigh({ harvestedOn: addDays(today, -4) })).harvestedOn, addDays(today, -4));
  await weigh({ crop: 'pepper', fenPerKg: 8000 });
  await refuses(
    () => strikeWork(at, keeper, { county, id: one.id, work: entry, reason: '记错地块' }, null),
    'spray-struck-by-county',
  );
  await refuses(
    () => strikeWork(at, operator, { county, id: one.id, work: newId(), reason: '记错地块' }, null),
    'work-not-found',
  );
  const strike = () => strikeWork(at, operator, { county, id: one.id, work: entry, reason: '记错地块' }, null);
  assert.equal((await strike()).struck?.reason, '记错地块');
  await refuses(strike, 'work-struck');
  await weigh({ plot: one.id });
  const { tooLate } = await spray(two.id, addDays(today, -1));
  assert.deepEqual(
    tooLate.map((late) => late.harvestedOn),
    [today, today],
    'the note without a plot, and the one off it',
  );
});

test('a purchase writes the harvest of its plot, and strikes it when it is taken back', async () => {
  const household = await seller('冯石头');
  const { id } = await add({ household });
  const note = await weighInTest(at, of, { household, grams: 50_000 });
  assert.equal(note.plot, id, 'its only plot of the crop');
  const harvest = async () => (await plotDetail(at, keeper, county, id)).works.filter((one) => one.kind === 'harvest');
  const [written] = await harvest();
  assert.deepEqual(
    [written?.grams, written?.purchase, written?.purchaseNumber, written?.struck],
    [50_000, note.id, note.number, null],
  );
  const strike = () => strikeWork(at, operator, { county, id, work: written?.id ?? '', reason: '试试' }, null);
  await refuses(strike, 'work-bought');
  await reversePurchase(at, keeper, { county, id: note.id, reason: '称错了' }, null);
  assert.equal((await harvest())[0]?.struck?.reason, '称错了');
  assert.deepEqual(await breachesOf(at, traceModule), []);
});

test('what a household can yield of a crop comes from its plots where it has any', async () => {
  const household = await seller('蒋秋生');
  const capacity = async () =>
    new Map(
      (await as(keeper, { trace }).trace.capacity({ params: { county, id: household } })).map((row) => [
        row.crop,
        row.limitGrams,
      ]),
    );
  const registered = await capacity();
  assert.equal(registered.get('walnut'), 2_400_000);
  const one = await add({ household, yieldGrams: 100_000 });
  await add({ household, yieldGrams: 50_000, name: '沟边' });
  await add({ household, crop: 'pear', yieldGrams: 30_000, name: '梨园' });
  const both = await capacity();
  assert.deepEqual(
    [...both],
    [
      ['pear', 30_000],
      ['pepper', registered.get('pepper')],
      ['walnut', 150_000],
    ],
  );
  await weighInTest(at, of, { household, grams: 120_000, plot: one.id });
  await refuses(() => weighInTest(at, of, { household, grams: 1, plot: one.id }), 'grams-above-plot');
  await weighInTest(at, of, { household, grams: 60_000 });
  await refuses(() => weighInTest(at, of, { household, grams: 1 }), 'grams-above-yield');
  const answer = { county, id: one.id, on: today, reason: '流转了' };
  await endPlot(at, keeper, answer, null);
  assert.equal((await capacity()).get('walnut'), 150_000, 'it gave this year what it gave');
});

test('anyone may know how a lot was grown, and not whose it was', async () => {
  const household = await seller('许满囤');
  const { id } = await add({ household, yieldGrams: 1_000_000 });
  await work(id, { onDay: addDays(today, -60), kind: 'fertilise', grams: 200_000 });
  await work(id, { onDay: addDays(today, -50), kind: 'fertilise', grams: 100_000 });
  await spray(id, addDays(today, -20));
  const { sku } = await addTestGoods(at, of);
  setTime('2026-09-18T06:00:00Z');
  const { lot } = await packTestLot(at, of, { sku, netGrams: 500, packs: 20, household });
  const told = (await publicLot(at.db, at.sealer, county, lot.id))?.growing;
  assert.deepEqual(told, {
    plots: 1,
    recordedBp: 10_000,
    kinds: [
      { kind: 'fertilise', times: 2, from: addDays(today, -60), to: addDays(today, -50) },
      { kind: 'spray', times: 1, from: addDays(today, -20), to: addDays(today, -20) },
      { kind: 'harvest', times: 1, from: addDays(today, 1), to: addDays(today, 1) },
    ],
    sprays: [
      {
        ...{ product: '吡虫啉', productEn: '吡虫啉', times: 1, lastOn: addDays(today, -20) },
        ...{ intervalDays: 14, waitedDays: 21, kept: true },
      },
    ],
  });
  const other = await seller('褚大山');
  setTime('2026-09-19T06:00:00Z');
  const bare = await packTestLot(at, of, { sku, netGrams: 500, packs: 20, household: other });
  assert.equal((await publicLot(at.db, at.sealer, county, bare.lot.id))?.growing, null);
  setTime('2026-09-17T06:00:00Z');
});

test('in whatever order sprays and harvests come, nothing is bought inside an interval', async () => {
  const household = await seller('卫长顺');
  const plots = [
    await add({ household, yieldGrams: 1_000_000 }),
    await add({ household, name: '二号', yieldGrams: 1_000_000 }),
  ];
  const step = fc.record({
    what: fc.constantFrom('spray', 'harvest'),
    plot: fc.constantFrom(0, 1, undefined),
    days: fc.integer({ min: 0, max: 25 }),
    interval: fc.integer({ min: 14, max: 30 }),
  });
  /** what stands, over all runs: the database keeps it */
  const sprays: { plot: number; on: string; free: string }[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      for (const { what, plot, days, interval } of steps) {
        const day = addDays(today, -days * 8);
        if (what === 'spray') {
          const target = plot ?? 0;
          await spray(plots[target]?.id ?? '', day, interval);
          sprays.push({ plot: target, on: day, free: addDays(day, interval) });
          continue;
        }
        const named = plot === undefined ? {} : { plot: plots[plot]?.id };
        const blocked = sprays.some(
          (one) => (plot === undefined || one.plot === plot) && one.on <= day && day < one.free,
        );
        const buy = () => weighInTest(at, of, { household, grams: 100, harvestedOn: day, ...named });
        if (blocked) await refuses(buy, 'spray-interval');
        else await buy();
      }
    }),
    { numRuns: 25 },
  );
  assert.deepEqual(await breachesOf(at, traceModule), []);
});
