import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { fullReduction, nextAbove, offAt } from './full-reduction.ts';
import type { FullReduction } from './price-facts.ts';

const all = { org: null, category: null, products: null };
const reduction = (over: Partial<FullReduction> = {}): FullReduction => ({
  id: 'full',
  name: '满百减十',
  bearer: 'platform',
  position: 1,
  scope: all,
  onReduced: false,
  repeats: false,
  steps: [
    { fromFen: 10_000, offFen: 1000 },
    { fromFen: 20_000, offFen: 2500 },
  ],
  endsAt: '',
  ...over,
});

test('the highest step that the goods reach', () => {
  const once = [{ fromFen: 5000, offFen: 500 }];
  const cases: [name: string, packs: Record<string, number>, of: FullReduction, told: string[]][] = [
    ['below', { honey: 1 }, reduction(), ['honey 9900:']],
    [
      'one fen more than enough',
      { honey: 1, walnut: 1 },
      reduction(),
      ['honey 8992: full_reduction -908', 'walnut 908: full_reduction -92'],
    ],
    ['the second step', { walnut: 20 }, reduction(), ['walnut 17500: full_reduction -2500']],
    ['repeated', { walnut: 14 }, reduction({ repeats: true, steps: once }), ['walnut 13000: full_reduction -1000']],
    ['not repeated', { walnut: 14 }, reduction({ steps: once }), ['walnut 13500: full_reduction -500']],
    [
      'only for a seller',
      { honey: 2, walnut: 9 },
      reduction({ scope: { ...all, org: 'bee-keepers' } }),
      ['honey 18800: full_reduction -1000', 'walnut 9000:'],
    ],
    [
      'only for a category',
      { honey: 2, walnut: 9 },
      reduction({ scope: { ...all, category: 'nuts' } }),
      ['honey 19800:', 'walnut 9000:'],
    ],
    [
      'only for a product',
      { honey: 1, walnut: 10 },
      reduction({ scope: { ...all, products: ['product of walnut'] } }),
      ['honey 9900:', 'walnut 9000: full_reduction -1000'],
    ],
    [
      'the whole of an order: one fen is left to pay',
      { walnut: 1 },
      reduction({ steps: [{ fromFen: 1000, offFen: 1000 }] }),
      ['walnut 1: full_reduction -999'],
    ],
  ];
  for (const [name, packs, of, told] of cases) {
    const draft = testDraft(packs);
    fullReduction(draft, of);
    assert.deepEqual(tell(draft), told, name);
  }
});

test('goods at a campaign or bundle price count where the rule says so', () => {
  const given = () => {
    const draft = testDraft({ honey: 1, walnut: 9 });
    for (const line of draft.lines) if (line.sku.id === 'honey') Object.assign(line, { plainPacks: 0, setFen: 6000 });
    return draft;
  };
  const [without, within] = [given(), given()];
  fullReduction(without, reduction());
  assert.deepEqual(tell(without), ['honey 6000:', 'walnut 9000:']);
  fullReduction(within, reduction({ onReduced: true }));
  assert.deepEqual(tell(within), ['honey 5600: full_reduction -400', 'walnut 8400: full_reduction -600']);
});

test('goods count for one full reduction only', () => {
  const draft = testDraft({ walnut: 12 });
  fullReduction(draft, reduction());
  fullReduction(draft, reduction({ id: 'other', steps: [{ fromFen: 1000, offFen: 500 }] }));
  assert.deepEqual(tell(draft), ['walnut 11000: full_reduction -1000']);
});

test('what is missing until it takes more off', () => {
  const repeated = { repeats: true, steps: [{ fromFen: 5000, offFen: 500 }] };
  const cases: [name: string, packs: Record<string, number>, of: FullReduction, told: [number, number][]][] = [
    ['below the first step', { honey: 1 }, reduction(), [[100, 1000]]],
    ['between two', { walnut: 12 }, reduction(), [[8000, 2500]]],
    ['above the last', { walnut: 20 }, reduction(), []],
    ['repeated, the first time', { walnut: 4 }, reduction(repeated), [[1000, 500]]],
    ['repeated, and again', { walnut: 14 }, reduction(repeated), [[1000, 1500]]],
    ['none of its goods', { walnut: 4 }, reduction({ scope: { ...all, category: 'honey' } }), []],
    [
      'only its goods count',
      { walnut: 4, honey: 1 },
      reduction({ scope: { ...all, category: 'honey' } }),
      [[100, 1000]],
    ],
  ];
  for (const [name, packs, of, told] of cases) {
    const draft = testDraft(packs);
    fullReduction(draft, of);
    assert.deepEqual(
      draft.next.map(({ rule, missingFen, offFen }) => [rule, missingFen, offFen]),
      told.map((one) => ['full', ...one]),
      name,
    );
  }
});

test('goods that counted for one full reduction are not asked for by the next', () => {
  const draft = testDraft({ walnut: 20 });
  fullReduction(draft, reduction());
  fullReduction(draft, reduction({ id: 'other', steps: [{ fromFen: 90_000, offFen: 500 }] }));
  assert.deepEqual(draft.next, []);
});

test('property: what is missing is the least that brings more, and brings what was said', () => {
  const money = fc.integer({ min: 1, max: 60 });
  const steps = fc.uniqueArray(fc.record({ fromFen: money, offFen: money }), {
    ...{ selector: (step) => step.fromFen, minLength: 1, maxLength: 4 },
  });
  fc.assert(
    fc.property(steps, fc.boolean(), fc.integer({ min: 0, max: 100 }), (of, repeats, base) => {
      const rule = { steps: of, repeats };
      const next = nextAbove(rule, base);
      const above = Array.from({ length: 400 }, (_, i) => base + 1 + i).find(
        (sum) => offAt(rule, sum) > offAt(rule, base),
      );
      // Where steps are given once each, what is far above is known, too; a repeated one may give less at once and more later.
      if (next) assert.equal(offAt(rule, next.fromFen), next.offFen);
      if (!repeats || of.length === 1) assert.equal(next?.fromFen, above);
    }),
  );
});
