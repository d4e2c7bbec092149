import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Held, shrinkTo, sumOf, takeGrams } from './lot-shares.ts';

const note = (purchase: string, grams: number, fen: number): Held => ({
  purchase,
  household: 'h',
  village: 'v',
  grams,
  fen,
});

const cases: [name: string, held: Held[], grams: number, taken: [grams: number, fen: number][]][] = [
  [
    'half of two equal notes',
    [note('a', 1000, 900), note('b', 1000, 1100)],
    1000,
    [
      [500, 450],
      [500, 550],
    ],
  ],
  [
    'an odd gram goes to the earlier',
    [note('a', 10, 10), note('b', 10, 10)],
    5,
    [
      [3, 3],
      [2, 2],
    ],
  ],
  ['the last gram takes the last fen', [note('a', 3, 100)], 3, [[3, 100]]],
  ['one gram of many notes', [note('a', 5, 5), note('b', 5, 5), note('c', 5, 5)], 1, [[1, 1]]],
  ['a note that gave all gives nothing more', [note('a', 0, 0), note('b', 4, 8)], 2, [[2, 4]]],
  [
    'fen without a gram go to the next who takes something',
    [note('a', 0, 2), note('b', 4, 8)],
    2,
    [
      [0, 2],
      [2, 4],
    ],
  ],
  ['who takes nothing takes no fen either', [note('a', 0, 2), note('b', 4, 8)], 0, []],
];
for (const [name, held, grams, taken] of cases) {
  test(name, () =>
    assert.deepEqual(
      takeGrams(held, grams).map((one) => [one.grams, one.fen]),
      taken,
    ),
  );
}

test('any takes, one after another, sum to the lot; no note gives more than it had', () => {
  const notes = fc.array(fc.tuple(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 1, max: 900_000 })), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(notes, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 }), (lots, fractions) => {
      let held = lots.map(([grams, fen], i) => note(String(i), grams, fen));
      const whole = sumOf(held);
      const taken: Held[][] = [];
      for (const fraction of [...fractions, 1]) {
        const left = sumOf(held).grams;
        const grams = fraction === 1 ? left : Math.floor(left * fraction);
        if (grams === 0) continue;
        const part = takeGrams(held, grams);
        assert.equal(sumOf(part).grams, grams);
        taken.push(part);
        held = held.map((one) => {
          const took = part.find((other) => other.purchase === one.purchase);
          return { ...one, grams: one.grams - (took?.grams ?? 0), fen: one.fen - (took?.fen ?? 0) };
        });
        for (const one of held) assert.ok(one.grams >= 0 && one.fen >= 0);
        // Packed with a loss, the money stays whole and the grams are those of the packs.
        const packed = Math.floor(grams * 0.9);
        assert.deepEqual(sumOf(shrinkTo(part, packed)), { grams: packed, fen: sumOf(part).fen });
      }
      assert.deepEqual(sumOf(held), { grams: 0, fen: 0 });
      assert.deepEqual(sumOf(taken.flat()), whole);
    }),
  );
});
