import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { fullReduction } from './full-reduction.ts';
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
