import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Grams,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Reason,
  RegionCode,
  SignedFen,
} from '#platform/http/schemas.ts';
import { certificateBases } from './certificates/basis-kinds.ts';
import { Certificate, certificateRefusals, certificateRoutes } from './certificates/certificates.contract.ts';
import { codeParams, codeRefusals, codeRoutes, Scan } from './codes/codes.contract.ts';
import { disputeRefusals, disputeRoutes } from './disputes/disputes.contract.ts';
import { epcisRefusals, epcisRoutes } from './epcis/epcis.contract.ts';
import { offline, offlineRefusals } from './offline/offline.contract.ts';
import { Operation, operationRefusals, operationRoutes } from './operations/operations.contract.ts';
import { Growing, plotRefusals, plotRoutes } from './plots/plots.contract.ts';
import { recallRefusals, recallRoutes } from './recalls/recalls.contract.ts';
import { PublicReport, reportRefusals, reportRoutes } from './reports/reports.contract.ts';
import { unitRefusals, unitRoutes } from './units/units.contract.ts';
import { villageRoutes } from './villages/villages.contract.ts';

export {
  type AlertKind,
  type AlertState,
  alertKinds,
  alertMoves,
  alertStates,
  alertWords,
  verdicts,
  verdictWords,
} from './codes/alert-states.ts';

import { Warning, yieldRefusals, yieldRoutes } from './yields/yields.contract.ts';

export { type Basis, certificateBases, certificateBasisWords } from './certificates/basis-kinds.ts';
export { Certificate, certificateStateWords } from './certificates/certificates.contract.ts';
export { issuerKinds, issuerWords } from './certificates/issuer-kinds.ts';
export {
  disputeKinds,
  disputeKindWords,
  disputeMoves,
  disputeStates,
} from './disputes/dispute-states.ts';
export { bizStepWords, eventTypeWords } from './epcis/epcis.contract.ts';
export {
  subscriptionEndWords,
  subscriptionMoves,
  subscriptionStates,
} from './epcis/subscription-states.ts';
export {
  a4Grid,
  type LabelContent,
  type LabelSize,
  type LabelText,
  labelSizes,
  layoutLabel,
} from './labels/label-layout.ts';
export { packLabel } from './labels/pack-layout.ts';
export * from './offline/offline-states.ts';
export { MOST_LOSS_PHOTOS, type OperationName, operationKinds, operationNames } from './operations/operation-kinds.ts';
export { isPlausible, type ProcessName, processes, processNames } from './operations/process-kinds.ts';
export {
  areaDiffers,
  type Boundary,
  centimuOf,
  faultOf,
  metres,
  type Position,
  position,
} from './plots/boundary-layout.ts';
export { plotWarningWords } from './plots/plots.contract.ts';
export { MOST_WORK_PHOTOS, type WorkKind, workKinds, workKindWords } from './plots/work-kinds.ts';
export { type PrintFormat, printFormats } from './print/print-kinds.ts';
export {
  type RecallState,
  recallMoves,
  recallReaches,
  recallReachWords,
  recallStates,
  unshippedRules,
  unshippedWords,
} from './recalls/recall-states.ts';
export { Recall } from './recalls/recalls.contract.ts';
export { reportKindNames, reportKinds } from './reports/report-kinds.ts';
export { yieldWarningWords } from './yields/yields.contract.ts';

export const payments = ['cash', 'transfer', 'later'] as const;
export const paymentWords = {
  cash: { zh: '现金', en: 'Cash' },
  transfer: { zh: '转账', en: 'Transfer' },
  later: { zh: '挂账', en: 'Later' },
} as const;
export const traceRefusals = {
  ...offlineRefusals,
  ...epcisRefusals,
  'household-not-found': {
    status: 404,
    field: 'household',
    zh: '没有这一户，或不在你的范围',
    en: 'No such household, or outside your region',
  },
  'station-not-yours': { status: 403, field: 'station', zh: '这不是你的服务站', en: 'This is not your station' },
  'buyer-unknown': { status: 422, field: 'buyer', zh: '这个收购方不能收购', en: 'This organisation cannot buy in' },
  'crop-not-grown': {
    status: 422,
    field: 'crop',
    zh: '这户没有登记种植 {crop}',
    en: 'This household has no {crop} on file',
  },
  'grams-above-yield': {
    status: 422,
    field: 'grams',
    zh: '今年已收 {bought} 公斤，这户能产 {limit} 公斤，最多还能收 {left} 公斤；确实产得多的，请县里确认',
    en: 'Bought {bought} kg this year; the household can yield {limit} kg, at most {left} kg more; if it yields more, the county confirms it',
  },
  'variety-unknown': {
    status: 422,
    field: 'variety',
    zh: '本县没有这个品种：{variety}',
    en: 'The county knows no such variety: {variety}',
  },
  'price-zero': { status: 422, field: 'fenPerKg', zh: '单价必须大于零', en: 'The price must be above zero' },
  'price-far-from-reference': {
    status: 422,
    field: 'fenPerKg',
    zh: '单价每公斤 {price} 元，与当日参考价 {reference} 元相差十倍以上',
    en: '¥{price} per kg is more than ten times away from the reference price of ¥{reference}',
  },
  'amount-zero': {
    status: 422,
    field: 'grams',
    zh: '这点重量按这个单价不到一分钱',
    en: 'So few grams at this price come to less than a fen',
  },
  'harvested-in-future': {
    status: 422,
    field: 'harvestedOn',
    zh: '采收日期不能晚于今天',
    en: 'The harvest cannot lie in the future',
  },
  'purchase-not-found': { status: 404, zh: '没有这张收购单', en: 'No such purchase note' },
  'purchase-already-reversed': { status: 409, zh: '这张收购单已冲销', en: 'This purchase note is already reversed' },
  'purchase-is-a-reversal': { status: 409, zh: '冲销单不能再冲销', en: 'A reversing note cannot be reversed' },
  'lot-moved-on': {
    status: 409,
    zh: '这批货已封批或加工，不能再冲销',
    en: 'The lot is closed or used; the note can no longer be reversed',
  },
  'lot-not-found': { status: 404, zh: '没有这个批次', en: 'No such lot' },
  'lot-not-yours': { status: 403, zh: '这不是你们的批次', en: 'This lot belongs to another organisation' },
  'lot-empty': { status: 409, field: 'lot', zh: '这个批次没有货了', en: 'Nothing is left in this lot' },
  'lot-without-certificate': {
    status: 409,
    field: 'lot',
    zh: '批次 {lot} 还没有承诺达标合格证',
    en: 'Lot {lot} has no certificate yet',
  },
  'lot-already-packed': {
    status: 409,
    field: 'inputs',
    zh: '批次 {lot} 已是成品，不能再加工或分装',
    en: 'Lot {lot} is packed already and cannot be worked on again',
  },
  'lot-recalled': { status: 409, field: 'lot', zh: '批次 {lot} 已召回', en: 'Lot {lot} is recalled' },
  'grams-above-lot': {
    status: 409,
    field: 'inputs',
    zh: '批次 {lot} 只剩 {left} 克',
    en: 'Only {left} g are left in lot {lot}',
  },
  'grams-not-closed': {
    status: 422,
    field: 'lossGrams',
    zh: '投入 {input} 克 ≠ 产出 {output} 克 + 损耗 {loss} 克',
    en: '{input} g in is not {output} g out + {loss} g lost',
  },
  'crop-differs': {
    status: 422,
    field: 'inputs',
    zh: '投入批次与做出来的不是同一种作物',
    en: 'What goes in and what comes out are different crops',
  },
  'sku-unknown': { status: 404, field: 'sku', zh: '没有这个规格', en: 'No such SKU' },
  ...certificateRefusals,
  ...reportRefusals,
  ...codeRefusals,
  ...unitRefusals,
  ...operationRefusals,
  ...recallRefusals,
  ...yieldRefusals,
  ...disputeRefusals,
  ...plotRefusals,
} as const satisfies RefusalTable;

export const Purchase = Type.Object({
  id: Id,
  number: Type.String(),
  station: Id,
  stationName: Type.String(),
  buyer: Id,
  buyerName: Type.String(),
  household: Id,
  householdCode: Type.String(),
  headMasked: Type.String(),
  village: RegionCode,
  villageName: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  /** empty where none was named */
  variety: Type.String(),
  grade: Type.String(),
  grams: Type.Integer(),
  fenPerKg: Fen,
  amountFen: SignedFen,
  referenceFenPerKg: Nullable(Fen),
  paid: Type.Enum(payments),
  lot: Id,
  lotNumber: Type.String(),
  day: Day,
  harvestedOn: Nullable(Day),
  /** off which it came, where that is known */
  plot: Nullable(Id),
  plotNumber: Nullable(Type.String()),
  reverses: Nullable(Id),
  reversedBy: Nullable(Id),
  reason: Nullable(Type.String()),
  byName: Type.String(),
  at: Instant,
});
export const Lot = Type.Object({
  county: County,
  id: Id,
  number: Type.String(),
  kind: Type.Enum(['raw', 'packed']),
  org: Id,
  orgName: Type.String(),
  station: Id,
  stationName: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  grade: Type.String(),
  sku: Nullable(Id),
  skuName: Nullable(Type.String()),
  productName: Nullable(Type.String()),
  village: RegionCode,
  villageName: Type.String(),
  harvestedFrom: Day,
  harvestedTo: Day,
  madeOn: Day,
  expiresOn: Day,
  gramsIn: Grams,
  gramsOnHand: Grams,
  householdFen: Fen,
  packs: Nullable(Type.Integer()),
  packGrams: Nullable(Type.Integer()),
  state: Type.Enum(['open', 'closed', 'recalled']),
  /** sent and not yet received at its station */
  inTransit: Type.Boolean(),
  households: Type.Integer(),
  certificate: Nullable(Type.String()),
});
const Movement = Type.Object({
  kind: Type.String(),
  grams: Type.Integer(),
  evidenceKind: Type.String(),
  evidence: Id,
  at: Instant,
});
const Relative = Type.Object({ id: Id, number: Type.String(), grams: Grams });
export const LotDetail = Type.Object({
  lot: Lot,
  certificate: Nullable(Certificate),
  /** by village, so that a reader without the right to people's records still sees where it came from */
  villages: Type.Array(
    Type.Object({
      village: RegionCode,
      villageName: Type.String(),
      households: Type.Integer(),
      grams: Grams,
      fen: Fen,
    }),
  ),
  purchases: Type.Array(Purchase),
  movements: Type.Array(Movement),
  madeFrom: Type.Array(Relative),
  madeInto: Type.Array(Relative),
  lossGrams: Grams,
  /** all that was done with it, in the order it was done */
  operations: Type.Array(Operation),
});
/** What anyone may know of a lot: villages and counts, never a household. */
export const PublicLotFacts = Type.Object({
  county: County,
  lot: Id,
  lotNumber: Type.String(),
  gtin: Type.String(),
  product: Id,
  productName: Type.String(),
  productNameEn: Type.String(),
  sku: Id,
  skuName: Type.String(),
  packGrams: Type.Integer(),
  packs: Type.Integer(),
  orgName: Type.String(),
  stationName: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  cropNameEn: Type.String(),
  grade: Type.String(),
  villages: Type.Array(
    Type.Object({
      village: RegionCode,
      villageName: Type.String(),
      townshipName: Type.String(),
      households: Type.Integer(),
      grams: Grams,
    }),
  ),
  households: Type.Integer(),
  /** null where fewer than three households are in it: the village would know which one is meant */
  liftedHouseholds: Nullable(Type.Integer()),
  monitoredHouseholds: Nullable(Type.Integer()),
  harvestedFrom: Day,
  harvestedTo: Day,
  boughtGrams: Grams,
  boughtFenPerKg: Fen,
  referenceFenPerKg: Nullable(Fen),
  packedOn: Day,
  packedAt: Type.String(),
  lossGrams: Grams,
  expiresOn: Day,
  recalled: Type.Boolean(),
  certificate: Nullable(Certificate),
  /** null where none of its notes has a plot */
  growing: Nullable(Growing),
});
/** The same of one lot, with who grew it and how it was tested. */
export const PublicLot = Type.Object({
  ...PublicLotFacts.properties,
  /** first names of the households that agreed to it; where there are any, categories are not told */
  growers: Type.Array(Type.Object({ village: RegionCode, name: Type.String() })),
  reports: Type.Array(PublicReport),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['keeper', 'merchant', 'operator', 'platform', 'auditor'] as const;

export const trace = contract({
  ...offline,
  ...epcisRoutes,
  purchases: {
    method: 'GET',
    path: '/api/counties/:county/purchases',
    summary: '收购单 Purchase notes',
    who: ['keeper', 'merchant', 'cadre', 'operator', 'platform', 'auditor'],
    params: inCounty,
    query: Input({
      ...PageQuery,
      day: Type.Optional(Day),
      station: Type.Optional(Id),
      household: Type.Optional(Id),
      lot: Type.Optional(Id),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(Purchase),
  },
  purchase: {
    method: 'GET',
    path: '/api/counties/:county/purchases/:id',
    summary: '一张收购单 One purchase note',
    who: ['keeper', 'merchant', 'cadre', 'operator', 'platform', 'auditor'],
    params: one,
    answer: Purchase,
    refusals: ['purchase-not-found'],
  },
  ...yieldRoutes,
  ...disputeRoutes,
  ...plotRoutes,
  weighIn: {
    method: 'POST',
    path: '/api/counties/:county/purchases',
    summary: '过秤收购 Weigh in and buy',
    who: ['keeper'],
    params: inCounty,
    body: Input({
      station: Id,
      household: Id,
      crop: Type.String({ maxLength: 40 }),
      grade: Type.String({ minLength: 1, maxLength: 20 }),
      grams: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
      fenPerKg: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
      paid: Type.Enum(payments),
      harvestedOn: Type.Optional(Day),
      /** off which plot it comes */
      plot: Type.Optional(Id),
      /** one of those that the county knows of the crop */
      variety: Type.Optional(Type.String({ maxLength: 30 })),
    }),
    answer: Type.Object({
      ...Purchase.properties,
      /** of a note that was written all the same */
      warnings: Type.Array(Warning),
    }),
    refusals: [
      'station-not-yours',
      'buyer-unknown',
      'household-not-found',
      'crop-not-grown',
      'grams-above-yield',
      'price-zero',
      'price-far-from-reference',
      'amount-zero',
      'harvested-in-future',
      'plot-not-of-household',
      'plot-other-crop',
      'grams-above-plot',
      'spray-interval',
      'variety-unknown',
    ],
  },
  reversePurchase: {
    method: 'POST',
    path: '/api/counties/:county/purchases/:id/reversal',
    summary: '冲销收购单 Reverse a purchase note',
    who: ['keeper', 'operator'],
    params: one,
    body: Input({ reason: Reason }),
    answer: Purchase,
    refusals: [
      'purchase-not-found',
      'station-not-yours',
      'purchase-is-a-reversal',
      'purchase-already-reversed',
      'lot-moved-on',
    ],
  },

  lots: {
    method: 'GET',
    path: '/api/counties/:county/lots',
    summary: '批次 Lots',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      kind: Type.Optional(Type.Enum(['raw', 'packed'])),
      state: Type.Optional(Type.Enum(['open', 'closed', 'recalled'])),
      crop: Type.Optional(Type.String()),
      onHand: Type.Optional(Type.Boolean()),
      inTransit: Type.Optional(Type.Boolean()),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(Lot),
  },
  lot: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id',
    summary: '批次详情 One lot with its sources',
    who: staff,
    params: one,
    answer: LotDetail,
    refusals: ['lot-not-found'],
  },
  ...certificateRoutes,
  ...reportRoutes,
  ...operationRoutes,
  ...recallRoutes,
  pack: {
    method: 'POST',
    path: '/api/counties/:county/packings',
    summary: '分级装袋 Grade and pack lots into packs of one SKU',
    who: ['keeper', 'merchant', 'operator'],
    params: inCounty,
    body: Input({
      sku: Id,
      inputs: Type.Array(Input({ lot: Id, grams: Type.Integer({ minimum: 1 }) }), { minItems: 1, maxItems: 50 }),
      packs: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
      lossGrams: Type.Integer({ minimum: 0 }),
      place: Name,
      note: Type.Optional(Type.String({ maxLength: 200 })),
      basis: Type.Array(Type.Enum(certificateBases), { minItems: 1, uniqueItems: true }),
    }),
    answer: LotDetail,
    refusals: [
      'sku-unknown',
      'lot-not-found',
      'lot-not-yours',
      'lot-already-packed',
      'lot-recalled',
      'lot-in-transit',
      'owners-differ',
      'lot-without-certificate',
      'crop-differs',
      'grams-above-lot',
      'grams-not-closed',
      'report-missing',
    ],
  },
  ...codeRoutes,
  ...villageRoutes,
  ...unitRoutes,

  publicLot: {
    method: 'GET',
    path: '/api/codes/:gtin/:lot',
    summary: '查批次 What anyone may know of a lot',
    who: 'anyone',
    params: Type.Object({ gtin: codeParams.properties.gtin, lot: codeParams.properties.lot }),
    answer: PublicLot,
    refusals: ['code-false'],
  },
  publicCode: {
    method: 'GET',
    path: '/api/codes/:gtin/:lot/:serial',
    summary: '查一袋 What anyone may know of one pack',
    who: 'anyone',
    params: codeParams,
    answer: Type.Object({ lot: PublicLot, scan: Scan }),
    refusals: ['code-false'],
  },
  lotsOnSale: {
    method: 'GET',
    path: '/api/counties/:county/skus/:id/lots',
    summary: '规格的成品批次 Packed lots of a SKU, for the product page',
    who: 'anyone',
    params: one,
    answer: Type.Array(PublicLotFacts),
  },
});
