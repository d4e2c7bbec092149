import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ShopTerms, sharesOfLine } from './shares-of-line.ts';

const margin = (agreement: string, bp: number) => ({
  agreement,
  terms: { kind: 'shop', per: 'margin', bp, products: [] } as ShopTerms,
});
const unit = (agreement: string, fen: number) => ({
  agreement,
  terms: { kind: 'shop', per: 'unit', fen, products: [] } as ShopTerms,
});
const line = { packs: 4, grams: 2_000, merchant: 10_000, purchase: 6_000 };

test('what a shop gives of a line', () => {
  const table: [string, typeof line, Parameters<typeof sharesOfLine>[1], number[]][] = [
    ['nothing agreed', line, [{ grams: 2_000, under: null }], [0]],
    ['a part of the margin', line, [{ grams: 2_000, under: margin('a', 1_000) }], [400]],
    [
      'each on its own grams',
      line,
      [
        { grams: 500, under: margin('a', 1_000) },
        { grams: 1_500, under: null },
      ],
      [100, 0],
    ],
    ['produce of nobody’s in it', line, [{ grams: 1_000, under: margin('a', 1_000) }], [200]],
    [
      'per pack',
      line,
      [
        { grams: 500, under: unit('a', 100) },
        { grams: 1_500, under: unit('b', 20) },
      ],
      [100, 60],
    ],
    [
      'bought in dearer than it sold',
      { ...line, purchase: 12_000 },
      [{ grams: 2_000, under: margin('a', 1_000) }],
      [0],
    ],
    [
      'never more than the merchant’s part',
      { ...line, merchant: 90 },
      [
        { grams: 1_000, under: unit('a', 100) },
        { grams: 1_000, under: unit('b', 50) },
      ],
      [60, 30],
    ],
    [
      'largest remainder',
      { ...line, merchant: 6_010 },
      [
        { grams: 700, under: margin('a', 10_000) },
        { grams: 650, under: margin('a', 10_000) },
        { grams: 650, under: margin('a', 10_000) },
      ],
      [4, 3, 3],
    ],
  ];
  for (const [name, of, growers, fen] of table) assert.deepEqual(sharesOfLine(of, growers), fen, name);
});

test('whole fen, none below zero, together at most the merchant’s part', () => {
  const agreed = fc.option(
    fc.oneof(
      fc
        .record({ agreement: fc.constantFrom('a', 'b'), bp: fc.integer({ min: 1, max: 10_000 }) })
        .map((o) => margin(o.agreement, o.bp)),
      fc
        .record({ agreement: fc.constantFrom('c', 'd'), fen: fc.integer({ min: 1, max: 5_000 }) })
        .map((o) => unit(o.agreement, o.fen)),
    ),
  );
  fc.assert(
    fc.property(
      fc.array(fc.record({ grams: fc.integer({ min: 1, max: 9_000 }), under: agreed }), { minLength: 1, maxLength: 9 }),
      fc.nat(500_000),
      fc.nat(500_000),
      fc.integer({ min: 1, max: 40 }),
      fc.nat(3_000),
      (growers, merchant, purchase, packs, rest) => {
        const grams = rest + growers.reduce((sum, one) => sum + one.grams, 0);
        const shares = sharesOfLine({ packs, grams, merchant, purchase }, growers);
        assert.ok(shares.every((fen) => Number.isSafeInteger(fen) && fen >= 0));
        assert.ok(shares.reduce((sum, fen) => sum + fen, 0) <= merchant);
        assert.ok(growers.every((one, i) => one.under !== null || shares[i] === 0));
      },
    ),
  );
});
