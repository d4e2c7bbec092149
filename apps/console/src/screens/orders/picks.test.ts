import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picksOf } from './picks.ts';

const line = (sku: string, lots: [lot: string, packs: number][]) => ({
  sku,
  name: `名 ${sku}`,
  skuName: '2.5 公斤',
  packGrams: 2500,
  lots: lots.map(([lot, packs]) => ({ lot, lotNumber: lot.toUpperCase(), packs })),
});

test('packs of one SKU from one lot are summed over orders, lots kept apart', () => {
  const picks = picksOf([
    { lines: [line('a', [['l1', 2]]), line('b', [['l9', 1]])] },
    {
      lines: [
        line('a', [
          ['l1', 1],
          ['l2', 3],
        ]),
      ],
    },
  ]);
  assert.deepEqual(
    picks.map((p) => [p.sku, p.lot, p.packs, p.orders]),
    [
      ['a', 'l1', 3, 2],
      ['a', 'l2', 3, 1],
      ['b', 'l9', 1, 1],
    ],
  );
});

test('nothing to pack gives nothing to take', () => assert.deepEqual(picksOf([]), []));
