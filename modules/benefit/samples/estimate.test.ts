import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ratioEstimate, sampleSize, wilson } from './estimate.ts';
import type { Confidence } from './sample-kinds.ts';

test('sample sizes are those of Krejcie and Morgan’s table, which rounds to the nearest where this rounds up', () => {
  // Krejcie and Morgan 1970, table 1: confidence 95 %, margin 5 %.
  const table: [number, number][] = [
    [10, 10],
    [50, 44],
    [100, 80],
    [220, 140],
    [500, 217],
    [1_000, 278],
    [5_000, 357],
    [10_000, 370],
    [1_000_000, 384],
  ];
  for (const [population, printed] of table) {
    const size = sampleSize(population, 9_500, 500);
    assert.ok(size === printed || size === printed + 1, `${population}: ${size}, printed ${printed}`);
  }
  assert.equal(sampleSize(1_000_000_000, 9_500, 500), 385, 'n0 = 384.16, rounded up');
  assert.equal(
    sampleSize(1_000_000_000, 9_900, 100),
    16_587,
    '2.5758² × 0.25 / 0.01² = 16,587.24, of a thousand million 16,586.97',
  );
});

test('Wilson’s interval is that of published examples', () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872, table I, method 3 (score, without continuity correction).
  const table: [hits: number, asked: number, low: string, high: string][] = [
    [81, 263, '0.2553', '0.3662'],
    [15, 148, '0.0624', '0.1605'],
    [0, 20, '0.0000', '0.1611'],
    [1, 29, '0.0061', '0.1718'],
  ];
  for (const [hits, asked, low, high] of table) {
    const of = wilson(hits, asked, Number.MAX_SAFE_INTEGER, 9_500);
    assert.deepEqual([of.low.toFixed(4), of.high.toFixed(4)], [low, high], `${hits} of ${asked}`);
  }
  // 90 of 100 asked of 200: as good as 100 × 199 / 100 = 199 with replacement; worked with Python's decimal.
  const corrected = wilson(90, 100, 200, 9_500);
  assert.deepEqual([corrected.low.toFixed(4), corrected.high.toFixed(4)], ['0.8505', '0.9344']);
  assert.deepEqual(wilson(7, 10, 10, 9_500), { low: 0.7, high: 0.7 }, 'all were asked: it is known');
  assert.throws(() => wilson(1, 0, 10, 9_500), RangeError);
});

test('the ratio estimate and its interval, worked independently', () => {
  // Worked with Python's fractions and decimal: x = 100, 200, 300, 400; y = 100, 150, 300, 380; N = 40, X = 9,000.
  // r = 0.93; Σ(y − r·x)² = 7² + 36² + 21² + 8² = 1850; v = (0.9 / (4 × 250²)) × 1850/3 = 0.00222;
  // 1.959964 × 9,000 × √0.00222 = 831.12.
  const asked = [
    { claimedFen: 100, actualFen: 100 },
    { claimedFen: 200, actualFen: 150 },
    { claimedFen: 300, actualFen: 300 },
    { claimedFen: 400, actualFen: 380 },
  ];
  assert.deepEqual(ratioEstimate(asked, 40, 9_000, 9_500), { fen: 8_370, low: 7_539, high: 9_201 });
  assert.deepEqual(ratioEstimate(asked, 4, 1_000, 9_500), { fen: 930, low: 930, high: 930 }, 'all were asked');
  assert.deepEqual(ratioEstimate(asked.slice(0, 1), 40, 9_000, 9_500), { fen: 9_000, low: null, high: null });
  assert.throws(() => ratioEstimate([], 40, 9_000, 9_500), RangeError);
});

test('however the answers fall: the estimate lies in its interval, more confidence is wider', () => {
  const answers = fc.array(
    fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((claimedFen) =>
        fc.record({ claimedFen: fc.constant(claimedFen), actualFen: fc.integer({ min: 0, max: claimedFen }) }),
      ),
    { minLength: 2, maxLength: 60 },
  );
  fc.assert(
    fc.property(answers, fc.integer({ min: 0, max: 1_000 }), (asked, more) => {
      const population = asked.length + more;
      const of = (confidence: Confidence) => ratioEstimate(asked, population, 50_000_000, confidence);
      const [narrow, wide] = [of(9_000), of(9_900)];
      assert.ok((narrow.low as number) <= narrow.fen && narrow.fen <= (narrow.high as number));
      assert.ok((wide.low as number) <= (narrow.low as number) && (narrow.high as number) <= (wide.high as number));
      const hits = asked.filter((one) => one.actualFen === one.claimedFen).length;
      const share = wilson(hits, asked.length, population, 9_500);
      assert.ok(share.low <= hits / asked.length + 1e-12 && hits / asked.length <= share.high + 1e-12);
    }),
  );
});
