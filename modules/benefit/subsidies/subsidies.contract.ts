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
  SignedFen,
} from '#platform/http/schemas.ts';
import { mechanisms } from '../entries/entry-kinds.ts';
import { MOST_LINES, subsidyStates } from './subsidy-states.ts';

export const subsidyRefusals = {
  'subsidy-not-found': { status: 404, zh: '没有这份补贴名单', en: 'No such list of subsidies' },
  'subsidy-day-ahead': { status: 422, field: 'day', zh: '还没到这一天', en: 'That day has not come' },
  'subsidy-paper-unknown': {
    status: 422,
    field: 'file',
    zh: '请先上传文件或发放表',
    en: 'Please upload the document or the pay list first',
  },
  'subsidy-household-unknown': {
    status: 422,
    field: 'lines',
    zh: '没有户编号 {codes}，或已并入别户',
    en: 'No household {codes}, or it was merged into another',
  },
  'subsidy-household-twice': {
    status: 422,
    field: 'lines',
    zh: '户 {code} 写了两次',
    en: 'Household {code} stands on the list twice',
  },
  'subsidy-paid-already': {
    status: 409,
    field: 'lines',
    zh: '户 {code} 按这个文号已在 {number} 领过',
    en: 'By this document household {code} was paid in {number} already',
  },
  'subsidy-move-not-allowed': {
    status: 409,
    zh: '这份名单{state}，不能再动',
    en: 'The list stands so that this cannot be done any more',
  },
  'subsidy-same-person': {
    status: 403,
    zh: '自己做的名单请另一个人审',
    en: 'Another person than who wrote the list must approve it',
  },
  'subsidy-own-household': {
    status: 403,
    zh: '名单上有你自己家，请另一个人审',
    en: 'Your own household is on the list; another person must approve it',
  },
  'subsidy-changed': {
    status: 409,
    field: 'fen',
    zh: '合计和你看到的不同，请重新看',
    en: 'The sum is not what you saw; please look again',
  },
  'subsidy-line-not-found': { status: 404, zh: '没有这一笔补贴', en: 'No such subsidy' },
  'subsidy-line-reversed': { status: 409, zh: '这一笔已经冲销', en: 'This subsidy was taken back already' },
} as const satisfies RefusalTable;

const row = {
  county: County,
  id: Id,
  number: Type.String(),
  orgName: Type.String(),
  programme: Type.String(),
  document: Type.String(),
  mechanism: Type.Enum(mechanisms),
  day: Day,
  households: Type.Integer(),
  fen: Fen,
  /** of what was booked, taken back since */
  takenBackFen: Fen,
  state: Type.Enum(subsidyStates),
  byName: Type.String(),
  at: Instant,
};
const Subsidy = Type.Object({
  ...row,
  /** whether who asks wrote it, and so cannot approve it */
  mine: Type.Boolean(),
  lines: Type.Array(
    Type.Object({
      id: Id,
      household: Id,
      householdCode: Type.String(),
      headMasked: Type.String(),
      villageName: Type.String(),
      fen: SignedFen,
      /** why it was taken back; null where it stands */
      takenBack: Nullable(Type.String()),
    }),
  ),
  moves: Type.Array(
    Type.Object({ to: Type.Enum(subsidyStates), words: Type.String(), byName: Type.String(), at: Instant }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['operator', 'platform', 'auditor'] as const;

/** Public money paid to households, with its programme and its paper; beside what they earn, and never in it. */
export const subsidyRoutes = contract({
  subsidies: {
    method: 'GET',
    path: '/api/counties/:county/subsidies',
    summary: '财政补贴名单 Lists of subsidies',
    who: staff,
    wholeCounty: true,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(subsidyStates)),
      q: Type.Optional(Type.String({ maxLength: 60 })),
    }),
    answer: Paged(Type.Object(row)),
  },
  subsidy: {
    method: 'GET',
    path: '/api/counties/:county/subsidies/:id',
    summary: '一份补贴名单 One list of subsidies',
    who: staff,
    wholeCounty: true,
    params: one,
    answer: Subsidy,
    refusals: ['subsidy-not-found'],
  },
  addSubsidyPaper: {
    method: 'POST',
    path: '/api/counties/:county/subsidy-papers',
    summary: '上传补贴文件或发放表（PDF、OFD 或照片）Upload the document or the pay list',
    who: ['operator'],
    wholeCounty: true,
    upload: true,
    perMinute: 60,
    params: inCounty,
    answer: Type.Object({ file: Type.String() }),
    refusals: ['file-missing', 'file-too-large', 'file-type-not-allowed'],
  },
  prepareSubsidy: {
    method: 'POST',
    path: '/api/counties/:county/subsidies',
    summary: '登记一批已发的补贴 Write down subsidies that were paid',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({
      programme: Name,
      document: Type.String({ minLength: 2, maxLength: 60, pattern: '\\S', description: '文号 document number' }),
      mechanism: Type.Enum(mechanisms),
      day: Day,
      file: Type.String({ maxLength: 120 }),
      lines: Type.Array(
        Input({
          household: Type.String({ minLength: 1, maxLength: 20, description: '户编号 household code' }),
          fen: Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: '分 whole fen' }),
        }),
        { minItems: 1, maxItems: MOST_LINES },
      ),
    }),
    answer: Subsidy,
    refusals: [
      ...(['subsidy-day-ahead', 'subsidy-paper-unknown', 'subsidy-household-twice'] as const),
      ...(['subsidy-household-unknown', 'subsidy-paid-already'] as const),
    ],
  },
  approveSubsidy: {
    method: 'POST',
    path: '/api/counties/:county/subsidies/:id/approval',
    summary: '另一个人审核，随即入账 A second person approves; it is booked with that',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ fen: Fen }),
    answer: Subsidy,
    refusals: [
      ...(['subsidy-not-found', 'subsidy-move-not-allowed', 'subsidy-same-person', 'subsidy-own-household'] as const),
      ...(['subsidy-changed', 'subsidy-paid-already'] as const),
    ],
  },
  withdrawSubsidy: {
    method: 'POST',
    path: '/api/counties/:county/subsidies/:id/withdrawal',
    summary: '撤回或退回名单 Withdraw a list, or send it back',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Subsidy,
    refusals: ['subsidy-not-found', 'subsidy-move-not-allowed'],
  },
  reverseSubsidy: {
    method: 'POST',
    path: '/api/counties/:county/subsidy-lines/:id/reversal',
    summary: '冲销一户的补贴 Take back the subsidy of one household',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Subsidy,
    refusals: ['subsidy-line-not-found', 'subsidy-move-not-allowed', 'subsidy-line-reversed'],
  },
  /** answers bytes: PDF, OFD or WebP */
  subsidyPaper: {
    method: 'GET',
    path: '/api/counties/:county/subsidies/:id/paper',
    summary: '补贴文件 The paper of a list',
    who: staff,
    wholeCounty: true,
    params: one,
    answer: Type.Unknown(),
    refusals: ['subsidy-not-found'],
  },
});
