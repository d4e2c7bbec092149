import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Reason,
} from '#platform/http/schemas.ts';
import { aidTests, appealStates, occasions, standings, verdicts } from './aid-states.ts';

export const aidRefusals = {
  'product-not-found': {
    status: 404,
    zh: '没有这个商品，或还没有检验过',
    en: 'No such product, or it was not tested yet',
  },
  'tests-failed': {
    status: 409,
    field: 'despite',
    zh: '检验不通过：{tests}。要上架，请写明理由',
    en: 'Failed: {testsEn}. To list it all the same, please say why',
  },
  'not-failed': {
    status: 409,
    zh: '这个商品没有被警示，不用申诉',
    en: 'The product is clear; there is nothing to appeal',
  },
  'appeal-open': { status: 409, zh: '已经申诉过，等县里定', en: 'You appealed already; the county has to decide' },
  'appeal-not-found': { status: 404, zh: '没有这个申诉', en: 'No such appeal' },
  'appeal-over': { status: 409, zh: '这个申诉已经定了', en: 'This appeal is decided' },
  'own-appeal': {
    status: 403,
    zh: '不能裁定自己单位的申诉',
    en: 'You cannot decide an appeal of your own organisation',
  },
  'category-unknown': { status: 422, field: 'category', zh: '没有这个分类', en: 'No such category' },
  'day-ahead': { status: 422, field: 'day', zh: '日期还没到', en: 'The day is yet to come' },
  'own-organisation': { status: 403, zh: '不能处理自己的单位', en: 'You cannot do this to your own organisation' },
  'term-too-long': {
    status: 422,
    field: 'endsOn',
    zh: '最长 {days} 天',
    en: 'The term is {days} days at most',
  },
  'listed-already': { status: 409, field: 'org', zh: '已经在失信名单上', en: 'It is on the list already' },
  'not-repeated': {
    status: 422,
    field: 'grounds',
    zh: '一年内被下架 {times} 次，不到 {needed} 次，不算屡犯',
    en: 'Withdrawn {times} times within a year; {needed} are needed',
  },
  'listing-not-found': { status: 404, zh: '名单上没有这一条', en: 'No such listing' },
  'listing-over': { status: 409, zh: '这一条已经到期或撤销', en: 'This listing is over' },
} as const satisfies RefusalTable;

const Verdict = Type.Enum(verdicts);
const RestsOn = Type.Object({
  quality: Type.Object({
    lots: Type.Array(
      Type.Object({
        number: Type.String(),
        certificate: Nullable(Type.String()),
        reports: Type.Array(Type.String()),
        failedReports: Type.Array(Type.String()),
        sound: Type.Boolean({ description: '没有召回、没有过期 neither recalled nor expired' }),
      }),
    ),
    marks: Type.Array(Type.String()),
    endedMarks: Type.Array(Type.String()),
  }),
  price: Type.Array(
    Type.Object({
      sku: Id,
      grade: Type.String(),
      fenPerKg: Fen,
      /** null: too few peers to say anything */
      medianFenPerKg: Nullable(Fen),
      mostFenPerKg: Nullable(Fen),
      peers: Type.Array(
        Type.Object({ source: Type.Enum(['sales', 'notes', 'market']), name: Type.String(), fenPerKg: Fen }),
      ),
      /** of a product that names a variety: how many notes of it there are, where they are too few to be peers */
      fewNotes: Type.Optional(Nullable(Type.Integer())),
    }),
  ),
  benefit: Type.Object({
    agreements: Type.Array(Type.String()),
    notes: Type.Integer(),
    households: Type.Integer(),
  }),
});
const Rule = Type.Object({
  from: Day,
  fewestPeers: Type.Integer(),
  mostBp: Type.Integer(),
  priceDays: Type.Integer(),
  benefitDays: Type.Integer(),
  warnedDays: Type.Integer(),
  hiddenDays: Type.Integer(),
  appealDays: Type.Integer(),
  excusedDays: Type.Integer(),
});
const judged = { quality: Verdict, price: Verdict, benefit: Verdict };
const Failed = Type.Array(Type.Enum(aidTests));
export const AidRow = Type.Object({
  product: Id,
  org: Id,
  orgName: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  /** the listing's own state in the catalog */
  listing: Type.String(),
  state: Type.Enum(standings),
  failed: Failed,
  /** last day to put it right */
  dueOn: Nullable(Day),
  ...judged,
  testedAt: Instant,
  /** an open appeal */
  appeal: Nullable(Id),
});
export const AidRecord = Type.Object({
  ...AidRow.properties,
  rule: Rule,
  /** whether who asks sells it, and so may appeal */
  ours: Type.Boolean(),
  /** whether who asks decides appeals about it */
  decides: Type.Boolean(),
  /** the newest first */
  tests: Type.Array(
    Type.Object({
      id: Id,
      occasion: Type.Enum(occasions),
      day: Day,
      ...judged,
      restsOn: RestsOn,
      at: Instant,
    }),
  ),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(standings), failed: Failed, dueOn: Nullable(Day), appeal: Nullable(Id), at: Instant }),
  ),
  /** put on sale though a test failed it */
  overrides: Type.Array(Type.Object({ failed: Failed, reason: Type.String(), byName: Type.String(), at: Instant })),
  appeals: Type.Array(
    Type.Object({
      id: Id,
      failed: Failed,
      words: Type.String(),
      state: Type.Enum(appealStates),
      byName: Type.String(),
      at: Instant,
      dueAt: Instant,
      overdue: Type.Boolean(),
      answer: Nullable(Type.String()),
      excusedUntil: Nullable(Day),
    }),
  ),
});
export const PublicTests = Type.Object({
  day: Day,
  at: Instant,
  ...judged,
  restsOn: RestsOn,
  rule: Rule,
  state: Type.Enum(standings),
  dueOn: Nullable(Day),
  appealed: Type.Boolean(),
  /** why the county put it on sale though a test failed it; null where none did, or it is clear since */
  listedBecause: Nullable(Type.String()),
});
const Listing = Type.Object({
  ...judged,
  /** those that stand against it: what was excused on appeal does not */
  failed: Failed,
  restsOn: RestsOn,
  rule: Rule,
});
const Notices = Type.Object({
  /** listings tested, and how many of them pass all three */
  tested: Type.Integer(),
  passed: Type.Integer(),
  rows: Type.Array(
    Type.Object({
      product: Id,
      nameZh: Type.String(),
      nameEn: Type.String(),
      org: Id,
      orgName: Type.String(),
      state: Type.Enum(standings),
      failed: Failed,
      since: Instant,
      dueOn: Nullable(Day),
    }),
  ),
});
const Dishonest = Type.Object({
  listings: Type.Array(
    Type.Object({
      id: Id,
      number: Type.String(),
      org: Id,
      orgName: Type.String(),
      orgCode: Type.String(),
      grounds: Type.Enum(['repeated', 'proven']),
      reason: Type.String(),
      document: Type.String(),
      startsOn: Day,
      endsOn: Day,
      running: Type.Boolean(),
      liftedAt: Nullable(Instant),
      liftedBecause: Nullable(Type.String()),
    }),
  ),
  /** withdrawn so often that the rule calls it repeated, and not on the list */
  repeated: Type.Array(Type.Object({ org: Id, orgName: Type.String(), times: Type.Integer() })),
});
const Grade = Type.String({ minLength: 1, maxLength: 20, pattern: '\\S' });
const seen = {
  crop: Type.String({ maxLength: 40 }),
  category: Type.String({ maxLength: 40 }),
  grade: Grade,
  day: Day,
  market: Name,
  source: Name,
  fenPerKg: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
};
const MarketPrice = Type.Object({
  id: Id,
  ...seen,
  variety: Type.String(),
  cropName: Type.String(),
  byName: Type.String(),
  at: Instant,
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const readers = ['merchant', 'operator', 'platform', 'auditor', 'cadre', 'keeper'] as const;

/** Whether aid products are what they say: quality, price, benefit; and what follows. */
export const aidRoutes = contract({
  productTests: {
    method: 'GET',
    path: '/api/counties/:county/products/:id/tests',
    summary: '商品的三项检验 The three tests of a product, for anyone',
    who: 'anyone',
    params: one,
    answer: PublicTests,
    refusals: ['product-not-found'],
  },
  testNotices: {
    method: 'GET',
    path: '/api/counties/:county/test-notices',
    summary: '三项检验公示 Public notice of products that failed',
    who: 'anyone',
    params: inCounty,
    answer: Notices,
  },
  aidTests: {
    method: 'GET',
    path: '/api/counties/:county/aid-tests',
    summary: '三项检验 Tested products',
    who: readers,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(standings)),
      verdict: Type.Optional(Verdict),
      appealed: Type.Optional(Type.Boolean()),
    }),
    answer: Paged(AidRow),
  },
  aidTest: {
    method: 'GET',
    path: '/api/counties/:county/aid-tests/:id',
    summary: '一个商品的检验、处理和申诉 Runs, moves and appeals of one product',
    who: readers,
    params: one,
    answer: AidRecord,
    refusals: ['product-not-found'],
  },
  listingTests: {
    method: 'GET',
    path: '/api/counties/:county/aid-tests/:id/listing',
    summary: '上架前的三项检验，当下算 The three tests of a product that is to go on sale, as of now',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    answer: Listing,
    refusals: ['product-not-found'],
  },
  listProduct: {
    method: 'POST',
    path: '/api/counties/:county/aid-tests/:id/listing',
    summary: '通过并上架；检验不通过的要写理由 Approve and put on sale; against a failed test only with a reason',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ despite: Type.Optional(Reason) }),
    answer: AidRecord,
    refusals: [
      ...(['product-not-found', 'product-not-yours', 'product-move-not-allowed', 'operator-dishonest'] as const),
      ...(['product-needs-sku', 'product-needs-picture', 'claim-without-certificate', 'words-claim-mark'] as const),
      'tests-failed',
    ],
  },
  appealTests: {
    method: 'POST',
    path: '/api/counties/:county/aid-tests/:id/appeals',
    summary: '申诉 Appeal',
    who: ['merchant'],
    params: one,
    body: Input({ words: Reason }),
    answer: AidRecord,
    refusals: ['product-not-found', 'not-allowed', 'not-failed', 'appeal-open'],
  },
  decideAppeal: {
    method: 'POST',
    path: '/api/counties/:county/test-appeals/:id/decision',
    summary: '裁定申诉 Decide an appeal',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ decision: Type.Enum(['upheld', 'rejected']), answer: Reason }),
    answer: AidRecord,
    refusals: ['appeal-not-found', 'own-appeal', 'appeal-over'],
  },
  marketPrices: {
    method: 'GET',
    path: '/api/counties/:county/market-prices',
    summary: '市场价 Market prices',
    who: readers,
    params: inCounty,
    query: Input({ ...PageQuery, crop: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Paged(MarketPrice),
  },
  enterMarketPrice: {
    method: 'POST',
    path: '/api/counties/:county/market-prices',
    summary: '录入市场价 Enter a market price',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({ ...seen, variety: Type.Optional(Type.String({ maxLength: 30 })) }),
    answer: Type.Object({ id: Id }),
    refusals: ['crop-unknown', 'category-unknown', 'day-ahead'],
  },
  dishonest: {
    method: 'GET',
    path: '/api/counties/:county/dishonest-operators',
    summary: '失信名单 List of dishonest operators, for anyone',
    who: 'anyone',
    params: inCounty,
    answer: Dishonest,
  },
  putOnList: {
    method: 'POST',
    path: '/api/counties/:county/dishonest-operators',
    summary: '列入失信名单 Put an operator on the list',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({
      org: Id,
      grounds: Type.Enum(['repeated', 'proven']),
      reason: Reason,
      document: Name,
      endsOn: Day,
    }),
    answer: Dishonest,
    refusals: [
      'organisation-not-found',
      'own-organisation',
      'term-backwards',
      'term-too-long',
      'listed-already',
      'not-repeated',
    ],
  },
  takeOffList: {
    method: 'POST',
    path: '/api/counties/:county/dishonest-operators/:id/lift',
    summary: '提前移出失信名单 Take an operator off the list',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Dishonest,
    refusals: ['listing-not-found', 'own-organisation', 'listing-over'],
  },
});
