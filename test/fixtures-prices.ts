import type { SkuBrief } from '#catalog';
import { atListPrice, chargedFen, type Draft } from '../modules/trade/prices/draft.ts';
import type { PriceFacts } from '../modules/trade/prices/price-facts.ts';
import type { PriceAsk } from '../modules/trade/prices/price-order.ts';

/** A SKU at 10 yuan for 500 g net in 550 g gross, sold by the cooperative. */
export const testSku = (id: string, over: Partial<SkuBrief> = {}): SkuBrief => ({
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

export const testSkus: readonly SkuBrief[] = [
  testSku('honey', { priceFen: 9900, grossGrams: 700, org: 'bee-keepers', category: 'honey' }),
  testSku('pear', { priceFen: 2000, storage: 'chilled', category: 'fruit' }),
  testSku('walnut'),
  testSku('off', { onSale: false }),
];

/** Facts without any promotion: freight of 8 yuan for the first kilogram and 2 per further 500 g, within Gansu. */
export const testFacts = (over: Partial<PriceFacts> = {}): PriceFacts => ({
  county: 621221,
  countyName: '成县',
  now: new Date('2026-09-17T02:00:00Z'),
  skus: new Map(testSkus.map((sku) => [sku.id, sku])),
  terms: new Map(),
  prices: new Map(),
  campaigns: new Map(),
  bundles: [],
  fullReductions: [],
  coupons: [],
  members: new Set(),
  freightRules: [
    {
      toRegion: '62',
      firstGrams: 1000,
      firstFen: 800,
      stepGrams: 500,
      stepFen: 200,
      freeFromFen: null,
      coldFirstFen: 0,
      coldStepFen: 0,
      freeCoversCold: false,
    },
  ],
  used: new Map(),
  ...over,
});

export const testAsk = (packs: Record<string, number>, over: Partial<PriceAsk> = {}): PriceAsk => ({
  person: 'lin',
  purchaser: false,
  region: '621221000000',
  lines: Object.entries(packs).map(([sku, n]) => ({ sku, packs: n })),
  coupons: [],
  ...over,
});

/** An order at list prices, before any other calculator. */
export const testDraft = (packs: Record<string, number>): Draft =>
  atListPrice(
    Object.entries(packs).map(([id, n]) => ({ sku: testSkus.find((sku) => sku.id === id) ?? testSku(id), packs: n })),
  );

/** What each line is charged, and why: `walnut 2700: tier -300`. */
export const tell = (draft: Draft): string[] =>
  draft.lines.map((line) =>
    [`${line.sku.id} ${chargedFen(line)}:`, ...line.discounts.map((d) => `${d.kind} -${d.fen}`)].join(' '),
  );
