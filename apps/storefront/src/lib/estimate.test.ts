import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimateFen, type PriceFacts } from './estimate.ts';

const sku = (over: Partial<PriceFacts> = {}): PriceFacts => ({
  priceFen: 1000,
  tiers: [],
  memberFen: null,
  campaign: null,
  ...over,
});
const tiers = [
  { fromPacks: 10, priceFen: 800 },
  { fromPacks: 3, priceFen: 900 },
];

test('what packs will cost', () => {
  const cases: [name: string, of: PriceFacts, packs: number, fen: number][] = [
    ['list price', sku(), 3, 3000],
    ['a tier', sku({ tiers }), 3, 2700],
    ['the highest tier reached', sku({ tiers }), 10, 8000],
    ['a member', sku({ tiers, memberFen: 850 }), 3, 2550],
    ['a campaign', sku({ campaign: { priceFen: 700, left: null, buyerPacks: null } }), 3, 2100],
    ['a campaign with few left', sku({ campaign: { priceFen: 700, left: 2, buyerPacks: 5 } }), 3, 2400],
    ['a campaign for one each', sku({ campaign: { priceFen: 700, left: 9, buyerPacks: 1 } }), 3, 2700],
    [
      'a campaign above the member price',
      sku({ memberFen: 600, campaign: { priceFen: 700, left: 9, buyerPacks: 1 } }),
      3,
      1800,
    ],
  ];
  for (const [name, of, packs, fen] of cases) assert.equal(estimateFen(of, packs), fen, name);
});
