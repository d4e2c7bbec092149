import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Fen, Id, Input, Instant, Name, Nullable, Reason, SignedFen } from '#platform/http/schemas.ts';

export const insuranceRefusals = {
  'claim-not-found': {
    status: 404,
    field: 'org',
    zh: '这家单位没有保险应赔的保护价',
    en: 'No floor price of this organisation is borne by an insurer',
  },
  'payment-above-claim': {
    status: 409,
    field: 'fen',
    zh: '超过未赔的，还剩 {left} 元',
    en: 'More than is open; ¥{left} is left',
  },
  'payment-recorded': {
    status: 409,
    field: 'reference',
    zh: '{insurer}的这个赔案号已经记过',
    en: 'This settlement of {insurer} is recorded already',
  },
  'payment-day-ahead': { status: 422, field: 'day', zh: '还没到这一天', en: 'That day has not come' },
  'insurance-paper-unknown': {
    status: 422,
    field: 'file',
    zh: '请先上传赔款凭据',
    en: 'Please upload the paper of the settlement first',
  },
  'insurance-payment-not-found': { status: 404, zh: '没有这笔赔款', en: 'No such payment' },
  'insurance-payment-reversed': { status: 409, zh: '这笔赔款已经冲销', en: 'This payment was taken back already' },
} as const satisfies RefusalTable;

const Payment = Type.Object({
  id: Id,
  number: Type.String(),
  org: Id,
  orgName: Type.String(),
  insurer: Type.String(),
  reference: Type.String(),
  day: Day,
  fen: Fen,
  words: Type.String(),
  byName: Type.String(),
  at: Instant,
  /** why it was taken back; null where it stands */
  takenBack: Nullable(Type.String()),
});
export const InsuranceClaims = Type.Object({
  claims: Type.Array(
    Type.Object({
      org: Id,
      orgName: Type.String(),
      /** what floor prices added that an insurer bears, less what came off by reversed notes */
      claimedFen: SignedFen,
      notes: Type.Integer(),
      households: Type.Integer(),
      paidFen: Fen,
      openFen: SignedFen,
      /** of the oldest note that is not settled yet */
      since: Nullable(Instant),
      /** whether who asks may record what its insurer paid */
      ours: Type.Boolean(),
    }),
  ),
  /** the newest first; at most 200 */
  payments: Type.Array(Payment),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['merchant', 'operator', 'platform', 'auditor'] as const;
const makers = ['merchant', 'operator'] as const;

/** Claims on insurers that bear floor prices, and what they paid of them. */
export const insuranceRoutes = contract({
  insuranceClaims: {
    method: 'GET',
    path: '/api/counties/:county/insurance-claims',
    summary: '保险应赔和已赔 Claims on insurers, and what was paid of them',
    who: staff,
    params: inCounty,
    answer: InsuranceClaims,
  },
  addInsurancePaper: {
    method: 'POST',
    path: '/api/counties/:county/insurance-papers',
    summary: '上传赔款凭据（PDF、OFD 或照片）Upload the paper of a settlement',
    who: makers,
    upload: true,
    perMinute: 60,
    params: inCounty,
    answer: Type.Object({ file: Type.String() }),
    refusals: ['file-missing', 'file-too-large', 'file-type-not-allowed'],
  },
  recordInsurancePayment: {
    method: 'POST',
    path: '/api/counties/:county/insurance-payments',
    summary: '记一笔保险赔款 Record what an insurer paid of a claim',
    who: makers,
    params: inCounty,
    body: Input({
      org: Id,
      insurer: Name,
      reference: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S', description: '赔案号 settlement number' }),
      day: Day,
      fen: Type.Integer({ minimum: 1, maximum: 100_000_000_000, description: '分 whole fen' }),
      file: Type.String({ maxLength: 120 }),
      words: Type.String({ maxLength: 200 }),
    }),
    answer: InsuranceClaims,
    refusals: [
      ...(['not-allowed', 'payment-day-ahead', 'insurance-paper-unknown', 'claim-not-found'] as const),
      ...(['payment-recorded', 'payment-above-claim'] as const),
    ],
  },
  reverseInsurancePayment: {
    method: 'POST',
    path: '/api/counties/:county/insurance-payments/:id/reversal',
    summary: '冲销记错的赔款 Take back a payment that was recorded by mistake',
    who: makers,
    params: one,
    body: Input({ reason: Reason }),
    answer: InsuranceClaims,
    refusals: ['insurance-payment-not-found', 'not-allowed', 'insurance-payment-reversed'],
  },
  /** answers bytes: PDF, OFD or WebP */
  insurancePaper: {
    method: 'GET',
    path: '/api/counties/:county/insurance-payments/:id/paper',
    summary: '赔款凭据 The paper of a settlement',
    who: staff,
    params: one,
    answer: Type.Unknown(),
    refusals: ['insurance-payment-not-found'],
  },
});
