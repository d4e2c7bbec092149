import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { priceOf, proportion, slice, splitByWeight, yuan } from './money.ts';

test('splitting by weight', async (t) => {
  const table: [number, number[], number[]][] = [
    [100, [1, 1, 1], [34, 33, 33]],
    [1, [1, 1], [1, 0]],
    [0, [3, 7], [0, 0]],
    [10, [0, 5, 0], [0, 10, 0]],
    [9_000_000_000_000, [1, 2], [3_000_000_000_000, 6_000_000_000_000]],
  ];
  for (const [whole, weights, parts] of table) {
    await t.test(`${whole} by ${weights}`, () => assert.deepEqual(splitByWeight(whole, weights), parts));
  }
  assert.throws(() => splitByWeight(5, []), RangeError);
  assert.throws(() => splitByWeight(5, [0, 0]), RangeError);
  assert.throws(() => splitByWeight(-5, [1]), RangeError);
  assert.throws(() => splitByWeight(5, [-1, 2]), RangeError);
});

test('parts always sum to the whole, and none is a whole unit away from its exact share', () => {
  const weight = fc.oneof(fc.nat(3000), fc.nat(1_000_000_000));
  const weights = fc.array(weight, { minLength: 1, maxLength: 40 }).filter((w) => w.some((x) => x > 0));
  fc.assert(
    fc.property(fc.oneof(fc.nat(100_000), fc.nat(Number.MAX_SAFE_INTEGER)), weights, (whole, w) => {
      const parts = splitByWeight(whole, w);
      const total = w.reduce((sum, x) => sum + BigInt(x), 0n);
      assert.equal(
        parts.reduce((sum, p) => sum + BigInt(p), 0n),
        BigInt(whole),
      );
      parts.forEach((part, i) => {
        const off = BigInt(part) * total - BigInt(whole) * BigInt(w[i] ?? 0);
        assert.ok(off > -total && off < total);
      });
    }),
  );
});

test('slices taken in any steps give the whole back', () => {
  fc.assert(
    fc.property(
      fc.nat(1e12),
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 50 }),
      (amount, steps) => {
        const whole = steps.reduce((a, b) => a + b, 0);
        let before = 0;
        let sum = 0;
        for (const units of steps) {
          sum += slice(amount, before, units, whole);
          before += units;
        }
        assert.equal(sum, amount);
      },
    ),
  );
});

test('prices and shares round half up to a whole fen', () => {
  assert.equal(priceOf(1500, 820), 1230);
  assert.equal(priceOf(1, 500), 1);
  assert.equal(priceOf(1, 499), 0);
  assert.equal(proportion(1, 1, 3), 0);
  assert.equal(proportion(2, 1, 3), 1);
});

test('fen as yuan', () => {
  assert.deepEqual([0, 5, 3980, -205].map(yuan), ['0.00', '0.05', '39.80', '-2.05']);
});
