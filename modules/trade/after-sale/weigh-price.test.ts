import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { damageFen, usualTerms } from './case-terms.ts';
import { outcomeOf, plausible, weighedFen } from './weigh-price.ts';

test('the price follows the weight, rounded half up', () => {
  const table: [charged: number, nominal: number, grams: number, due: number][] = [
    [3980, 500, 500, 3980],
    [3980, 500, 499, 3972],
    [3980, 500, 501, 3988],
    // 0.5 fen goes up
    [1, 2, 1, 1],
    [3, 6, 5, 3],
    [7960, 1000, 1237, 9847],
    [0, 500, 480, 0],
    [9_000_000_000, 1_000_000, 999_999, 8_999_991_000],
  ];
  for (const [charged, nominal, grams, due] of table) assert.equal(weighedFen(charged, nominal, grams), due);
});

test('what becomes of the difference', () => {
  const table: [charged: number, due: number, tolerance: number, outcome: string][] = [
    [1000, 1000, 0, 'exact'],
    [1000, 999, 500, 'refunded'],
    [1000, 1001, 0, 'asked'],
    [1000, 1500, 500, 'waived'],
    [1000, 1501, 500, 'asked'],
  ];
  for (const [charged, due, tolerance, outcome] of table) assert.equal(outcomeOf(charged, due, tolerance), outcome);
  const weights: [grams: number, ok: boolean][] = [
    [249, false],
    [250, true],
    [1000, true],
    [1001, false],
  ];
  for (const [grams, ok] of weights) assert.equal(plausible(500, grams), ok, `${grams}`);
});

test('more weight never costs less, and the nominal weight costs what was charged', () => {
  const fen = fc.integer({ min: 0, max: 100_000_000 });
  const grams = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(fen, grams, grams, (charged, nominal, weighed) => {
      assert.equal(weighedFen(charged, nominal, nominal), charged);
      assert.ok(weighedFen(charged, nominal, weighed) <= weighedFen(charged, nominal, weighed + 1));
    }),
  );
});

test('damage is compensated in steps, from the threshold, up to the cap and never above the goods', () => {
  const terms = { ...usualTerms, damageFreeBp: 500, damageStepBp: 1500, damageCapBp: 9000 };
  const table: [damageBp: number, goodsFen: number, fen: number | null][] = [
    [499, 1000, null],
    [500, 1000, 150],
    [1500, 1000, 150],
    [1501, 1000, 300],
    [8900, 1000, 900],
    [10000, 1000, 900],
    [1500, 333, 50],
    [1500, 0, 0],
  ];
  for (const [damageBp, goodsFen, fen] of table) assert.equal(damageFen(terms, damageBp, goodsFen), fen, `${damageBp}`);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
      (damageStepBp, damageBp, goodsFen) => {
        const fen = damageFen({ ...usualTerms, damageStepBp }, damageBp, goodsFen);
        assert.ok(fen === null || (fen >= 0 && fen <= goodsFen));
      },
    ),
  );
});
