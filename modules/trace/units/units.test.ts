import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { catalogModule } from '#catalog';
import type { Actor } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { addTestOrganisation, openTestCounty, stranger, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, breachesOf, packTestLot } from '../../../test/fixtures-goods.ts';
import { refusalOf } from '../../../test/fixtures-trade.ts';
import { linters } from '../digital-link/linters.ts';
import { traceModule } from '../index.ts';
import { makeUnit } from './make-unit.ts';
import { joined, overlapIn, type PackRange, packsIn, without } from './pack-ranges.ts';
import { setCompanyPrefix } from './set-company-prefix.ts';
import { countyOfSscc, ssccOf } from './sscc.ts';
import { publicUnit, unitViews } from './unit-views.ts';
import { findUnit } from './units.queries.ts';
import { unpackUnit } from './unpack-unit.ts';

const { at } = await testContext();
const of = await openTestCounty(at);
const { county } = of;
const goods = await addTestGoods(at, of);
const { lot } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 200 });
const second = (await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 50 })).lot;
const gone = (await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 5 })).lot;
await at.db.updateTable('trace.lot').set({ state: 'recalled' }).where('id', '=', gone.id).execute();

const ranged = (from: number, to: number, of = lot.id): PackRange => ({ lot: of, from, to });
const caseOf = (by: Actor, ranges: PackRange[], children: string[] = [], kind: 'case' | 'pallet' = 'case') =>
  makeUnit(at, by, { county, kind, ranges, children }, null);

const whole = await caseOf(of.merchant, [ranged(1, 24)]);

test('what cannot go into a case', async (t) => {
  const loaded = await caseOf(of.merchant, [], [(await caseOf(of.merchant, [ranged(190, 191)])).id], 'pallet');
  const [inside] = (await unitViews(at.db, county, [await found(loaded.sscc)]))[0]?.children ?? [];
  const cases: [says: string, by: Actor, ranges: PackRange[], children: string[], code: string][] = [
    ['nothing', of.merchant, [], [], 'unit-empty'],
    ['of a lot that is not there', of.merchant, [ranged(1, 2, newId())], [], 'lot-not-found'],
    ['of another seller', of.otherMerchant, [ranged(30, 31)], [], 'lot-not-yours'],
    ['by a stranger', stranger, [ranged(30, 31)], [], 'lot-not-yours'],
    ['recalled', of.merchant, [ranged(1, 2, gone.id)], [], 'lot-recalled'],
    ['past the last pack', of.merchant, [ranged(199, 201)], [], 'packs-beyond-lot'],
    ['backwards', of.merchant, [ranged(31, 30)], [], 'packs-beyond-lot'],
    ['the same pack twice', of.merchant, [ranged(30, 40), ranged(40, 41)], [], 'packs-twice'],
    ['what lies in another case', of.merchant, [ranged(24, 30)], [], 'packs-cased'],
    ['a case that is not there', of.merchant, [], [newId()], 'unit-not-found'],
    ['another seller’s case', of.otherMerchant, [], [whole.id], 'unit-not-yours'],
    ['a case that stands on a pallet', of.merchant, [], [inside?.id ?? ''], 'unit-inside-another'],
  ];
  for (const [says, by, ranges, children, code] of cases) {
    await t.test(says, async () => assert.equal((await refusalOf(caseOf(by, ranges, children))).code, code));
  }
});

test('a case has a number of its own, its packs in ranges, and is taken apart again', async (t) => {
  assert.match(whole.sscc, /^02621221\d{10}$/);
  assert.equal(linters.csum(whole.sscc), null);
  assert.equal(countyOfSscc(whole.sscc), county);
  const mixed = await caseOf(of.keeper, [ranged(30, 39), ranged(1, 5, second.id), ranged(40, 41)]);
  const shown = async () => (await unitViews(at.db, county, [await found(mixed.sscc)]))[0];
  assert.equal((await shown())?.packs, 17);
  assert.equal((await shown())?.content.length, 2, 'neighbours are one range');
  const cases: [says: string, by: Actor, id: string, ranges: PackRange[], code: string][] = [
    ['not there', of.merchant, newId(), [], 'unit-not-found'],
    ['another seller’s', of.otherMerchant, mixed.id, [], 'unit-not-yours'],
    ['packs it does not hold', of.merchant, mixed.id, [ranged(39, 42)], 'packs-not-in-unit'],
  ];
  for (const [says, by, id, ranges, code] of cases) {
    await t.test(says, async () => {
      assert.equal((await refusalOf(unpackUnit(at, by, { county, id, ranges, reason: '拆开' }, null))).code, code);
    });
  }
  await unpackUnit(at, of.merchant, { county, id: mixed.id, ranges: [ranged(33, 34)], reason: '压坏两袋' }, null);
  assert.deepEqual(
    (await shown())?.content.map(({ from, to }) => [from, to]).sort(),
    [
      [1, 5],
      [30, 32],
      [35, 41],
    ].sort(),
  );
  await unpackUnit(at, of.merchant, { county, id: mixed.id, reason: '拆箱零卖' }, null);
  assert.equal((await shown())?.packs, 0);
  const again = unpackUnit(at, of.merchant, { county, id: mixed.id, reason: '再拆' }, null);
  assert.equal((await refusalOf(again)).code, 'unit-is-empty');
  assert.ok((await caseOf(of.merchant, [ranged(30, 41)])).sscc > mixed.sscc, 'the packs are free for another case');
});

test('a pallet tells the packs and lots of its cases to anyone, and no household', async () => {
  const boxes = [
    await caseOf(of.merchant, [ranged(50, 59)]),
    await caseOf(of.merchant, [ranged(60, 69), ranged(10, 19, second.id)]),
  ];
  const pallet = await caseOf(
    of.merchant,
    [],
    boxes.map((box) => box.id),
    'pallet',
  );
  const told = await publicUnit(at.db, county, await found(pallet.sscc));
  assert.equal(told.packs, 30);
  assert.deepEqual(
    told.lots.map((one) => [one.lotNumber, one.packs]).sort(),
    [
      [lot.number, 20],
      [second.number, 10],
    ].sort(),
  );
  assert.equal(told.children.length, 2);
  assert.ok(!JSON.stringify(told).includes(of.household));
  assert.equal((await publicUnit(at.db, county, await found(boxes[0]?.sscc ?? ''))).parent, pallet.sscc);
});

test('a bought prefix numbers the next cases; no two firms’ prefixes may meet', async (t) => {
  const ask = (by: Actor, org: string, prefix: string) => setCompanyPrefix(at, by, { county, org, prefix }, null);
  assert.equal((await refusalOf(ask(of.merchant, of.cooperative, '69012345'))).code, 'prefix-not-yours');
  assert.equal((await refusalOf(ask(of.operator, newId(), '69012345'))).code, 'organisation-unknown');
  await ask(of.operator, of.cooperative, '69012345');
  for (const prefix of ['69012345', '6901234', '690123456']) {
    await t.test(prefix, async () =>
      assert.equal((await refusalOf(ask(of.operator, of.merchantOrg, prefix))).code, 'prefix-taken'),
    );
  }
  const { sscc } = await caseOf(of.merchant, [ranged(100, 101)]);
  assert.equal(sscc, ssccOf('69012345', 1));
  assert.equal((await found(sscc)).org, of.cooperative);
  const other = await addTestOrganisation(at, { county, kind: 'merchant', name: '另一家' });
  await ask(of.operator, other, '690999');
});

test('packers who want the same packs at once: each pack goes into one case', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => caseOf(of.merchant, [ranged(110, 119)])));
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
});

const range = fc.record({
  lot: fc.constantFrom('a', 'b'),
  from: fc.integer({ min: 1, max: 60 }),
  n: fc.integer({ min: 1, max: 12 }),
});
const ranges = fc
  .array(range, { maxLength: 12 })
  .map((all) => all.map(({ lot: of, from, n }) => ({ lot: of, from, to: from + n - 1 })))
  .map((all) => all.reduce<PackRange[]>((kept, one) => (overlapIn([...kept, one]) ? kept : [...kept, one]), []));
const spots = (all: readonly PackRange[]) =>
  all.flatMap(({ lot: of, from, to }) => Array.from({ length: to - from + 1 }, (_, i) => `${of}${from + i}`)).sort();

test('joining and taking out keep exactly the packs, whatever the ranges', () => {
  fc.assert(
    fc.property(ranges, fc.infiniteStream(fc.boolean()), (all, coin) => {
      assert.deepEqual(spots(joined(all)), spots(all));
      assert.equal(packsIn(joined(all)), packsIn(all));
      assert.ok(joined(all).length <= all.length);
      const taken = all.filter(() => coin.next().value);
      const left = without(all, taken);
      assert.ok(left);
      assert.deepEqual([...spots(left), ...spots(taken)].sort(), spots(all));
      assert.equal(without(left, taken) === null, taken.length > 0, 'nothing is taken out twice');
    }),
  );
});

test('any sequence of packing and unpacking leaves each pack in one case at most', async () => {
  const { lot: field } = await packTestLot(at, of, { sku: goods.sku, netGrams: 500, packs: 40 });
  const step = fc.record({
    pack: fc.boolean(),
    from: fc.integer({ min: 1, max: 40 }),
    n: fc.integer({ min: 1, max: 15 }),
    at: fc.nat(9),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
      const made: string[] = [];
      for (const one of steps) {
        const asked = [{ lot: field.id, from: one.from, to: Math.min(40, one.from + one.n - 1) }];
        const id = made[one.at % Math.max(1, made.length)] ?? newId();
        await (one.pack
          ? caseOf(of.merchant, asked).then((unit) => made.push(unit.id))
          : unpackUnit(at, of.merchant, { county, id, ranges: asked, reason: '拆开' }, null)
        ).catch(() => undefined);
      }
      assert.deepEqual(
        await breachesOf(at, {
          ...traceModule,
          invariants: traceModule.invariants?.filter(({ name }) => /case/.test(name)) ?? [],
        }),
        [],
      );
      for (const id of made)
        await unpackUnit(at, of.merchant, { county, id, reason: '清空' }, null).catch(() => undefined);
    }),
    { numRuns: 15 },
  );
});

test('the books agree', async () => assert.deepEqual(await breachesOf(at, catalogModule, traceModule), []));

async function found(sscc: string) {
  const unit = await findUnit(at.db, sscc);
  assert.ok(unit);
  return unit;
}
