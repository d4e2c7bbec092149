import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { freePositions, type Range } from './positions.ts';

const range = (first: number, last: number): Range => ({ first, last });

test('the lowest free places', () => {
  const cases: [packs: number, used: Range[], wanted: number, given: Range[]][] = [
    [10, [], 3, [range(1, 3)]],
    [10, [range(1, 3)], 3, [range(4, 6)]],
    [10, [range(4, 6), range(1, 1)], 4, [range(2, 3), range(7, 8)]],
    [10, [range(2, 10)], 1, [range(1, 1)]],
    [10, [range(1, 9)], 1, [range(10, 10)]],
    [1, [], 1, [range(1, 1)]],
  ];
  for (const [packs, used, wanted, given] of cases) {
    assert.deepEqual(freePositions(packs, used, wanted), given, JSON.stringify([packs, used, wanted]));
  }
});

test('a lot never gives more places than it has packs', () => {
  assert.throws(() => freePositions(3, [range(1, 2)], 2), RangeError);
  assert.throws(() => freePositions(3, [range(1, 3)], 1), RangeError);
});

test('whatever was taken before, every place is given once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean())),
      (packs, steps) => {
        let used: Range[] = [];
        for (const [wanted, giveBack] of steps) {
          const taken = used.reduce((sum, r) => sum + r.last - r.first + 1, 0);
          if (taken + wanted > packs) continue;
          const given = freePositions(packs, used, wanted);
          assert.equal(
            given.reduce((sum, r) => sum + r.last - r.first + 1, 0),
            wanted,
          );
          used = giveBack ? used : [...used, ...given];
          const places = used.flatMap((r) => Array.from({ length: r.last - r.first + 1 }, (_, i) => r.first + i));
          assert.equal(new Set(places).size, places.length);
          assert.ok(places.every((place) => place >= 1 && place <= packs));
        }
      },
    ),
  );
});
