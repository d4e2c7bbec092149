import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Grams,
  Id,
  Input,
  Instant,
  Name,
  Nullable,
  Paged,
  PageQuery,
  RegionCode,
} from '#platform/http/schemas.ts';
import { FreightPaid } from '#trade/contract';
import { parcelStates } from './parcels/parcel-states.ts';

export { parcelMoves, parcelStates } from './parcels/parcel-states.ts';

export const fulfilmentRefusals = {
  'order-not-found': { status: 404, zh: '没有这张订单', en: 'No such order' },
  'order-not-packable': {
    status: 409,
    zh: '订单现在是「{state}」，不能装箱',
    en: 'An order that is {state} cannot be packed',
  },
  'nothing-to-pack': {
    status: 409,
    zh: '这张订单里没有你们要装的商品，或已装好',
    en: 'This order has nothing left for you to pack',
  },
  'parcel-not-found': { status: 404, zh: '没有这个包裹', en: 'No such parcel' },
  'parcel-move-not-allowed': {
    status: 409,
    zh: '包裹现在是「{from}」，不能变成「{to}」',
    en: 'A parcel that is {from} cannot become {to}',
  },
  'waybill-taken': {
    status: 409,
    field: 'waybill',
    zh: '这个运单号已用过',
    en: 'This waybill number is already in use',
  },
  'code-false': { status: 404, zh: '这不是本平台发出的码', en: 'This code was not issued here' },
} as const satisfies RefusalTable;

const Code = Type.Object({
  line: Id,
  lot: Id,
  lotNumber: Type.String(),
  gtin: Type.String(),
  productName: Type.String(),
  skuName: Type.String(),
  serial: Type.String(),
  path: Type.String(),
});
export const Parcel = Type.Object({
  county: County,
  id: Id,
  number: Type.String(),
  order: Id,
  orderNumber: Type.String(),
  /** the after-sale case it was packed for */
  afterSale: Nullable(Id),
  org: Id,
  orgName: Type.String(),
  state: Type.Enum(parcelStates),
  grams: Grams,
  packs: Type.Integer(),
  shipRegion: RegionCode,
  shipRegionName: Type.String(),
  packedIn: Type.String(),
  carrier: Nullable(Type.String()),
  waybill: Nullable(Type.String()),
  packedAt: Instant,
  sentAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
});
export const ParcelDetail = Type.Object({ ...Parcel.properties, codes: Type.Array(Code) });

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const staff = ['merchant', 'keeper', 'operator', 'platform', 'courier', 'auditor'] as const;

export const fulfilment = contract({
  parcels: {
    method: 'GET',
    path: '/api/counties/:county/parcels',
    summary: '包裹 Parcels',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(parcelStates)),
      q: Type.Optional(Type.String({ maxLength: 40 })),
    }),
    answer: Paged(Parcel),
  },
  parcel: {
    method: 'GET',
    path: '/api/counties/:county/parcels/:id',
    summary: '包裹与里面的码 A parcel with its codes',
    who: staff,
    params: one,
    answer: ParcelDetail,
    refusals: ['parcel-not-found'],
  },
  orderParcels: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id/parcels',
    summary: '订单的包裹（本人或工作人员）Parcels of an order',
    who: 'signed-in',
    params: one,
    answer: Type.Array(ParcelDetail),
    refusals: ['order-not-found'],
  },
  packOrder: {
    method: 'POST',
    path: '/api/counties/:county/orders/:id/parcels',
    summary: '装箱：取走批次、发码 Pack: take the lots, give the codes',
    who: ['merchant', 'keeper', 'operator'],
    params: one,
    body: Input({
      org: Type.Optional(Id),
      packedIn: Type.Optional(Name),
      /** of lines sold by weight: net grams as weighed now */
      weights: Type.Optional(
        Type.Array(Input({ line: Id, grams: Type.Integer({ minimum: 1, maximum: 100_000_000 }) }), { maxItems: 100 }),
      ),
    }),
    answer: ParcelDetail,
    refusals: [
      'order-not-found',
      'not-allowed',
      'order-not-packable',
      'nothing-to-pack',
      'order-move-not-allowed',
      'case-open',
      'lot-recalled',
      'weight-missing',
      'weight-implausible',
    ],
  },
  sendParcel: {
    method: 'POST',
    path: '/api/counties/:county/parcels/:id/sending',
    summary: '发出 Send with a waybill',
    who: ['merchant', 'keeper', 'operator', 'courier'],
    params: one,
    body: Input({ carrier: Name, waybill: Type.String({ pattern: '^[A-Za-z0-9-]{6,32}$' }) }),
    answer: ParcelDetail,
    refusals: [
      'parcel-not-found',
      'not-allowed',
      'parcel-move-not-allowed',
      'order-move-not-allowed',
      'case-open',
      'lot-recalled',
      'waybill-taken',
    ],
  },
  receiveOrder: {
    method: 'POST',
    path: '/api/counties/:county/orders/:id/receipt',
    summary: '确认收货：结算 Confirm receipt, which settles',
    who: 'signed-in',
    params: one,
    body: Input({}),
    answer: Type.Array(ParcelDetail),
    refusals: ['order-not-found', 'parcel-move-not-allowed', 'order-move-not-allowed'],
  },
  packCase: {
    method: 'POST',
    path: '/api/counties/:county/cases/:id/parcel',
    summary: '售后补发装箱 Pack what a case sends again',
    who: ['merchant', 'keeper'],
    params: one,
    body: Input({}),
    answer: ParcelDetail,
    refusals: ['case-not-found', 'not-allowed', 'case-move-not-allowed', 'nothing-to-pack', 'lot-recalled'],
  },
  receiveCase: {
    method: 'POST',
    path: '/api/counties/:county/cases/:id/receipt',
    summary: '收到补发或换货 Goods sent again have arrived',
    who: 'signed-in',
    params: one,
    body: Input({}),
    refusals: ['case-not-found', 'case-move-not-allowed', 'parcel-not-found'],
  },
  takeBack: {
    method: 'POST',
    path: '/api/counties/:county/cases/:id/arrival',
    summary: '收到退货：逐袋扫码，能卖的回库 Goods came back, pack by pack',
    who: ['merchant', 'keeper'],
    params: one,
    body: Input({
      packs: Type.Array(
        Input({
          gtin: Type.String({ pattern: '^\\d{14}$' }),
          lot: Type.String({ maxLength: 20 }),
          serial: Type.String({ maxLength: 20 }),
          sellable: Type.Boolean(),
        }),
        { minItems: 1, maxItems: 999 },
      ),
      /** what the seller paid the carrier for it */
      freight: FreightPaid,
    }),
    refusals: [
      'case-not-found',
      'not-allowed',
      'freight-own',
      'freight-over',
      'freight-said',
      'freight-unproved',
      'freight-number-used',
      'photo-not-found',
      'code-false',
      'case-move-not-allowed',
      'case-packs-over',
      'return-not-of-case',
      'lot-not-sellable',
      'case-nothing-left',
    ],
  },
  /** dates and province only: where a pack went is nobody's business beyond that */
  journey: {
    method: 'GET',
    path: '/api/codes/:gtin/:lot/:serial/journey',
    summary: '这一袋走过的路 Where one pack was packed and sent',
    who: 'anyone',
    params: Type.Object({
      gtin: Type.String({ pattern: '^\\d{14}$' }),
      lot: Type.String({ maxLength: 20 }),
      serial: Type.String({ maxLength: 20 }),
    }),
    answer: Type.Object({
      packedAt: Nullable(Instant),
      packedIn: Nullable(Type.String()),
      sentAt: Nullable(Instant),
      carrier: Nullable(Type.String()),
      toProvince: Nullable(Type.String()),
      receivedAt: Nullable(Instant),
      order: Nullable(Type.Object({ paidFen: Type.Integer() })),
    }),
    refusals: ['code-false'],
  },
});
