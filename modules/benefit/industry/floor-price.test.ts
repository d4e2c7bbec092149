import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { priceOf } from '#platform/money.ts';
import { coverOf } from './floor-price.ts';

test('what a floor price adds', () => {
  const table: [string, { grams: number; fenPerKg: number }, number, number, { grams: number; fen: number }][] = [
    [
      'the whole note below the floor',
      { grams: 10_000, fenPerKg: 1_800 },
      2_000,
      50_000,
      { grams: 10_000, fen: 2_000 },
    ],
    ['only what is within the quantity', { grams: 10_000, fenPerKg: 1_800 }, 2_000, 4_000, { grams: 4_000, fen: 800 }],
    [
      'at the floor: the quantity is used, nothing added',
      { grams: 10_000, fenPerKg: 2_000 },
      2_000,
      50_000,
      { grams: 10_000, fen: 0 },
    ],
    ['above the floor', { grams: 10_000, fenPerKg: 2_600 }, 2_000, 50_000, { grams: 10_000, fen: 0 }],
    ['nothing left', { grams: 10_000, fenPerKg: 1_800 }, 2_000, 0, { grams: 0, fen: 0 }],
    ['half a fen is rounded up on both sides', { grams: 250, fenPerKg: 1_802 }, 2_002, 50_000, { grams: 250, fen: 50 }],
  ];
  for (const [name, note, floor, left, cover] of table) assert.deepEqual(coverOf(note, floor, left), cover, name);
});

test('a whole note and what is added to it are exactly the floor’s money, or the note’s where that is more', () => {
  const fen = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), fen, fen, (grams, fenPerKg, floor) => {
      const paid = priceOf(grams, fenPerKg);
      assert.equal(paid + coverOf({ grams, fenPerKg }, floor, grams).fen, Math.max(paid, priceOf(grams, floor)));
    }),
  );
});
