import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Actor } from '#platform/actor.ts';
import { scoped } from '#platform/db.ts';
import type { Refusal } from '#platform/errors.ts';
import type { Problem } from '#platform/http/client.ts';
import { newId } from '#platform/ids.ts';
import { testCallers } from '../../../test/callers.ts';
import {
  addTestHousehold,
  addTestPerson,
  farVillage,
  openTestCounty,
  testContext,
  testVillage,
} from '../../../test/fixtures.ts';
import { addTestPurchase, reverseTestPurchase } from '../../../test/fixtures-benefit.ts';
import { breachesOf } from '../../../test/fixtures-goods.ts';
import { benefit } from '../contract.ts';
import { purchaseSubscribers } from '../entries/record-purchase.ts';
import { benefitModule } from '../index.ts';
import { addProof, answerCheck, checkContact, proofBytes } from './answer-check.ts';
import { closeSample } from './close-sample.ts';
import { drawSample } from './draw-sample.ts';
import { drawFrom } from './sample-frame.ts';
import { checksOf, sampleView, verification } from './sample-views.ts';
import { sampleInvariants } from './samples.invariants.ts';

const { at, setTime } = await testContext();
const of = await openTestCounty(at);
const { county, keeper, cadre, auditor, operator, merchant } = of;
const { as, visitor } = await testCallers(at, [benefitModule]);
const [weighed, reversed] = purchaseSubscribers(at);
const phone = '13912345678';
/** Twelve households of the station's village were paid 100 yuan and more each; one note was taken back. */
for (let n = 1; n <= 12; n++) {
  const household = await addTestHousehold(at, { county, village: testVillage, name: `王小${n}`, phone });
  const note = await addTestPurchase(at, of, { household, grams: 5_000, fenPerKg: 2_000 + 100 * n });
  await at.db.transaction().execute((tx) => weighed?.apply(tx, note.event) as Promise<void>);
  if (n === 12) {
    const back = await reverseTestPurchase(at, of, note);
    await at.db.transaction().execute((tx) => reversed?.apply(tx, back) as Promise<void>);
  }
}
const secondCadre = await addTestPerson(at, {
  name: '钱书记',
  org: of.centre,
  role: 'cadre',
  region: farVillage.slice(0, 9),
});

const refuses = (work: () => Promise<unknown>, code: string) =>
  assert.rejects(work(), (error) => {
    assert.equal((error as Refusal).code, code, String(error));
    return true;
  });
type Draw = Parameters<typeof drawSample>[2];
const draw = (over: Partial<Draw> = {}) =>
  drawSample(
    at,
    operator,
    {
      ...{ county, unit: 'entry' as const, fromMonth: '2026-09', toMonth: '2026-09', region: String(county) },
      ...{ confidenceBp: 9_500 as const, marginBp: 500, dueOn: '2026-09-30', checkers: [cadre.person], ...over },
    },
    null,
  );
const mine = (by: Actor) => scoped(at.db, String(county), (tx) => checksOf(at, tx, by, county));
const answer = (id: string, n: number, over: object = {}, by: Actor = cadre) =>
  answerCheck(at, by, { county, id, n, outcome: 'received', words: '', ...over }, null);
const only = { ...benefitModule, invariants: sampleInvariants };

test('drawing is refused, in this order', async (t) => {
  const table: [string, () => Promise<unknown>, string][] = [
    ['backwards', () => draw({ fromMonth: '2026-10' }), 'period-backwards'],
    ['another county', () => draw({ region: '621222' }), 'region-outside'],
    ['due today', () => draw({ dueOn: '2026-09-17' }), 'due-over'],
    ['a merchant asks', () => draw({ checkers: [cadre.person, merchant.person] }), 'checker-unfit'],
    ['a month with nothing', () => draw({ fromMonth: '2026-08', toMonth: '2026-08' }), 'frame-too-small'],
    ['the station that bought it in', () => draw({ checkers: [keeper.person] }), 'village-unchecked'],
    ['a cadre of another township', () => draw({ checkers: [secondCadre.person] }), 'village-unchecked'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
});

test('a draw is of what stands, random by a seed that is kept, and made again by it', async () => {
  const sample = await draw();
  assert.deepEqual(
    [sample.population, sample.size, sample.items.length],
    [11, 11, 11],
    'what was taken back is not drawn',
  );
  assert.match(sample.seed, /^[0-9a-f]{32}$/);
  const units = Array.from({ length: 1_000 }, (_, id) => ({ id: String(id) }));
  assert.deepEqual(drawFrom(units, 'a', 10), drawFrom(units.toReversed(), 'a', 10), 'in whatever order they come');
  assert.notDeepEqual(drawFrom(units, 'a', 10), drawFrom(units, 'b', 10));
  const hits = new Map<string, number>();
  for (let seed = 0; seed < 2_000; seed++) {
    for (const { id } of drawFrom(units.slice(0, 20), String(seed), 5)) hits.set(id, (hits.get(id) ?? 0) + 1);
  }
  // Each of twenty is drawn in a quarter of 2,000: 500, give or take five standard deviations of 19.4.
  assert.ok(
    [...hits.values()].every((times) => Math.abs(times - 500) < 97),
    'nobody is drawn more than others',
  );
  assert.deepEqual(await breachesOf(at, only), []);
  assert.equal((await draw({ unit: 'household' })).population, 11);
});

test('the checker sees what is needed, each look is logged, and answers count', async (t) => {
  const { id } = await draw();
  const list = (await mine(cadre)).filter((one) => one.sample === id);
  assert.equal(list.length, 11);
  assert.match(list[0]?.headMasked ?? '', /\*/);
  assert.deepEqual(
    Object.keys(list[0] ?? {}).filter((key) => /household|phone|name$/.test(key)),
    [],
  );
  assert.deepEqual((await mine(auditor)).length, 0);
  const readings = () => at.db.selectFrom('registry.household_reading').select(['person', 'reason']).execute();
  assert.equal((await readings()).length, 0);
  assert.deepEqual((await checkContact(at, cadre, { county, id, n: 1 })).phone, phone);
  const read = await readings();
  assert.equal(read[0]?.person, cadre.person);
  assert.match(read[0]?.reason ?? '', /抽查 HS2026\d+ 第 1 条/);

  const photo = await sharp({ create: { width: 40, height: 30, channels: 3, background: '#eee' } })
    .png()
    .toBuffer();
  const sound = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(40)]);
  const first = await addProof(at, cadre, { county, id, n: 1, bytes: photo }, null);
  const voice = await addProof(at, cadre, { county, id, n: 1, bytes: sound }, null);
  assert.deepEqual([first.kind, voice.kind], ['photo', 'voice']);
  const table: [string, () => Promise<unknown>, string][] = [
    ['another’s item', () => answer(id, 1, {}, auditor), 'item-not-found'],
    ['another’s phone', () => checkContact(at, secondCadre, { county, id, n: 1 }), 'item-not-found'],
    ['no such item', () => answer(id, 12), 'item-not-found'],
    ['different, and nothing said', () => answer(id, 1, { outcome: 'different' }), 'actual-missing'],
    [
      'different, and the same',
      () => answer(id, 1, { outcome: 'different', actualFen: list.find((one) => one.n === 1)?.claimedFen }),
      'actual-same',
    ],
    ['a photo of another item', () => answer(id, 2, { photo: first.proof }), 'proof-not-found'],
    ['a recording as a photo', () => answer(id, 1, { photo: voice.proof }), 'proof-not-found'],
    [
      'a file that is neither',
      () => addProof(at, cadre, { county, id, n: 1, bytes: Buffer.from('%PDF-1.7 hello') }, null),
      'sound-not-allowed',
    ],
    ['another’s proof', () => proofBytes(at, keeper, { county, id, proof: voice.proof }), 'proof-not-found'],
    ['closing too soon', () => closeSample(at, operator, { county, id }, null), 'sample-unfinished'],
    ['closing nothing', () => closeSample(at, operator, { county, id: newId() }, null), 'sample-not-found'],
  ];
  for (const [name, work, code] of table) await t.test(name, () => refuses(work, code));
  await answer(id, 1, { photo: first.proof, voice: voice.proof, words: '说当面点清' });
  assert.equal((await proofBytes(at, operator, { county, id, proof: voice.proof })).mime, 'audio/ogg');
  await answer(id, 2, { outcome: 'not_received' });
  await answer(id, 2, { outcome: 'different', actualFen: 5_000 });
  await answer(id, 3, { outcome: 'unreachable' });
  for (let n = 4; n <= 10; n++) await answer(id, n);
  const open = await sampleView(at, county, id);
  assert.deepEqual([open.estimate?.answered, open.estimate?.received, open.estimate?.unreachable], [9, 8, 1]);
  assert.equal((await verification(at, county)).length, 0, 'published when it is closed');
  setTime('2026-10-01T02:00:00Z');
  const closed = await closeSample(at, operator, { county, id }, null);
  await refuses(() => closeSample(at, operator, { county, id }, null), 'sample-closed');
  await refuses(() => answer(id, 11), 'sample-closed');
  const [told] = await as(visitor, { benefit }).benefit.verification({ params: { county } });
  assert.equal(told?.estimate?.actualFen, closed.estimate?.actualFen);
  assert.ok((told?.estimate?.actualFen as number) < (told?.claimedFen as number));
  assert.doesNotMatch(JSON.stringify(told), /王小|household/);
  assert.deepEqual(await breachesOf(at, only), []);
});

test('who may', async () => {
  const params = { county };
  const denied = (work: Promise<unknown>) => assert.rejects(work, (error) => (error as Problem).status === 403);
  await denied(as(cadre, { benefit }).benefit.samples({ params }));
  await denied(as(merchant, { benefit }).benefit.myChecks({ params }));
  assert.ok((await as(auditor, { benefit }).benefit.samples({ params })).total > 0);
});
