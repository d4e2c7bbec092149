import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import { County, Id, Input, Instant, Nullable, Paged, PageQuery, Reason } from '#platform/http/schemas.ts';

export const unitRefusals = {
  'unit-empty': { status: 422, field: 'ranges', zh: '箱里没有东西', en: 'Nothing goes into the case' },
  'packs-twice': { status: 422, field: 'ranges', zh: '第 {pack} 袋写了两次', en: 'Pack {pack} is named twice' },
  'packs-cased': {
    status: 409,
    field: 'ranges',
    zh: '第 {pack} 袋已在别的箱里',
    en: 'Pack {pack} lies in another case',
  },
  'packs-not-in-unit': { status: 409, field: 'ranges', zh: '箱里没有这些', en: 'These are not in the case' },
  'unit-not-found': { status: 404, zh: '没有这个箱', en: 'No such case' },
  'unit-not-yours': { status: 403, zh: '这不是你们的箱', en: 'This case belongs to another organisation' },
  'unit-is-empty': { status: 409, zh: '这个箱已经空了', en: 'The case is empty already' },
  'unit-inside-another': {
    status: 409,
    field: 'children',
    zh: '箱 {sscc} 已在别的托盘上',
    en: 'Case {sscc} lies on another pallet',
  },
  'unit-of-two-owners': {
    status: 422,
    field: 'ranges',
    zh: '一个箱只能装一家的货',
    en: 'A case holds goods of one organisation',
  },
  'unit-numbers-used-up': {
    status: 409,
    zh: '厂商识别代码 {prefix} 的箱号用完了',
    en: 'The case numbers of prefix {prefix} are used up',
  },
  'prefix-not-yours': { status: 403, zh: '只有县级运营能登记', en: 'Only the county operator may write this down' },
  'organisation-unknown': { status: 404, field: 'org', zh: '没有这个主体', en: 'No such organisation' },
  'prefix-taken': {
    status: 409,
    field: 'prefix',
    zh: '与已登记的 {prefix} 冲突',
    en: 'It collides with {prefix}, which is registered',
  },
} as const satisfies RefusalTable;

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const Sscc = Type.String({ pattern: '^\\d{18}$', description: '系列货运包装箱代码 SSCC' });
const pack = Type.Integer({ minimum: 1, maximum: 1_000_000_000 });
const Range = Input({ lot: Id, from: pack, to: pack });
const Kind = Type.Enum(['case', 'pallet']);

const Unit = Type.Object({
  id: Id,
  sscc: Sscc,
  kind: Kind,
  orgName: Type.String(),
  parent: Nullable(Type.Object({ id: Id, sscc: Sscc })),
  /** packs in it, those in the cases on it among them */
  packs: Type.Integer(),
  content: Type.Array(
    Type.Object({ lot: Id, lotNumber: Type.String(), name: Type.String(), from: Type.Integer(), to: Type.Integer() }),
  ),
  children: Type.Array(Type.Object({ id: Id, sscc: Sscc, packs: Type.Integer() })),
  createdAt: Instant,
});

const making = ['keeper', 'merchant', 'operator'] as const;
const staff = [...making, 'platform', 'auditor'] as const;

export const unitRoutes = contract({
  units: {
    method: 'GET',
    path: '/api/counties/:county/units',
    summary: '箱与托盘 Cases and pallets',
    who: staff,
    params: inCounty,
    query: Input({ ...PageQuery, lot: Type.Optional(Id), q: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Paged(Unit),
  },
  makeUnit: {
    method: 'POST',
    path: '/api/counties/:county/units',
    summary: '装箱 Pack a case or load a pallet',
    who: making,
    params: inCounty,
    body: Input({
      kind: Kind,
      ranges: Type.Array(Range, { maxItems: 100 }),
      children: Type.Array(Id, { maxItems: 200, uniqueItems: true }),
    }),
    answer: Type.Object({ id: Id, sscc: Sscc }),
    refusals: [
      'unit-empty',
      'lot-not-found',
      'lot-not-yours',
      'lot-recalled',
      'packs-beyond-lot',
      'packs-twice',
      'packs-cased',
      'unit-not-found',
      'unit-not-yours',
      'unit-inside-another',
      'unit-of-two-owners',
      'unit-numbers-used-up',
    ],
  },
  unpackUnit: {
    method: 'POST',
    path: '/api/counties/:county/units/:id/unpacking',
    summary: '拆箱 Take out of a case, all of it or a part',
    who: making,
    params: one,
    body: Input({
      ranges: Type.Optional(Type.Array(Range, { maxItems: 100 })),
      children: Type.Optional(Type.Array(Id, { maxItems: 200, uniqueItems: true })),
      reason: Reason,
    }),
    answer: Type.Object({ id: Id, sscc: Sscc }),
    refusals: ['unit-not-found', 'unit-not-yours', 'unit-is-empty', 'packs-not-in-unit'],
  },
  setCompanyPrefix: {
    method: 'POST',
    path: '/api/counties/:county/organisations/:id/company-prefix',
    summary: '登记厂商识别代码 Write down a GS1 company prefix',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    // A prefix that begins with 2 is nobody's: GS1 leaves it to numbers inside a firm, as ours are.
    body: Input({ prefix: Type.String({ pattern: '^[013-9]\\d{5,11}$' }) }),
    answer: Type.Object({ org: Id, prefix: Type.String() }),
    refusals: ['prefix-not-yours', 'organisation-unknown', 'prefix-taken'],
  },
  publicUnit: {
    method: 'GET',
    path: '/api/units/:sscc',
    summary: '查一箱 What anyone may know of a case',
    who: 'anyone',
    params: Type.Object({ sscc: Sscc }),
    answer: Type.Object({
      county: County,
      sscc: Sscc,
      kind: Kind,
      orgName: Type.String(),
      packs: Type.Integer(),
      packedAt: Instant,
      lots: Type.Array(
        Type.Object({
          lot: Id,
          gtin: Type.String(),
          lotNumber: Type.String(),
          name: Type.String(),
          nameEn: Type.String(),
          packs: Type.Integer(),
          expiresOn: Type.String(),
          recalled: Type.Boolean(),
        }),
      ),
      /** the pallet it stands on */
      parent: Nullable(Sscc),
      children: Type.Array(Sscc),
    }),
    refusals: ['unit-not-found'],
  },
  /** image/svg+xml; the text is the case's full address (GS1 Digital Link) */
  unitQr: {
    method: 'GET',
    path: '/api/units/:sscc/qr.svg',
    summary: '箱的二维码 QR of a case',
    who: 'anyone',
    params: Type.Object({ sscc: Sscc }),
    refusals: ['unit-not-found'],
  },
  /** image/svg+xml; GS1-128 with the SSCC, as warehouses read it */
  unitBarcode: {
    method: 'GET',
    path: '/api/units/:sscc/barcode.svg',
    summary: '箱的条码 Barcode of a case',
    who: 'anyone',
    params: Type.Object({ sscc: Sscc }),
    refusals: ['unit-not-found'],
  },
});
