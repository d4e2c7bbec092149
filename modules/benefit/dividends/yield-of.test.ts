import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysOf, dividendOf, interestOf, yearlyBp } from './yield-of.ts';

test('what a stake brings, by shares, by a yearly rate and back', () => {
  assert.equal(daysOf('2026-01-01', '2026-12-31'), 365);
  assert.equal(daysOf('2026-09-17', '2026-09-17'), 1);
  assert.deepEqual(
    [dividendOf(150, 1), dividendOf(149, 1), dividendOf(1_000, 435)],
    [2, 1, 4_350],
    'half a fen goes up',
  );
  assert.equal(interestOf(1_000_000, 150, 365), 15_000, '10,000 yuan at 1.50 % in a year');
  assert.equal(interestOf(1_000_000, 150, 181), 7_438);
  assert.deepEqual([yearlyBp(15_000, 1_000_000, 365), yearlyBp(7_500, 1_000_000, 181)], [150, 151]);
});
