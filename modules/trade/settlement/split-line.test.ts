import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ruleForLine, type SettlementRule, splitLine } from './split-line.ts';

const rule = (over: Partial<SettlementRule> = {}): SettlementRule => ({
  id: 'r',
  position: 10,
  org: null,
  category: null,
  product: null,
  stationBp: 300,
  platformBp: 100,
  fundBp: 50,
  householdFenPerPack: 100,
  validFrom: '2026-01-01',
  validUntil: null,
  ...over,
});
const line = { org: 'coop', category: 'nuts', product: 'walnut', packs: 2, goodsFen: 7_960 };

test('the first rule by position that is valid and fits', () => {
  const rules = [
    rule({ id: 'last', position: 99 }),
    rule({ id: 'over', position: 1, validUntil: '2026-05-31' }),
    rule({ id: 'not yet', position: 2, validFrom: '2026-06-02' }),
    rule({ id: 'other org', position: 3, org: 'else' }),
    rule({ id: 'other product', position: 4, org: 'coop', product: 'pepper' }),
    rule({ id: 'category', position: 6, category: 'nuts' }),
    rule({ id: 'product', position: 5, product: 'walnut' }),
  ];
  const cases: [day: string, line: Partial<typeof line>, id: string | undefined][] = [
    ['2026-06-01', {}, 'product'],
    ['2026-05-31', {}, 'over'],
    ['2026-06-02', {}, 'not yet'],
    ['2026-06-01', { product: 'kernel' }, 'category'],
    ['2026-06-01', { product: 'tea', category: 'tea' }, 'last'],
    ['2025-12-31', {}, undefined],
  ];
  for (const [day, over, id] of cases) {
    assert.equal(ruleForLine(rules, { ...line, ...over }, day)?.id, id, day);
  }
});

test('a line is split to the fen', () => {
  const cases: [over: Partial<SettlementRule> | null, goodsFen: number, packs: number, parts: number[]][] = [
    // merchant, station, platform, fund, household
    [null, 7_960, 2, [7_960, 0, 0, 0, 0]],
    [{}, 7_960, 2, [7_402, 239, 79, 40, 200]],
    [{ householdFenPerPack: 0 }, 1, 1, [1, 0, 0, 0, 0]],
    [{ householdFenPerPack: 5_000 }, 7_960, 2, [0, 239, 79, 40, 7_602]],
    [{ stationBp: 10_000, platformBp: 0, fundBp: 0 }, 999, 3, [0, 999, 0, 0, 0]],
    [{ stationBp: 3_333, platformBp: 3_333, fundBp: 3_334, householdFenPerPack: 1 }, 100, 1, [0, 33, 33, 34, 0]],
  ];
  for (const [over, goodsFen, packs, [merchant, station, platform, fund, household]] of cases) {
    assert.deepEqual(
      splitLine(over ? rule(over) : undefined, { ...line, goodsFen, packs }),
      { merchant, station, platform, fund, household },
      JSON.stringify(over),
    );
  }
});

test('whatever the rule, the parts sum to the goods and none is negative', () => {
  const bp = fc.integer({ min: 0, max: 3_333 });
  fc.assert(
    fc.property(
      bp,
      bp,
      bp,
      fc.nat(100_000),
      fc.integer({ min: 1, max: 10_000_000 }),
      fc.integer({ min: 1, max: 999 }),
      (stationBp, platformBp, fundBp, householdFenPerPack, goodsFen, packs) => {
        const parts = Object.values(
          splitLine(rule({ stationBp, platformBp, fundBp, householdFenPerPack }), { ...line, goodsFen, packs }),
        );
        assert.ok(parts.every((fen) => fen >= 0));
        assert.equal(
          parts.reduce((sum, fen) => sum + fen, 0),
          goodsFen,
        );
      },
    ),
  );
});
