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
import { agreementKinds, helpGiven, Terms } from './agreement-kinds.ts';
import { agreementDisputeStates, agreementStates } from './agreement-states.ts';

export const agreementRefusals = {
  'agreement-not-found': { status: 404, zh: '没有这份协议', en: 'No such agreement' },
  'organisation-not-found': {
    status: 404,
    field: 'org',
    zh: '没有这个组织，或已停用',
    en: 'No such organisation, or it is closed',
  },
  'maker-unfit': {
    status: 422,
    field: 'org',
    zh: '{org}不是能签这类协议的组织',
    en: '{org} is not of a kind that makes such agreements',
  },
  'parties-unclear': {
    status: 422,
    field: 'households',
    zh: '请选农户，或选村，只选一种',
    en: 'Please choose households or villages, one of the two',
  },
  'term-backwards': { status: 422, field: 'endsOn', zh: '结束日期早于开始日期', en: 'The term ends before it begins' },
  'term-over': { status: 422, field: 'endsOn', zh: '期限已经过了', en: 'The term is over already' },
  'crop-unknown': { status: 422, field: 'terms', zh: '没有这种作物', en: 'No such crop' },
  'product-elsewhere': {
    status: 422,
    field: 'terms',
    zh: '有商品不是这家店的',
    en: 'One of the products is not this shop’s',
  },
  'project-elsewhere': {
    status: 422,
    field: 'terms',
    zh: '这家单位没有这个还能签约的众筹项目',
    en: 'This organisation has no such project that can still be agreed on',
  },
  'business-unfit': {
    status: 422,
    field: 'terms',
    zh: '自家店要是本县在册的商家，不能是帮扶单位自己',
    en: 'A household’s own shop must be a merchant of this county and not whoever helps',
  },
  'business-of-one': {
    status: 422,
    field: 'terms',
    zh: '写了自家店的创业协议只能跟一户签',
    en: 'An agreement that names an own shop is with one household',
  },
  'business-taken': {
    status: 409,
    field: 'terms',
    zh: '这家店在 {number} 里是另一户的',
    en: 'By {number} this shop is another household’s',
  },
  'agreement-exists': {
    status: 409,
    zh: '{number} 已经约定了同样的事，期限重叠；请改那一份',
    en: '{number} agrees on the same for an overlapping term; please change that one',
  },
  'kind-changed': { status: 422, field: 'terms', zh: '换一类要另签协议', en: 'Another kind is another agreement' },
  'version-old': {
    status: 409,
    field: 'version',
    zh: '协议刚改过，请看第 {latest} 版',
    en: 'The agreement has changed; please read version {latest}',
  },
  'agreement-over': { status: 409, zh: '协议{state}，不能再动', en: 'The agreement is over' },
  'signed-already': { status: 409, zh: '这一方已经签过这一版', en: 'This side has signed this version already' },
  'paper-not-found': { status: 404, field: 'paper', zh: '没有这张照片', en: 'No such photo' },
  'own-agreement': {
    status: 409,
    zh: '自己家的、自己单位的协议，请别的见证人拍照',
    en: 'Please ask another witness for an agreement of your own household or organisation',
  },
  'not-in-force': { status: 409, zh: '协议没有生效，不用提异议', en: 'The agreement does not bind you' },
  'agreement-dispute-open': { status: 409, zh: '已经提过，县里还在查', en: 'You disputed it already' },
  'agreement-dispute-not-found': { status: 404, zh: '没有这个异议', en: 'No such dispute' },
  'agreement-dispute-over': { status: 409, zh: '这个异议已经了结', en: 'This dispute is settled' },
  'help-in-future': { status: 422, field: 'day', zh: '还没到这一天', en: 'That day has not come' },
  'help-not-agreed': {
    status: 422,
    field: 'help',
    zh: '协议里没有这种帮扶',
    en: 'The agreement has no help of this kind',
  },
  'help-recorded': {
    status: 409,
    field: 'day',
    zh: '这一天的这种帮扶已经记过',
    en: 'Help of this kind is recorded for that day',
  },
  'help-above-agreed': {
    status: 409,
    field: 'worthFen',
    zh: '超过协议约定，还剩 {left} 元',
    en: 'More than was agreed; ¥{left} is left',
  },
  'help-not-found': { status: 404, zh: '没有这笔帮扶', en: 'No such help' },
  'help-reversed': { status: 409, zh: '这笔帮扶已经冲销', en: 'This help was taken back already' },
  'file-missing': { status: 400, field: 'file', zh: '没有收到照片', en: 'No photo came with the request' },
} as const satisfies RefusalTable;

const Party = Type.Object({
  id: Id,
  village: RegionCode,
  villageName: Type.String(),
  /** null: the whole village */
  household: Nullable(Id),
  householdCode: Nullable(Type.String()),
  headMasked: Nullable(Type.String()),
});
const Signature = Type.Object({
  /** null: the organisation */
  party: Nullable(Id),
  method: Type.Enum(['account', 'code', 'paper']),
  paper: Nullable(Id),
  byName: Type.String(),
  at: Instant,
});
const Version = Type.Object({
  version: Type.Integer(),
  terms: Terms,
  startsOn: Day,
  endsOn: Day,
  words: Type.String(),
  byName: Type.String(),
  at: Instant,
  signatures: Type.Array(Signature),
});
const Dispute = Type.Object({
  id: Id,
  household: Id,
  householdCode: Type.String(),
  words: Type.String(),
  state: Type.Enum(agreementDisputeStates),
  at: Instant,
  dueAt: Instant,
  overdue: Type.Boolean(),
  answer: Nullable(Type.String()),
});
const row = {
  county: County,
  id: Id,
  number: Type.String(),
  kind: Type.Enum(agreementKinds),
  org: Id,
  orgName: Type.String(),
  state: Type.Enum(agreementStates),
  latest: Type.Integer(),
  terms: Terms,
  startsOn: Day,
  endsOn: Day,
  at: Instant,
};
const AgreementRow = Type.Object({ ...row, households: Type.Integer(), villages: Type.Array(Type.String()) });
export const Agreement = Type.Object({
  ...row,
  /** whether who asks is of the organisation */
  ours: Type.Boolean(),
  parties: Type.Array(Party),
  /** the newest first */
  versions: Type.Array(Version),
  disputes: Type.Array(Dispute),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(agreementStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});

const HelpGiven = Type.Object({
  id: Id,
  number: Type.String(),
  agreement: Id,
  agreementNumber: Type.String(),
  org: Id,
  orgName: Type.String(),
  household: Id,
  householdCode: Type.String(),
  headMasked: Type.String(),
  help: Type.Enum(helpGiven),
  worthFen: Fen,
  day: Day,
  words: Type.String(),
  paper: Nullable(Id),
  byName: Type.String(),
  at: Instant,
  /** why it was taken back; null where it stands */
  takenBack: Nullable(Type.String()),
  /** whether who asks may take it back */
  ours: Type.Boolean(),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const agreed = { terms: Terms, startsOn: Day, endsOn: Day, words: Type.String({ maxLength: 2000 }) };
const makers = ['merchant', 'operator', 'keeper', 'courier'] as const;
const version = Type.Integer({ minimum: 1, description: '看到的版本 the version that was read' });
const termRefusals = [
  ...(['term-backwards', 'term-over', 'crop-unknown', 'product-elsewhere', 'project-elsewhere'] as const),
  ...(['business-unfit', 'business-of-one', 'business-taken'] as const),
] as const;

/** What organisations and households have agreed, signed by both sides. */
export const agreementRoutes = contract({
  agreements: {
    method: 'GET',
    path: '/api/counties/:county/agreements',
    summary: '帮扶协议 Agreements',
    who: ['merchant', 'keeper', 'cadre', 'operator', 'platform', 'auditor', 'courier'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      kind: Type.Optional(Type.Enum(agreementKinds)),
      state: Type.Optional(Type.Enum(agreementStates)),
      org: Type.Optional(Id),
      /** that bind it, by name or through its village */
      household: Type.Optional(Id),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(AgreementRow),
  },
  agreement: {
    method: 'GET',
    path: '/api/counties/:county/agreements/:id',
    summary: '一份协议 One agreement',
    who: ['merchant', 'keeper', 'cadre', 'operator', 'platform', 'auditor', 'courier'],
    params: one,
    answer: Agreement,
    refusals: ['agreement-not-found'],
  },
  draftAgreement: {
    method: 'POST',
    path: '/api/counties/:county/agreements',
    summary: '拟一份协议 Draft an agreement',
    who: makers,
    params: inCounty,
    body: Input({
      org: Id,
      households: Type.Array(Id, { maxItems: 500, uniqueItems: true }),
      villages: Type.Array(RegionCode, { maxItems: 100, uniqueItems: true }),
      ...agreed,
    }),
    answer: Agreement,
    refusals: [
      'organisation-not-found',
      'operator-dishonest',
      'maker-unfit',
      'parties-unclear',
      'household-not-found',
      ...termRefusals,
      'agreement-exists',
    ],
  },
  changeAgreement: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/versions',
    summary: '改协议：新的一版，重新签 Change an agreement: a new version to be signed',
    who: makers,
    params: one,
    body: Input({ version, ...agreed }),
    answer: Agreement,
    refusals: ['agreement-not-found', 'agreement-over', 'version-old', 'kind-changed', ...termRefusals],
  },
  signAgreement: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/signature',
    summary: '单位签 The organisation signs',
    who: makers,
    params: one,
    body: Input({ version }),
    answer: Agreement,
    refusals: [
      'agreement-not-found',
      'operator-dishonest',
      'agreement-over',
      'version-old',
      'term-over',
      'signed-already',
    ],
  },
  addAgreementPaper: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/papers',
    summary: '上传签好的纸或帮扶的凭据 Upload a photo of a signed paper, or of what shows help that was given',
    who: ['keeper', 'cadre', 'operator', 'merchant', 'courier'],
    upload: true,
    perMinute: 60,
    params: one,
    answer: Type.Object({ paper: Id }),
    refusals: ['agreement-not-found', 'file-missing', 'file-too-large', 'file-type-not-allowed'],
  },
  signOnPaper: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/parties/:party/paper',
    summary: '纸上签，服务站见证 A side signed on paper, witnessed by the station',
    who: ['keeper', 'cadre', 'operator'],
    params: Type.Object({ county: County, id: Id, party: Id }),
    body: Input({ version, paper: Id }),
    answer: Agreement,
    refusals: [
      'agreement-not-found',
      'agreement-over',
      'version-old',
      'term-over',
      'own-agreement',
      'paper-not-found',
      'signed-already',
    ],
  },
  /** answers bytes */
  agreementPaper: {
    method: 'GET',
    path: '/api/counties/:county/agreements/:id/papers/:paper',
    summary: '签字或凭据的照片（WebP）Photo of a signed paper, or of what shows help',
    who: ['merchant', 'keeper', 'cadre', 'operator', 'platform', 'auditor', 'courier'],
    params: Type.Object({ county: County, id: Id, paper: Id }),
    answer: Type.Unknown(),
    refusals: ['agreement-not-found', 'paper-not-found'],
  },
  endAgreement: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/end',
    summary: '终止协议 End an agreement',
    who: makers,
    params: one,
    body: Input({ reason: Reason }),
    answer: Agreement,
    refusals: ['agreement-not-found', 'agreement-over', 'agreement-dispute-open'],
  },
  recordHelp: {
    method: 'POST',
    path: '/api/counties/:county/agreements/:id/help',
    summary: '记一笔创业帮扶：实物，折价 Record help to start up, in kind, with its worth',
    who: makers,
    params: one,
    body: Input({
      household: Id,
      help: Type.Enum(helpGiven),
      worthFen: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: '分 whole fen' }),
      day: Day,
      words: Type.String({ maxLength: 200 }),
      /** a photo uploaded to this agreement that shows it */
      paper: Type.Optional(Id),
    }),
    answer: Agreement,
    refusals: [
      ...(['agreement-not-found', 'help-in-future', 'household-not-found', 'no-agreement', 'wrong-period'] as const),
      ...(['agreement-ended', 'household-disputed', 'help-not-agreed', 'help-recorded', 'help-above-agreed'] as const),
      'paper-not-found',
    ],
  },
  startupHelp: {
    method: 'GET',
    path: '/api/counties/:county/startup-help',
    summary: '给过的创业帮扶 Help to start up that was given',
    who: ['merchant', 'keeper', 'cadre', 'operator', 'platform', 'auditor', 'courier'],
    params: inCounty,
    query: Input({ ...PageQuery, agreement: Type.Optional(Id), household: Type.Optional(Id) }),
    answer: Type.Object({
      ...Paged(HelpGiven).properties,
      /** what all of it was worth, less what was taken back */
      worthFen: Fen,
    }),
  },
  reverseHelp: {
    method: 'POST',
    path: '/api/counties/:county/startup-help/:id/reversal',
    summary: '冲销记错的帮扶 Take back help that was recorded by mistake',
    who: makers,
    params: one,
    body: Input({ reason: Reason }),
    answer: Agreement,
    refusals: ['help-not-found', 'help-reversed'],
  },
  decideAgreementDispute: {
    method: 'POST',
    path: '/api/counties/:county/agreement-disputes/:id/decision',
    summary: '县里裁定协议异议 The county decides a dispute of an agreement',
    who: ['operator'],
    params: one,
    body: Input({ decision: Type.Enum(['stands', 'released']), answer: Reason }),
    answer: Agreement,
    refusals: ['agreement-dispute-not-found', 'agreement-dispute-over'],
  },
  myAgreements: {
    method: 'GET',
    path: '/api/me/agreements',
    summary: '我家的协议 My household’s agreements',
    who: 'signed-in',
    answer: Type.Array(Agreement),
  },
  askSigningCode: {
    method: 'POST',
    path: '/api/me/signing-code',
    summary: '发签字验证码到自己的手机 Send a code to my own phone to sign with',
    who: 'signed-in',
    repeatable: true,
    perMinute: 10,
    answer: Type.Object({
      /** only in the sandbox, where no message leaves the server */
      sandboxCode: Nullable(Type.String()),
    }),
    refusals: ['phone-unknown', 'phone-code-not-sent'],
  },
  signMyAgreement: {
    method: 'POST',
    path: '/api/me/agreements/:county/:id/signature',
    summary: '我家签 My household signs',
    who: 'signed-in',
    params: one,
    body: Input({ version, code: Type.String({ pattern: '^\\d{6}$' }) }),
    answer: Agreement,
    refusals: [
      'agreement-not-found',
      'agreement-over',
      'version-old',
      'term-over',
      'signed-already',
      'phone-unknown',
      'phone-code-wrong',
    ],
  },
  disputeMyAgreement: {
    method: 'POST',
    path: '/api/me/agreements/:county/:id/disputes',
    summary: '协议不对 Dispute an agreement',
    who: 'signed-in',
    params: one,
    body: Input({ words: Reason }),
    answer: Agreement,
    refusals: ['agreement-not-found', 'not-in-force', 'agreement-dispute-open'],
  },
  withdrawAgreementDispute: {
    method: 'POST',
    path: '/api/me/agreement-disputes/:county/:id/withdrawal',
    summary: '撤回协议异议 Withdraw my dispute',
    who: 'signed-in',
    params: one,
    answer: Agreement,
    refusals: ['agreement-dispute-not-found', 'agreement-dispute-over'],
  },
});
