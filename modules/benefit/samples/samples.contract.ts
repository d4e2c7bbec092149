import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Fen, Id, Input, Instant, Month, Nullable, Paged, PageQuery } from '#platform/http/schemas.ts';
import { mechanisms } from '../entries/entry-kinds.ts';
import { confidences, outcomes, sampleUnits } from './sample-kinds.ts';

export const sampleRefusals = {
  'sample-not-found': { status: 404, zh: '没有这次抽查', en: 'No such sample' },
  'period-backwards': { status: 422, field: 'toMonth', zh: '结束月早于开始月', en: 'The period ends before it begins' },
  'region-outside': {
    status: 422,
    field: 'region',
    zh: '只能抽本县的乡镇或村',
    en: 'The region must lie in the county',
  },
  'frame-too-small': {
    status: 422,
    field: 'toMonth',
    zh: '这段时间只有 {n} 条，少于 {least} 条，抽了会认出是谁',
    en: 'Only {n} in this period; with fewer than {least} it would show who they are',
  },
  'due-over': { status: 422, field: 'dueOn', zh: '期限要在今天以后', en: 'It must be due after today' },
  'checker-unfit': {
    status: 422,
    field: 'checkers',
    zh: '核实人要是本县的干部、站长或审计',
    en: 'Checkers must be cadres, keepers or auditors of the county',
  },
  'village-unchecked': {
    status: 422,
    field: 'checkers',
    zh: '{village} 抽到的没有人能核：不在核实人的范围，或是他自己单位的事',
    en: 'Nobody may check what fell on {village}: outside of their regions, or of their own organisation',
  },
  'item-not-found': { status: 404, zh: '这一条不在你的名单上', en: 'This is not on your list' },
  'sample-closed': { status: 409, zh: '这次抽查已经结束', en: 'This sample is closed' },
  'actual-missing': {
    status: 422,
    field: 'actualFen',
    zh: '金额不同，请填实际收到多少',
    en: 'Please say how much was received',
  },
  'actual-same': {
    status: 422,
    field: 'actualFen',
    zh: '和公布的一样，就选「收到」',
    en: 'That is what is claimed: please choose “received”',
  },
  'proof-not-found': { status: 404, field: 'photo', zh: '没有这张照片或录音', en: 'No such photo or recording' },
  'proof-missing': { status: 400, field: 'file', zh: '没有收到照片或录音', en: 'No photo or recording came' },
  'sound-not-allowed': {
    status: 415,
    field: 'file',
    zh: '录音只能是 WebM、Ogg、M4A、MP3 或 WAV',
    en: 'A recording must be WebM, Ogg, M4A, MP3 or WAV',
  },
  'sample-unfinished': {
    status: 409,
    zh: '还有 {left} 条没有核，期限到 {due}',
    en: '{left} are not answered yet; it is due on {due}',
  },
} as const satisfies RefusalTable;

const Share = Type.Number({ minimum: 0, maximum: 1 });
const Estimate = Type.Object({
  /** of those asked, whom one could reach; the others are told beside it */
  answered: Type.Integer(),
  unreachable: Type.Integer(),
  received: Type.Integer(),
  /** share that received what is claimed, with Wilson’s interval */
  share: Share,
  shareLow: Share,
  shareHigh: Share,
  /** what really came, by the ratio estimator, with its interval; null with one answer */
  actualFen: Fen,
  actualLowFen: Nullable(Fen),
  actualHighFen: Nullable(Fen),
});
const facts = {
  number: Type.String(),
  unit: Type.Enum(sampleUnits),
  fromMonth: Month,
  toMonth: Month,
  region: Type.String(),
  regionName: Type.String(),
  confidenceBp: Type.Enum(confidences),
  marginBp: Type.Integer(),
  seed: Type.String(),
  population: Type.Integer(),
  size: Type.Integer(),
  claimedFen: Fen,
  drawnAt: Instant,
  dueOn: Day,
  closedAt: Nullable(Instant),
  /** null while nobody has answered */
  estimate: Nullable(Estimate),
};
const SampleRow = Type.Object({ id: Id, ...facts, asked: Type.Integer(), byName: Type.String() });
export const Sample = Type.Object({
  ...SampleRow.properties,
  items: Type.Array(
    Type.Object({
      n: Type.Integer(),
      villageName: Type.String(),
      claimedFen: Fen,
      checkerName: Type.String(),
      outcome: Nullable(Type.Enum(outcomes)),
      actualFen: Nullable(Fen),
      words: Type.String(),
      photo: Nullable(Id),
      voice: Nullable(Id),
      answeredAt: Nullable(Instant),
    }),
  ),
});
export const Check = Type.Object({
  sample: Id,
  number: Type.String(),
  n: Type.Integer(),
  villageName: Type.String(),
  headMasked: Type.String(),
  claimedFen: Fen,
  fromMonth: Month,
  toMonth: Month,
  /** of one entry: what it is called; null for all of a household’s in the period */
  mechanism: Nullable(Type.Enum(mechanisms)),
  dueOn: Day,
  outcome: Nullable(Type.Enum(outcomes)),
  actualFen: Nullable(Fen),
  words: Type.String(),
  photo: Nullable(Id),
  voice: Nullable(Id),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const item = Type.Object({ county: County, id: Id, n: Type.Integer({ minimum: 1 }) });
const readers = ['operator', 'platform', 'auditor'] as const;
const checkers = ['cadre', 'keeper', 'auditor'] as const;

/** Verification by sample: drawn at random, asked by phone, estimated with its interval. */
export const sampleRoutes = contract({
  verification: {
    method: 'GET',
    path: '/api/counties/:county/verification',
    summary: '抽查结果公示 Results of finished samples beside the claimed figure, for anyone',
    who: 'anyone',
    params: inCounty,
    answer: Type.Array(Type.Object(facts)),
  },
  samples: {
    method: 'GET',
    path: '/api/counties/:county/samples',
    summary: '抽查 Samples',
    who: readers,
    params: inCounty,
    query: Input(PageQuery),
    answer: Paged(SampleRow),
  },
  sample: {
    method: 'GET',
    path: '/api/counties/:county/samples/:id',
    summary: '一次抽查 One sample',
    who: readers,
    params: one,
    answer: Sample,
    refusals: ['sample-not-found'],
  },
  sampleCheckers: {
    method: 'GET',
    path: '/api/counties/:county/sample-checkers',
    summary: '可以派去核实的人 Who may be handed a list',
    who: ['operator'],
    params: inCounty,
    answer: Type.Array(
      Type.Object({ person: Id, name: Type.String(), role: Type.Enum(checkers), orgName: Type.String() }),
    ),
  },
  drawSample: {
    method: 'POST',
    path: '/api/counties/:county/samples',
    summary: '抽一次 Draw a sample and hand it out',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({
      unit: Type.Enum(sampleUnits),
      fromMonth: Month,
      toMonth: Month,
      region: Type.String({ pattern: '^\\d{6}(\\d{3}){0,2}$' }),
      confidenceBp: Type.Enum(confidences),
      marginBp: Type.Integer({ minimum: 100, maximum: 2000 }),
      dueOn: Day,
      checkers: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
    }),
    answer: Sample,
    refusals: [
      'period-backwards',
      'region-outside',
      'due-over',
      'checker-unfit',
      'frame-too-small',
      'village-unchecked',
    ],
  },
  closeSample: {
    method: 'POST',
    path: '/api/counties/:county/samples/:id/close',
    summary: '结束并公布 Close a sample and publish it',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    answer: Sample,
    refusals: ['sample-not-found', 'sample-closed', 'sample-unfinished'],
  },
  myChecks: {
    method: 'GET',
    path: '/api/counties/:county/my-checks',
    summary: '派给我核实的 What I am to ask',
    who: checkers,
    params: inCounty,
    answer: Type.Array(Check),
  },
  checkContact: {
    method: 'POST',
    path: '/api/counties/:county/samples/:id/items/:n/contact',
    summary: '看电话（留痕）Whom to call, logged',
    who: checkers,
    repeatable: true,
    params: item,
    answer: Type.Object({ name: Type.String(), phone: Nullable(Type.String()) }),
    refusals: ['item-not-found', 'sample-closed', 'not-found'],
  },
  addProof: {
    method: 'POST',
    path: '/api/counties/:county/samples/:id/items/:n/proofs',
    summary: '上传照片或录音 Upload a photo or a recording',
    who: checkers,
    upload: true,
    perMinute: 60,
    params: item,
    answer: Type.Object({ proof: Id, kind: Type.Enum(['photo', 'voice']) }),
    refusals: [
      'item-not-found',
      'sample-closed',
      'proof-missing',
      'file-too-large',
      'sound-not-allowed',
      'file-type-not-allowed',
    ],
  },
  answerCheck: {
    method: 'POST',
    path: '/api/counties/:county/samples/:id/items/:n/answers',
    summary: '记下农户说的 Write down what the household said',
    who: checkers,
    params: item,
    body: Input({
      outcome: Type.Enum(outcomes),
      actualFen: Type.Optional(Nullable(Fen)),
      words: Type.String({ maxLength: 200 }),
      photo: Type.Optional(Nullable(Id)),
      voice: Type.Optional(Nullable(Id)),
    }),
    answer: Check,
    refusals: ['item-not-found', 'sample-closed', 'actual-missing', 'actual-same', 'proof-not-found'],
  },
  /** answers bytes */
  proof: {
    method: 'GET',
    path: '/api/counties/:county/samples/:id/proofs/:proof',
    summary: '照片或录音 Photo or recording of an answer',
    who: ['operator', 'auditor', 'cadre', 'keeper'],
    params: Type.Object({ county: County, id: Id, proof: Id }),
    answer: Type.Unknown(),
    refusals: ['proof-not-found'],
  },
});
