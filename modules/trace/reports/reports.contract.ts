import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Id, Input, Instant, Name, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { CMA_NUMBER, reportKindNames, reportKinds } from './report-kinds.ts';

export const reportRefusals = {
  'report-not-found': { status: 404, zh: '没有这份检测报告', en: 'No such test report' },
  'report-exists': {
    status: 409,
    field: 'number',
    zh: '{lab} 的 {number} 号报告已经录过',
    en: 'Report {number} of {lab} is recorded already',
  },
  'report-cma-missing': {
    status: 422,
    field: 'cma',
    zh: '委托检测要写检测机构的 CMA 证书编号',
    en: 'A laboratory test names the CMA number of its laboratory',
  },
  'report-dates-broken': {
    status: 422,
    field: 'issuedOn',
    zh: '日期不对：采收 {harvested} 之后抽样，抽样之后出报告，都不晚于今天',
    en: 'Wrong dates: sampled after the harvest of {harvested}, reported after that, both by today',
  },
  'report-already-withdrawn': { status: 409, zh: '这份报告已经撤回', en: 'This report is withdrawn already' },
  'report-missing': {
    status: 409,
    field: 'basis',
    zh: '依据选了「{basis}」，但这批货（或它的每一个来源批次）还没有这样的合格报告',
    en: 'The promise is to rest on a test, but the lot, or a lot it was made of, has no such report that passed',
  },
  'report-file-unknown': { status: 422, field: 'file', zh: '请先上传报告文件', en: 'Please upload the file first' },
} as const satisfies RefusalTable;

const Figure = Type.String({ pattern: '^\\d{1,9}(\\.\\d{1,6})?$', maxLength: 16, description: '十进制数 a decimal' });
const item = {
  name: Name,
  unit: Type.String({ maxLength: 20 }),
  /** the limit; null: must not be there at all */
  most: Nullable(Figure),
  /** null: not detected */
  measured: Nullable(Figure),
};
const of = {
  id: Id,
  kind: Type.Enum(reportKindNames),
  number: Type.String(),
  lab: Type.String(),
  cma: Nullable(Type.String()),
  lot: Id,
  lotNumber: Type.String(),
  sampledOn: Day,
  issuedOn: Day,
  passed: Type.Boolean(),
  items: Type.Array(Type.Object({ ...item, passed: Type.Boolean() })),
};
export const TestReport = Type.Object({
  ...of,
  hasFile: Type.Boolean(),
  /** the recall it set off */
  recall: Nullable(Id),
  /** why it was withdrawn */
  withdrawn: Nullable(Type.String()),
  byName: Type.String(),
  at: Instant,
});
/** What a buyer reads of a report. */
export const PublicReport = Type.Object(of);

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['keeper', 'merchant', 'operator', 'platform', 'auditor'] as const;

export const reportRoutes = contract({
  reports: {
    method: 'GET',
    path: '/api/counties/:county/test-reports',
    summary: '检测报告 Test reports',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      lot: Type.Optional(Id),
      kind: Type.Optional(Type.Enum(reportKindNames)),
      passed: Type.Optional(Type.Boolean()),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(TestReport),
  },
  report: {
    method: 'GET',
    path: '/api/counties/:county/test-reports/:id',
    summary: '一份检测报告 One test report',
    who: staff,
    params: one,
    answer: TestReport,
    refusals: ['report-not-found'],
  },
  recordReport: {
    method: 'POST',
    path: '/api/counties/:county/test-reports',
    summary: '录入检测报告；不合格即召回停售 Record a test report; a failed one calls the lot back',
    who: reportKinds.outside_test.who,
    params: inCounty,
    body: Input({
      lot: Id,
      kind: Type.Enum(reportKindNames),
      number: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }),
      lab: Name,
      cma: Type.Optional(Nullable(Type.String({ pattern: CMA_NUMBER }))),
      sampledOn: Day,
      issuedOn: Day,
      items: Type.Array(Input(item), { minItems: 1, maxItems: 200 }),
      file: Type.Optional(Nullable(Type.String({ maxLength: 120 }))),
    }),
    answer: TestReport,
    refusals: [
      'lot-not-found',
      'lot-not-yours',
      'report-cma-missing',
      'report-dates-broken',
      'report-file-unknown',
      'report-exists',
    ],
  },
  withdrawReport: {
    method: 'POST',
    path: '/api/counties/:county/test-reports/:id/withdrawal',
    summary: '撤回录错的报告 Withdraw a report that was entered by mistake',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: TestReport,
    refusals: ['report-not-found', 'report-already-withdrawn'],
  },
  /** answers bytes: PDF, OFD or WebP */
  reportFile: {
    method: 'GET',
    path: '/api/counties/:county/test-reports/:id/file',
    summary: '报告原件 The paper',
    who: staff,
    params: one,
    answer: Type.Unknown(),
    refusals: ['report-not-found'],
  },
});
