import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bearersOf, type LineOfFee } from './fee-bearers.ts';

const line = (paidFen: number, over: Partial<LineOfFee> = {}): LineOfFee => ({
  ...{ org: 'coop', paidFen, rule: 'r1', bearer: 'merchant' },
  ...over,
});
const noRule = { rule: null, bearer: null };
const rows: [name: string, feeFen: number, lines: LineOfFee[], borne: string[]][] = [
  ['no fee is borne by nobody', 0, [line(100)], []],
  ['without a line the platform bears it', 6, [], ['platform null null 6']],
  ['a line that no rule fits is borne by the platform', 6, [line(100, noRule)], ['platform null null 6']],
  ['a merchant bears it where the rule says so', 6, [line(100)], ['merchant coop r1 6']],
  ['the fund bears it for no one merchant', 6, [line(100, { bearer: 'fund' })], ['fund null r1 6']],
  ['so does the platform by its rule', 6, [line(100, { bearer: 'platform' })], ['platform null r1 6']],
  [
    'lines bear it by what was paid for them',
    10,
    [line(300), line(700, { org: 'firm', rule: 'r2', bearer: 'fund' })],
    ['merchant coop r1 3', 'fund null r2 7'],
  ],
  ['lines of one merchant by one rule are one', 10, [line(300), line(700)], ['merchant coop r1 10']],
  [
    'by two rules they are two',
    10,
    [line(300), line(700, { rule: 'r2' })],
    ['merchant coop r1 3', 'merchant coop r2 7'],
  ],
  ['a fen that does not divide goes to the first', 1, [line(50), line(50, { org: 'firm' })], ['merchant coop r1 1']],
  [
    'lines that cost nothing share it alike',
    2,
    [line(0), line(0, { org: 'firm' })],
    ['merchant coop r1 1', 'merchant firm r1 1'],
  ],
  [
    'what is given back goes back to who bore it',
    -10,
    [line(300), line(700, noRule)],
    ['merchant coop r1 -3', 'platform null null -7'],
  ],
];
for (const [name, feeFen, lines, borne] of rows)
  test(`who bears a fee: ${name}`, () =>
    assert.deepEqual(
      bearersOf(feeFen, lines).map((b) => `${b.bearer} ${b.org} ${b.rule} ${b.fen}`),
      borne,
    ));

test('a fee is borne to the fen, and the same lines give back what they took', () => {
  const anyLine = fc.record({
    org: fc.constantFrom('a', 'b', 'c'),
    paidFen: fc.integer({ min: 0, max: 10_000_000 }),
    rule: fc.constantFrom('r1', 'r2', null),
    bearer: fc.constantFrom('platform' as const, 'merchant' as const, 'fund' as const, null),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.array(anyLine, { maxLength: 8 }), (feeFen, lines) => {
      const borne = bearersOf(feeFen, lines);
      assert.equal(
        borne.reduce((sum, one) => sum + one.fen, 0),
        feeFen,
      );
      assert.ok(borne.every((one) => one.fen > 0 && (one.bearer === 'merchant') === (one.org !== null)));
      assert.deepEqual(
        bearersOf(-feeFen, lines).map((one) => ({ ...one, fen: -one.fen })),
        borne,
      );
    }),
  );
});
