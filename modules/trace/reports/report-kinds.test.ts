import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { itemPasses, verdictOf } from './report-kinds.ts';

test('an item keeps its limit, or it does not', () => {
  for (const [most, measured, passes] of [
    ['0.1', '0.11', false],
    ['0.1', '0.100001', false],
    [null, '0.001', false],
    [null, '0', false],
    ['0', '0.000001', false],
    ['0.1', '0.1', true],
    ['0.10', '0.1', true],
    ['10', '9.999999', true],
    ['0.1', null, true],
    [null, null, true],
  ] as const)
    assert.equal(itemPasses({ most, measured }), passes, `${measured} of ${most}`);
});

const item = (most: string | null, measured: string | null) => ({ name: '毒死蜱', unit: 'mg/kg', most, measured });

test('a report passes when every item does, and none without items', () => {
  assert.equal(verdictOf([]), false);
  assert.equal(verdictOf([item('0.1', '0.02'), item('0.1', '0.2')]), false);
  assert.equal(verdictOf([item('0.1', '0.02'), item(null, null)]), true);
});

test('figures are compared as printed, however many places they have', () => {
  const figure = fc.integer({ min: 0, max: 10 ** 9 });
  fc.assert(
    fc.property(figure, figure, fc.integer({ min: 0, max: 6 }), (a, b, places) => {
      const print = (n: number) =>
        places === 0 ? String(n) : `${Math.floor(n / 10 ** places)}.${String(n % 10 ** places).padStart(places, '0')}`;
      assert.equal(itemPasses({ most: print(a), measured: print(b) }), b <= a);
    }),
  );
});
