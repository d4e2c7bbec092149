import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SkuBrief } from '#catalog';
import { Refusal } from '#platform/errors.ts';
import { type PriceFacts, quotaKey, usualTerms } from './price-facts.ts';
import { type PriceAsk, priceOrder } from './price-order.ts';

const sku = (id: string, over: Partial<SkuBrief> = {}): SkuBrief => ({
  id,
  product: `product of ${id}`,
  org: 'cooperative',
  category: 'nuts',
  crop: 'walnut',
  origin: '621221100201',
  nameZh: id,
  nameEn: id,
  skuNameZh: '一斤装',
  skuNameEn: '500 g',
  netGrams: 500,
  grossGrams: 550,
  grade: '一级',
  priceFen: 1000,
  gtin: '02956212200001',
  onSale: true,
  storage: 'ambient',
  shelfLifeDays: 270,
  pictureBase: null,
  ...over,
});

const facts = (over: Partial<PriceFacts> = {}): PriceFacts => ({
  county: 621221,
  countyName: '成县',
  skus: new Map(
    [sku('walnut'), sku('honey', { priceFen: 9900, grossGrams: 700 }), sku('off', { onSale: false })].map((s) => [
      s.id,
      s,
    ]),
  ),
  terms: new Map(),
  freightRules: [{ toRegion: '62', firstGrams: 1000, firstFen: 800, stepGrams: 500, stepFen: 200, freeFromFen: null }],
  used: new Map(),
  ...over,
});
const ask = (over: Partial<PriceAsk> = {}): PriceAsk => ({
  person: 'lin',
  purchaser: false,
  region: '621221000000',
  lines: [{ sku: 'walnut', packs: 3 }],
  coupons: [],
  ...over,
});
const terms = (over: Partial<typeof usualTerms>) => ({ terms: new Map([['walnut', { ...usualTerms, ...over }]]) });

test('what is refused, and what the refusal says', () => {
  const cases: [name: string, facts: PriceFacts, ask: PriceAsk, code: string, detail?: object][] = [
    ['not there', facts(), ask({ lines: [{ sku: 'rice', packs: 1 }] }), 'sku-not-on-sale', { skus: ['rice'] }],
    ['off sale', facts(), ask({ lines: [{ sku: 'off', packs: 1 }] }), 'sku-not-on-sale', { name: 'off 一斤装' }],
    ['too few', facts(terms({ minPacks: 4 })), ask(), 'packs-below-min', { sku: 'walnut', min: 4 }],
    ['between steps', facts(terms({ minPacks: 2, stepPacks: 2 })), ask(), 'packs-not-in-steps', { min: 2, step: 2 }],
    ['above the limit', facts(terms({ buyerPacks: 2 })), ask(), 'buyer-limit-reached', { most: 2, left: 2 }],
    [
      'above the limit, for a visitor too',
      facts(terms({ buyerPacks: 2 })),
      ask({ person: null }),
      'buyer-limit-reached',
      { left: 2 },
    ],
    [
      'above what is left of the limit',
      facts({ ...terms({ buyerPacks: 4 }), used: new Map([[quotaKey('walnut', 'lin'), 3]]) }),
      ask(),
      'buyer-limit-reached',
      { most: 4, left: 1 },
    ],
    [
      'a limit that was lowered below what is used',
      facts({ ...terms({ buyerPacks: 2 }), used: new Map([[quotaKey('walnut', 'lin'), 3]]) }),
      ask(),
      'buyer-limit-reached',
      { left: 0 },
    ],
    [
      'two lines that pass the limit separately',
      facts(terms({ buyerPacks: 3 })),
      ask({
        lines: [
          { sku: 'walnut', packs: 2 },
          { sku: 'walnut', packs: 2 },
        ],
      }),
      'buyer-limit-reached',
    ],
    ['no freight to there', facts(), ask({ region: '540102001000' }), 'freight-unknown', { county: '成县' }],
  ];
  for (const [name, given, asked, code, detail] of cases) {
    assert.throws(
      () => priceOrder(given, asked),
      (error) => {
        assert.ok(error instanceof Refusal, name);
        assert.equal(error.code, code, name);
        for (const [key, value] of Object.entries(detail ?? {})) assert.deepEqual(error.detail[key], value, name);
        return true;
      },
    );
  }
});

test('an order at list prices', () => {
  const order = priceOrder(
    facts(),
    ask({
      lines: [
        { sku: 'walnut', packs: 1 },
        { sku: 'honey', packs: 1 },
        { sku: 'walnut', packs: 2 },
      ],
    }),
  );
  assert.deepEqual(
    order.lines.map((line) => [
      line.sku.id,
      line.packs,
      line.unitFen,
      line.discountFen,
      line.goodsFen,
      line.freightFen,
    ]),
    [
      ['walnut', 3, 1000, 0, 3000, 983],
      ['honey', 1, 9900, 0, 9900, 417],
    ],
  );
  const { goodsFen, freightFen, totalFen, grams, claims, holdMinutes } = order;
  assert.deepEqual(
    { goodsFen, freightFen, totalFen, grams, claims, holdMinutes },
    { goodsFen: 12_900, freightFen: 1400, totalFen: 14_300, grams: 2350, claims: [], holdMinutes: 15 },
  );
});

test('a buyer limit becomes a claim; the shortest hold is the order’s', () => {
  const order = priceOrder(
    facts({
      ...terms({ minPacks: 3, buyerPacks: 9, holdMinutes: 5 }),
      used: new Map([[quotaKey('walnut', 'lin'), 6]]),
    }),
    ask({
      lines: [
        { sku: 'walnut', packs: 3 },
        { sku: 'honey', packs: 1 },
      ],
    }),
  );
  assert.deepEqual(order.claims, [
    { subject: 'walnut', holder: 'lin', most: 9, n: 3, refusal: 'buyer-limit-reached', name: 'walnut 一斤装' },
  ]);
  assert.equal(order.holdMinutes, 5);
});
