import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Grams, Id, Input, Instant, Nullable, Paged, PageQuery, RegionCode } from '#platform/http/schemas.ts';
import { Recall, recallReaches } from '#trace/contract';
import { recallFinds, recallLineStates } from './recall-line-states.ts';

export const recallLineRefusals = {
  'lot-recalled': {
    status: 409,
    zh: '批次 {lot} 已召回，不能发出',
    en: 'Lot {lot} is recalled and must not leave',
  },
  'recall-not-found': { status: 404, zh: '没有这次召回', en: 'No such recall' },
  'recall-nothing-held': { status: 409, zh: '这个订单没有扣住的货', en: 'Nothing of this order is held' },
  'recall-packed-already': {
    status: 409,
    field: 'decision',
    zh: '货已装箱，只能退款',
    en: 'It is packed already; it can only be refunded',
  },
  'recall-orders-held': {
    status: 409,
    zh: '还有 {n} 笔扣住的货没处理，不能结案',
    en: '{n} held lines are not decided; the recall cannot be closed',
  },
  'lot-not-in-recall': {
    status: 404,
    field: 'lot',
    zh: '这次召回的库存里没有这个批次',
    en: 'No stock of this lot is in the recall',
  },
  'destroy-too-many': {
    status: 409,
    field: 'packs',
    zh: '架上没有占用的只有 {left} 件',
    en: 'Only {left} packs lie on the shelf unreserved',
  },
} as const satisfies RefusalTable;

const Found = Type.Enum(recallFinds);
const State = Type.Enum(recallLineStates);

/** What a recall says to the buyer of an order. */
export const RecallNotice = Type.Object({
  recall: Id,
  number: Type.String(),
  reason: Type.String(),
  advice: Type.String(),
  lifted: Type.Boolean(),
  toldAt: Instant,
  seenAt: Nullable(Instant),
  packs: Type.Array(
    Type.Object({
      line: Id,
      lot: Id,
      lotNumber: Type.String(),
      packs: Type.Integer(),
      found: Found,
      state: State,
    }),
  ),
});

const Preview = Type.Object({
  lots: Type.Integer(),
  packedLots: Type.Integer(),
  gramsOnHand: Grams,
  stockPacks: Type.Integer(),
  ordersSent: Type.Integer(),
  ordersWaiting: Type.Integer(),
  packsSent: Type.Integer(),
  buyers: Type.Integer(),
  households: Type.Integer(),
  notes: Type.Integer(),
  villages: Type.Integer(),
});
const Report = Type.Object({
  recall: Recall,
  raw: Type.Object({ lots: Type.Integer(), gramsOnHand: Grams, gramsLost: Grams }),
  packedLots: Type.Integer(),
  /** of all packed lots: what was packed, and where it is */
  grams: Type.Object({
    packed: Grams,
    onHand: Grams,
    onShelf: Grams,
    withBuyers: Grams,
    comeBack: Grams,
    destroyed: Grams,
  }),
  missingGrams: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      found: Found,
      state: State,
      orders: Type.Integer(),
      buyers: Type.Integer(),
      packs: Type.Integer(),
    }),
  ),
  told: Type.Object({
    orders: Type.Integer(),
    buyers: Type.Integer(),
    seen: Type.Integer(),
    /** by text message, where a service for them is set up */
    messages: Type.Object({ waiting: Type.Integer(), sent: Type.Integer(), failed: Type.Integer() }),
  }),
  villages: Type.Array(
    Type.Object({
      village: RegionCode,
      villageName: Type.String(),
      notes: Type.Integer(),
      households: Type.Integer(),
      grams: Grams,
    }),
  ),
});
const LotOfRecall = Type.Object({
  id: Id,
  number: Type.String(),
  kind: Type.Enum(['raw', 'packed']),
  name: Type.String(),
  packGrams: Nullable(Type.Integer()),
  gramsIn: Grams,
  gramsOnHand: Grams,
  lostGrams: Grams,
  usedGrams: Grams,
  shelfPacks: Type.Integer(),
  reservedPacks: Type.Integer(),
  destroyedPacks: Type.Integer(),
  gonePacks: Type.Integer(),
  comeBackPacks: Type.Integer(),
});
const OrderOfRecall = Type.Object({
  order: Id,
  number: Type.String(),
  line: Id,
  name: Type.String(),
  skuName: Type.String(),
  org: Id,
  lot: Id,
  lotNumber: Type.String(),
  packs: Type.Integer(),
  province: Type.String(),
  found: Found,
  state: State,
  toldAt: Instant,
  seenAt: Nullable(Instant),
  mayDecide: Type.Boolean(),
});

const one = Type.Object({ county: County, id: Id });
const readers = ['merchant', 'operator', 'platform', 'auditor'] as const;

/** What recalls do to stock, orders and buyers. */
export const recallLineRoutes = contract({
  recallPreview: {
    method: 'GET',
    path: '/api/counties/:county/lots/:id/recall-preview',
    summary: '召回会波及什么 What a recall of a lot would hit',
    who: ['merchant', 'operator'],
    params: one,
    query: Input({ reach: Type.Enum(recallReaches) }),
    answer: Preview,
    refusals: ['lot-not-found'],
  },
  recallReport: {
    method: 'GET',
    path: '/api/counties/:county/recalls/:id',
    summary: '召回报告 A recall and where all of it is',
    who: readers,
    params: one,
    answer: Report,
    refusals: ['recall-not-found'],
  },
  recallLots: {
    method: 'GET',
    path: '/api/counties/:county/recalls/:id/lots',
    summary: '召回的批次 Lots of a recall',
    who: readers,
    params: one,
    query: Input(PageQuery),
    answer: Paged(LotOfRecall),
    refusals: ['recall-not-found'],
  },
  recallOrders: {
    method: 'GET',
    path: '/api/counties/:county/recalls/:id/orders',
    summary: '召回波及的订单 Orders that a recall hit',
    who: readers,
    params: one,
    query: Input({ ...PageQuery, state: Type.Optional(State) }),
    answer: Paged(OrderOfRecall),
    refusals: ['recall-not-found'],
  },
  /** application/vnd.openxmlformats-officedocument.spreadsheetml.sheet */
  recallSheet: {
    method: 'GET',
    path: '/api/counties/:county/recalls/:id/report.xlsx',
    summary: '召回报告 Excel The report of a recall as a workbook',
    who: readers,
    params: one,
    refusals: ['recall-not-found'],
  },
  decideRecalled: {
    method: 'POST',
    path: '/api/counties/:county/orders/:id/recall-decision',
    summary: '扣住的货：退款或换批次 Held packs: refund, or send of another lot',
    who: ['merchant', 'operator'],
    params: one,
    body: Input({ decision: Type.Enum(['refund', 'replace']) }),
    answer: Type.Object({ order: Id, settled: Type.Integer() }),
    refusals: ['order-not-found', 'recall-nothing-held', 'recall-packed-already', 'stock-short'],
  },
  destroyRecalled: {
    method: 'POST',
    path: '/api/counties/:county/recalls/:id/destructions',
    summary: '销毁在库的召回货 Destroy recalled packs on the shelf',
    who: ['merchant', 'operator'],
    params: one,
    body: Input({ lot: Id, packs: Type.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    answer: Type.Object({ lot: Id, packs: Type.Integer() }),
    refusals: ['recall-not-found', 'lot-not-in-recall', 'destroy-too-many'],
  },
  closeRecall: {
    method: 'POST',
    path: '/api/counties/:county/recalls/:id/closing',
    summary: '召回结案 Close a recall with its report',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ report: Type.String({ minLength: 10, maxLength: 2000, pattern: '\\S' }) }),
    answer: Recall,
    refusals: ['recall-not-found', 'recall-move-not-allowed', 'recall-orders-held'],
  },
  readRecallNotice: {
    method: 'PUT',
    path: '/api/counties/:county/orders/:id/recall-notice',
    summary: '买家：召回告知已看到 The buyer has read of a recall',
    who: 'signed-in',
    repeatable: true,
    params: one,
    refusals: ['order-not-found'],
  },
});
