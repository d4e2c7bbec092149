import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deviceLetters } from './device-letters.ts';

test('devices are lettered A to Z without I and O, then AA', () => {
  assert.deepEqual([1, 2, 8, 9, 13, 14, 24, 25, 48, 49, 600, 601].map(deviceLetters), [
    ...['A', 'B', 'H', 'J', 'N', 'P', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'],
  ]);
  assert.equal(new Set(Array.from({ length: 20_000 }, (_, i) => deviceLetters(i + 1))).size, 20_000);
});
