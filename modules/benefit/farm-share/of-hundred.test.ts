import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ofHundred, pocketsOf, shareBp } from './of-hundred.ts';

const sums = { paid: 0, purchase: 0, shop: 0, merchant: 0, station: 0, freight: 0, platform: 0, fund: 0 };

test('nothing paid is not known, which is not zero', () => {
  assert.equal(shareBp(0, 0), null);
  assert.equal(shareBp(0, 100), 0);
  assert.equal(shareBp(6_130, 10_000), 6_130);
  assert.equal(shareBp(1, 3), 3_333);
});

test('parts of 100 yuan', () => {
  const cases: [what: string, fen: number[], paid: number, of100: number[]][] = [
    ['thirds', [1, 1, 1], 3, [3334, 3333, 3333]],
    ['whole', [60, 40], 100, [6000, 4000]],
    ['nothing stays nothing', [3, 0, 4], 7, [4286, 0, 5714]],
    ['a part below zero stays below zero', [150, -50], 100, [15_000, -5_000]],
    ['and rounds without losing a fen', [4, -1], 3, [13_333, -3_333]],
  ];
  for (const [what, fen, paid, of100] of cases) {
    assert.deepEqual(
      ofHundred(
        fen.map((f) => ({ fen: f })),
        paid,
      ).map((part) => part.fen),
      of100,
      what,
    );
  }
});

test('the merchant bears what it paid households, and may end below zero', () => {
  const parts = pocketsOf({ ...sums, paid: 100, purchase: 80, merchant: 70, freight: 30 });
  assert.deepEqual(
    parts.filter(({ fen }) => fen !== 0),
    [
      { pocket: 'purchase', fen: 80 },
      { pocket: 'merchant', fen: -10 },
      { pocket: 'freight', fen: 30 },
    ],
  );
});

test('whatever the parts, 100 yuan are 10,000 fen and nobody is moved by more than one', () => {
  const fen = fc.nat(5_000_000);
  fc.assert(
    fc.property(fen, fen, fen, fen, fen, fen, fen, (purchase, shop, merchant, station, freight, platform, fund) => {
      const paid = shop + merchant + station + freight + platform + fund;
      fc.pre(paid > 0);
      const parts = pocketsOf({ paid, purchase, shop, merchant, station, freight, platform, fund });
      const of100 = ofHundred(parts, paid);
      assert.equal(
        of100.reduce((sum, part) => sum + part.fen, 0),
        10_000,
      );
      for (const [i, part] of of100.entries()) {
        assert.ok(Math.abs(part.fen - ((parts[i]?.fen ?? 0) / paid) * 10_000) <= 1);
      }
    }),
  );
});
