import Type from 'typebox';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Grams,
  Id,
  Input,
  Instant,
  Month,
  Nullable,
  Paged,
  PageQuery,
  RegionCode,
  RegionPrefix,
  SignedFen,
} from '#platform/http/schemas.ts';
import { agreementRefusals, agreementRoutes } from './agreements/agreements.contract.ts';
import { aidRefusals, aidRoutes } from './aid-tests/aid-tests.contract.ts';
import { dividendRefusals, dividendRoutes } from './dividends/dividends.contract.ts';
import { doubleRefusals, doubleRoutes } from './doubles/doubles.contract.ts';
import { evidenceKinds, incomes, mechanisms } from './entries/entry-kinds.ts';
import { figureRefusals, figureRoutes } from './figures/figures.contract.ts';
import { insuranceRefusals, insuranceRoutes } from './insurance/insurance.contract.ts';
import { whyLeftOut } from './left-out/left-out-kinds.ts';
import { logRefusals, logRoutes } from './log/log.contract.ts';
import { payrollRefusals, payrollRoutes } from './payroll/payroll.contract.ts';
import { sampleRefusals, sampleRoutes } from './samples/samples.contract.ts';
import { subsidyRefusals, subsidyRoutes } from './subsidies/subsidies.contract.ts';

export * from './agreements/agreement-kinds.ts';
export * from './agreements/agreement-states.ts';
export * from './aid-tests/aid-states.ts';
export * from './dividends/dividend-states.ts';
export * from './doubles/double-kinds.ts';
export * from './entries/entry-kinds.ts';
export { type FigureWay, figureWays } from './figures/figures.contract.ts';
export { type WhyLeftOut, whyLeftOut, whyLeftOutWords } from './left-out/left-out-kinds.ts';
export * from './payroll/payroll-states.ts';
export * from './samples/sample-kinds.ts';
export * from './subsidies/subsidy-states.ts';

/** Whose pocket a part of the price ended in. `purchase` is what households were paid for these grams when they were weighed in. */
export const pockets = ['purchase', 'shop_share', 'merchant', 'station', 'freight', 'platform', 'fund'] as const;
export const pocketWords = {
  purchase: { zh: '农户（收购款）', en: 'Households, when weighed in' },
  shop_share: { zh: '农户（分成）', en: 'Households, agreed share' },
  merchant: { zh: '合作社·商家分拣包装', en: 'Cooperative or merchant' },
  station: { zh: '村级服务站', en: 'Village station' },
  freight: { zh: '快递运费', en: 'Freight' },
  platform: { zh: '平台', en: 'Platform' },
  fund: { zh: '公益金', en: 'Public fund' },
} as const;

/**
 * Farm share = (what households were paid for the grams, processing loss included + shares agreed on the order) ÷ (what
 * the buyer paid, freight included). Null where no line has been settled yet: not known is not zero.
 */
export const FarmShare = Type.Object({
  lines: Type.Integer({ description: '依据的已结算订单行数 settled lines it rests on' }),
  purchases: Type.Integer({ description: '依据的收购单数 purchase notes it rests on' }),
  paidFen: Fen,
  householdFen: Fen,
  /** basis points of what buyers paid; null is "not yet known" */
  shareBp: Nullable(Type.Integer()),
  /** parts of 100 yuan paid, in fen, summing to 10,000; empty when not known */
  of100: Type.Array(Type.Object({ pocket: Type.Enum(pockets), fen: SignedFen })),
  /** median of products of the same crop, when at least three are known */
  peerMedianBp: Nullable(Type.Integer()),
});
export const OrderBenefit = Type.Object({
  order: Id,
  settled: Type.Boolean(),
  paidFen: Fen,
  householdFen: Fen,
  shareBp: Nullable(Type.Integer()),
  /** sums to paidFen to the fen */
  parts: Type.Array(
    Type.Object({ pocket: Type.Enum(pockets), fen: SignedFen, names: Type.Array(Type.String()), why: Type.String() }),
  ),
  households: Type.Integer(),
  liftedHouseholds: Type.Integer(),
  monitoredHouseholds: Type.Integer(),
  villages: Type.Array(
    Type.Object({
      village: RegionCode,
      villageName: Type.String(),
      households: Type.Integer(),
      grams: Grams,
      fen: Fen,
    }),
  ),
});
const Entry = Type.Object({
  id: Id,
  household: Id,
  householdCode: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  mechanism: Type.Enum(mechanisms),
  fen: SignedFen,
  evidenceKind: Type.Enum(evidenceKinds),
  evidence: Id,
  evidenceNumber: Type.String(),
  income: Type.Enum(incomes),
  agreement: Nullable(Id),
  /** whose help it is */
  org: Id,
  orgName: Type.String(),
  crop: Nullable(Type.String()),
  transfer: Id,
  month: Month,
  at: Instant,
});
const Total = Type.Object({
  key: Type.String(),
  name: Type.String(),
  entries: Type.Integer(),
  households: Type.Integer(),
  fen: SignedFen,
});
export const Statement = Type.Object({
  household: Id,
  householdCode: Type.String(),
  villageName: Type.String(),
  /** in money, subsidies included */
  earnedFen: SignedFen,
  /** what help in kind was worth, beside what was earned */
  inKindFen: SignedFen,
  /** what of `earnedFen` is public money: no earnings of a market */
  subsidyFen: SignedFen,
  /** in its hands */
  paidFen: SignedFen,
  /** sent, or waiting at the station; not yet in its hands */
  underWayFen: Fen,
  /** still owed and not on its way; earned = paid + under way + owed */
  owedFen: SignedFen,
  months: Type.Array(
    Type.Object({ month: Month, mechanism: Type.Enum(mechanisms), income: Type.Enum(incomes), fen: SignedFen }),
  ),
  rows: Type.Array(Entry),
});

const PairedReceipt = Type.Object({
  household: Id,
  code: Type.String(),
  headMasked: Type.String(),
  category: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  helpers: Type.Array(Type.String()),
  yearFen: SignedFen,
  /** within the last three months */
  recentFen: SignedFen,
  lastAt: Nullable(Instant),
  /** received nothing in them */
  quiet: Type.Boolean(),
});
/** A buyer's own year; numbers of fewer than three households are null. */
const BuyerYear = Type.Object({
  year: Type.Integer(),
  /** in which something was settled, the newest first */
  years: Type.Array(Type.Integer()),
  orders: Type.Integer(),
  paidFen: Fen,
  households: Nullable(Type.Integer()),
  householdFen: Nullable(Fen),
  shareBp: Nullable(Type.Integer()),
  villages: Type.Array(
    Type.Object({ village: RegionCode, villageName: Type.String(), households: Nullable(Type.Integer()) }),
  ),
  mechanisms: Type.Array(Type.Enum(mechanisms)),
});

const AgreedFloor = Type.Object({
  agreement: Id,
  number: Type.String(),
  org: Id,
  crop: Type.String(),
  grade: Type.String(),
  floorFenPerKg: Fen,
  leftGrams: Grams,
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['operator', 'platform', 'auditor', 'cadre', 'keeper'] as const;

export const benefit = contract({
  ...logRoutes,
  productFarmShare: {
    method: 'GET',
    path: '/api/counties/:county/products/:id/farm-share',
    summary: '商品的农户到手 Farm share of a product',
    who: 'anyone',
    params: one,
    query: Input({ sku: Type.Optional(Id) }),
    answer: FarmShare,
  },
  farmShares: {
    method: 'GET',
    path: '/api/farm-shares',
    summary: '多个商品的农户到手 Farm shares of several products',
    who: 'anyone',
    query: Input({
      county: County,
      products: Type.String({ description: '逗号分隔 comma-separated ids', maxLength: 4000 }),
    }),
    answer: Type.Array(Type.Object({ product: Id, shareBp: Nullable(Type.Integer()), lines: Type.Integer() })),
  },
  lotFarmShare: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/farm-share',
    summary: '批次的农户到手 Farm share of a lot',
    who: 'anyone',
    params: one,
    answer: FarmShare,
  },
  countyFarmShare: {
    method: 'GET',
    path: '/api/counties/:county/farm-share',
    summary: '全县的农户到手 Farm share of a county',
    who: 'anyone',
    params: inCounty,
    answer: FarmShare,
  },
  orderBenefit: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id/benefit',
    summary: '这一单帮到了谁 Whom an order helped (its buyer or staff)',
    who: 'signed-in',
    params: one,
    answer: OrderBenefit,
    refusals: ['order-not-found'],
  },
  householdStatement: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/statement',
    summary: '农户收入明细 A household’s statement',
    who: staff,
    params: one,
    query: Input({ from: Type.Optional(Month), to: Type.Optional(Month) }),
    answer: Statement,
    refusals: ['household-not-found'],
  },
  myStatements: {
    method: 'GET',
    path: '/api/me/statements',
    summary: '我家的账：凭登录手机号 My household’s statement, by the phone signed in with',
    who: 'signed-in',
    query: Input({ from: Type.Optional(Month), to: Type.Optional(Month) }),
    answer: Type.Array(Type.Object({ county: County, ...Statement.properties })),
  },
  totals: {
    method: 'GET',
    path: '/api/counties/:county/benefit/totals',
    summary: '带动合计 Benefit totals',
    who: staff,
    params: inCounty,
    query: Input({
      by: Type.Enum(['mechanism', 'village', 'month']),
      from: Type.Optional(Month),
      to: Type.Optional(Month),
    }),
    answer: Type.Object({
      rows: Type.Array(Total),
      fen: SignedFen,
      households: Type.Integer(),
      entries: Type.Integer(),
    }),
  },
  entries: {
    method: 'GET',
    path: '/api/counties/:county/benefit/entries',
    summary: '带动明细 Benefit entries',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      mechanism: Type.Optional(Type.Enum(mechanisms)),
      /** a township's nine digits or a village's twelve */
      village: Type.Optional(RegionPrefix),
      month: Type.Optional(Month),
      household: Type.Optional(Id),
      agreement: Type.Optional(Id),
      from: Type.Optional(Month),
      to: Type.Optional(Month),
      org: Type.Optional(Id),
      crop: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
      income: Type.Optional(Type.Enum(incomes)),
    }),
    answer: Paged(Entry),
  },
  agreementPosted: {
    method: 'GET',
    path: '/api/counties/:county/agreements/:id/posted',
    summary: '协议下入账的和没入账的 What posted under an agreement, and what did not and why',
    who: ['merchant', 'keeper', 'cadre', 'operator', 'platform', 'auditor', 'courier'],
    params: one,
    query: Input(PageQuery),
    answer: Type.Object({
      ...Paged(Entry).properties,
      fen: SignedFen,
      inKindFen: SignedFen,
      leftOut: Type.Array(
        Type.Object({
          evidenceKind: Type.Enum(evidenceKinds),
          evidence: Id,
          evidenceNumber: Type.String(),
          household: Id,
          householdCode: Type.String(),
          why: Type.Enum(whyLeftOut),
          at: Instant,
        }),
      ),
    }),
    refusals: ['agreement-not-found'],
  },
  agreedFloors: {
    method: 'GET',
    path: '/api/counties/:county/households/:id/agreed-floors',
    summary: '一户约定的保护价和剩余数量 A household’s agreed floor prices, and what is left of the quantity',
    who: staff,
    params: one,
    query: Input({ station: Type.Optional(Id) }),
    answer: Type.Array(AgreedFloor),
    refusals: ['household-not-found'],
  },
  stationFloors: {
    method: 'GET',
    path: '/api/counties/:county/stations/:id/agreed-floors',
    summary:
      '服务站各户约定的保护价和剩余数量，离线带走 Agreed floors of all households a station buys from, to carry without a signal',
    who: ['keeper'],
    params: one,
    answer: Type.Array(Type.Object({ household: Id, ...AgreedFloor.properties })),
  },
  pairedReceipts: {
    method: 'GET',
    path: '/api/counties/:county/me/paired-households',
    summary: '我的结对户：各收到多少 What the households paired in my region received',
    who: ['cadre', 'operator'],
    params: inCounty,
    query: Input({ ...PageQuery, quiet: Type.Optional(Type.Boolean()) }),
    answer: Type.Object({
      ...Paged(PairedReceipt).properties,
      /** all of them, and those who received nothing since the day */
      all: Type.Integer(),
      quiet: Type.Integer(),
      since: Day,
    }),
  },
  buyerYear: {
    method: 'GET',
    path: '/api/me/benefit-year',
    summary: '我这一年帮到了谁 What my orders of a year did',
    who: 'signed-in',
    query: Input({ year: Type.Optional(Type.Integer({ minimum: 2000, maximum: 2999 })) }),
    answer: BuyerYear,
  },
  ...agreementRoutes,
  ...payrollRoutes,
  ...dividendRoutes,
  ...aidRoutes,
  ...figureRoutes,
  ...doubleRoutes,
  ...sampleRoutes,
  ...insuranceRoutes,
  ...subsidyRoutes,
});

export const benefitRefusals = {
  ...logRefusals,
  ...agreementRefusals,
  ...payrollRefusals,
  ...dividendRefusals,
  ...aidRefusals,
  ...figureRefusals,
  ...doubleRefusals,
  ...sampleRefusals,
  ...insuranceRefusals,
  ...subsidyRefusals,
  'order-not-found': { status: 404, zh: '没有这张订单', en: 'No such order' },
  'household-not-found': {
    status: 404,
    zh: '没有这一户，或不在你的范围',
    en: 'No such household, or outside your region',
  },
} as const;
