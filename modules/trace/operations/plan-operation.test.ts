import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Held, sumOf } from '../lots/lot-shares.ts';
import { planOperation } from './plan-operation.ts';

const note = (purchase: string, grams: number, fen: number): Held => ({
  ...{ purchase, household: `h${purchase}`, village: 'v', grams, fen },
});
const shares = (held: readonly Held[]) => held.map((one) => [one.purchase, one.grams, one.fen]);

test('one lot into two: each shares in both notes, and the loss costs both', () => {
  const plan = planOperation([{ grams: 1_000, held: [note('a', 500, 300), note('b', 500, 700)] }], [600, 300]);
  assert.deepEqual(plan.made.map(shares), [
    [
      ['a', 300, 200],
      ['b', 300, 467],
    ],
    [
      ['a', 150, 100],
      ['b', 150, 233],
    ],
  ]);
  assert.equal(plan.lostFen, 0);
});

test('two lots with one note in both: it is one source of what is made', () => {
  const plan = planOperation(
    [
      { grams: 100, held: [note('a', 100, 90)] },
      { grams: 100, held: [note('a', 50, 45), note('b', 50, 60)] },
    ],
    [200],
  );
  assert.deepEqual(plan.made.map(shares), [
    [
      ['a', 150, 135],
      ['b', 50, 60],
    ],
  ]);
});

test('nothing made: the money is lost with the grams', () => {
  const plan = planOperation([{ grams: 250, held: [note('a', 1_000, 400)] }], []);
  assert.deepEqual([plan.made, plan.lostFen, shares(plan.taken[0] ?? [])], [[], 100, [['a', 250, 100]]]);
});

test('nothing taken, nothing lost', () =>
  assert.equal(planOperation([{ grams: 0, held: [note('a', 5, 5)] }], []).lostFen, 0));

test('whatever goes in and comes out: notes give what the made lots have, to the gram and the fen', () => {
  const notes = fc.array(fc.tuple(fc.integer({ min: 1, max: 300_000 }), fc.integer({ min: 1, max: 900_000 })), {
    minLength: 1,
    maxLength: 8,
  });
  const unit = fc.double({ min: 0.01, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(notes, unit), { minLength: 1, maxLength: 4 }),
      fc.array(unit, { maxLength: 5 }),
      unit,
      (lots, parts, kept) => {
        const inputs = lots.map(([of, part]) => {
          const held = of.map(([grams, fen], i) => note(String(i), grams, fen));
          return { held, grams: Math.max(1, Math.floor(sumOf(held).grams * part)) };
        });
        const gramsIn = inputs.reduce((sum, one) => sum + one.grams, 0);
        const most = Math.floor(gramsIn * kept);
        const weight = parts.reduce((sum, part) => sum + part, 0);
        const outputs = parts.map((part) => Math.floor((most * part) / weight)).filter((grams) => grams > 0);
        const { taken, made, lostFen } = planOperation(inputs, outputs);
        for (const [i, one] of inputs.entries()) assert.equal(sumOf(taken[i] ?? []).grams, one.grams);
        for (const [i, grams] of outputs.entries()) assert.equal(sumOf(made[i] ?? []).grams, grams);
        const gave = sumOf(taken.flat()).fen;
        assert.equal(gave, sumOf(made.flat()).fen + lostFen);
        for (const part of [...taken.flat(), ...made.flat()]) assert.ok(part.grams >= 0 && part.fen >= 0);
        // Not only in sum: the money of each note is in what was made, or lost.
        if (made.length === 0) return;
        for (const purchase of new Set(taken.flat().map((one) => one.purchase))) {
          const of = (held: readonly Held[]) => sumOf(held.filter((one) => one.purchase === purchase)).fen;
          assert.equal(of(taken.flat()), of(made.flat()));
        }
      },
    ),
  );
});
