import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FEWEST_HOUSEHOLDS } from '#registry';
import { tellable } from './tellable.ts';

const rows = (...households: number[]) => households.map((n, i) => ({ households: n, key: i }));
const told = (...households: number[]) => [...tellable(rows(...households))].map((row) => row.households);

test('rows of fewer than three households are held back, and one more with them', () => {
  const table: [number[], number[]][] = [
    [[], []],
    [
      [5, 3],
      [3, 5],
    ],
    [
      [0, 5, 3],
      [0, 3, 5],
    ],
    [[2, 3, 9], [9]],
    [[1, 2, 7, 9], [9]],
    [[2], []],
    [[1, 4], []],
  ];
  for (const [given, expected] of table) assert.deepEqual(told(...given), expected, String(given));
});

test('of disjoint rows, what the whole leaves untold is of three households or nobody, or the whole itself is small', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 12 }), (given) => {
      const known = tellable(rows(...given));
      const whole = given.reduce((sum, n) => sum + n, 0);
      const rest = whole - [...known].reduce((sum, row) => sum + row.households, 0);
      assert.ok([...known].every((row) => row.households === 0 || row.households >= FEWEST_HOUSEHOLDS));
      assert.ok(rest === 0 || rest >= FEWEST_HOUSEHOLDS || whole < FEWEST_HOUSEHOLDS);
    }),
  );
});
