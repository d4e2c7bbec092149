import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closingOf, mostPacks } from './closing.ts';

const rows: [
  inputs: (number | undefined)[],
  packs: number,
  packGrams: number,
  loss: number,
  closed: boolean,
  why: string,
][] = [
  [[100_000], 39, 2500, 2500, true, 'one lot, a little lost'],
  [[60_000, 40_000], 40, 2500, 0, true, 'two lots, nothing lost'],
  [[100_000], 41, 2500, -2500, false, 'more packed than went in'],
  [[undefined], 1, 2500, -2500, false, 'nothing weighed yet'],
  [[100_000], 0, 2500, 100_000, false, 'no packs yet'],
];
for (const [inputs, packs, packGrams, loss, closed, why] of rows) {
  test(`packing closes or not: ${why}`, () => {
    const closing = closingOf(inputs, packs, packGrams);
    assert.equal(closing.lossGrams, loss);
    assert.equal(closing.closed, closed);
    assert.equal(closing.inGrams, closing.outGrams + closing.lossGrams);
  });
}

test('packs at most are whole', () => {
  assert.equal(mostPacks(99_999, 2500), 39);
  assert.equal(mostPacks(1000, 0), 0);
});
