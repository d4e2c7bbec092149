import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attribute, type LotOfLine, type Source, shareOut } from './share-out.ts';

const none = { merchant: 0, station: 0, freight: 0, platform: 0, fund: 0, shop: 0 };
const lot = (over: Partial<LotOfLine> = {}): LotOfLine => ({
  lot: 'a',
  packs: 2,
  grams: 1000,
  before: 0,
  lotPacks: 10,
  lotHouseholdFen: 10_001,
  ...over,
});

test('a line over two lots: each part split to the fen, each lot its own slice', () => {
  const [a, b] = shareOut({ ...none, merchant: 100, freight: 10, shop: 7 }, [
    lot(),
    lot({ lot: 'b', packs: 1, grams: 500, before: 3, lotPacks: 4, lotHouseholdFen: 4_003 }),
  ]);
  assert.deepEqual([a?.merchant, a?.freight, a?.shop, a?.paid, a?.purchase], [67, 7, 5, 79, 2000]);
  assert.deepEqual([b?.merchant, b?.freight, b?.shop, b?.paid, b?.purchase], [33, 3, 2, 38, 1001]);
});

test('more packs than the lot has is a bug and says so', () => {
  assert.throws(() => shareOut({ ...none, merchant: 1 }, [lot({ before: 9 })]), /9 \+ 2 packs settled of 10/);
});

test('grams and shares by grams, purchases by what each was paid', () => {
  const sources: Source[] = [
    { lot: 'a', household: 'x', village: 'v', grams: 3000, fen: 9_000 },
    { lot: 'a', household: 'y', village: 'v', grams: 1000, fen: 6_000 },
  ];
  assert.deepEqual(
    attribute({ grams: 1000, purchase: 1_000, shop: 10 }, sources).map((one) => [one.grams, one.purchase, one.shop]),
    [
      [750, 600, 8],
      [250, 400, 2],
    ],
  );
});

// A lot, its notes, and the lines that sell it out: sizes drawn, cut anywhere.
const sources = fc.array(
  fc.record({ grams: fc.integer({ min: 1, max: 50_000 }), fen: fc.integer({ min: 1, max: 1_000_000 }) }),
  {
    minLength: 1,
    maxLength: 12,
  },
);
const sales = fc.array(
  fc.record({
    packs: fc.integer({ min: 1, max: 40 }),
    money: fc.record({
      merchant: fc.nat(900_000),
      station: fc.nat(9_000),
      freight: fc.nat(9_000),
      platform: fc.nat(9_000),
      fund: fc.nat(9_000),
      shop: fc.nat(9_000),
    }),
  }),
  { minLength: 1, maxLength: 20 },
);

test('when a lot is sold out, however it was sold, its households have had exactly its purchases and the shares agreed', () => {
  fc.assert(
    fc.property(sources, sales, (notes, lines) => {
      const of: Source[] = notes.map((note, i) => ({
        ...note,
        lot: 'a',
        household: `h${i % 5}`,
        village: `v${i % 2}`,
      }));
      const lotPacks = lines.reduce((sum, line) => sum + line.packs, 0);
      const lotHouseholdFen = notes.reduce((sum, note) => sum + note.fen, 0);
      let before = 0;
      const sum = { paid: 0, purchase: 0, shop: 0, grams: 0 };
      for (const line of lines) {
        const [share] = shareOut(line.money, [
          lot({ packs: line.packs, grams: line.packs * 500, before, lotPacks, lotHouseholdFen }),
        ]);
        assert.ok(share);
        before += line.packs;
        sum.paid += share.paid;
        for (const one of attribute(share, of)) {
          assert.ok(one.grams >= 0 && one.purchase >= 0 && one.shop >= 0);
          sum.purchase += one.purchase;
          sum.shop += one.shop;
          sum.grams += one.grams;
        }
      }
      const money = lines.flatMap((line) => Object.values(line.money)).reduce((total, fen) => total + fen, 0);
      assert.deepEqual(sum, {
        paid: money,
        purchase: lotHouseholdFen,
        shop: lines.reduce((total, line) => total + line.money.shop, 0),
        grams: lotPacks * 500,
      });
    }),
  );
});
