import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Grams,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Reason,
} from '#platform/http/schemas.ts';
import { PublicReport } from '../reports/reports.contract.ts';
import { certificateBases } from './basis-kinds.ts';
import { issuerKinds } from './issuer-kinds.ts';

export const certificateRefusals = {
  'certificate-exists': { status: 409, zh: '这个批次已开过合格证', en: 'This lot already has a certificate' },
  'certificate-missing': { status: 409, zh: '这个批次还没有合格证', en: 'This lot has no certificate yet' },
  'certificate-unknown': {
    status: 404,
    zh: '没有这张合格证：号码和后面的八位校验码要一起输入',
    en: 'No such certificate: please enter its number with the eight signs behind it',
  },
  'certificate-not-collected': {
    status: 422,
    field: 'number',
    zh: '{seller}卖{produce}应当开具合格证：没有证不能收，请先向对方要',
    en: 'A seller of this kind must give a certificate; without one this may not be bought',
  },
  'certificate-not-valid': {
    status: 409,
    field: 'number',
    zh: '合格证 {number} 已{state}，请向对方要新的',
    en: 'Certificate {number} is no longer valid; please ask for a new one',
  },
  'certificate-of-other-crop': {
    status: 422,
    field: 'crop',
    zh: '合格证 {number} 不是这种产品的',
    en: 'Certificate {number} is for other produce',
  },
  'certificate-for-less': {
    status: 422,
    field: 'grams',
    zh: '合格证 {number} 一共 {grams} 公斤，已收 {taken} 公斤',
    en: 'Certificate {number} is for {grams} kg, of which {taken} kg are taken',
  },
  'buyer-not-yours': { status: 403, field: 'buyer', zh: '这不是你们的单位', en: 'This is not your organisation' },
  'crop-unknown': { status: 422, field: 'crop', zh: '没有这种作物', en: 'No such crop' },
  'bought-in-future': {
    status: 422,
    field: 'boughtOn',
    zh: '收购日期不能晚于今天，也不能早于开具日期',
    en: 'Bought by today, and not before the certificate was issued',
  },
  'file-missing': { status: 400, field: 'file', zh: '没有收到文件', en: 'No file arrived' },
  'paper-unknown': { status: 422, field: 'file', zh: '请先上传文件', en: 'Please upload the file first' },
  'paper-type': {
    status: 400,
    field: 'file',
    zh: '只能上传 PDF、OFD 或图片',
    en: 'Only PDF, OFD or a picture can be uploaded',
  },
  'paper-not-found': { status: 404, zh: '没有这个文件', en: 'No such file' },
} as const satisfies RefusalTable;

export const Certificate = Type.Object({
  number: Type.String(),
  /** the number with its check, as the QR says it: /certificates/{code} */
  code: Type.String(),
  lotNumber: Type.String(),
  issuerName: Type.String(),
  contact: Type.String(),
  productName: Type.String(),
  grams: Grams,
  originName: Type.String(),
  statement: Type.String(),
  basis: Type.Array(Type.Enum(certificateBases)),
  /** the reports its promise rests on */
  reports: Type.Array(Type.Object({ id: Id, number: Type.String(), lab: Type.String() })),
  rule: Type.String(),
  issuedOn: Day,
});
const Words = Type.Object({ zh: Type.String(), en: Type.String() });
/** What the rule asks of a lot, and why. */
export const CertificateDuty = Type.Object({
  must: Type.Enum(['must', 'encouraged', 'free']),
  why: Words,
  article: Type.String(),
  rule: Type.String(),
});
export const certificateStates = ['valid', 'replaced', 'recalled'] as const;
export const certificateStateWords = {
  valid: { zh: '有效', en: 'Valid' },
  replaced: { zh: '被新证代替', en: 'Replaced' },
  recalled: { zh: '批次召回', en: 'Lot recalled' },
} as const;
const Row = Type.Object({
  ...Certificate.properties,
  id: Id,
  lot: Id,
  state: Type.Enum(certificateStates),
  /** the last day on which it must be kept */
  keptUntil: Day,
});
const Received = Type.Object({
  id: Id,
  buyer: Id,
  buyerName: Type.String(),
  sellerKind: Type.Enum(issuerKinds),
  sellerName: Type.String(),
  sellerCode: Nullable(Type.String()),
  crop: Type.String(),
  cropName: Type.String(),
  grams: Grams,
  boughtOn: Day,
  number: Nullable(Type.String()),
  issuedOn: Nullable(Day),
  issuedHere: Type.Boolean(),
  hasFile: Type.Boolean(),
  keptUntil: Day,
  byName: Type.String(),
  at: Instant,
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['keeper', 'merchant', 'operator', 'platform', 'auditor'] as const;
const handlers = ['keeper', 'merchant', 'operator'] as const;
const Bases = Type.Array(Type.Enum(certificateBases), { minItems: 1, uniqueItems: true });
const Code = Type.String({ minLength: 1, maxLength: 40 });

export const certificateRoutes = contract({
  issueCertificate: {
    method: 'POST',
    path: '/api/counties/:county/lots/:id/certificate',
    summary: '开具承诺达标合格证（同时封批）Issue the lot certificate and close the lot',
    who: handlers,
    params: one,
    body: Input({ basis: Bases }),
    answer: Certificate,
    refusals: ['lot-not-found', 'lot-not-yours', 'lot-recalled', 'certificate-exists', 'lot-empty', 'report-missing'],
  },
  replaceCertificate: {
    method: 'POST',
    path: '/api/counties/:county/lots/:id/certificate-replacements',
    summary: '换开合格证（写错了，或补上检测依据）Replace a certificate that has a mistake or gains a test',
    who: handlers,
    params: one,
    body: Input({ basis: Bases, reason: Reason }),
    answer: Certificate,
    refusals: ['lot-not-found', 'lot-not-yours', 'lot-recalled', 'certificate-missing', 'report-missing'],
  },
  certificates: {
    method: 'GET',
    path: '/api/counties/:county/certificates',
    summary: '合格证台账 Certificates issued',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      lot: Type.Optional(Id),
      /** only those that need no longer be kept */
      due: Type.Optional(Type.Boolean()),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(Row),
  },
  certificateDuty: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/certificate-duty',
    summary: '这个批次要不要开证，为什么 Whether a lot must bear a certificate, and why',
    who: staff,
    params: one,
    answer: CertificateDuty,
    refusals: ['lot-not-found'],
  },
  certificateStatus: {
    method: 'GET',
    path: '/api/certificates/:code',
    summary: '查验合格证 Verify a certificate',
    who: 'anyone',
    perMinute: 60,
    params: Type.Object({ code: Code }),
    answer: Type.Object({
      state: Type.Enum(certificateStates),
      certificate: Certificate,
      county: County,
      /** those that stand in its place: of the same lot, or of the lots that were made of it */
      successors: Type.Array(Type.Object({ number: Type.String(), code: Type.String() })),
      /** where packs of the lot lead; null for produce that is not packed */
      lotPath: Nullable(Type.String()),
      reports: Type.Array(PublicReport),
    }),
    refusals: ['certificate-unknown'],
  },
  /** image/svg+xml; the text is the address of the page that verifies it */
  certificateQr: {
    method: 'GET',
    path: '/api/certificates/:code/qr.svg',
    summary: '合格证二维码 QR of a certificate',
    who: 'anyone',
    params: Type.Object({ code: Code }),
    refusals: ['certificate-unknown'],
  },
  receivedCertificates: {
    method: 'GET',
    path: '/api/counties/:county/received-certificates',
    summary: '收取的合格证（进货查验）Certificates received from sellers',
    who: staff,
    params: inCounty,
    query: Input({ ...PageQuery, q: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Paged(Received),
  },
  receiveCertificate: {
    method: 'POST',
    path: '/api/counties/:county/received-certificates',
    summary: '登记收购并收取合格证：应开未开的不得收购 Record a purchase from a seller with its certificate',
    who: handlers,
    params: inCounty,
    body: Input({
      buyer: Id,
      sellerKind: Type.Enum(issuerKinds),
      sellerName: Name,
      sellerCode: Type.Optional(Nullable(Type.String({ minLength: 18, maxLength: 18 }))),
      crop: Type.String({ maxLength: 40 }),
      grams: Type.Integer({ minimum: 1, maximum: 1_000_000_000 }),
      boughtOn: Day,
      /** of the paper; one of this platform with its check */
      number: Type.Optional(Nullable(Type.String({ maxLength: 40, pattern: '\\S' }))),
      issuedOn: Type.Optional(Nullable(Day)),
      file: Type.Optional(Nullable(Type.String({ maxLength: 120 }))),
    }),
    answer: Received,
    refusals: [
      'buyer-not-yours',
      'crop-unknown',
      'bought-in-future',
      'certificate-not-collected',
      'certificate-unknown',
      'certificate-not-valid',
      'certificate-of-other-crop',
      'certificate-for-less',
      'paper-unknown',
    ],
  },
  /** answers bytes: PDF, OFD or WebP */
  receivedFile: {
    method: 'GET',
    path: '/api/counties/:county/received-certificates/:id/file',
    summary: '收取的合格证原件 The paper that was received',
    who: staff,
    params: one,
    answer: Type.Unknown(),
    refusals: ['paper-not-found'],
  },
  /** before a report or a received certificate is recorded: the name to record it with */
  addPaper: {
    method: 'POST',
    path: '/api/counties/:county/papers/:kind',
    summary: '上传报告或合格证原件 Upload the paper of a report or a received certificate',
    who: handlers,
    upload: true,
    repeatable: true,
    params: Type.Object({ county: County, kind: Type.Enum(['report', 'received']) }),
    answer: Type.Object({ file: Type.String() }),
    refusals: ['file-missing', 'file-too-large', 'paper-type'],
  },
});
