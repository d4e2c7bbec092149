import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Fen, Id, Input, Instant, Name, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { invoiceStates } from './invoice-states.ts';

export { invoiceMoves, invoiceStates } from './invoice-states.ts';

export const invoiceKinds = ['personal', 'company'] as const;
export type InvoiceKind = (typeof invoiceKinds)[number];

export const invoiceRefusals = {
  'invoice-not-found': { status: 404, zh: '没有这张发票', en: 'No such invoice' },
  'invoice-move-not-allowed': {
    status: 409,
    zh: '发票现在是「{from}」，不能这样做',
    en: 'The invoice is {state}; this cannot be done now',
  },
  'invoice-not-paid': { status: 409, zh: '付款后才能开发票', en: 'An invoice can be asked for once the order is paid' },
  'invoice-seller-wrong': {
    status: 422,
    field: 'org',
    zh: '这张订单里没有这家的商品',
    en: 'The order has no goods of this seller',
  },
  'tax-number-wrong': {
    status: 422,
    field: 'taxNumber',
    zh: '税号（统一社会信用代码）不对，请核对 18 位',
    en: 'The tax number (unified social credit code) is not right; check its 18 characters',
  },
  'invoice-nothing-left': { status: 409, zh: '钱已经全部退回，不用开票', en: 'All of the money went back' },
  'invoice-exists': {
    status: 409,
    zh: '已经申请过这家的发票了',
    en: 'An invoice of this seller was already asked for',
  },
  'red-number-missing': {
    status: 422,
    field: 'red',
    zh: '请填红字发票号码：原发票要先红冲',
    en: 'Enter the number of the red-letter invoice: the one in force has to be taken back',
  },
  'invoice-amount-wrong': {
    status: 422,
    field: 'fen',
    zh: '开票金额应是 {due} 元（已付减已退）',
    en: 'The invoice must be for ¥{due}: paid less refunded',
  },
  'invoice-paper-missing': {
    status: 422,
    field: 'paper',
    zh: '请上传发票文件，或填下载地址',
    en: 'Upload the invoice’s file, or give its address',
  },
  'invoice-file-unknown': {
    status: 422,
    field: 'paper',
    zh: '这个文件不是为这张发票传的',
    en: 'Not a file of this invoice',
  },
  'invoice-number-taken': {
    status: 409,
    field: 'number',
    zh: '这个发票号码已用过',
    en: 'This invoice number is already in use',
  },
  'invoice-file-type': {
    status: 415,
    field: 'file',
    zh: '只能上传 PDF、OFD 或图片',
    en: 'Only PDF, OFD or a picture can be uploaded',
  },
} as const satisfies RefusalTable;

export const Invoice = Type.Object({
  county: County,
  id: Id,
  order: Id,
  orderNumber: Type.String(),
  org: Id,
  orgName: Type.String(),
  kind: Type.Enum(invoiceKinds),
  state: Type.Enum(invoiceStates),
  title: Type.String(),
  taxNumber: Nullable(Type.String()),
  email: Nullable(Type.String()),
  reason: Nullable(Type.String()),
  /** paid and not given back */
  dueFen: Fen,
  wrong: Type.Boolean(),
  askedAt: Instant,
  doneAt: Nullable(Instant),
  papers: Type.Array(
    Type.Object({
      id: Id,
      colour: Type.Enum(['blue', 'red']),
      number: Type.String(),
      fen: Fen,
      inForce: Type.Boolean(),
      fileType: Nullable(Type.Enum(['pdf', 'ofd', 'webp'])),
      link: Nullable(Type.String()),
      at: Instant,
    }),
  ),
});
const OfOrder = Type.Object({
  sellers: Type.Array(Type.Object({ org: Id, orgName: Type.String(), dueFen: Fen, canAsk: Type.Boolean() })),
  invoices: Type.Array(Invoice),
});
const one = Type.Object({ county: County, id: Id });
const sellers = ['merchant', 'keeper'] as const;
const PaperNumber = Type.String({ pattern: '^\\d{8,20}$', description: '发票号码，数电票 20 位' });

export const invoices = contract({
  invoicesOfOrder: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id/invoices',
    summary: '订单的发票 Invoices of one’s own order',
    who: 'signed-in',
    params: one,
    answer: OfOrder,
    refusals: ['order-not-found'],
  },
  askInvoice: {
    method: 'POST',
    path: '/api/counties/:county/orders/:id/invoices',
    summary: '申请发票 Ask for an invoice',
    who: 'signed-in',
    params: one,
    body: Input({
      org: Id,
      kind: Type.Enum(invoiceKinds),
      title: Name,
      taxNumber: Type.Optional(Type.String({ maxLength: 20 })),
      email: Type.Optional(Type.String({ maxLength: 120, pattern: '^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' })),
    }),
    answer: OfOrder,
    refusals: [
      'order-not-found',
      'invoice-not-paid',
      'invoice-seller-wrong',
      'tax-number-wrong',
      'invoice-nothing-left',
      'invoice-exists',
    ],
  },
  withdrawInvoice: {
    method: 'POST',
    path: '/api/counties/:county/invoices/:id/withdrawal',
    summary: '撤销发票申请 Withdraw the request',
    who: 'signed-in',
    params: one,
    body: Input({}),
    refusals: ['invoice-not-found', 'invoice-move-not-allowed'],
  },
  invoices: {
    method: 'GET',
    path: '/api/counties/:county/invoices',
    summary: '发票管理 Invoices of a county',
    who: ['merchant', 'keeper', 'operator', 'platform', 'auditor'],
    params: Type.Object({ county: County }),
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(invoiceStates)) }),
    answer: Paged(Invoice),
  },
  addInvoiceFile: {
    method: 'POST',
    path: '/api/counties/:county/invoices/:id/files',
    summary: '上传发票文件（PDF、OFD、图片）Upload the file of an invoice',
    who: sellers,
    upload: true,
    repeatable: true,
    params: one,
    answer: Type.Object({ file: Type.String(), type: Type.Enum(['pdf', 'ofd', 'webp']) }),
    refusals: ['invoice-not-found', 'not-allowed', 'file-missing', 'file-too-large', 'invoice-file-type'],
  },
  issueInvoice: {
    method: 'POST',
    path: '/api/counties/:county/invoices/:id/papers',
    summary: '开具、红冲、重开 Issue, take back, issue anew',
    who: sellers,
    params: one,
    body: Input({
      fen: Fen,
      paper: Type.Optional(
        Input({
          number: PaperNumber,
          link: Type.Optional(Type.String({ maxLength: 500, pattern: '^https://\\S+$' })),
          file: Type.Optional(Type.String({ maxLength: 300 })),
        }),
      ),
      red: Type.Optional(PaperNumber),
    }),
    refusals: [
      'invoice-not-found',
      'not-allowed',
      'invoice-move-not-allowed',
      'red-number-missing',
      'invoice-amount-wrong',
      'invoice-paper-missing',
      'invoice-file-unknown',
      'invoice-number-taken',
    ],
  },
  refuseInvoice: {
    method: 'POST',
    path: '/api/counties/:county/invoices/:id/refusal',
    summary: '不能开具，写明理由 Refuse, with a reason',
    who: sellers,
    params: one,
    body: Input({ reason: Reason }),
    refusals: ['invoice-not-found', 'not-allowed', 'invoice-move-not-allowed'],
  },
  /** answers bytes */
  invoiceFile: {
    method: 'GET',
    path: '/api/counties/:county/invoices/:id/papers/:paper/file',
    summary: '下载发票 Download an invoice',
    who: 'signed-in',
    params: Type.Object({ county: County, id: Id, paper: Id }),
    answer: Type.Unknown(),
    refusals: ['invoice-not-found'],
  },
});
