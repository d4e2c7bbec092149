import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseLots } from './choose-lots.ts';

const lots = [
  { sku: 'a', lot: 'old', available: 3 },
  { sku: 'a', lot: 'new', available: 5 },
  { sku: 'b', lot: 'only', available: 1 },
];
const line = (line: string, sku: string, packs: number) => ({ line, sku, packs });

test('oldest first, over several lots', () => {
  assert.deepEqual(chooseLots(lots, [line('1', 'a', 4)]), {
    chosen: [
      { line: '1', sku: 'a', lot: 'old', packs: 3 },
      { line: '1', sku: 'a', lot: 'new', packs: 1 },
    ],
    short: [],
  });
});

test('two lines on one SKU are counted together', () => {
  const { chosen, short } = chooseLots(lots, [line('1', 'a', 5), line('2', 'a', 5), line('3', 'b', 1)]);
  assert.deepEqual(short, [{ sku: 'a', wanted: 10, available: 8 }]);
  assert.equal(
    chosen.filter((c) => c.sku === 'a').reduce((sum, c) => sum + c.packs, 0),
    8,
  );
});

test('each short SKU is named once, with what is left', () => {
  const { short } = chooseLots(lots, [line('1', 'b', 2), line('2', 'c', 1)]);
  assert.deepEqual(short, [
    { sku: 'b', wanted: 2, available: 1 },
    { sku: 'c', wanted: 1, available: 0 },
  ]);
});
