import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Fen,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  SignedFen,
} from '#platform/http/schemas.ts';

export const bearers = ['merchant', 'county', 'platform'] as const;
export const bearerWords = {
  merchant: { zh: '商家承担', en: 'Borne by the seller' },
  county: { zh: '县里承担', en: 'Borne by the county' },
  platform: { zh: '平台承担', en: 'Borne by the platform' },
} as const;
export const promotionKinds = ['campaign', 'bundle', 'full_reduction'] as const;
export const promotionKindWords = {
  campaign: { zh: '活动价', en: 'Campaign price' },
  bundle: { zh: '套餐', en: 'Bundle' },
  full_reduction: { zh: '满减', en: 'Full reduction' },
} as const;
export const discountKinds = ['tier', 'member', 'institution', ...promotionKinds, 'coupon'] as const;
export const discountKindWords = {
  tier: { zh: '多买优惠', en: 'Price by quantity' },
  member: { zh: '会员价', en: 'Member price' },
  institution: { zh: '单位采购价', en: 'Institution price' },
  ...promotionKindWords,
  coupon: { zh: '优惠券', en: 'Coupon' },
} as const;

export const priceRefusalTexts = {
  'packs-below-min': {
    status: 409,
    field: 'lines',
    zh: '「{name}」{min} 件起售',
    en: '"{name}" is sold from {min} packs on',
  },
  'packs-not-in-steps': {
    status: 409,
    field: 'lines',
    zh: '「{name}」从 {min} 件起，每次加 {step} 件',
    en: '"{name}" is sold from {min} packs on, in steps of {step}',
  },
  'buyer-limit-reached': {
    status: 409,
    field: 'lines',
    zh: '「{name}」每人限购 {most} 件，你还能买 {left} 件',
    en: 'One buyer can have {most} of "{name}"; you can still buy {left}',
  },
  'campaign-sold-out': {
    status: 409,
    field: 'lines',
    zh: '「{name}」的名额刚刚被买完，价格有变，请重新确认',
    en: '"{name}" has just sold out, so the price has changed; please look again',
  },
  'cold-chain-unknown': {
    status: 422,
    field: 'address',
    zh: '{county} 的冷链还送不到这里',
    en: 'County {county} has no cold chain to this place',
  },
  'coupon-not-found': { status: 404, field: 'coupons', zh: '没有这张优惠券', en: 'No such coupon' },
  'coupon-over': { status: 409, field: 'coupons', zh: '「{name}」已经过期', en: '"{name}" has ended' },
  'coupon-used': { status: 409, field: 'coupons', zh: '「{name}」已经用过了', en: '"{name}" has been used' },
  'coupon-below-threshold': {
    status: 409,
    field: 'coupons',
    zh: '这次还用不上「{name}」，它适用的商品要满 {from} 元',
    en: '"{name}" cannot be used here: its goods must come to ¥{from}',
  },
  'coupons-not-together': {
    status: 409,
    field: 'coupons',
    zh: '「{name}」不能和同一家的另一张券一起用',
    en: '"{name}" cannot be used together with another coupon of the same issuer',
  },
  'goods-not-yours': {
    status: 403,
    zh: '「{name}」不是你店里的商品',
    en: '"{name}" is not among your goods',
  },
  'bearer-not-yours': {
    status: 403,
    field: 'bearer',
    zh: '优惠只能由你这一方承担',
    en: 'You can only give discounts that your own side bears',
  },
  'price-not-below-list': {
    status: 422,
    field: 'priceFen',
    zh: '「{name}」的优惠价要低于原价 {list} 元',
    en: 'The price of "{name}" must be below its list price of ¥{list}',
  },
  'tiers-not-falling': {
    status: 422,
    field: 'tiers',
    zh: '阶梯价要买得越多越便宜，件数不能重复',
    en: 'Tier prices must fall as packs rise, each number of packs once',
  },
  'bundle-not-below-parts': {
    status: 422,
    field: 'priceFen',
    zh: '套餐价要低于单买的 {list} 元',
    en: 'A bundle must cost less than the ¥{list} of its parts',
  },
  'promotion-goods-missing': {
    status: 422,
    field: 'lines',
    zh: '活动里的商品填写不对：活动价至少一种、都要有价格，套餐至少两种或两件，不能重复',
    en: 'The goods of the promotion are not right: a campaign needs priced goods, a bundle at least two packs, each SKU once',
  },
  'promotion-steps-broken': {
    status: 422,
    field: 'steps',
    zh: '满减档位要门槛越高减得越多，减的不能超过门槛',
    en: 'Steps must take more off from a higher sum, and never more than the sum',
  },
  'promotion-time-broken': {
    status: 422,
    field: 'endsAt',
    zh: '结束时间要晚于开始时间，也要晚于现在',
    en: 'It must end after it begins, and after now',
  },
  'promotion-not-found': { status: 404, zh: '没有这个活动', en: 'No such promotion' },
  'promotion-over': { status: 409, zh: '活动已经结束', en: 'The promotion is over' },
  'coupon-template-not-found': { status: 404, zh: '没有这种优惠券', en: 'No such coupon to take' },
  'coupon-face-broken': {
    status: 422,
    field: 'offFen',
    zh: '面额不能超过使用门槛',
    en: 'The face value cannot be above the sum it needs',
  },
  'coupon-not-open': { status: 409, zh: '「{name}」现在不能领', en: '"{name}" cannot be taken now' },
  'coupons-gone': { status: 409, zh: '「{name}」已经领完了', en: 'All of "{name}" have been taken' },
  'coupon-taken': {
    status: 409,
    zh: '「{name}」每人最多 {most} 张，你已经领过了',
    en: 'One person can have {most} of "{name}", and you have',
  },
} as const satisfies RefusalTable;

/** What pricing an order may be refused with. */
export const priceRefusals = [
  'sku-not-on-sale',
  'packs-below-min',
  'packs-not-in-steps',
  'buyer-limit-reached',
  'coupon-not-found',
  'coupon-over',
  'coupon-used',
  'coupon-below-threshold',
  'coupons-not-together',
  'freight-unknown',
  'cold-chain-unknown',
] as const;

/** Beside the Chinese name, for readers of English; null where nobody has translated it. */
const NameEn = Nullable(Type.String());

export const Discount = Type.Object({
  kind: Type.Enum(discountKinds),
  rule: Id,
  name: Type.String(),
  nameEn: NameEn,
  fen: Fen,
  bearer: Type.Enum(bearers),
});
/** A full reduction that takes `offFen` off once so much more of its goods is bought. */
export const NextStep = Type.Object({ rule: Id, name: Type.String(), nameEn: NameEn, missingFen: Fen, offFen: Fen });
/** The buyer's coupons to use, of any of the counties. */
export const CouponIds = Type.Array(Id, { maxItems: 20 });
export const CouponOffer = Type.Object({
  id: Id,
  name: Type.String(),
  nameEn: NameEn,
  bearer: Type.Enum(bearers),
  faceFen: Fen,
  fromFen: Fen,
  /** what it takes off this order by itself */
  offFen: Fen,
  /** how much more of its goods it needs */
  missingFen: Fen,
  validUntil: Instant,
  usable: Type.Boolean(),
  chosen: Type.Boolean(),
});

const Packs = Type.Integer({ minimum: 1, maximum: 999 });
const Price = Type.Integer({ minimum: 1, maximum: 100_000_000 });
const Pieces = Type.Integer({ minimum: 1, maximum: 10_000_000 });
export const Terms = Type.Object({
  minPacks: Type.Integer(),
  stepPacks: Type.Integer(),
  buyerPacks: Nullable(Type.Integer()),
  holdMinutes: Type.Integer(),
  byWeight: Type.Boolean(),
});
const Tier = Type.Object({ fromPacks: Type.Integer(), priceFen: Fen });
const CampaignOffer = Type.Object({
  promotion: Id,
  name: Type.String(),
  nameEn: NameEn,
  priceFen: Fen,
  /** packs left at it; null: no limit */
  left: Nullable(Type.Integer()),
  buyerPacks: Nullable(Type.Integer()),
  startsAt: Instant,
  endsAt: Instant,
});
/** What is asked for a SKU beside its list price, and how it is sold. */
export const SkuOffers = Type.Object({
  sku: Id,
  terms: Terms,
  tiers: Type.Array(Tier),
  memberFen: Nullable(Fen),
  institution: Nullable(Tier),
  /** the one that runs now with packs left, the lowest */
  campaign: Nullable(CampaignOffer),
  /** the next one that has not begun */
  coming: Nullable(CampaignOffer),
});
const BundleOffer = Type.Object({
  promotion: Id,
  name: Type.String(),
  nameEn: NameEn,
  priceFen: Fen,
  /** what its goods cost at list price */
  listFen: Fen,
  left: Nullable(Type.Integer()),
  items: Type.Array(
    Type.Object({
      sku: Id,
      product: Id,
      nameZh: Type.String(),
      nameEn: Type.String(),
      skuNameZh: Type.String(),
      skuNameEn: Type.String(),
      packs: Type.Integer(),
    }),
  ),
  endsAt: Instant,
});
const Steps = Type.Array(Type.Object({ fromFen: Fen, offFen: Fen }));
const CouponFace = Type.Object({
  id: Id,
  county: County,
  countyName: Type.String(),
  name: Type.String(),
  orgName: Nullable(Type.String()),
  nameEn: NameEn,
  bearer: Type.Enum(bearers),
  offFen: Fen,
  fromFen: Fen,
});
export const CouponToTake = Type.Object({
  ...CouponFace.properties,
  left: Type.Integer(),
  perPerson: Type.Integer(),
  /** how many the caller has had */
  mine: Type.Integer(),
  takeUntil: Instant,
});
export const ProductOffers = Type.Object({
  skus: Type.Array(SkuOffers),
  bundles: Type.Array(BundleOffer),
  fullReductions: Type.Array(
    Type.Object({
      promotion: Id,
      name: Type.String(),
      nameEn: NameEn,
      steps: Steps,
      repeats: Type.Boolean(),
      endsAt: Instant,
    }),
  ),
  coupons: Type.Array(CouponToTake),
});
export const MyCoupon = Type.Object({
  ...CouponFace.properties,
  state: Type.Enum(['open', 'used', 'over']),
  takenAt: Instant,
  validUntil: Instant,
});
/** Something that a person should know before a promotion begins. */
const Warning = Type.Object({
  code: Type.Enum(['overlaps', 'below-floor']),
  sku: Id,
  name: Type.String(),
  zh: Type.String(),
  en: Type.String(),
});
const Cost = Type.Object({ bearer: Type.Enum(bearers), fen: SignedFen, orders: Type.Integer() });
export const Promotion = Type.Object({
  id: Id,
  kind: Type.Enum(promotionKinds),
  name: Type.String(),
  nameEn: NameEn,
  bearer: Type.Enum(bearers),
  org: Nullable(Id),
  orgName: Nullable(Type.String()),
  state: Type.Enum(['coming', 'running', 'over']),
  startsAt: Instant,
  endsAt: Instant,
  endedAt: Nullable(Instant),
  priceFen: Nullable(Fen),
  pieces: Nullable(Type.Integer()),
  buyerPieces: Nullable(Type.Integer()),
  category: Nullable(Type.String()),
  products: Nullable(Type.Array(Id)),
  onReduced: Type.Boolean(),
  repeats: Type.Boolean(),
  steps: Steps,
  lines: Type.Array(
    Type.Object({
      sku: Id,
      product: Id,
      name: Type.String(),
      packs: Type.Integer(),
      listFen: Fen,
      priceFen: Nullable(Fen),
      pieces: Nullable(Type.Integer()),
      usedPieces: Type.Integer(),
      buyerPacks: Nullable(Type.Integer()),
    }),
  ),
  /** what it cost on orders that are paid and not given back whole */
  cost: Type.Array(Cost),
});
const PromotionInput = Input({
  kind: Type.Enum(promotionKinds),
  name: Name,
  nameEn: Type.Optional(Nullable(Name)),
  bearer: Type.Enum(bearers),
  org: Type.Optional(Nullable(Id)),
  position: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999 })),
  startsAt: Instant,
  endsAt: Instant,
  holdMinutes: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 1440 }))),
  priceFen: Type.Optional(Nullable(Price)),
  pieces: Type.Optional(Nullable(Pieces)),
  buyerPieces: Type.Optional(Nullable(Packs)),
  category: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  products: Type.Optional(Nullable(Type.Array(Id, { minItems: 1, maxItems: 100 }))),
  onReduced: Type.Optional(Type.Boolean()),
  repeats: Type.Optional(Type.Boolean()),
  lines: Type.Optional(
    Type.Array(
      Input({
        sku: Id,
        packs: Type.Optional(Packs),
        priceFen: Type.Optional(Nullable(Price)),
        pieces: Type.Optional(Nullable(Pieces)),
        buyerPacks: Type.Optional(Nullable(Packs)),
      }),
      { maxItems: 100 },
    ),
  ),
  steps: Type.Optional(Type.Array(Input({ fromFen: Price, offFen: Price }), { maxItems: 10 })),
});
export const CouponTemplate = Type.Object({
  id: Id,
  name: Type.String(),
  nameEn: NameEn,
  bearer: Type.Enum(bearers),
  org: Nullable(Id),
  orgName: Nullable(Type.String()),
  offFen: Fen,
  fromFen: Fen,
  category: Nullable(Type.String()),
  products: Nullable(Type.Array(Id)),
  onReduced: Type.Boolean(),
  total: Type.Integer(),
  taken: Type.Integer(),
  used: Type.Integer(),
  perPerson: Type.Integer(),
  open: Type.Boolean(),
  takeFrom: Instant,
  takeUntil: Instant,
  validDays: Nullable(Type.Integer()),
  validUntil: Instant,
  endedAt: Nullable(Instant),
  cost: Type.Array(Cost),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const makers = ['merchant', 'operator', 'platform'] as const;
const readers = ['merchant', 'operator', 'platform', 'auditor'] as const;
const promotionInputRefusals = [
  'bearer-not-yours',
  'goods-not-yours',
  'sku-not-on-sale',
  'promotion-time-broken',
  'promotion-goods-missing',
  'promotion-steps-broken',
  'price-not-below-list',
  'bundle-not-below-parts',
  'not-found',
] as const;

export const priceRoutes = contract({
  productOffers: {
    method: 'GET',
    path: '/api/counties/:county/products/:id/offers',
    summary: '一种商品的优惠与售卖条件 Prices, promotions and terms of a product',
    who: 'anyone',
    params: one,
    answer: ProductOffers,
  },
  setSkuTerms: {
    method: 'PUT',
    path: '/api/counties/:county/skus/:id/terms',
    summary: '设置售卖条件 Set a SKU’s terms of sale',
    who: ['merchant', 'operator'],
    repeatable: true,
    params: one,
    body: Input({
      minPacks: Packs,
      stepPacks: Packs,
      buyerPacks: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 100_000 }))),
      holdMinutes: Type.Integer({ minimum: 1, maximum: 1440 }),
      byWeight: Type.Boolean(),
    }),
    answer: Terms,
    refusals: ['not-found', 'goods-not-yours'],
  },
  setSkuPrices: {
    method: 'PUT',
    path: '/api/counties/:county/skus/:id/prices',
    summary: '设置阶梯价、会员价、单位采购价 Set tier, member and institution prices',
    who: ['merchant', 'operator'],
    repeatable: true,
    params: one,
    body: Input({
      tiers: Type.Array(Input({ fromPacks: Type.Integer({ minimum: 2, maximum: 999 }), priceFen: Price }), {
        maxItems: 10,
      }),
      memberFen: Type.Optional(Nullable(Price)),
      institution: Type.Optional(Nullable(Input({ fromPacks: Packs, priceFen: Price }))),
    }),
    answer: Type.Object({
      tiers: Type.Array(Tier),
      memberFen: Nullable(Fen),
      institution: Nullable(Tier),
      warnings: Type.Array(Warning),
    }),
    refusals: ['not-found', 'goods-not-yours', 'price-not-below-list', 'tiers-not-falling'],
  },

  promotions: {
    method: 'GET',
    path: '/api/counties/:county/promotions',
    summary: '活动 Promotions of a county',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(['coming', 'running', 'over'])) }),
    answer: Paged(Promotion),
  },
  checkPromotion: {
    method: 'POST',
    path: '/api/counties/:county/promotion-checks',
    summary: '试算活动：会怎样、要注意什么 What to know before a promotion begins',
    who: makers,
    repeatable: true,
    params: inCounty,
    body: PromotionInput,
    answer: Type.Object({ warnings: Type.Array(Warning) }),
    refusals: promotionInputRefusals,
  },
  addPromotion: {
    method: 'POST',
    path: '/api/counties/:county/promotions',
    summary: '新建活动 Make a promotion',
    who: makers,
    params: inCounty,
    body: PromotionInput,
    answer: Promotion,
    refusals: promotionInputRefusals,
  },
  endPromotion: {
    method: 'POST',
    path: '/api/counties/:county/promotions/:id/ending',
    summary: '提前结束活动 End a promotion early',
    who: makers,
    params: one,
    answer: Promotion,
    refusals: ['promotion-not-found', 'bearer-not-yours', 'promotion-over'],
  },

  couponTemplates: {
    method: 'GET',
    path: '/api/counties/:county/coupon-templates',
    summary: '优惠券（管理）Coupons of a county and what they cost',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery }),
    answer: Paged(CouponTemplate),
  },
  addCouponTemplate: {
    method: 'POST',
    path: '/api/counties/:county/coupon-templates',
    summary: '新建优惠券 Make a coupon',
    who: makers,
    params: inCounty,
    body: Input({
      name: Name,
      nameEn: Type.Optional(Nullable(Name)),
      bearer: Type.Enum(bearers),
      org: Type.Optional(Nullable(Id)),
      offFen: Price,
      fromFen: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
      category: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
      products: Type.Optional(Nullable(Type.Array(Id, { minItems: 1, maxItems: 100 }))),
      onReduced: Type.Optional(Type.Boolean()),
      total: Pieces,
      perPerson: Type.Integer({ minimum: 1, maximum: 100 }),
      open: Type.Boolean(),
      takeFrom: Instant,
      takeUntil: Instant,
      validDays: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 366 }))),
      validUntil: Instant,
    }),
    answer: CouponTemplate,
    refusals: ['bearer-not-yours', 'goods-not-yours', 'promotion-time-broken', 'coupon-face-broken', 'not-found'],
  },
  endCouponTemplate: {
    method: 'POST',
    path: '/api/counties/:county/coupon-templates/:id/ending',
    summary: '停止发放优惠券 Stop giving a coupon out',
    who: makers,
    params: one,
    answer: CouponTemplate,
    refusals: ['coupon-template-not-found', 'bearer-not-yours', 'promotion-over'],
  },
  giveCoupons: {
    method: 'POST',
    path: '/api/counties/:county/coupon-templates/:id/gifts',
    summary: '发券给一批人：会员，或这些订单的买家 Give a coupon to members, or to the buyers of some orders',
    who: makers,
    params: one,
    body: Input({
      members: Type.Optional(Type.Boolean()),
      orders: Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 500 })),
    }),
    answer: Type.Object({ given: Type.Integer(), passedBy: Type.Integer() }),
    refusals: ['coupon-template-not-found', 'bearer-not-yours', 'coupons-gone', 'promotion-over'],
  },
  couponsToTake: {
    method: 'GET',
    path: '/api/coupons-to-take',
    summary: '领券中心 Coupons that can be taken now',
    who: 'anyone',
    query: Input({ county: Type.Optional(County) }),
    answer: Type.Array(CouponToTake),
  },
  takeCoupon: {
    method: 'POST',
    path: '/api/counties/:county/coupon-templates/:id/coupons',
    summary: '领券 Take a coupon',
    who: 'signed-in',
    params: one,
    answer: MyCoupon,
    refusals: ['coupon-template-not-found', 'coupon-not-open', 'coupons-gone', 'coupon-taken'],
  },
  myCoupons: {
    method: 'GET',
    path: '/api/coupons',
    summary: '我的优惠券 My coupons',
    who: 'signed-in',
    answer: Type.Array(MyCoupon),
  },

  memberships: {
    method: 'GET',
    path: '/api/memberships',
    summary: '我加入的会员 Counties whose membership I have joined',
    who: 'signed-in',
    answer: Type.Array(Type.Object({ county: County, countyName: Type.String(), joinedAt: Instant })),
  },
  joinMembership: {
    method: 'PUT',
    path: '/api/counties/:county/membership',
    summary: '加入会员 Join a county’s membership',
    who: 'signed-in',
    repeatable: true,
    params: inCounty,
    refusals: ['county-not-open'],
  },
  leaveMembership: {
    method: 'DELETE',
    path: '/api/counties/:county/membership',
    summary: '退出会员 Leave a county’s membership',
    who: 'signed-in',
    repeatable: true,
    params: inCounty,
  },
});
