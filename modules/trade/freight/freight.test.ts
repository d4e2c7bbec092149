import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FreightRule, freightOf, ruleFor } from './freight.ts';

const rule = (toRegion: string, over: Partial<FreightRule> = {}): FreightRule => ({
  toRegion,
  firstGrams: 1000,
  firstFen: 800,
  stepGrams: 500,
  stepFen: 150,
  freeFromFen: null,
  coldFirstFen: 0,
  coldStepFen: 0,
  freeCoversCold: false,
  ...over,
});

test('the longest matching prefix decides where a parcel goes', () => {
  const rules = [rule(''), rule('62'), rule('6212'), rule('621221'), rule('54')];
  const cases: [region: string, prefix: string][] = [
    ['110101001001', ''],
    ['620102001000', '62'],
    ['621202001000', '6212'],
    ['621221100201', '621221'],
    ['540102001000', '54'],
  ];
  for (const [region, prefix] of cases) assert.equal(ruleFor(rules, region)?.toRegion, prefix, region);
});

test('no rule, no freight: the county does not send there', () => {
  assert.equal(ruleFor([rule('62')], '110101001001'), undefined);
  assert.equal(ruleFor([], '110101001001'), undefined);
});

test('freight by gross grams', () => {
  const cases: [grams: number, goodsFen: number, fen: number, over?: Partial<FreightRule>][] = [
    [1, 100, 800],
    [1000, 100, 800],
    [1001, 100, 950],
    [1500, 100, 950],
    [1501, 100, 1100],
    [20_000, 100, 800 + 38 * 150],
    [1000, 9_900, 800, { freeFromFen: 9_901 }],
    [1000, 9_901, 0, { freeFromFen: 9_901 }],
    [50_000, 20_000, 0, { freeFromFen: 9_900 }],
    [1000, 100, 0, { firstFen: 0 }],
  ];
  for (const [grams, goodsFen, fen, over] of cases) {
    const freight = freightOf(rule('', over), { goodsFen, grams, coldGrams: 0 });
    assert.deepEqual(freight, { baseFen: fen, coldFen: 0 }, `${grams} g for ${goodsFen} fen`);
  }
});

test('cold goods cost more by their own grams', () => {
  const cold = { coldFirstFen: 600, coldStepFen: 100, freeFromFen: 9_900 };
  const cases: [name: string, coldGrams: number, goodsFen: number, fen: number | null, over?: Partial<FreightRule>][] =
    [
      ['nothing cold', 0, 100, 0],
      ['within the first grams', 1000, 100, 600],
      ['two steps more', 1501, 100, 800],
      ['free freight leaves the cold chain to pay', 1000, 9_900, 600],
      ['free freight that covers it', 1000, 9_900, 0, { freeCoversCold: true }],
      ['not yet free', 1000, 9_899, 600, { freeCoversCold: true }],
      ['no cold chain to there', 1, 100, null, { coldFirstFen: null }],
      ['no cold chain to there, and nothing cold', 0, 100, 0, { coldFirstFen: null }],
    ];
  for (const [name, coldGrams, goodsFen, fen, over] of cases) {
    const freight = freightOf(rule('', { ...cold, ...over }), { goodsFen, grams: 2000, coldGrams });
    assert.equal(freight ? freight.coldFen : null, fen, name);
  }
});
