import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Id, Input, Instant, Name, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';
import { markNames } from './mark-kinds.ts';
import { markStates } from './mark-states.ts';

export const markRefusals = {
  'mark-not-found': { status: 404, zh: '没有这张品牌证书', en: 'No such brand certificate' },
  'mark-kind-not-yours': {
    status: 403,
    field: 'kind',
    zh: '{kind}由县里录入',
    en: 'A certificate of this kind is recorded by the county',
  },
  'mark-number-odd': {
    status: 422,
    field: 'number',
    zh: '{kind}的证书编号像这样：{like}',
    en: 'The number of this kind looks like {like}',
  },
  'mark-issuer-missing': { status: 422, field: 'issuer', zh: '请写发证机构', en: 'Please name who issued it' },
  'mark-until-missing': {
    status: 422,
    field: 'validUntil',
    zh: '请写有效期到哪天',
    en: 'Please say until when it is valid',
  },
  'mark-days-broken': {
    status: 422,
    field: 'validUntil',
    zh: '有效期要晚于开始日，{kind}最长 {years} 年',
    en: 'It must end after it begins, and is valid for {years} years at most',
  },
  'mark-product-other': {
    status: 422,
    field: 'product',
    zh: '这个商品不是这家的，或不是这种作物做的',
    en: 'The product is of another seller or crop',
  },
  'mark-exists': {
    status: 409,
    field: 'number',
    zh: '{number} 号证书已经录过',
    en: 'Certificate {number} is recorded already',
  },
  'mark-move-not-allowed': {
    status: 409,
    field: 'to',
    zh: '证书现在是「{from}」，不能变成「{to}」',
    en: 'The certificate cannot become {to} now',
  },
  'mark-needs-reason': { status: 422, field: 'reason', zh: '退回或撤销要写原因', en: 'A reason is needed' },
  'claim-without-certificate': {
    status: 409,
    field: 'claims',
    zh: '没有有效的{kind}证书，不能这样标；请先录入证书并等县里通过',
    en: 'There is no valid certificate for this claim; record one and let the county approve it first',
  },
  'words-claim-mark': {
    status: 409,
    field: 'storyZh',
    zh: '文字里写了「{word}」，但商品没有标{kind}，或没有有效的证书',
    en: 'The text says "{word}", but the product bears no such mark',
  },
  'paper-unknown': { status: 422, field: 'file', zh: '请先上传文件', en: 'Please upload the file first' },
  'paper-type': {
    status: 400,
    field: 'file',
    zh: '只能上传 PDF、OFD 或图片',
    en: 'Only PDF, OFD or a picture can be uploaded',
  },
} as const satisfies RefusalTable;

const Kind = Type.Enum(markNames);
export const Mark = Type.Object({
  id: Id,
  kind: Kind,
  org: Id,
  orgName: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  /** null: all of the organisation's products of this crop */
  product: Nullable(Id),
  productName: Nullable(Type.String()),
  number: Type.String(),
  issuer: Type.String(),
  validFrom: Day,
  validUntil: Nullable(Day),
  hasFile: Type.Boolean(),
  state: Type.Enum(markStates),
  /** of an approved one, today */
  standing: Type.Enum(['not-yet', 'valid', 'soon', 'expired']),
  byName: Type.String(),
  at: Instant,
  moves: Type.Array(
    Type.Object({ to: Type.Enum(markStates), reason: Nullable(Type.String()), byName: Type.String(), at: Instant }),
  ),
});
/** What a buyer reads of a mark: it is shown only while its certificate is valid. */
export const Badge = Type.Object({
  kind: Kind,
  number: Type.String(),
  issuer: Type.String(),
  validUntil: Nullable(Day),
});
/** What a product claims, for its seller: a claim that is not valid is hidden from buyers. */
export const Claim = Type.Object({
  kind: Kind,
  valid: Type.Boolean(),
  validUntil: Nullable(Day),
  soon: Type.Boolean(),
});

const staff = ['merchant', 'operator', 'platform', 'auditor'] as const;
const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });

export const markRoutes = contract({
  marks: {
    method: 'GET',
    path: '/api/counties/:county/marks',
    summary: '品牌证书 Brand certificates',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      kind: Type.Optional(Kind),
      state: Type.Optional(Type.Enum(markStates)),
      /** only approved ones that end within thirty days or have ended */
      ending: Type.Optional(Type.Boolean()),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(Mark),
  },
  recordMark: {
    method: 'POST',
    path: '/api/counties/:county/marks',
    summary: '录入品牌证书 Record a brand certificate',
    who: ['merchant', 'operator'],
    params: inCounty,
    body: Input({
      kind: Kind,
      org: Id,
      crop: Type.String({ maxLength: 40 }),
      product: Type.Optional(Nullable(Id)),
      number: Type.String({ minLength: 1, maxLength: 40 }),
      issuer: Type.Optional(Nullable(Name)),
      validFrom: Day,
      validUntil: Type.Optional(Nullable(Day)),
      file: Type.Optional(Nullable(Type.String({ maxLength: 120 }))),
    }),
    answer: Mark,
    refusals: [
      'product-not-yours',
      'mark-kind-not-yours',
      'seller-unknown',
      'crop-unknown',
      'mark-product-other',
      'mark-number-odd',
      'mark-issuer-missing',
      'mark-until-missing',
      'mark-days-broken',
      'paper-unknown',
      'mark-exists',
    ],
  },
  moveMark: {
    method: 'POST',
    path: '/api/counties/:county/marks/:id/moves',
    summary: '审核、撤销品牌证书 Review or withdraw a brand certificate',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ to: Type.Enum(markStates), reason: Type.Optional(Reason) }),
    answer: Mark,
    refusals: ['mark-not-found', 'mark-move-not-allowed', 'mark-needs-reason'],
  },
  /** before a certificate is recorded: the name to record it with */
  addMarkPaper: {
    method: 'POST',
    path: '/api/counties/:county/mark-papers',
    summary: '上传品牌证书原件 Upload the paper of a brand certificate',
    who: ['merchant', 'operator'],
    upload: true,
    repeatable: true,
    params: inCounty,
    answer: Type.Object({ file: Type.String() }),
    refusals: ['file-missing', 'file-too-large', 'paper-type'],
  },
  /** answers bytes: PDF, OFD or WebP */
  markPaper: {
    method: 'GET',
    path: '/api/counties/:county/marks/:id/file',
    summary: '品牌证书原件 The paper',
    who: staff,
    params: one,
    answer: Type.Unknown(),
    refusals: ['mark-not-found'],
  },
  productBadges: {
    method: 'GET',
    path: '/api/counties/:county/products/:id/badges',
    summary: '商品现在有效的标志 Marks of a product that are valid today',
    who: 'anyone',
    params: one,
    answer: Type.Array(Badge),
  },
  productClaims: {
    method: 'GET',
    path: '/api/counties/:county/catalog/:id/claims',
    summary: '商品标了什么、是否有效 What a product claims, and whether buyers see it',
    who: staff,
    params: one,
    answer: Type.Array(Claim),
    refusals: ['product-not-found'],
  },
  setClaims: {
    method: 'PUT',
    path: '/api/counties/:county/catalog/:id/claims',
    summary: '改商品标的标志 Say which marks a product bears',
    who: ['merchant', 'operator'],
    repeatable: true,
    params: one,
    body: Input({ kinds: Type.Array(Kind, { uniqueItems: true, maxItems: 4 }) }),
    answer: Type.Array(Claim),
    refusals: ['product-not-found', 'product-not-yours', 'claim-without-certificate'],
  },
});
