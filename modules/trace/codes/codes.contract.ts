import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Name, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { type LabelSize, labelSizes } from '../labels/label-layout.ts';
import { type PrintFormat, printFormats } from '../print/print-kinds.ts';
import { alertKinds, alertStates, verdicts } from './alert-states.ts';

export const codeRefusals = {
  'code-false': { status: 404, zh: '这不是本平台发出的码', en: 'This code was not issued here' },
  'packs-beyond-lot': {
    status: 422,
    field: 'to',
    zh: '批次 {lot} 只有 {packs} 袋',
    en: 'Lot {lot} has {packs} packs',
  },
  'print-too-many': {
    status: 422,
    field: 'to',
    zh: '一个 {format} 文件最多 {most} 个码，请分几次下载',
    en: 'One {format} file holds {most} codes at most; please take it in parts',
  },
  'print-job-not-found': {
    status: 404,
    zh: '没有这个打印文件，或已过一天；请重新生成',
    en: 'No such print file, or a day has passed; please make it again',
  },
  'codes-not-yours': {
    status: 403,
    zh: '只有县级运营能改码的密钥和规则',
    en: 'Only the county operator may change this',
  },
  'codes-in-use': {
    status: 409,
    field: 'from',
    zh: '第 {pack} 袋的码已在使用，只能换它之后的',
    en: 'The code of pack {pack} is in use; only those after it can be changed',
  },
  'alert-not-found': { status: 404, zh: '没有这条预警', en: 'No such alert' },
  'alert-not-yours': { status: 403, zh: '只有县级运营能处理预警', en: 'Only the county operator may answer alerts' },
  'alert-already-moved': { status: 409, zh: '这条预警已有人处理', en: 'Somebody has answered this alert already' },
} as const satisfies RefusalTable;

const keysOf = <T extends object>(table: T) => Object.keys(table) as (keyof T & string)[];
const pack = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const Province = Type.String({ pattern: '^\\d{2}$', description: '省级代码 two digits of a province' });

const Code = Type.Object({
  pack: Type.Integer(),
  serial: Type.String(),
  path: Type.String({ description: '/01/{gtin}/10/{lot}/21/{serial}' }),
});
export const Scan = Type.Object({
  pack: Type.Integer(),
  scans: Type.Integer(),
  firstAt: Nullable(Instant),
  warnings: Type.Array(Type.Enum(['copied', 'often', 'not-on-sale', 'recalled'])),
  /** where it was looked up, as far as anybody said so */
  places: Type.Array(Type.Object({ province: Province, name: Type.String(), scans: Type.Integer() })),
});
const PrintJob = Type.Object({
  id: Id,
  from: Type.Integer(),
  to: Type.Integer(),
  format: Type.Enum(keysOf(printFormats) as PrintFormat[]),
  size: Type.Enum(keysOf(labelSizes) as LabelSize[]),
  sheet: Type.Enum(['roll', 'a4']),
  byName: Type.String(),
  at: Instant,
});
const Alert = Type.Object({
  id: Id,
  kind: Type.Enum(alertKinds),
  lot: Id,
  lotNumber: Type.String(),
  /** 0: the lot as a whole */
  pack: Type.Integer(),
  /** of the pack's page, or the lot's */
  path: Type.String(),
  state: Type.Enum(alertStates),
  verdict: Nullable(Type.Enum(verdicts)),
  scans: Type.Integer(),
  provinces: Type.Array(Type.String()),
  firstAt: Instant,
  lastAt: Instant,
});
const AlertMove = Type.Object({
  from: Type.Enum(alertStates),
  to: Type.Enum(alertStates),
  reason: Nullable(Type.String()),
  byName: Type.String(),
  at: Instant,
});
const ScanRule = {
  name: Name,
  provinces: Type.Integer({ minimum: 2, maximum: 34 }),
  scans: Type.Integer({ minimum: 2, maximum: 1000 }),
  days: Type.Integer({ minimum: 1, maximum: 730 }),
  often: Type.Integer({ minimum: 2, maximum: 100_000 }),
};

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
export const codeParams = Type.Object({
  gtin: Type.String({ pattern: '^\\d{14}$' }),
  lot: Type.String({ maxLength: 20 }),
  serial: Type.String({ maxLength: 20 }),
});
const staff = ['keeper', 'merchant', 'operator', 'platform', 'auditor'] as const;
const printing = ['keeper', 'merchant', 'operator'] as const;

export const codeRoutes = contract({
  codes: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/codes',
    summary: '批次的一物一码 Codes of a packed lot',
    who: staff,
    params: one,
    query: Input({ from: Type.Optional(pack), count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })) }),
    answer: Type.Object({
      gtin: Type.String(),
      lotNumber: Type.String(),
      /** the address in front of each path, as printed */
      base: Type.String(),
      packs: Type.Integer(),
      codes: Type.Array(Code),
    }),
    refusals: ['lot-not-found'],
  },
  printJobs: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/print-jobs',
    summary: '谁下载过哪些码 Who took which codes as a file',
    who: staff,
    params: one,
    answer: Type.Array(PrintJob),
    refusals: ['lot-not-found'],
  },
  makePrintJob: {
    method: 'POST',
    path: '/api/counties/:county/lots/:id/print-jobs',
    summary: '生成打印文件 Take codes as a print file',
    who: printing,
    params: one,
    body: Input({
      from: pack,
      to: pack,
      format: Type.Enum(keysOf(printFormats) as PrintFormat[]),
      size: Type.Enum(keysOf(labelSizes) as LabelSize[]),
      sheet: Type.Enum(['roll', 'a4']),
    }),
    answer: Type.Object({ id: Id, codes: Type.Integer() }),
    refusals: ['lot-not-found', 'lot-not-yours', 'lot-recalled', 'packs-beyond-lot', 'print-too-many'],
  },
  /** text/csv, application/pdf or image/svg+xml, made while it is sent; for whoever made the job, for a day */
  printFile: {
    method: 'GET',
    path: '/api/counties/:county/print-jobs/:id/file',
    summary: '打印文件 The print file',
    who: printing,
    params: one,
    refusals: ['print-job-not-found'],
  },
  codeKey: {
    method: 'GET',
    path: '/api/counties/:county/code-key',
    summary: '新批次用的密钥版本 Key version of new lots',
    who: ['operator', 'platform', 'auditor'],
    params: inCounty,
    answer: Type.Object({ version: Type.Integer() }),
  },
  rotateCodeKey: {
    method: 'POST',
    path: '/api/counties/:county/code-key',
    summary: '新批次换密钥 New lots take a new key',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({ reason: Reason }),
    answer: Type.Object({ version: Type.Integer() }),
    refusals: ['codes-not-yours'],
  },
  reissueCodes: {
    method: 'POST',
    path: '/api/counties/:county/lots/:id/code-reissues',
    summary: '作废未用的码并换新 Withdraw unused codes for new ones',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ from: pack, reason: Reason }),
    answer: Type.Object({ keyVersion: Type.Integer(), from: Type.Integer() }),
    refusals: ['lot-not-found', 'codes-not-yours', 'packs-beyond-lot', 'codes-in-use'],
  },
  scanRule: {
    method: 'GET',
    path: '/api/counties/:county/scan-rule',
    summary: '判定复制码的规则 When a code counts as copied',
    who: staff,
    params: inCounty,
    answer: Type.Object(ScanRule),
  },
  setScanRule: {
    method: 'POST',
    path: '/api/counties/:county/scan-rule',
    summary: '改判定规则 Change the rule',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input(ScanRule),
    answer: Type.Object(ScanRule),
    refusals: ['codes-not-yours'],
  },
  lotScans: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/scans',
    summary: '批次被查的情况 How codes of a lot were looked up',
    who: staff,
    params: one,
    answer: Type.Object({
      /** packs that were looked up */
      packs: Type.Integer(),
      scans: Type.Integer(),
      firstAt: Nullable(Instant),
      lastAt: Nullable(Instant),
      places: Type.Array(
        Type.Object({ province: Province, name: Type.String(), packs: Type.Integer(), scans: Type.Integer() }),
      ),
    }),
    refusals: ['lot-not-found'],
  },
  codeAlerts: {
    method: 'GET',
    path: '/api/counties/:county/code-alerts',
    summary: '防伪预警 Code alerts',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(alertStates)),
      kind: Type.Optional(Type.Enum(alertKinds)),
      lot: Type.Optional(Id),
    }),
    answer: Paged(Alert),
  },
  codeAlert: {
    method: 'GET',
    path: '/api/counties/:county/code-alerts/:id',
    summary: '一条防伪预警 One code alert',
    who: staff,
    params: one,
    answer: Type.Object({
      alert: Alert,
      moves: Type.Array(AlertMove),
      places: Type.Array(
        Type.Object({
          province: Province,
          name: Type.String(),
          scans: Type.Integer(),
          firstAt: Instant,
          lastAt: Instant,
        }),
      ),
    }),
    refusals: ['alert-not-found'],
  },
  lookIntoAlert: {
    method: 'POST',
    path: '/api/counties/:county/code-alerts/:id/inspection',
    summary: '开始核查预警 Look into an alert',
    who: ['operator'],
    params: one,
    body: Input({ reason: Type.Optional(Reason) }),
    answer: Type.Object({ id: Id, state: Type.Enum(alertStates) }),
    refusals: ['alert-not-found', 'alert-not-yours', 'alert-already-moved'],
  },
  closeAlert: {
    method: 'POST',
    path: '/api/counties/:county/code-alerts/:id/closing',
    summary: '预警结案 Close an alert',
    who: ['operator'],
    params: one,
    body: Input({ verdict: Type.Enum(verdicts), reason: Reason }),
    answer: Type.Object({ id: Id, state: Type.Enum(alertStates) }),
    refusals: ['alert-not-found', 'alert-not-yours', 'alert-already-moved'],
  },

  scan: {
    method: 'POST',
    path: '/api/codes/:gtin/:lot/:serial/scans',
    summary: '记一次查询 Record a scan',
    who: 'anyone',
    repeatable: true,
    params: codeParams,
    answer: Scan,
    refusals: ['code-false'],
  },
  tellPlace: {
    method: 'POST',
    path: '/api/codes/:gtin/:lot/:serial/places',
    summary: '查码的人说自己在哪个省 Whoever looks says in which province',
    who: 'anyone',
    repeatable: true,
    params: codeParams,
    body: Input({ province: Province }),
    answer: Scan,
    refusals: ['code-false', 'region-code-broken'],
  },
  /** image/svg+xml; the text is the code's full address (GS1 Digital Link) */
  codeQr: {
    method: 'GET',
    path: '/api/codes/:gtin/:lot/:serial/qr.svg',
    summary: '二维码 QR of one pack',
    who: 'anyone',
    params: codeParams,
    refusals: ['code-false'],
  },
});
