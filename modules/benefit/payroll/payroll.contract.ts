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
  SignedFen,
} from '#platform/http/schemas.ts';
import { relations } from '#registry/contract';
import { payments } from '#trace/contract';
import { payUnits } from '../agreements/agreement-kinds.ts';
import { countSources, payrollStates } from './payroll-states.ts';

export const payrollRefusals = {
  'worker-not-found': {
    status: 404,
    field: 'counts',
    zh: '{household} 户没有这个人，或不在本县',
    en: 'No such worker of household {household} in this county',
  },
  'day-in-future': { status: 422, field: 'day', zh: '这一天还没到', en: 'That day has not come yet' },
  'day-not-over': {
    status: 422,
    field: 'day',
    zh: '当天的包裹还没装完，明天再取',
    en: 'Parcels of that day are still being packed; take them over tomorrow',
  },
  'units-beyond-day': {
    status: 422,
    field: 'counts',
    zh: '{household} 户一人一天最多 {most}',
    en: 'Household {household}: one person does at most {most} in a day',
  },
  'no-agreement': {
    status: 409,
    field: 'counts',
    zh: '{household} 户与这家单位没有双方签过的这类协议',
    en: 'Household {household} and this organisation have not both signed such an agreement',
  },
  'wrong-period': {
    status: 409,
    field: 'day',
    zh: '{household} 户的协议期限不含这一天',
    en: 'The agreement of household {household} does not cover that day',
  },
  'household-disputed': {
    status: 409,
    zh: '{household} 户对协议有异议，县里定了再记',
    en: 'Household {household} disputes the agreement; the county has to decide first',
  },
  'agreement-ended': {
    status: 409,
    field: 'day',
    zh: '{household} 户的协议在这一天已经终止',
    en: 'The agreement of household {household} had ended by that day',
  },
  'count-exists': {
    status: 409,
    field: 'counts',
    zh: '{household} 户这个人这一天已经记过；记错了先冲销',
    en: 'That worker of household {household} has a count for that day; take it back first if it is wrong',
  },
  'count-not-found': { status: 404, zh: '没有这条记录', en: 'No such count' },
  'count-is-a-reversal': { status: 409, zh: '这条本身就是冲销', en: 'This takes another count back itself' },
  'count-already-reversed': { status: 409, zh: '这条已经冲销过', en: 'This count was taken back already' },
  'nothing-packed': {
    status: 409,
    field: 'day',
    zh: '这一天没有可取的装箱数',
    en: 'No parcels of that day wait to be taken over',
  },
  'payroll-not-found': { status: 404, zh: '没有这张工资表', en: 'No such payroll' },
  'period-backwards': { status: 422, field: 'to', zh: '结束日期早于开始日期', en: 'The period ends before it begins' },
  'period-not-over': { status: 422, field: 'to', zh: '这一期还没结束', en: 'The period is not over yet' },
  'nothing-to-pay-for': {
    status: 409,
    zh: '这一期没有还没入工资表的记录',
    en: 'Every count of this period is in a payroll already',
  },
  'payroll-move-not-allowed': {
    status: 409,
    zh: '工资表已经是「{state}」，不能这样做',
    en: 'The payroll has moved on; this cannot be done now',
  },
  'payroll-same-person': {
    status: 409,
    zh: '编表的人不能自己审',
    en: 'Who drew it up cannot approve it',
  },
  'payroll-own-household': {
    status: 409,
    zh: '表里有自己家的工资，请别人审',
    en: 'Your own household is in it; please let somebody else approve it',
  },
  'payroll-changed': {
    status: 409,
    field: 'fen',
    zh: '合计和看到的不一样，请重新打开',
    en: 'The sum is not what you saw; please open it again',
  },
} as const satisfies RefusalTable;

const units = Type.Integer({ minimum: 1, maximum: 1_000_000 });
const worker = {
  agreement: Id,
  agreementNumber: Type.String(),
  job: Type.String(),
  per: Type.Enum(payUnits),
  fenPerUnit: Fen,
  household: Id,
  householdCode: Type.String(),
  member: Id,
  relation: Type.Enum(relations),
  nameMasked: Type.String(),
};
export const WorkSheet = Type.Object({
  org: Id,
  orgName: Type.String(),
  day: Day,
  /** whether parcels of the day can be taken over */
  over: Type.Boolean(),
  workers: Type.Array(
    Type.Object({
      ...worker,
      /** what stands for the day; null: nothing yet */
      count: Nullable(Id),
      units: Nullable(Type.Integer()),
      source: Nullable(Type.Enum(countSources)),
      /** parcels this worker packed on that day, where pieces are paid and nothing stands yet */
      packed: Nullable(Type.Integer()),
      /** number of the payroll that pays for it */
      payroll: Nullable(Type.String()),
    }),
  ),
});
const PayrollRow = Type.Object({
  id: Id,
  number: Type.String(),
  org: Id,
  orgName: Type.String(),
  from: Day,
  to: Day,
  state: Type.Enum(payrollStates),
  paid: Type.Enum(payments),
  fen: SignedFen,
  workers: Type.Integer(),
  drawnAt: Instant,
});
const Line = Type.Object({
  count: Id,
  day: Day,
  /** below zero where it takes another back */
  units: Type.Integer(),
  per: Type.Enum(payUnits),
  fenPerUnit: Fen,
  version: Type.Integer(),
  fen: SignedFen,
  source: Type.Enum(countSources),
  reason: Nullable(Type.String()),
});
export const Payroll = Type.Object({
  ...PayrollRow.properties,
  county: County,
  ours: Type.Boolean(),
  /** whether who asks drew it up */
  mine: Type.Boolean(),
  slips: Type.Array(
    Type.Object({
      ...{ id: Id, agreement: Id, agreementNumber: Type.String(), household: Id, householdCode: Type.String() },
      ...{ relation: worker.relation, nameMasked: Type.String(), fen: SignedFen, lines: Type.Array(Line) },
    }),
  ),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(payrollStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const employers = ['merchant', 'operator', 'keeper', 'courier'] as const;
const lookers = [...employers, 'platform', 'auditor'] as const;
const heldRefusals = ['no-agreement', 'wrong-period', 'agreement-ended', 'household-disputed'] as const;

/** 就业: what was worked, and what is paid for it. */
export const payrollRoutes = contract({
  workSheet: {
    method: 'GET',
    path: '/api/counties/:county/work-sheet',
    summary: '一天的出勤和计件 Attendance and pieces of a day',
    who: employers,
    params: inCounty,
    query: Input({ org: Id, day: Type.Optional(Day) }),
    answer: WorkSheet,
  },
  recordCounts: {
    method: 'POST',
    path: '/api/counties/:county/work-counts',
    summary: '登记出勤、计件 Record hours, days or pieces',
    who: employers,
    params: inCounty,
    body: Input({
      org: Id,
      day: Day,
      counts: Type.Array(Input({ household: Id, member: Id, units }), { minItems: 1, maxItems: 500 }),
    }),
    answer: WorkSheet,
    refusals: [
      'day-in-future',
      'household-not-found',
      'worker-not-found',
      ...heldRefusals,
      'units-beyond-day',
      'count-exists',
    ],
  },
  takePacking: {
    method: 'POST',
    path: '/api/counties/:county/work-counts/packing',
    summary: '从包裹取装箱件数 Take pieces over from the parcels that were packed',
    who: employers,
    params: inCounty,
    body: Input({ org: Id, day: Day }),
    answer: WorkSheet,
    refusals: ['day-not-over', 'nothing-packed'],
  },
  reverseCount: {
    method: 'POST',
    path: '/api/counties/:county/work-counts/:id/reversal',
    summary: '冲销一条记录 Take a count back',
    who: employers,
    params: one,
    body: Input({ reason: Reason }),
    answer: WorkSheet,
    refusals: ['count-not-found', 'count-is-a-reversal', 'count-already-reversed'],
  },
  payrolls: {
    method: 'GET',
    path: '/api/counties/:county/payrolls',
    summary: '工资表 Payrolls',
    who: lookers,
    params: inCounty,
    query: Input({
      ...PageQuery,
      org: Type.Optional(Id),
      state: Type.Optional(Type.Enum(payrollStates)),
    }),
    answer: Paged(PayrollRow),
  },
  payroll: {
    method: 'GET',
    path: '/api/counties/:county/payrolls/:id',
    summary: '一张工资表 One payroll',
    who: lookers,
    params: one,
    answer: Payroll,
    refusals: ['payroll-not-found'],
  },
  drawPayroll: {
    method: 'POST',
    path: '/api/counties/:county/payrolls',
    summary: '编工资表 Draw up a payroll',
    who: employers,
    params: inCounty,
    body: Input({ org: Id, from: Day, to: Day, paid: Type.Enum(payments) }),
    answer: Payroll,
    refusals: ['organisation-not-found', 'period-backwards', 'period-not-over', 'nothing-to-pay-for'],
  },
  submitPayroll: {
    method: 'POST',
    path: '/api/counties/:county/payrolls/:id/submission',
    summary: '提交工资表 Submit a payroll',
    who: employers,
    params: one,
    answer: Payroll,
    refusals: ['payroll-not-found', 'payroll-move-not-allowed'],
  },
  approvePayroll: {
    method: 'POST',
    path: '/api/counties/:county/payrolls/:id/approval',
    summary: '第二个人审核工资表 A second person approves a payroll',
    who: employers,
    params: one,
    body: Input({ fen: SignedFen }),
    answer: Payroll,
    refusals: [
      'payroll-not-found',
      'payroll-move-not-allowed',
      'payroll-same-person',
      'payroll-own-household',
      'household-disputed',
      'payroll-changed',
    ],
  },
  discardPayroll: {
    method: 'POST',
    path: '/api/counties/:county/payrolls/:id/discard',
    summary: '作废工资表，记录回到未发 Discard a payroll; its counts are free again',
    who: employers,
    params: one,
    body: Input({ reason: Reason }),
    answer: Payroll,
    refusals: ['payroll-not-found', 'payroll-move-not-allowed'],
  },
});
