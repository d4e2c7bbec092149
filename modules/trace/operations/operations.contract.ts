import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Grams, Id, Input, Instant, Nullable, Reason } from '#platform/http/schemas.ts';
import { certificateBases } from '../certificates/basis-kinds.ts';
import { operationKinds, operationNames } from './operation-kinds.ts';
import { processNames } from './process-kinds.ts';

export const operationRefusals = {
  'owners-differ': {
    status: 422,
    field: 'inputs',
    zh: '批次 {lot} 是另一家的，不能一起加工',
    en: 'Lot {lot} belongs to another organisation than the first',
  },
  'lot-in-transit': {
    status: 409,
    field: 'lot',
    zh: '批次 {lot} 还在路上，收到后才能用',
    en: 'Lot {lot} is on its way; it must be received first',
  },
  'lot-not-in-transit': { status: 409, field: 'lot', zh: '批次 {lot} 不在路上', en: 'Lot {lot} is not on its way' },
  'received-above-sent': {
    status: 422,
    field: 'grams',
    zh: '发出的只有 {sent} 克，收到的不会更多',
    en: 'Only {sent} g were sent; no more can arrive',
  },
  'grades-repeat': {
    status: 422,
    field: 'outputs',
    zh: '每个等级只写一次',
    en: 'Each grade may be named once',
  },
  'grade-needed': {
    status: 422,
    field: 'grade',
    zh: '几批的等级不同，请写明并批后的等级',
    en: 'The lots differ in grade; name the grade of the mixed lot',
  },
  'mix-needs-two': { status: 422, field: 'inputs', zh: '并批至少要两个批次', en: 'Mixing needs two lots at least' },
  'process-other-crop': {
    status: 422,
    field: 'process',
    zh: '批次 {lot} 不是这种加工的原料',
    en: 'Lot {lot} is not what this process is for',
  },
  'yield-implausible': {
    status: 422,
    field: 'grams',
    zh: '这么多原料应出 {least} 到 {most} 克，请核对',
    en: 'So much should give {least} to {most} g; please check',
  },
  'place-unknown': {
    status: 422,
    field: 'to',
    zh: '只能调到本县在用的服务站、合作社或商家',
    en: 'Lots go to an active station, cooperative or merchant of the county',
  },
  'place-same': { status: 422, field: 'to', zh: '货已经在那里了', en: 'It lies there already' },
  'loss-not-whole-packs': {
    status: 422,
    field: 'grams',
    zh: '成品按整袋报损，每袋 {grams} 克',
    en: 'Packed lots are lost by whole packs of {grams} g',
  },
  'photos-of-losses-only': {
    status: 409,
    field: 'file',
    zh: '这一步没有损耗，不用拍照',
    en: 'Nothing was lost in this step; there is nothing to show',
  },
  'loss-photos-too-many': {
    status: 409,
    field: 'file',
    zh: '一次损耗最多 {most} 张照片',
    en: 'At most {most} photos of one loss',
  },
  'operation-not-found': { status: 404, zh: '没有这次操作', en: 'No such operation' },
  'operation-is-undo': { status: 409, zh: '撤销不能再撤销', en: 'An undoing cannot be undone' },
  'operation-already-undone': { status: 409, zh: '这次操作已撤销', en: 'This operation is undone already' },
  'operation-without-sources': {
    status: 409,
    zh: '这次操作记在旧账上，不能撤销',
    en: 'This operation was written before operations could be undone',
  },
  'operation-moved-on': {
    status: 409,
    zh: '做出来的货已经动过，不能撤销',
    en: 'What came out of it has moved on; it can no longer be undone',
  },
} as const satisfies RefusalTable;

const Side = Type.Object({ id: Id, number: Type.String(), grams: Grams });
const LossPhoto = Type.Object({ id: Id, width: Type.Integer(), height: Type.Integer() });
export const Operation = Type.Object({
  id: Id,
  kind: Type.Enum(operationNames),
  process: Nullable(Type.Enum(processNames)),
  place: Type.String(),
  note: Nullable(Type.String()),
  /** negative where an operation is undone */
  lossGrams: Type.Integer(),
  /** what households were paid for what is lost with nothing made of it */
  lossFen: Type.Integer(),
  /** of what was lost, the oldest first */
  photos: Type.Array(LossPhoto),
  /** whether something was lost and the reader may show it */
  mayAddPhoto: Type.Boolean(),
  inputs: Type.Array(Side),
  outputs: Type.Array(Side),
  undoes: Nullable(Id),
  undone: Type.Boolean(),
  /** whether the reader may undo it and nothing has moved on */
  mayUndo: Type.Boolean(),
  byName: Type.String(),
  at: Instant,
});

/** A picture of grams: what flows from where to where. */
export const LotFlow = Type.Object({
  lot: Id,
  nodes: Type.Array(
    Type.Object({
      id: Type.String(),
      kind: Type.Enum(['village', 'raw', 'packed', 'operation', 'stock', 'loss', 'on-hand']),
      /** of a village or place its name, of a lot its number */
      name: Type.String(),
      operation: Nullable(Type.Enum(operationNames)),
    }),
  ),
  links: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), grams: Grams })),
  /** lots further away were left out */
  cut: Type.Boolean(),
});

const Positive = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const Loss = Type.Integer({ minimum: 0, maximum: 1_000_000_000 });
const Note = Type.Optional(Type.String({ maxLength: 200 }));
const Grade = Type.String({ minLength: 1, maxLength: 20 });
const Bases = Type.Optional(Type.Array(Type.Enum(certificateBases), { minItems: 1, uniqueItems: true }));
const Inputs = (least: number) => Type.Array(Input({ lot: Id, grams: Positive }), { minItems: least, maxItems: 50 });
const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const shared = ['lot-not-found', 'lot-not-yours', 'lot-already-packed', 'lot-recalled', 'lot-in-transit'] as const;
const grams = ['grams-above-lot', 'grams-not-closed'] as const;

/** What is done with lots besides packing them. */
export const operationRoutes = contract({
  lotFlow: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/flow',
    summary: '批次流向 The way of a lot’s grams',
    who: ['keeper', 'merchant', 'operator', 'platform', 'auditor'],
    params: one,
    answer: LotFlow,
    refusals: ['lot-not-found'],
  },
  gradeLot: {
    method: 'POST',
    path: '/api/counties/:county/gradings',
    summary: '分级 Grade a lot into several',
    who: operationKinds.grade.who,
    params: inCounty,
    body: Input({
      lot: Id,
      outputs: Type.Array(Input({ grade: Grade, grams: Positive }), { minItems: 1, maxItems: 12 }),
      lossGrams: Loss,
      note: Note,
      basis: Bases,
    }),
    answer: Operation,
    refusals: ['grades-repeat', ...shared, ...grams, 'report-missing'],
  },
  mixLots: {
    method: 'POST',
    path: '/api/counties/:county/mixings',
    summary: '并批 Mix lots into one',
    who: operationKinds.mix.who,
    params: inCounty,
    body: Input({ inputs: Inputs(1), lossGrams: Loss, grade: Type.Optional(Grade), note: Note, basis: Bases }),
    answer: Operation,
    refusals: ['mix-needs-two', 'grade-needed', ...shared, 'owners-differ', 'crop-differs', ...grams, 'report-missing'],
  },
  splitLot: {
    method: 'POST',
    path: '/api/counties/:county/splittings',
    summary: '分批 Split a lot',
    who: operationKinds.split.who,
    params: inCounty,
    body: Input({ lot: Id, grams: Type.Array(Positive, { minItems: 1, maxItems: 12 }), note: Note }),
    answer: Operation,
    refusals: [...shared, 'grams-above-lot'],
  },
  processLots: {
    method: 'POST',
    path: '/api/counties/:county/processings',
    summary: '加工 Make another produce of lots',
    who: operationKinds.process.who,
    params: inCounty,
    body: Input({
      process: Type.Enum(processNames),
      inputs: Inputs(1),
      grams: Positive,
      grade: Grade,
      note: Note,
      basis: Bases,
    }),
    answer: Operation,
    refusals: ['process-other-crop', 'yield-implausible', ...shared, 'owners-differ', ...grams, 'report-missing'],
  },
  moveLot: {
    method: 'POST',
    path: '/api/counties/:county/movings',
    summary: '调出 Send a lot to another place',
    who: operationKinds.move.who,
    params: inCounty,
    body: Input({ lot: Id, grams: Positive, to: Id, note: Note }),
    answer: Operation,
    refusals: ['place-unknown', 'place-same', ...shared, 'grams-above-lot'],
  },
  receiveLot: {
    method: 'POST',
    path: '/api/counties/:county/lots/:id/receipt',
    summary: '调入 Receive a lot that was sent',
    who: operationKinds.receive.who,
    params: one,
    body: Input({ grams: Loss, note: Note }),
    answer: Operation,
    refusals: ['lot-not-found', 'lot-not-yours', 'lot-not-in-transit', 'received-above-sent'],
  },
  loseLot: {
    method: 'POST',
    path: '/api/counties/:county/losses',
    summary: '报损 Declare grams of a lot lost',
    who: operationKinds.lose.who,
    params: inCounty,
    body: Input({ lot: Id, grams: Positive, reason: Reason }),
    answer: Operation,
    refusals: ['loss-not-whole-packs', 'lot-not-found', 'lot-not-yours', 'lot-in-transit', 'grams-above-lot'],
  },
  addLossPhoto: {
    method: 'POST',
    path: '/api/counties/:county/operations/:id/photos',
    summary: '给损耗加照片 Add a photo of what was lost',
    who: operationKinds.lose.who,
    upload: true,
    perMinute: 60,
    params: one,
    answer: LossPhoto,
    refusals: [
      'operation-not-found',
      'lot-not-yours',
      'photos-of-losses-only',
      'loss-photos-too-many',
      'file-missing',
      'file-too-large',
      'file-type-not-allowed',
    ],
  },
  /** answers bytes; for those who may see one of the lots */
  lossPhoto: {
    method: 'GET',
    path: '/api/counties/:county/operations/:id/photos/:photo',
    summary: '损耗照片（WebP）A photo of what was lost',
    who: ['keeper', 'merchant', 'operator', 'platform', 'auditor'],
    params: Type.Object({ county: County, id: Id, photo: Id }),
    query: Input({ width: Type.Optional(Type.Enum(['320', '800', '1600'])) }),
    answer: Type.Unknown(),
    refusals: ['photo-not-found'],
  },
  undoOperation: {
    method: 'POST',
    path: '/api/counties/:county/operations/:id/undoing',
    summary: '撤销 Undo an operation',
    who: operationKinds.undo.who,
    params: one,
    body: Input({ reason: Reason }),
    answer: Operation,
    refusals: [
      'operation-not-found',
      'lot-not-yours',
      'operation-is-undo',
      'operation-already-undone',
      'operation-without-sources',
      'operation-moved-on',
    ],
  },
});
