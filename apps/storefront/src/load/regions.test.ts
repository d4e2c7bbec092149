import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deepestRegion } from './regions.ts';

test('the deepest choice counts as long as it lies below the one above it', () => {
  assert.equal(deepestRegion(['620000000000', '621200000000', '621221000000', '621221100000']), '621221100000');
  assert.equal(deepestRegion(['620000000000', '', '', '']), '620000000000');
  // Gansu was changed to Chongqing, the city and county of before are still in the form.
  assert.equal(deepestRegion(['500000000000', '621200000000', '621221000000', '']), '500000000000');
  assert.equal(deepestRegion(['620000000000', '621200000000', '500242000000', '']), '621200000000');
  assert.equal(deepestRegion([]), '');
});
