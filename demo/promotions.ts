import type { Actor } from '#platform/actor.ts';
import type { DemoHouse, OpenCounty } from './house.ts';

const DAY = 24 * 3_600_000;
/** A price a little under another, without odd fen: 39.80 at 90 % is 35.8. */
const percent = (fen: number, of: number) => Math.max(10, Math.floor((fen * of) / 1000) * 10);

/**
 * Something of every kind of price in each county: tiers and a member price of its first goods, a campaign with few
 * packs, a bundle, a full reduction that the county bears, and coupons of the county and of the seller.
 */
export async function addPromotions(
  house: DemoHouse,
  county: OpenCounty,
  buyers: readonly Actor[],
  now: Date,
): Promise<void> {
  const params = { county: county.county };
  const operator = house.as(county.staff('operator'));
  const ago = (days: number) => new Date(now.getTime() - days * DAY);
  const [first] = county.shelf;
  const second = county.shelf.find((item) => item.product !== first?.product);
  if (!first || !second) return;
  house.setTime(ago(12));
  const one = await skuOf(house, county, first);
  const two = await skuOf(house, county, second);

  const seller = house.as(county.staff('merchant', first.org)).trade;
  await seller.setSkuPrices({
    params: { ...params, id: one.id },
    body: {
      tiers: [3, 10].map((fromPacks, i) => ({ fromPacks, priceFen: percent(one.priceFen, 95 - 5 * i) })),
      memberFen: percent(one.priceFen, 97),
      institution: { fromPacks: 20, priceFen: percent(one.priceFen, 86) },
    },
  });
  const times = { startsAt: ago(10).toISOString(), endsAt: ago(-20).toISOString() };
  await operator.trade.addPromotion({
    params,
    body: {
      ...{ kind: 'full_reduction', name: '县里补贴满减', nameEn: 'County money off', bearer: 'county', ...times },
      steps: [
        { fromFen: 9900, offFen: 600 },
        { fromFen: 19_900, offFen: 1500 },
      ],
    },
  });
  const list = one.priceFen + two.priceFen;
  await operator.trade.addPromotion({
    params,
    body: {
      ...{
        kind: 'bundle',
        name: '尝个鲜',
        nameEn: 'A taste of each',
        bearer: 'county',
        ...times,
        pieces: 300,
        buyerPieces: 5,
      },
      priceFen: percent(list, 92),
      lines: [one, two].map((sku) => ({ sku: sku.id, packs: 1 })),
    },
  });
  const coupon = {
    ...{ total: 500, perPerson: 1, open: true, takeFrom: ago(10).toISOString(), takeUntil: ago(-20).toISOString() },
    ...{ validDays: 30, validUntil: ago(-60).toISOString() },
  };
  const { id } = await operator.trade.addCouponTemplate({
    params,
    body: { ...coupon, name: '助农消费券', nameEn: 'Farm coupon', bearer: 'county', offFen: 500, fromFen: 5900 },
  });
  await seller.addCouponTemplate({
    params,
    body: {
      ...coupon,
      name: '新客见面券',
      nameEn: 'Welcome coupon',
      bearer: 'merchant',
      org: one.org,
      offFen: 200,
      fromFen: 0,
    },
  });
  house.setTime(ago(9));
  for (const buyer of buyers.slice(0, 3)) {
    await house.as(buyer).trade.joinMembership({ params });
    await house.as(buyer).trade.takeCoupon({ params: { ...params, id } });
  }

  house.setTime(ago(0.1));
  await house.as(county.staff('merchant', second.org)).trade.addPromotion({
    params,
    body: {
      ...{ kind: 'campaign', name: '今日山货', nameEn: 'Today from the hills', bearer: 'merchant', org: two.org },
      ...{ startsAt: ago(0.05).toISOString(), endsAt: ago(-3).toISOString(), holdMinutes: 10 },
      lines: [{ sku: two.id, priceFen: percent(two.priceFen, 82), pieces: 60, buyerPacks: 2 }],
    },
  });
  house.setTime(now);
}

async function skuOf(house: DemoHouse, county: OpenCounty, item: OpenCounty['shelf'][number]) {
  const { product } = await house.as(county.staff('operator')).catalog.catalogProduct({
    params: { county: county.county, id: item.product },
  });
  const sku = product.skus.find((s) => s.id === item.sku);
  if (!sku) throw new Error(`product ${product.nameZh} has no SKU ${item.sku}`);
  return { id: sku.id, priceFen: sku.priceFen, org: product.org };
}
