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
  Nullable,
  Paged,
  PageQuery,
  Reason,
  RegionCode,
} from '#platform/http/schemas.ts';
import { payments } from '#trace/contract';
import { shareClasses } from '../agreements/agreement-kinds.ts';
import { dividendAlertKinds, dividendStates } from './dividend-states.ts';

export const dividendRefusals = {
  'dividend-not-found': { status: 404, zh: '没有这次分红', en: 'No such dividend' },
  'record-day-outside': {
    status: 422,
    field: 'recordDay',
    zh: '登记日要在本期开始以后，不能晚于今天',
    en: 'The record day is not before the period and not after today',
  },
  'class-missing': {
    status: 422,
    field: 'commonFen',
    zh: '请填普通股或优先股每百股派多少',
    en: 'Please say what a hundred shares of a class get',
  },
  'rate-missing': {
    status: 409,
    field: 'recordDay',
    zh: '县里还没有登记 {day} 的存款利率，无法比较',
    en: 'The county has entered no deposit rate for {day} to compare with',
  },
  'dividend-exists': {
    status: 409,
    field: 'from',
    zh: '{number} 已经为重叠的时段派过同一类股',
    en: '{number} pays the same class for an overlapping period already',
  },
  'no-holders': {
    status: 409,
    field: 'recordDay',
    zh: '登记日没有生效的入股协议持有这类股',
    en: 'On the record day nobody holds such shares by an agreement in force',
  },
  'over-profit': {
    status: 422,
    field: 'profitFen',
    zh: '要派 {fen} 元，超过可分配的利润',
    en: 'The dividend of {fen} yuan is more than the profit to be distributed',
  },
  'dividend-move-not-allowed': {
    status: 409,
    zh: '已经是「{state}」，不能这样做',
    en: 'It has moved on; this cannot be done now',
  },
  'dividend-same-person': { status: 409, zh: '宣布的人不能自己审', en: 'Who declared it cannot approve it' },
  'dividend-changed': {
    status: 409,
    field: 'fen',
    zh: '合计和看到的不一样，请重新打开',
    en: 'The sum is not what you saw; please open it again',
  },
  'alert-not-found': { status: 404, zh: '没有这条提醒', en: 'No such alert' },
  'alert-answered': { status: 409, zh: '这条提醒已经答复', en: 'This alert has been answered' },
  'not-of-collective': {
    status: 404,
    field: 'line',
    zh: '这笔不是已入账的村集体分红',
    en: 'This is no booked dividend of a village’s collective',
  },
  'sharer-elsewhere': {
    status: 422,
    field: 'shares',
    zh: '有农户不是这个村的',
    en: 'One of the households is not of this village',
  },
  'over-the-share': {
    status: 422,
    field: 'fen',
    zh: '村集体这笔分红只剩 {left} 元可分',
    en: 'Only {left} yuan of this dividend are left to the collective',
  },
  'share-too-small': {
    status: 422,
    field: 'fen',
    zh: '太少，分到每户不足一分',
    en: 'Too little: some would get less than one fen',
  },
  'distribution-not-found': { status: 404, zh: '没有这次分配', en: 'No such distribution' },
} as const satisfies RefusalTable;

const DepositRate = Type.Object({
  id: Id,
  day: Day,
  bp: Type.Integer(),
  source: Type.String(),
  byName: Type.String(),
  at: Instant,
});
const row = {
  id: Id,
  number: Type.String(),
  org: Id,
  orgName: Type.String(),
  from: Day,
  to: Day,
  recordDay: Day,
  fen: Fen,
  holders: Type.Integer(),
  bankBp: Type.Integer(),
  paid: Type.Enum(payments),
  state: Type.Enum(dividendStates),
  /** alerts the county has not answered */
  openAlerts: Type.Integer(),
  declaredAt: Instant,
};
const DividendRow = Type.Object(row);
export const DividendAlert = Type.Object({
  id: Id,
  dividend: Id,
  dividendNumber: Type.String(),
  agreement: Id,
  agreementNumber: Type.String(),
  orgName: Type.String(),
  kind: Type.Enum(dividendAlertKinds),
  paidBp: Type.Integer(),
  leastBp: Type.Integer(),
  at: Instant,
  answer: Nullable(Type.String()),
  answeredName: Nullable(Type.String()),
  answeredAt: Nullable(Instant),
});
const Distribution = Type.Object({
  id: Id,
  number: Type.String(),
  line: Id,
  fen: Fen,
  households: Type.Integer(),
  words: Type.String(),
  state: Type.Enum(dividendStates),
  mine: Type.Boolean(),
  declaredAt: Instant,
});
export const Dividend = Type.Object({
  ...row,
  county: County,
  ours: Type.Boolean(),
  /** whether who asks declared it */
  mine: Type.Boolean(),
  commonFen: Nullable(Fen),
  preferredFen: Nullable(Fen),
  profitFen: Fen,
  days: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      id: Id,
      agreement: Id,
      agreementNumber: Type.String(),
      /** null: the village's collective */
      household: Nullable(Id),
      householdCode: Nullable(Type.String()),
      headMasked: Nullable(Type.String()),
      village: RegionCode,
      villageName: Type.String(),
      class: Type.Enum(shareClasses),
      shares: Type.Integer(),
      stakeFen: Fen,
      fen: Fen,
      bankFen: Fen,
      floorFen: Fen,
      /** a year, on the stake */
      yearlyBp: Type.Integer(),
      /** of a collective: what it has not shared out yet */
      leftFen: Nullable(Fen),
    }),
  ),
  alerts: Type.Array(DividendAlert),
  distributions: Type.Array(Distribution),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(dividendStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const firms = ['merchant', 'operator'] as const;
const lookers = [...firms, 'platform', 'auditor'] as const;
const countyStaff = ['operator', 'platform', 'auditor'] as const;
const fenPer100 = Nullable(
  Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: '每百股派，分 fen per hundred shares' }),
);

/** 入股: dividends, what they are compared with, and what a village's collective does with its own. */
export const dividendRoutes = contract({
  depositRates: {
    method: 'GET',
    path: '/api/counties/:county/deposit-rates',
    summary: '存款利率 Deposit rates',
    who: lookers,
    params: inCounty,
    answer: Type.Array(DepositRate),
  },
  setDepositRate: {
    method: 'POST',
    path: '/api/counties/:county/deposit-rates',
    summary: '登记存款利率 Enter a deposit rate',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({ day: Day, bp: Type.Integer({ minimum: 1, maximum: 2000 }), source: Reason }),
    answer: Type.Array(DepositRate),
    refusals: ['day-in-future'],
  },
  dividends: {
    method: 'GET',
    path: '/api/counties/:county/dividends',
    summary: '分红 Dividends',
    who: lookers,
    params: inCounty,
    query: Input({ ...PageQuery, org: Type.Optional(Id), state: Type.Optional(Type.Enum(dividendStates)) }),
    answer: Paged(DividendRow),
  },
  dividend: {
    method: 'GET',
    path: '/api/counties/:county/dividends/:id',
    summary: '一次分红 One dividend',
    who: lookers,
    params: one,
    answer: Dividend,
    refusals: ['dividend-not-found'],
  },
  declareDividend: {
    method: 'POST',
    path: '/api/counties/:county/dividends',
    summary: '宣布分红 Declare a dividend',
    who: firms,
    params: inCounty,
    body: Input({
      ...{ org: Id, from: Day, to: Day, recordDay: Day, commonFen: fenPer100, preferredFen: fenPer100 },
      profitFen: Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 }),
      paid: Type.Enum(payments),
    }),
    answer: Dividend,
    refusals: [
      ...(['organisation-not-found', 'period-backwards', 'period-not-over', 'record-day-outside'] as const),
      ...(['class-missing', 'rate-missing', 'dividend-exists', 'no-holders', 'over-profit'] as const),
    ],
  },
  approveDividend: {
    method: 'POST',
    path: '/api/counties/:county/dividends/:id/approval',
    summary: '第二个人审核分红 A second person approves a dividend',
    who: firms,
    params: one,
    body: Input({ fen: Fen }),
    answer: Dividend,
    refusals: [
      ...(['dividend-not-found', 'dividend-move-not-allowed', 'dividend-same-person'] as const),
      ...(['household-disputed', 'dividend-changed'] as const),
    ],
  },
  withdrawDividend: {
    method: 'POST',
    path: '/api/counties/:county/dividends/:id/withdrawal',
    summary: '撤回分红 Withdraw a dividend before it is approved',
    who: firms,
    params: one,
    body: Input({ reason: Reason }),
    answer: Dividend,
    refusals: ['dividend-not-found', 'dividend-move-not-allowed'],
  },
  dividendAlerts: {
    method: 'GET',
    path: '/api/counties/:county/dividend-alerts',
    summary: '分红偏低的提醒，未答复的在前 Alerts of low dividends, those to be answered first',
    who: countyStaff,
    params: inCounty,
    answer: Type.Array(DividendAlert),
  },
  answerDividendAlert: {
    method: 'POST',
    path: '/api/counties/:county/dividend-alerts/:id/answer',
    summary: '县里答复提醒 The county answers an alert',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ answer: Reason }),
    answer: Type.Array(DividendAlert),
    refusals: ['alert-not-found', 'alert-answered'],
  },
  shareOutDividend: {
    method: 'POST',
    path: '/api/counties/:county/dividends/:id/distributions',
    summary: '村集体把分红分给农户 A village’s collective shares out its dividend',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({
      line: Id,
      fen: Type.Integer({ minimum: 1, maximum: 9_000_000_000_000 }),
      /** parts of each household; every household of the village one part when empty */
      shares: Type.Array(Input({ household: Id, parts: Type.Integer({ minimum: 1, maximum: 1000 }) }), {
        maxItems: 2000,
      }),
      words: Reason,
    }),
    answer: Dividend,
    refusals: ['dividend-not-found', 'not-of-collective', 'sharer-elsewhere', 'over-the-share', 'share-too-small'],
  },
  approveDistribution: {
    method: 'POST',
    path: '/api/counties/:county/distributions/:id/approval',
    summary: '第二个人审核分配 A second person approves a distribution',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: one,
    body: Input({ fen: Fen }),
    answer: Dividend,
    refusals: [
      ...(['distribution-not-found', 'dividend-move-not-allowed'] as const),
      ...(['dividend-same-person', 'dividend-changed'] as const),
    ],
  },
  withdrawDistribution: {
    method: 'POST',
    path: '/api/counties/:county/distributions/:id/withdrawal',
    summary: '撤回分配 Withdraw a distribution before it is approved',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    answer: Dividend,
    refusals: ['distribution-not-found', 'dividend-move-not-allowed'],
  },
});
