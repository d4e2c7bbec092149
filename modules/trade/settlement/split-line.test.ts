import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sharedParts } from '../contract.ts';
import { type Bound, type LineToSplit, ruleForLine, type SettlementRule, splitLines } from './split-line.ts';

const rule = (over: Partial<SettlementRule> = {}): SettlementRule => ({
  id: 'r',
  org: null,
  category: null,
  product: null,
  stationBp: 300,
  platformBp: 100,
  fundBp: 50,
  levyBp: 0,
  householdBp: 0,
  householdFenPerPack: 100,
  bounds: [],
  validFrom: '2026-01-01',
  validUntil: null,
  ...over,
});
const bound = (
  part: Bound['part'],
  per: Bound['per'],
  floorFen: number | null,
  capFen: number | null = null,
): Bound => ({
  part,
  per,
  floorFen,
  capFen,
});
const line = (goodsFen: number, packs = 2, aidPacks = packs): LineToSplit => ({ goodsFen, packs, aidPacks });

test('the first rule that is valid and fits', () => {
  const rules = [
    rule({ id: 'over', validUntil: '2026-05-31' }),
    rule({ id: 'not yet', validFrom: '2026-06-02' }),
    rule({ id: 'other org', org: 'else' }),
    rule({ id: 'other product', org: 'coop', product: 'pepper' }),
    rule({ id: 'product', product: 'walnut' }),
    rule({ id: 'category', category: 'nuts' }),
    rule({ id: 'last' }),
  ];
  const goods = { org: 'coop', category: 'nuts', product: 'walnut' };
  const cases: [day: string, over: Partial<typeof goods>, id: string | undefined][] = [
    ['2026-06-01', {}, 'product'],
    ['2026-05-31', {}, 'over'],
    ['2026-06-02', {}, 'not yet'],
    ['2026-06-01', { product: 'kernel' }, 'category'],
    ['2026-06-01', { product: 'tea', category: 'tea' }, 'last'],
    ['2025-12-31', {}, undefined],
  ];
  for (const [day, over, id] of cases) {
    assert.equal(ruleForLine(rules, { ...goods, ...over }, day)?.id, id, day);
  }
});

test('lines are split to the fen', () => {
  const plain = { householdFenPerPack: 0 };
  const none = { ...plain, stationBp: 0, platformBp: 0, fundBp: 0 };
  const cases: [name: string, over: Partial<SettlementRule> | null, lines: LineToSplit[], parts: number[][]][] = [
    // merchant, station, platform, fund, levy, household
    ['no rule', null, [line(7_960)], [[7_960, 0, 0, 0, 0, 0]]],
    ['shares and fen per pack', {}, [line(7_960)], [[7_402, 239, 79, 40, 0, 200]]],
    ['one fen', plain, [line(1, 1)], [[1, 0, 0, 0, 0, 0]]],
    ['nothing, as others gave it away', {}, [line(0)], [[0, 0, 0, 0, 0, 0]]],
    ['more for households than there is', { householdFenPerPack: 5_000 }, [line(7_960)], [[0, 239, 79, 40, 0, 7_602]]],
    ['all to the station', { ...none, stationBp: 10_000 }, [line(999, 3)], [[0, 999, 0, 0, 0, 0]]],
    [
      'rounding that over-bills by parts: three thirds of a yuan are one yuan',
      { stationBp: 3_333, platformBp: 3_333, fundBp: 3_334, householdFenPerPack: 0 },
      [line(100, 1)],
      [[0, 33, 33, 34, 0, 0]],
    ],
    ['a share for households', { ...none, householdBp: 1_000 }, [line(7_960)], [[7_164, 0, 0, 0, 0, 796]]],
    ['non-aid goods pay 1 %', { ...none, levyBp: 100 }, [line(7_960, 2, 0)], [[7_880, 0, 0, 0, 80, 0]]],
    ['aid goods do not', { ...none, levyBp: 100 }, [line(7_960, 2, 2)], [[7_960, 0, 0, 0, 0, 0]]],
    ['half of the packs', { ...none, levyBp: 100 }, [line(8_000, 2, 1)], [[7_960, 0, 0, 0, 40, 0]]],
    [
      'a floor per line',
      { ...plain, bounds: [bound('station', 'line', 300)] },
      [line(7_960), line(20_000)],
      [
        [7_541, 300, 79, 40, 0, 0],
        [19_100, 600, 200, 100, 0, 0],
      ],
    ],
    [
      'a floor above the goods',
      { ...plain, bounds: [bound('station', 'line', 300)] },
      [line(200)],
      [[0, 200, 0, 0, 0, 0]],
    ],
    [
      'a cap per line',
      { ...plain, bounds: [bound('station', 'line', null, 100)] },
      [line(7_960)],
      [[7_741, 100, 79, 40, 0, 0]],
    ],
    [
      'a cap of nothing',
      { ...plain, bounds: [bound('fund', 'line', null, 0)] },
      [line(7_960)],
      [[7_642, 239, 79, 0, 0, 0]],
    ],
    [
      'no floor of a levy that is not owed',
      { ...none, levyBp: 100, bounds: [bound('levy', 'line', 500)] },
      [line(7_960)],
      [[7_960, 0, 0, 0, 0, 0]],
    ],
    [
      'a cap per order, by what each line gives',
      { ...none, stationBp: 1_000, bounds: [bound('station', 'order', null, 100)] },
      [line(3_000), line(1_000)],
      [
        [2_925, 75, 0, 0, 0, 0],
        [975, 25, 0, 0, 0, 0],
      ],
    ],
    [
      'a floor per order, by what each line has left',
      { ...none, stationBp: 100, bounds: [bound('station', 'order', 100)] },
      [line(3_000), line(1_000)],
      [
        [2_925, 75, 0, 0, 0, 0],
        [975, 25, 0, 0, 0, 0],
      ],
    ],
    [
      'a floor per order that takes all',
      { ...none, bounds: [bound('station', 'order', 5_000)] },
      [line(3_000), line(1_000)],
      [
        [0, 3_000, 0, 0, 0, 0],
        [0, 1_000, 0, 0, 0, 0],
      ],
    ],
  ];
  for (const [name, over, lines, parts] of cases) {
    const split = splitLines(over ? rule(over) : undefined, lines);
    assert.deepEqual(
      split.map((one) => [one.merchant, ...sharedParts.map((part) => one[part])]),
      parts,
      name,
    );
  }
});

const bounds = fc
  .uniqueArray(
    fc.record({
      part: fc.constantFrom(...sharedParts),
      per: fc.constantFrom('line' as const, 'order' as const),
      floorFen: fc.option(fc.integer({ min: 1, max: 5_000 })),
      more: fc.option(fc.nat(5_000)),
    }),
    { selector: (b) => b.part, maxLength: 5 },
  )
  .map((some) =>
    some.map(({ more, ...one }): Bound => ({ ...one, capFen: more === null ? null : (one.floorFen ?? 0) + more })),
  );
const anyRule = fc
  .record({
    stationBp: fc.nat(2_000),
    platformBp: fc.nat(2_000),
    fundBp: fc.nat(2_000),
    levyBp: fc.nat(2_000),
    householdBp: fc.nat(2_000),
    householdFenPerPack: fc.nat(2_000),
    bounds,
  })
  .map(rule);
const anyLine = fc
  .record({ goodsFen: fc.nat(1_000_000), packs: fc.integer({ min: 1, max: 999 }), aid: fc.nat(1_000) })
  .map(({ goodsFen, packs, aid }) => line(goodsFen, packs, Math.min(packs, aid)));

test('whatever the rule, the parts sum to the goods, none is negative, and floors and caps hold', () => {
  fc.assert(
    fc.property(anyRule, fc.array(anyLine, { minLength: 1, maxLength: 6 }), (of, lines) => {
      const split = splitLines(of, lines);
      for (const [i, parts] of split.entries()) {
        const all = Object.values(parts);
        assert.ok(all.every((fen) => Number.isSafeInteger(fen) && fen >= 0));
        assert.equal(
          all.reduce((sum, fen) => sum + fen, 0),
          lines[i]?.goodsFen,
        );
      }
      for (const { part, per, floorFen, capFen } of of.bounds) {
        const groups = per === 'line' ? split.map((_, i) => [i]) : [split.map((_, i) => i)];
        for (const group of groups) {
          const sum = (key: 'merchant' | typeof part) => group.reduce((fen, i) => fen + (split[i]?.[key] ?? 0), 0);
          const owes = part !== 'levy' || group.some((i) => (lines[i]?.aidPacks ?? 0) < (lines[i]?.packs ?? 0));
          if (capFen !== null) assert.ok(sum(part) <= capFen, `${part} above its cap`);
          if (floorFen !== null && owes)
            assert.ok(sum(part) >= floorFen || sum('merchant') === 0, `${part} below its floor`);
        }
      }
    }),
    { numRuns: 1_000 },
  );
});
