import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Refusal } from '#platform/errors.ts';
import { testAsk, testFacts, testSku } from '../../../test/fixtures-prices.ts';
import { type Bearer, type Coupon, type PriceFacts, quotaKey, type SkuPrice, usualTerms } from './price-facts.ts';
import { type PriceAsk, type PricedOrder, priceOrder } from './price-order.ts';

const terms = (over: Partial<typeof usualTerms>) => ({ terms: new Map([['walnut', { ...usualTerms, ...over }]]) });
const forEver = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2027-01-01T00:00:00Z' };
const all = { org: null, category: null, products: null };

test('what is refused, and what the refusal says', () => {
  const three = testAsk({ walnut: 3 });
  const cases: [name: string, facts: PriceFacts, ask: PriceAsk, code: string, detail?: object][] = [
    ['not there', testFacts(), testAsk({ rice: 1 }), 'sku-not-on-sale', { skus: ['rice'] }],
    ['off sale', testFacts(), testAsk({ off: 1 }), 'sku-not-on-sale', { name: 'off 一斤装' }],
    ['too few', testFacts(terms({ minPacks: 4 })), three, 'packs-below-min', { sku: 'walnut', min: 4 }],
    [
      'between steps',
      testFacts(terms({ minPacks: 2, stepPacks: 2 })),
      three,
      'packs-not-in-steps',
      { min: 2, step: 2 },
    ],
    ['above the limit', testFacts(terms({ buyerPacks: 2 })), three, 'buyer-limit-reached', { most: 2, left: 2 }],
    [
      'above the limit, for a visitor too',
      testFacts(terms({ buyerPacks: 2 })),
      testAsk({ walnut: 3 }, { person: null }),
      'buyer-limit-reached',
      { left: 2 },
    ],
    [
      'above what is left of the limit',
      testFacts({ ...terms({ buyerPacks: 4 }), used: new Map([[quotaKey('walnut', 'lin'), 3]]) }),
      three,
      'buyer-limit-reached',
      { most: 4, left: 1 },
    ],
    [
      'a limit that was lowered below what is used',
      testFacts({ ...terms({ buyerPacks: 2 }), used: new Map([[quotaKey('walnut', 'lin'), 3]]) }),
      three,
      'buyer-limit-reached',
      { left: 0 },
    ],
    [
      'two lines that pass the limit separately',
      testFacts(terms({ buyerPacks: 3 })),
      {
        ...three,
        lines: [
          { sku: 'walnut', packs: 2 },
          { sku: 'walnut', packs: 2 },
        ],
      },
      'buyer-limit-reached',
    ],
    [
      'no freight to there',
      testFacts(),
      testAsk({ walnut: 1 }, { region: '540102001000' }),
      'freight-unknown',
      { county: '成县' },
    ],
    [
      'no cold chain to there',
      testFacts({ freightRules: testFacts().freightRules.map((rule) => ({ ...rule, coldFirstFen: null })) }),
      testAsk({ walnut: 1, pear: 1 }),
      'cold-chain-unknown',
      { county: '成县' },
    ],
  ];
  for (const [name, facts, ask, code, detail] of cases) {
    assert.throws(
      () => priceOrder(facts, ask),
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
    testFacts(),
    testAsk(
      {},
      {
        lines: [
          { sku: 'walnut', packs: 1 },
          { sku: 'honey', packs: 1 },
          { sku: 'walnut', packs: 2 },
        ],
      },
    ),
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
    testFacts({
      ...terms({ minPacks: 3, buyerPacks: 9, holdMinutes: 5 }),
      used: new Map([[quotaKey('walnut', 'lin'), 6]]),
    }),
    testAsk({ walnut: 3, honey: 1 }),
  );
  assert.deepEqual(order.claims, [
    { subject: 'walnut', holder: 'lin', most: 9, n: 3, refusal: 'buyer-limit-reached', name: 'walnut 一斤装' },
  ]);
  assert.equal(order.holdMinutes, 5);
});

test('all calculators, in their order', () => {
  const order = priceOrder(
    testFacts({
      members: new Set(['lin']),
      prices: new Map([
        [
          'walnut',
          [
            { id: 't', sku: 'walnut', kind: 'tier', fromPacks: 5, priceFen: 900 },
            { id: 'm', sku: 'walnut', kind: 'member', fromPacks: 1, priceFen: 880 },
          ],
        ],
      ]),
      campaigns: new Map([
        [
          'walnut',
          [
            {
              ...{ id: 'c', promotion: 'sale', name: '秋收节', bearer: 'county', position: 1, sku: 'walnut' },
              ...{ priceFen: 600, pieces: 1, buyerPacks: null, holdMinutes: null, ...forEver },
            },
          ],
        ],
      ]),
      bundles: [
        {
          ...{ ...forEver, id: 'b', name: '山里一篮', bearer: 'merchant', position: 1, priceFen: 10_000, pieces: null },
          ...{
            buyerPieces: null,
            items: [
              { sku: 'walnut', packs: 2 },
              { sku: 'honey', packs: 1 },
            ],
          },
        },
      ],
      fullReductions: [
        {
          ...{
            ...forEver,
            id: 'f',
            name: '满减',
            bearer: 'platform',
            position: 1,
            scope: { ...all, category: 'nuts' },
          },
          ...{ onReduced: false, repeats: false, steps: [{ fromFen: 1500, offFen: 100 }] },
        },
      ],
      coupons: [
        {
          ...{ id: 'k', name: '新人券', bearer: 'county', person: 'lin', scope: all, onReduced: true },
          ...{ offFen: 1000, fromFen: 10_000, validUntil: new Date('2026-10-01T00:00:00Z') },
        },
      ],
      freightRules: testFacts().freightRules.map((rule) => ({ ...rule, freeFromFen: 11_300 })),
    }),
    testAsk({ walnut: 5, honey: 1 }, { coupons: 'best' }),
  );
  const [walnut, honey] = order.lines;
  assert.deepEqual(
    walnut?.discounts.map((d) => [d.kind, d.fen, d.bearer]),
    [
      ['tier', 500, 'merchant'],
      ['member', 100, 'merchant'],
      // one pack from 880 to 600
      ['campaign', 280, 'county'],
      // two packs and a honey: 11,660 for 10,000, of which 1,760 are walnuts
      ['bundle', 251, 'merchant'],
      // on the two packs that are left: 1,760
      ['full_reduction', 100, 'platform'],
      // of 3,769 and 8,491
      ['coupon', 307, 'county'],
    ],
  );
  assert.deepEqual(
    honey?.discounts.map((d) => [d.kind, d.fen]),
    [
      ['bundle', 1409],
      ['coupon', 693],
    ],
  );
  assert.equal(walnut?.goodsFen, 3462);
  assert.equal(honey?.goodsFen, 7798);
  // 11,260 after discounts: not yet free, though the goods were 14,900 at list price
  assert.equal(order.freightFen, 1800);
  assert.equal(order.totalFen, 13_060);
  assert.equal(order.discountFen, 3640);
});

const bearers = fc.constantFrom<Bearer[]>('merchant', 'county', 'platform');
const ids = ['a', 'b', 'c', 'd'];
const scope = fc.record({
  org: fc.constantFrom(null, 'cooperative', 'bee-keepers'),
  category: fc.constantFrom(null, 'nuts', 'honey'),
  products: fc.constantFrom(null, ['product of a', 'product of b']),
});
const fen = fc.integer({ min: 1, max: 20_000 });
const maybe = (most: number) => fc.option(fc.integer({ min: 1, max: most }));

/** Any county's prices, reasonable or not. */
const anyFacts = fc
  .record({
    skus: fc.tuple(
      ...ids.map(() =>
        fc.record({
          priceFen: fen,
          org: fc.constantFrom('cooperative', 'bee-keepers'),
          cold: fc.boolean(),
          category: fc.constantFrom('nuts', 'honey'),
          grossGrams: fc.integer({ min: 1, max: 3000 }),
        }),
      ),
    ),
    prices: fc.array(
      fc.record({
        sku: fc.constantFrom(...ids),
        kind: fc.constantFrom<SkuPrice['kind'][]>('tier', 'member', 'institution'),
        fromPacks: fc.integer({ min: 1, max: 9 }),
        priceFen: fen,
      }),
      { maxLength: 8 },
    ),
    campaigns: fc.array(
      fc.record({
        sku: fc.constantFrom(...ids),
        priceFen: fen,
        pieces: maybe(5),
        buyerPacks: maybe(5),
        bearer: bearers,
      }),
      { maxLength: 5 },
    ),
    bundles: fc.array(
      fc.record({
        priceFen: fen,
        pieces: maybe(3),
        buyerPieces: maybe(3),
        bearer: bearers,
        items: fc.uniqueArray(fc.record({ sku: fc.constantFrom(...ids), packs: fc.integer({ min: 1, max: 3 }) }), {
          selector: (i) => i.sku,
          minLength: 2,
        }),
      }),
      { maxLength: 3 },
    ),
    fulls: fc.array(
      fc.record({
        scope,
        bearer: bearers,
        onReduced: fc.boolean(),
        repeats: fc.boolean(),
        fromFen: fen,
        offBp: fc.integer({ min: 1, max: 10_000 }),
      }),
      { maxLength: 3 },
    ),
    coupons: fc.array(
      fc.record({
        scope,
        bearer: bearers,
        onReduced: fc.boolean(),
        offFen: fen,
        fromFen: fc.integer({ min: 0, max: 20_000 }),
      }),
      { maxLength: 5 },
    ),
    cold: fc.record({ coldFirstFen: fen, coldStepFen: fen, freeCoversCold: fc.boolean(), freeFromFen: maybe(50_000) }),
    member: fc.boolean(),
  })
  .map((given) => {
    const skus = ids.map((id, i) =>
      testSku(id, { ...given.skus[i], storage: given.skus[i]?.cold ? 'frozen' : 'ambient' }),
    );
    return testFacts({
      skus: new Map(skus.map((sku) => [sku.id, sku])),
      members: new Set(given.member ? ['lin'] : []),
      prices: Map.groupBy(
        given.prices.map((p, i) => ({ ...p, id: `p${i}` })),
        (p) => p.sku,
      ),
      campaigns: Map.groupBy(
        given.campaigns.map((c, i) => ({
          ...c,
          ...forEver,
          id: `c${i}`,
          promotion: `c${i}`,
          name: 'c',
          position: 1,
          holdMinutes: null,
        })),
        (c) => c.sku,
      ),
      bundles: given.bundles.map((b, i) => ({ ...b, ...forEver, id: `b${i}`, name: 'b', position: i })),
      fullReductions: given.fulls.map(({ fromFen, offBp, ...f }, i) => ({
        ...{ ...f, ...forEver, id: `f${i}`, name: 'f', position: i },
        steps: [{ fromFen, offFen: Math.max(1, Math.floor((fromFen * offBp) / 10_000)) }],
      })),
      coupons: given.coupons.map(
        (c, i): Coupon => ({
          ...c,
          id: `k${i}`,
          name: 'k',
          person: 'lin',
          validUntil: new Date('2027-01-01T00:00:00Z'),
        }),
      ),
      freightRules: testFacts().freightRules.map((rule) => ({ ...rule, ...given.cold })),
    });
  });
const anyLines = fc.array(fc.record({ sku: fc.constantFrom(...ids), packs: fc.integer({ min: 1, max: 9 }) }), {
  minLength: 1,
  maxLength: 6,
});
const sum = (of: readonly number[]) => of.reduce((total, n) => total + n, 0);

test('property: whatever the promotions, parts sum, nothing is negative, something is left to pay', () => {
  fc.assert(
    fc.property(anyFacts, anyLines, fc.boolean(), (facts, lines, purchaser) => {
      const order = priceOrder(facts, testAsk({}, { lines, purchaser, coupons: 'best' }));
      for (const line of order.lines) {
        assert.equal(line.discountFen, sum(line.discounts.map((d) => d.fen)));
        assert.equal(line.goodsFen, line.unitFen * line.packs - line.discountFen);
        assert.ok(line.goodsFen >= 0 && line.freightFen >= 0);
        assert.ok(line.discounts.every((d) => d.fen > 0 && Number.isSafeInteger(d.fen)));
      }
      assert.equal(order.goodsFen, sum(order.lines.map((line) => line.goodsFen)));
      assert.equal(order.freightFen, sum(order.lines.map((line) => line.freightFen)));
      assert.equal(order.totalFen, order.goodsFen + order.freightFen);
      assert.equal(order.discountFen, sum(order.lines.map((line) => line.discountFen)));
      assert.ok(order.goodsFen > 0);
      assert.ok(order.claims.every((claim) => claim.n > 0 && claim.n <= claim.most));
      const keys = order.claims.map((claim) => quotaKey(claim.subject, claim.holder));
      assert.equal(new Set(keys).size, keys.length, 'each limited thing is claimed once');
    }),
    { numRuns: 1000 },
  );
});

test('property: the order in which lines are asked changes nothing', () => {
  const bySku = (order: PricedOrder) => ({
    ...order,
    lines: [...order.lines].sort((a, b) => (a.sku.id < b.sku.id ? -1 : 1)),
  });
  fc.assert(
    fc.property(
      anyFacts,
      anyLines.chain((lines) => fc.tuple(fc.constant(lines), fc.shuffledSubarray(lines, { minLength: lines.length }))),
      (facts, [lines, shuffled]) => {
        const [one, other] = [lines, shuffled].map((l) =>
          bySku(priceOrder(facts, testAsk({}, { lines: l, coupons: 'best' }))),
        );
        assert.deepEqual(one, other);
      },
    ),
    { numRuns: 500 },
  );
});

test('property: what the best coupons were found to be may be asked for by name', () => {
  fc.assert(
    fc.property(anyFacts, anyLines, (facts, lines) => {
      const best = priceOrder(facts, testAsk({}, { lines, coupons: 'best' }));
      const chosen = best.coupons.filter((offer) => offer.chosen).map((offer) => offer.coupon.id);
      assert.equal(priceOrder(facts, testAsk({}, { lines, coupons: chosen })).totalFen, best.totalFen);
    }),
    { numRuns: 500 },
  );
});
