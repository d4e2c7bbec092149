import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor, Role } from '#platform/actor.ts';
import { newId } from '#platform/ids.ts';
import { openTestCounty, testContext } from '../../../test/fixtures.ts';
import { addTestGoods, openSecondShop, openTestShop, refusalOf } from '../../../test/fixtures-trade.ts';
import { quote } from '../orders/quote.ts';
import { addPromotion, checkPromotion, type PromotionInput } from './add-promotion.ts';
import { addCouponTemplate, type CouponTemplateInput, endCouponTemplate, templatePage } from './coupon-templates.ts';
import { endPromotion } from './end-promotion.ts';
import { joinMembership, leaveMembership, memberships } from './membership.ts';
import { couponsToTake, myCoupons } from './my-coupons.ts';
import { productOffers } from './product-offers.ts';
import { promotionPage } from './promotion-views.ts';
import { setSkuPrices } from './set-sku-prices.ts';
import { setSkuTerms } from './set-sku-terms.ts';
import { giveCoupons, takeCoupon } from './take-coupon.ts';

const context = await testContext();
const { at } = context;
const county = await openTestCounty(at);
const shop = await openTestShop(at, county);
const elsewhere = await openSecondShop(at);
const walnut = await addTestGoods(at, shop, { priceFen: 4000 });
const honey = await addTestGoods(at, shop, { name: '土蜂蜜', priceFen: 9900, category: 'honey' });
const tea = await addTestGoods(at, elsewhere, { name: '苦荞茶' });
const { buyer, otherBuyer, operator } = county;

const withRole = (role: Role, org: string, of = shop.county, region = String(of)): Actor => ({
  person: `${role} of ${org}`,
  name: role,
  memberships: [{ org, orgKind: 'cooperative', orgName: '合作社', role, county: of, region }],
});
const seller = withRole('merchant', shop.org);
const otherSeller = withRole('merchant', newId());
const platform = withRole('platform', newId(), 0, '');
const now = at.clock.now();
const after = (hours: number) => new Date(now.getTime() + hours * 3_600_000);
const region = '621221000000';
const quoteOf = (
  by: Actor,
  packs: readonly (readonly [{ county: number; sku: string }, number])[],
  coupons?: string[],
) => quote(at, by, { region, lines: packs.map(([g, n]) => ({ county: g.county, sku: g.sku, packs: n })), coupons });

test('terms of sale: who may set them, and that a quote keeps to them', async () => {
  const terms = { minPacks: 2, stepPacks: 2, buyerPacks: 6, holdMinutes: 5, byWeight: false };
  const set = (by: Actor, sku = walnut) => setSkuTerms(at, by, { county: sku.county, id: sku.sku, ...terms });
  assert.equal(
    (await refusalOf(setSkuTerms(at, seller, { county: shop.county, id: newId(), ...terms }))).code,
    'not-found',
  );
  assert.equal((await refusalOf(set(otherSeller))).code, 'goods-not-yours');
  assert.equal((await refusalOf(set(seller, tea))).code, 'goods-not-yours');
  assert.deepEqual(await set(seller), terms);
  assert.equal((await refusalOf(quoteOf(buyer, [[walnut, 1]]))).code, 'packs-below-min');
  assert.equal((await refusalOf(quoteOf(buyer, [[walnut, 3]]))).code, 'packs-not-in-steps');
  assert.equal((await refusalOf(quoteOf(buyer, [[walnut, 8]]))).code, 'buyer-limit-reached');
  await setSkuTerms(at, operator, {
    county: shop.county,
    id: walnut.sku,
    ...terms,
    minPacks: 1,
    stepPacks: 1,
    buyerPacks: null,
  });
  assert.equal((await quoteOf(buyer, [[walnut, 8]])).goodsFen, 32_000);
});

test('tier, member and institution prices', async () => {
  const set = (by: Actor, prices: Parameters<typeof setSkuPrices>[2]['tiers'], more: object = {}) =>
    setSkuPrices(at, by, { county: shop.county, id: walnut.sku, tiers: prices, ...more });
  const refusals: [name: string, act: () => Promise<unknown>, code: string][] = [
    ['another seller', () => set(otherSeller, []), 'goods-not-yours'],
    [
      'a price that rises with packs',
      () =>
        set(seller, [
          { fromPacks: 3, priceFen: 3000 },
          { fromPacks: 5, priceFen: 3500 },
        ]),
      'tiers-not-falling',
    ],
    [
      'one number of packs twice',
      () =>
        set(seller, [
          { fromPacks: 3, priceFen: 3500 },
          { fromPacks: 3, priceFen: 3000 },
        ]),
      'tiers-not-falling',
    ],
    ['a tier at list price', () => set(seller, [{ fromPacks: 3, priceFen: 4000 }]), 'price-not-below-list'],
    ['a member price above list price', () => set(seller, [], { memberFen: 4100 }), 'price-not-below-list'],
  ];
  for (const [name, act, code] of refusals) assert.equal((await refusalOf(act())).code, code, name);
  const tiers = [
    { fromPacks: 5, priceFen: 3600 },
    { fromPacks: 10, priceFen: 3200 },
  ];
  await set(seller, tiers, { memberFen: 3800, institution: { fromPacks: 2, priceFen: 3500 } });
  const purchaser = withRole('purchaser', newId(), 310115, '310115');
  assert.equal((await quoteOf(buyer, [[walnut, 5]])).goodsFen, 18_000);
  assert.equal((await quoteOf(purchaser, [[walnut, 5]])).goodsFen, 17_500);
  assert.equal((await quoteOf(buyer, [[walnut, 1]])).goodsFen, 4000);
  await joinMembership(at, buyer, shop.county);
  assert.equal((await quoteOf(buyer, [[walnut, 1]])).goodsFen, 3800);
  assert.deepEqual(
    (await memberships(at.db, buyer)).map((m) => m.countyName),
    ['成县'],
  );
  await leaveMembership(at, buyer, shop.county);
  assert.equal((await quoteOf(buyer, [[walnut, 1]])).goodsFen, 4000);
  // What stays the same stays the same row; what changes is ended, not overwritten.
  const before = await at.db.selectFrom('trade.sku_price').select('id').where('from_packs', '=', 5).execute();
  await set(seller, tiers.slice(0, 1));
  assert.deepEqual(
    await at.db.selectFrom('trade.sku_price').select('id').where('ended_at', 'is', null).execute(),
    before,
  );
  assert.equal((await at.db.selectFrom('trade.sku_price').select('id').execute()).length, 4);
});

const campaign = (over: Partial<PromotionInput> = {}): PromotionInput => ({
  county: shop.county,
  kind: 'campaign',
  name: '秋收节',
  bearer: 'merchant',
  org: shop.org,
  startsAt: after(-1),
  endsAt: after(24),
  lines: [{ sku: honey.sku, priceFen: 6900, pieces: 20, buyerPacks: 2 }],
  ...over,
});

test('a promotion: what is refused', async () => {
  const county_ = { bearer: 'county', org: null } as const;
  const cases: [name: string, by: Actor, input: PromotionInput, code: string][] = [
    ['a seller for another', otherSeller, campaign(), 'bearer-not-yours'],
    ['a seller without saying for whom', seller, campaign({ org: null }), 'bearer-not-yours'],
    ['a seller at the county’s cost', seller, campaign(county_), 'bearer-not-yours'],
    ['a seller at the platform’s cost', seller, campaign({ bearer: 'platform' }), 'bearer-not-yours'],
    ['an operator at a seller’s cost', operator, campaign(), 'bearer-not-yours'],
    ['an operator at the platform’s cost', operator, campaign({ bearer: 'platform', org: null }), 'bearer-not-yours'],
    ['an organisation that is not there', operator, campaign({ bearer: 'county', org: newId() }), 'not-found'],
    [
      'an end before its beginning',
      seller,
      campaign({ startsAt: after(3), endsAt: after(2) }),
      'promotion-time-broken',
    ],
    ['an end in the past', seller, campaign({ startsAt: after(-3), endsAt: after(-2) }), 'promotion-time-broken'],
    ['no goods', seller, campaign({ lines: [] }), 'promotion-goods-missing'],
    ['goods without a price', seller, campaign({ lines: [{ sku: honey.sku }] }), 'promotion-goods-missing'],
    [
      'goods twice',
      seller,
      campaign({ lines: [1, 2].map((n) => ({ sku: honey.sku, priceFen: n })) }),
      'promotion-goods-missing',
    ],
    ['goods of another county', seller, campaign({ lines: [{ sku: tea.sku, priceFen: 1 }] }), 'sku-not-on-sale'],
    ['goods of another seller', operator, campaign({ bearer: 'county', org: county.station }), 'goods-not-yours'],
    ['at list price', seller, campaign({ lines: [{ sku: honey.sku, priceFen: 9900 }] }), 'price-not-below-list'],
    [
      'a bundle of one pack',
      seller,
      campaign({ kind: 'bundle', priceFen: 100, lines: [{ sku: honey.sku }] }),
      'promotion-goods-missing',
    ],
    [
      'a bundle without a price',
      seller,
      campaign({ kind: 'bundle', lines: [{ sku: honey.sku, packs: 2 }] }),
      'promotion-goods-missing',
    ],
    [
      'a bundle that saves nothing',
      seller,
      campaign({ kind: 'bundle', priceFen: 19_800, lines: [{ sku: honey.sku, packs: 2 }] }),
      'bundle-not-below-parts',
    ],
    ['no steps', operator, campaign({ ...county_, kind: 'full_reduction', lines: [] }), 'promotion-steps-broken'],
    [
      'a step that takes more than its sum',
      operator,
      campaign({ ...county_, kind: 'full_reduction', steps: [{ fromFen: 100, offFen: 101 }] }),
      'promotion-steps-broken',
    ],
    [
      'steps that fall',
      operator,
      campaign({
        ...county_,
        kind: 'full_reduction',
        steps: [
          { fromFen: 100, offFen: 50 },
          { fromFen: 200, offFen: 40 },
        ],
      }),
      'promotion-steps-broken',
    ],
  ];
  for (const [name, by, input, code] of cases) {
    assert.equal((await refusalOf(addPromotion(at, by, input, null))).code, code, name);
  }
  assert.equal((await promotionPage(at.db, now, operator, shop.county, {})).total, 0);
});

test('a campaign lowers the price while it runs, for as many packs as there are', async () => {
  const made = await addPromotion(at, seller, campaign(), null);
  assert.equal(made.state, 'running');
  const priced = await quoteOf(buyer, [[honey, 3]]);
  assert.equal(priced.goodsFen, 2 * 6900 + 9900);
  assert.deepEqual(priced.orders[0]?.lines[0]?.discounts, [
    { kind: 'campaign', rule: made.id, name: '秋收节', nameEn: null, fen: 6000, bearer: 'merchant' },
  ]);
  const { warnings } = await checkPromotion(at, operator, campaign({ bearer: 'county', org: null, name: '县里再补' }));
  assert.deepEqual(
    warnings.map((w) => w.code),
    ['overlaps'],
  );
  const offers = await productOffers(at.db, now, buyer, shop.county, honey.product);
  assert.equal(offers.skus[0]?.campaign?.priceFen, 6900);
  assert.equal(offers.skus[0]?.campaign?.left, 20);
  assert.equal(
    (await promotionPage(at.db, now, otherSeller, shop.county, {})).total,
    0,
    'a seller’s promotion is not another seller’s to see',
  );
  assert.equal(
    (await refusalOf(endPromotion(at, otherSeller, { county: shop.county, id: made.id }, null))).code,
    'bearer-not-yours',
  );
  assert.equal(
    (await refusalOf(endPromotion(at, operator, { county: shop.county, id: made.id }, null))).code,
    'bearer-not-yours',
  );
  assert.equal((await endPromotion(at, seller, { county: shop.county, id: made.id }, null)).state, 'over');
  assert.equal(
    (await refusalOf(endPromotion(at, seller, { county: shop.county, id: made.id }, null))).code,
    'promotion-over',
  );
  assert.equal(
    (await refusalOf(endPromotion(at, seller, { county: shop.county, id: newId() }, null))).code,
    'promotion-not-found',
  );
  assert.equal((await quoteOf(buyer, [[honey, 3]])).goodsFen, 3 * 9900);
});

test('a price below the county’s floor is warned of, and may still be wanted', async () => {
  await at.db
    .insertInto('catalog.reference_price')
    .values({
      county: shop.county,
      crop: 'walnut',
      grade: '一级',
      day: '2026-09-01',
      fen_per_kg: 5000,
      floor_fen_per_kg: 4000,
      source: '县价格监测',
      by_person: null,
      created_at: now,
    })
    .execute();
  const below = campaign({ lines: [{ sku: walnut.sku, priceFen: 1999 }] });
  assert.deepEqual(
    (await checkPromotion(at, seller, below)).warnings.map((w) => w.code),
    ['below-floor'],
  );
  assert.deepEqual(
    (await checkPromotion(at, seller, campaign({ lines: [{ sku: walnut.sku, priceFen: 2000 }] }))).warnings,
    [],
  );
});

test('a bundle and a full reduction at the county’s and the platform’s cost', async () => {
  const bundle = await addPromotion(
    at,
    operator,
    campaign({
      kind: 'bundle',
      name: '山里一篮',
      bearer: 'county',
      org: null,
      priceFen: 12_000,
      lines: [{ sku: honey.sku }, { sku: walnut.sku }],
    }),
    null,
  );
  const full = await addPromotion(
    at,
    platform,
    campaign({
      kind: 'full_reduction',
      name: '满百减十',
      bearer: 'platform',
      org: null,
      onReduced: true,
      steps: [{ fromFen: 10_000, offFen: 1000 }],
    }),
    null,
  );
  const priced = await quoteOf(buyer, [
    [honey, 1],
    [walnut, 1],
  ]);
  assert.equal(priced.goodsFen, 11_000);
  assert.equal(priced.discountFen, 2900);
  assert.deepEqual(
    new Set(priced.orders[0]?.lines.flatMap((l) => l.discounts.map((d) => `${d.kind} ${d.bearer}`))),
    new Set(['bundle county', 'full_reduction platform']),
  );
  const offers = await productOffers(at.db, now, buyer, shop.county, walnut.product);
  assert.deepEqual(
    offers.bundles.map((b) => [b.name, b.priceFen, b.listFen, b.items.length]),
    [['山里一篮', 12_000, 13_900, 2]],
  );
  assert.deepEqual(
    offers.fullReductions.map((f) => f.name),
    ['满百减十'],
  );
  for (const [by, made] of [
    [operator, bundle],
    [platform, full],
  ] as const)
    await endPromotion(at, by, { county: shop.county, id: made.id }, null);
});

const template = (over: Partial<CouponTemplateInput> = {}): CouponTemplateInput => ({
  county: shop.county,
  name: '新人券',
  bearer: 'county',
  offFen: 500,
  fromFen: 3000,
  total: 3,
  perPerson: 1,
  open: true,
  takeFrom: after(-1),
  takeUntil: after(48),
  validDays: 7,
  validUntil: after(24 * 30),
  ...over,
});

test('coupons: making, taking, giving, using', async () => {
  const refusals: [name: string, by: Actor, over: Partial<CouponTemplateInput>, code: string][] = [
    ['at another’s cost', seller, {}, 'bearer-not-yours'],
    ['without saying whose', seller, { bearer: 'merchant' }, 'bearer-not-yours'],
    ['taken after it has ended', operator, { validUntil: after(47) }, 'promotion-time-broken'],
    ['taken in the past', operator, { takeFrom: after(-3), takeUntil: after(-2) }, 'promotion-time-broken'],
    ['worth more than it needs', operator, { offFen: 3001 }, 'coupon-face-broken'],
  ];
  for (const [name, by, over, code] of refusals) {
    assert.equal((await refusalOf(addCouponTemplate(at, by, template(over), null))).code, code, name);
  }
  const { id } = await addCouponTemplate(at, operator, template(), null);
  const take = (by: Actor, of = id) => takeCoupon(at, by, { county: shop.county, id: of }, null);
  assert.equal((await refusalOf(take(buyer, newId()))).code, 'coupon-template-not-found');
  const mine = await take(buyer);
  assert.equal(new Date(mine.validUntil).getTime(), at.clock.now().getTime() + 7 * 86_400_000);
  assert.equal((await refusalOf(take(buyer))).code, 'coupon-taken');
  assert.deepEqual(
    (await couponsToTake(at.db, now, buyer, shop.county)).map((c) => [c.name, c.left, c.mine]),
    [['新人券', 2, 1]],
  );

  const best = await quoteOf(buyer, [[walnut, 1]]);
  assert.equal(best.goodsFen, 3500);
  // Nobody has translated it: readers of English are shown the Chinese name.
  assert.equal(best.orders[0]?.lines[0]?.discounts[0]?.nameEn, null);
  await at.db.updateTable('trade.coupon_template').set({ name_en: 'Welcome' }).where('id', '=', id).execute();
  const told = (await quoteOf(buyer, [[walnut, 1]])).orders[0];
  assert.deepEqual(
    [told?.lines[0]?.discounts[0]?.nameEn, told?.coupons[0]?.nameEn, (await myCoupons(at.db, now, buyer))[0]?.nameEn],
    ['Welcome', 'Welcome', 'Welcome'],
  );
  assert.deepEqual(
    best.orders[0]?.coupons.map((c) => [c.id, c.chosen, c.offFen]),
    [[mine.id, true, 500]],
  );
  const without = await quoteOf(buyer, [[walnut, 1]], []);
  assert.equal(without.goodsFen, 4000);
  assert.deepEqual(
    without.orders[0]?.coupons.map((c) => [c.chosen, c.usable]),
    [[false, true]],
    'it is still offered',
  );
  assert.equal((await quoteOf(buyer, [[walnut, 1]], [mine.id])).goodsFen, 3500);
  assert.equal((await refusalOf(quoteOf(otherBuyer, [[walnut, 1]], [mine.id]))).code, 'coupon-not-found');

  await at.db
    .insertInto('trade.quota')
    .values({ county: shop.county, subject: mine.id, holder: '', most: 1, used: 1 })
    .execute();
  assert.equal((await refusalOf(quoteOf(buyer, [[walnut, 1]], [mine.id]))).code, 'coupon-used');
  assert.deepEqual(
    (await myCoupons(at.db, now, buyer)).map((c) => c.state),
    ['used'],
  );
  assert.equal((await quoteOf(buyer, [[walnut, 1]])).goodsFen, 4000);
  await at.db.updateTable('trade.quota').set({ used: 0 }).where('subject', '=', mine.id).execute();
  assert.deepEqual(
    (await myCoupons(at.db, now, buyer)).map((c) => c.state),
    ['open'],
    'given back, it is good again',
  );

  for (const person of [buyer, otherBuyer]) await joinMembership(at, person, shop.county);
  const gift = { county: shop.county, id, members: true };
  assert.equal((await refusalOf(giveCoupons(at, seller, gift, null))).code, 'bearer-not-yours');
  assert.deepEqual(await giveCoupons(at, operator, gift, null), { given: 1, passedBy: 1 });
  await take(seller);
  assert.equal((await refusalOf(take(operator))).code, 'coupons-gone');
  assert.equal((await myCoupons(at.db, after(24 * 8), buyer))[0]?.state, 'over');
  assert.equal((await endCouponTemplate(at, operator, { county: shop.county, id }, null)).taken, 3);
  assert.equal((await refusalOf(take(platform))).code, 'coupon-not-open');
  assert.equal((await refusalOf(giveCoupons(at, operator, gift, null))).code, 'promotion-over');
  assert.deepEqual(
    (await templatePage(at.db, otherSeller, shop.county, {})).rows.map((t) => t.name),
    ['新人券'],
  );
});

test('a hundred who take at once get no more coupons than there are', async () => {
  const { id, nameEn } = await addCouponTemplate(
    at,
    operator,
    template({ name: '抢券', nameEn: ' Be quick ', total: 10 }),
    null,
  );
  assert.equal(nameEn, 'Be quick');
  const persons = Array.from({ length: 40 }, (_, i): Actor => ({ person: `taker ${i}`, name: '', memberships: [] }));
  const results = await Promise.allSettled(persons.map((by) => takeCoupon(at, by, { county: shop.county, id }, null)));
  assert.equal(results.filter((r) => r.status === 'fulfilled').length, 10);
  assert.equal((await at.db.selectFrom('trade.coupon').select('id').where('template', '=', id).execute()).length, 10);
});

test('a quote says what is missing to the next full reduction, and from where on freight is free wherever goods go', async () => {
  const pear = await addTestGoods(at, shop, { name: '冬果梨', priceFen: 3000, category: 'pear' });
  const lines = (packs: number) => ({ lines: [{ county: pear.county, sku: pear.sku, packs }] });
  const { id } = await addPromotion(
    at,
    seller,
    campaign({
      ...{ kind: 'full_reduction', name: '满百减十', nameEn: '¥10 off ¥100', category: 'pear', lines: undefined },
      steps: [
        { fromFen: 10_000, offFen: 1000 },
        { fromFen: 20_000, offFen: 3000 },
      ],
    }),
    null,
  );
  const step = { rule: id, name: '满百减十', nameEn: '¥10 off ¥100' };
  const next = async (packs: number) =>
    (await quote(at, buyer, lines(packs))).orders[0]?.next.filter((n) => n.rule === id);
  assert.deepEqual(await next(3), [{ ...step, missingFen: 1000, offFen: 1000 }]);
  assert.deepEqual(await next(4), [{ ...step, missingFen: 8000, offFen: 3000 }]);
  assert.deepEqual(await next(7), []);
  const here = (await quote(at, buyer, lines(4))).orders[0];
  assert.deepEqual(
    here?.lines[0]?.discounts.filter((d) => d.rule === id).map((d) => d.fen),
    [1000],
  );
  assert.equal(here?.lines[0]?.orgName, '成县山里红核桃专业合作社');
  const rules = at.db.updateTable('trade.freight_rule').where('county', '=', shop.county);
  const free = async () => (await quote(at, buyer, lines(1))).orders[0]?.freeFromFen;
  await rules.set({ free_from_fen: null }).execute();
  assert.equal(await free(), null);
  await rules.set({ free_from_fen: 9900 }).execute();
  assert.equal(await free(), 9900);
});
