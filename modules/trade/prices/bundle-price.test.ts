import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tell, testDraft } from '../../../test/fixtures-prices.ts';
import { bundlePrice } from './bundle-price.ts';
import { type Bundle, quotaKey } from './price-facts.ts';

const bundle = (over: Partial<Bundle> = {}): Bundle => ({
  id: 'basket',
  name: '山里一篮',
  bearer: 'merchant',
  position: 1,
  priceFen: 10_000,
  pieces: null,
  buyerPieces: null,
  items: [
    { sku: 'walnut', packs: 2 },
    { sku: 'honey', packs: 1 },
  ],
  endsAt: '',
  ...over,
});

test('a set at one price, split over its lines by what they would cost', () => {
  const cases: [name: string, packs: Record<string, number>, of: Bundle, used: number, told: string[]][] = [
    ['one of its goods is missing', { walnut: 2 }, bundle(), 0, ['walnut 2000:']],
    ['too few of one', { walnut: 1, honey: 1 }, bundle(), 0, ['honey 9900:', 'walnut 1000:']],
    // 11,900 for 10,000: 1,900 off, of which honey's 99/119 are 1,580.67 and walnut's 319.33
    ['once', { walnut: 2, honey: 1 }, bundle(), 0, ['honey 8319: bundle -1581', 'walnut 1681: bundle -319']],
    [
      'once, with packs beside it',
      { walnut: 3, honey: 1 },
      bundle(),
      0,
      ['honey 8319: bundle -1581', 'walnut 2681: bundle -319'],
    ],
    ['twice', { walnut: 4, honey: 2 }, bundle(), 0, ['honey 16639: bundle -3161', 'walnut 3361: bundle -639']],
    [
      'as often as there are pieces',
      { walnut: 4, honey: 2 },
      bundle({ pieces: 5 }),
      4,
      ['honey 18219: bundle -1581', 'walnut 3681: bundle -319'],
    ],
    ['none left', { walnut: 2, honey: 1 }, bundle({ pieces: 5 }), 5, ['honey 9900:', 'walnut 2000:']],
    [
      'dearer than its parts',
      { walnut: 2, honey: 1 },
      bundle({ priceFen: 12_000 }),
      0,
      ['honey 9900:', 'walnut 2000:'],
    ],
  ];
  for (const [name, packs, of, used, told] of cases) {
    const draft = testDraft(packs);
    bundlePrice(draft, of, { used: new Map([[quotaKey('basket', ''), used]]) }, 'lin');
    assert.deepEqual(tell(draft), told, name);
  }
});

test('packs at a campaign price, or in another bundle, stay out of it', () => {
  const draft = testDraft({ walnut: 3, honey: 2 });
  for (const line of draft.lines) if (line.sku.id === 'honey') Object.assign(line, { plainPacks: 1, setFen: 5000 });
  bundlePrice(draft, bundle(), { used: new Map() }, 'lin');
  bundlePrice(draft, bundle({ id: 'other' }), { used: new Map() }, 'lin');
  assert.deepEqual(tell(draft), ['honey 13319: bundle -1581', 'walnut 2681: bundle -319']);
});

test('claims count bundles', () => {
  const draft = testDraft({ walnut: 4, honey: 2 });
  bundlePrice(draft, bundle({ pieces: 9, buyerPieces: 3 }), { used: new Map() }, 'lin');
  assert.deepEqual(
    draft.claims.map(({ subject, holder, most, n }) => ({ subject, holder, most, n })),
    [
      { subject: 'basket', holder: '', most: 9, n: 2 },
      { subject: 'basket', holder: 'lin', most: 3, n: 2 },
    ],
  );
});
