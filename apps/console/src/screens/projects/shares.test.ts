import assert from 'node:assert/strict';
import { test } from 'node:test';
import { equalShares, sumOf } from './shares.ts';

test('equal shares are whole basis points and sum to all of it', () => {
  assert.deepEqual(equalShares(1), [10_000]);
  assert.deepEqual(equalShares(3), [3334, 3333, 3333]);
  for (let count = 1; count <= 200; count++) assert.equal(sumOf(equalShares(count)), 10_000);
});
