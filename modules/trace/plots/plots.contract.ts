import Type from 'typebox';
import type { RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
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
} from '#platform/http/schemas.ts';
import { MOST_CORNERS } from './boundary-layout.ts';
import { workKinds } from './work-kinds.ts';

export const plotRefusals = {
  'plot-not-found': {
    status: 404,
    field: 'plot',
    zh: '没有这块地，或不在你的范围',
    en: 'No such plot, or outside your region',
  },
  'plot-owner-wrong': {
    status: 422,
    field: 'household',
    zh: '一块地要么是一户的，要么是一个合作社的',
    en: 'A plot belongs to one household or to one cooperative',
  },
  'plot-cooperative-unknown': { status: 404, field: 'org', zh: '没有这个合作社', en: 'No such cooperative' },
  'plot-village-outside': {
    status: 403,
    field: 'village',
    zh: '这个村不在你的范围',
    en: 'This village is outside your region',
  },
  'plot-empty': {
    status: 422,
    field: 'areaCentimu',
    zh: '写面积或棵数，至少一样',
    en: 'Say its area or its trees, one at least',
  },
  'plot-crop-unknown': { status: 422, field: 'crop', zh: '没有人种 {crop}', en: 'Nobody grows {crop}' },
  'plot-yield-above-crop': {
    status: 422,
    field: 'yieldGrams',
    zh: '这块地按面积和棵数最多产 {most} 公斤',
    en: 'By its area and trees this plot yields {most} kg at most',
  },
  'plot-changed': {
    status: 409,
    field: 'version',
    zh: '这块地刚被别人改过，请看了再改',
    en: 'Somebody changed this plot meanwhile; please look again',
  },
  'plot-ended': { status: 409, zh: '这块地 {day} 起不种了', en: 'This plot was given up on {day}' },
  'plot-day-wrong': {
    status: 422,
    field: 'from',
    zh: '日期不能早于 {from}，也不能晚于 {to}',
    en: 'The day lies between {from} and {to}',
  },
  'boundary-open': {
    status: 422,
    field: 'boundary',
    zh: '边界要有三个以上的角，最后回到第一个角',
    en: 'A boundary has three corners or more and ends where it began',
  },
  'boundary-crosses': { status: 422, field: 'boundary', zh: '边界自己交叉了', en: 'The boundary crosses itself' },
  'boundary-empty': { status: 422, field: 'boundary', zh: '边界里没有面积', en: 'The boundary encloses nothing' },
  'boundary-far': {
    status: 422,
    field: 'boundary',
    zh: '边界离县城 {km} 公里，不在本县',
    en: 'The boundary is {km} km from the county’s seat',
  },
  'work-not-found': { status: 404, field: 'work', zh: '没有这条记录', en: 'No such entry' },
  'work-struck': { status: 409, zh: '这条记录已作废', en: 'This entry is struck already' },
  'work-bought': {
    status: 409,
    zh: '这条采收是收购单写的，要改请冲销收购单',
    en: 'A purchase wrote this harvest; reverse the note',
  },
  'spray-struck-by-county': {
    status: 403,
    zh: '打药记录只能由县里作废',
    en: 'Only the county strikes a spray',
  },
  'product-needed': { status: 422, field: 'product', zh: '打药要写用的什么药', en: 'A spray names its product' },
  'dose-needed': {
    status: 422,
    field: 'millilitres',
    zh: '打药要写用量（克或毫升）',
    en: 'A spray says its dose, in grams or millilitres',
  },
  'interval-needed': {
    status: 422,
    field: 'intervalDays',
    zh: '打药要写标签上的安全间隔期',
    en: 'A spray says the safe interval of its label',
  },
  'only-of-sprays': {
    status: 422,
    field: 'product',
    zh: '只有打药才写药名和安全间隔期',
    en: 'Only a spray has a product and a safe interval',
  },
  'pesticide-banned': {
    status: 422,
    field: 'product',
    zh: '{product} 禁止使用（{basis}），请停下来报告县农业农村局',
    en: '{product} is banned ({basis}); stop and tell the county',
  },
  'pesticide-unknown': {
    status: 422,
    field: 'product',
    zh: '县里的表上没有 {product}，请县里核对标签后添加',
    en: '{product} is not in the county’s table; the county adds it by its label',
  },
  'pesticide-not-registered': {
    status: 422,
    field: 'product',
    zh: '{product} 没有登记用在 {crop} 上',
    en: '{product} is not registered for {crop}',
  },
  'interval-too-short': {
    status: 422,
    field: 'intervalDays',
    zh: '{product} 用在 {crop} 上，安全间隔期至少 {days} 天',
    en: 'The safe interval of {product} on {crop} is {days} days at least',
  },
  'crop-needed': { status: 422, field: 'crop', zh: '请写用在哪种作物上', en: 'Please say for which crop' },
  'file-missing': { status: 400, field: 'file', zh: '没有收到照片', en: 'No photo came with the request' },
  'photo-not-found': { status: 404, field: 'photo', zh: '没有这张照片', en: 'No such photo' },
  'photos-too-many': {
    status: 409,
    field: 'file',
    zh: '一条记录最多 {most} 张照片',
    en: 'At most {most} photos an entry',
  },
  'plot-not-of-household': {
    status: 422,
    field: 'plot',
    zh: '这户没有这块地',
    en: 'This household has no such plot',
  },
  'plot-other-crop': {
    status: 422,
    field: 'plot',
    zh: '地块 {plot} 那天种的不是 {crop}',
    en: 'Plot {plot} did not grow {crop} on that day',
  },
  'grams-above-plot': {
    status: 422,
    field: 'plot',
    zh: '地块 {plot} 今年已收 {bought} 公斤，预计产 {limit} 公斤，最多还能收 {left} 公斤',
    en: 'Bought {bought} kg off plot {plot} this year; it can yield {limit} kg, at most {left} kg more',
  },
  'spray-interval': {
    status: 422,
    field: 'plot',
    zh: '地块 {plot} 打过 {product}，{day} 起才能采收；若是别的地块收的，请选明地块',
    en: 'Plot {plot} was sprayed with {product} and may be harvested from {day} on; if this is off another plot, name it',
  },
} as const satisfies RefusalTable;

/** What is said of a plot that was written all the same. */
export const plotWarnings = ['area-differs', 'boundary-far-from-others'] as const;
export const plotWarningWords = {
  'area-differs': {
    zh: '画出来的面积和填的面积差两成以上，请核对',
    en: 'The drawn area is more than a fifth away from the declared one; please check',
  },
  'boundary-far-from-others': {
    zh: '边界离本村其他地块 15 公里以上，请核对坐标',
    en: 'The boundary is more than 15 km from the village’s other plots; please check',
  },
} as const;

const Longitude = Type.Number({ minimum: 73, maximum: 136, description: '经度 degrees east' });
const Latitude = Type.Number({ minimum: 3, maximum: 54, description: '纬度 degrees north' });
export const BoundaryShape = Type.Object(
  {
    type: Type.Literal('Polygon'),
    coordinates: Type.Tuple([Type.Array(Type.Tuple([Longitude, Latitude]), { maxItems: MOST_CORNERS })]),
  },
  { additionalProperties: false, description: 'GeoJSON Polygon，一圈 of one ring' },
);

const content = {
  name: Name,
  crop: Type.String({ minLength: 1, maxLength: 40 }),
  areaCentimu: Type.Integer({ minimum: 0, maximum: 100_000_000, description: '百分之一亩 hundredths of a mu' }),
  trees: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
  /** expected, a season */
  yieldGrams: Type.Integer({ minimum: 1, maximum: 1_000_000_000_000 }),
  boundary: Type.Optional(Nullable(BoundaryShape)),
  /** the day from which this is so; today when left out */
  from: Type.Optional(Day),
};

/** The spray that stands against a harvest today. */
const Blocked = Type.Object({ product: Type.String(), onDay: Day, freeOn: Day });
export const Plot = Type.Object({
  id: Id,
  number: Type.String(),
  household: Nullable(Id),
  householdCode: Nullable(Type.String()),
  /** of a household its head, masked; of a cooperative its name */
  ownerName: Type.String(),
  org: Nullable(Id),
  village: RegionCode,
  villageName: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  areaCentimu: Type.Integer(),
  trees: Type.Integer(),
  yieldGrams: Grams,
  boundary: Nullable(BoundaryShape),
  boundaryCentimu: Nullable(Type.Integer()),
  from: Day,
  /** the last day it was worked; null while it is */
  to: Nullable(Day),
  blocked: Nullable(Blocked),
  lastWork: Nullable(Type.Object({ kind: Type.Enum(workKinds), onDay: Day })),
});
/** A plot as a keeper chooses it at the scale, with what stands against a harvest today. */
export const PlotChoice = Type.Object({
  id: Id,
  number: Type.String(),
  name: Type.String(),
  blocked: Nullable(Type.Object({ product: Type.String(), freeOn: Day })),
});
const Photo = Type.Object({ id: Id, width: Type.Integer(), height: Type.Integer() });
export const Work = Type.Object({
  id: Id,
  kind: Type.Enum(workKinds),
  onDay: Day,
  grams: Nullable(Grams),
  millilitres: Nullable(Type.Integer()),
  product: Nullable(Type.String()),
  intervalDays: Nullable(Type.Integer()),
  freeOn: Nullable(Day),
  note: Nullable(Type.String()),
  /** the purchase that wrote it */
  purchase: Nullable(Id),
  purchaseNumber: Nullable(Type.String()),
  struck: Nullable(Type.Object({ reason: Type.String(), byName: Type.String(), at: Instant })),
  photos: Type.Array(Photo),
  byName: Type.String(),
  at: Instant,
});
const Version = Type.Object({
  version: Type.Integer(),
  name: Type.String(),
  crop: Type.String(),
  cropName: Type.String(),
  areaCentimu: Type.Integer(),
  trees: Type.Integer(),
  yieldGrams: Grams,
  boundaryCentimu: Nullable(Type.Integer()),
  from: Day,
  to: Nullable(Day),
  reason: Nullable(Type.String()),
  byName: Type.String(),
  at: Instant,
});
export const PlotDetail = Type.Object({
  plot: Plot,
  versions: Type.Array(Version),
  works: Type.Array(Work),
  ended: Nullable(Type.Object({ on: Day, reason: Type.String(), byName: Type.String() })),
});
const Written = Type.Object({ ...Plot.properties, warnings: Type.Array(Type.Enum(plotWarnings)) });
/** A harvest that had gone into a lot before the spray that stands against it was written down. */
const TooLate = Type.Object({ purchaseNumber: Type.String(), lot: Id, lotNumber: Type.String(), harvestedOn: Day });

export const Pesticide = Type.Object({
  product: Type.String(),
  nameEn: Type.String(),
  /** null: on every crop */
  crop: Nullable(Type.String()),
  cropName: Nullable(Type.String()),
  kind: Type.Enum(['use', 'stop', 'ban']),
  intervalDays: Nullable(Type.Integer()),
  basis: Type.String(),
  /** banned in the whole country: no county can lift it */
  national: Type.Boolean(),
  byName: Nullable(Type.String()),
  at: Nullable(Instant),
});

/** How a lot was grown, as anyone may know it: plots and work, never whose. */
export const Growing = Type.Object({
  plots: Type.Integer(),
  /** of the lot's grams, those whose plots have records, in basis points */
  recordedBp: Type.Integer(),
  kinds: Type.Array(Type.Object({ kind: Type.Enum(workKinds), times: Type.Integer(), from: Day, to: Day })),
  sprays: Type.Array(
    Type.Object({
      product: Type.String(),
      productEn: Type.String(),
      times: Type.Integer(),
      lastOn: Day,
      /** the longest that was set for it */
      intervalDays: Type.Integer(),
      /** the fewest days between a spray and a harvest after it */
      waitedDays: Type.Integer(),
      kept: Type.Boolean(),
    }),
  ),
});

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const oneWork = Type.Object({ county: County, id: Id, work: Id });
const writers = ['keeper', 'cadre', 'operator'] as const;
const readers = [...writers, 'auditor'] as const;

export const plotRoutes = contract({
  plots: {
    method: 'GET',
    path: '/api/counties/:county/plots',
    summary: '地块 Plots',
    who: readers,
    params: inCounty,
    query: Input({
      ...PageQuery,
      village: Type.Optional(
        Type.String({ pattern: '^(\\d{9}|\\d{12})$', description: '村或乡镇 a village or township' }),
      ),
      crop: Type.Optional(Type.String({ maxLength: 40 })),
      household: Type.Optional(Id),
      org: Type.Optional(Id),
      state: Type.Optional(Type.Enum(['worked', 'blocked', 'ended'])),
      q: Type.Optional(Type.String({ maxLength: 40, description: '地块编号或名称 number or name' })),
    }),
    answer: Paged(Plot),
  },
  plot: {
    method: 'GET',
    path: '/api/counties/:county/plots/:id',
    summary: '一块地和它的农事 One plot with its work',
    who: readers,
    params: one,
    answer: PlotDetail,
    refusals: ['plot-not-found'],
  },
  myPlots: {
    method: 'GET',
    path: '/api/me/plots',
    summary: '我家的地 Plots of my household',
    who: 'signed-in',
    answer: Type.Array(PlotDetail),
  },
  addPlot: {
    method: 'POST',
    path: '/api/counties/:county/plots',
    summary: '登记地块 Register a plot',
    who: writers,
    params: inCounty,
    body: Input({
      household: Type.Optional(Id),
      org: Type.Optional(Id),
      /** of a household its own when left out */
      village: Type.Optional(RegionCode),
      ...content,
    }),
    answer: Written,
    refusals: [
      'plot-owner-wrong',
      'household-not-found',
      'plot-cooperative-unknown',
      'plot-village-outside',
      'plot-empty',
      'plot-crop-unknown',
      'plot-yield-above-crop',
      'plot-day-wrong',
      'boundary-open',
      'boundary-crosses',
      'boundary-empty',
      'boundary-far',
    ],
  },
  changePlot: {
    method: 'POST',
    path: '/api/counties/:county/plots/:id/versions',
    summary: '变更地块：旧的到此为止，新的从此开始 Change a plot: one version ends, another begins',
    who: writers,
    params: one,
    body: Input({ version: Type.Integer({ minimum: 1 }), ...content, reason: Reason }),
    answer: Written,
    refusals: [
      'plot-not-found',
      'plot-ended',
      'plot-changed',
      'plot-empty',
      'plot-crop-unknown',
      'plot-yield-above-crop',
      'plot-day-wrong',
      'boundary-open',
      'boundary-crosses',
      'boundary-empty',
      'boundary-far',
    ],
  },
  endPlot: {
    method: 'POST',
    path: '/api/counties/:county/plots/:id/end',
    summary: '不种了 Give a plot up',
    who: writers,
    params: one,
    body: Input({ on: Day, reason: Reason }),
    answer: Plot,
    refusals: ['plot-not-found', 'plot-ended', 'plot-day-wrong'],
  },
  recordWork: {
    method: 'POST',
    path: '/api/counties/:county/plots/:id/works',
    summary: '记农事 Write down work on a plot',
    who: writers,
    params: one,
    body: Input({
      kind: Type.Enum(workKinds),
      onDay: Day,
      grams: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
      millilitres: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000 })),
      product: Type.Optional(Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' })),
      intervalDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
      note: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    answer: Type.Object({ ...Work.properties, tooLate: Type.Array(TooLate) }),
    refusals: [
      'plot-not-found',
      'plot-day-wrong',
      'product-needed',
      'dose-needed',
      'interval-needed',
      'only-of-sprays',
      'pesticide-banned',
      'pesticide-unknown',
      'pesticide-not-registered',
      'interval-too-short',
    ],
  },
  strikeWork: {
    method: 'POST',
    path: '/api/counties/:county/plots/:id/works/:work/strike',
    summary: '作废一条记录 Strike a wrong entry',
    who: writers,
    params: oneWork,
    body: Input({ reason: Reason }),
    answer: Work,
    refusals: ['plot-not-found', 'work-not-found', 'work-struck', 'work-bought', 'spray-struck-by-county'],
  },
  addWorkPhoto: {
    method: 'POST',
    path: '/api/counties/:county/plots/:id/works/:work/photos',
    summary: '给记录加照片 Add a photo to an entry',
    who: writers,
    upload: true,
    perMinute: 60,
    params: oneWork,
    answer: Photo,
    refusals: [
      'plot-not-found',
      'work-not-found',
      'file-missing',
      'file-too-large',
      'file-type-not-allowed',
      'photos-too-many',
    ],
  },
  /** answers bytes; for those who may read the plot */
  workPhoto: {
    method: 'GET',
    path: '/api/counties/:county/plots/:id/photos/:photo',
    summary: '农事照片（WebP）A photo of work on a plot',
    who: 'signed-in',
    params: Type.Object({ county: County, id: Id, photo: Id }),
    query: Input({ width: Type.Optional(Type.Enum(['320', '800', '1600'])) }),
    answer: Type.Unknown(),
    refusals: ['photo-not-found'],
  },
  pesticides: {
    method: 'GET',
    path: '/api/counties/:county/pesticides',
    summary: '农药表：登记作物、安全间隔期、禁用 Pesticides: crops, safe intervals, bans',
    who: readers,
    params: inCounty,
    query: Input({ crop: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Type.Array(Pesticide),
  },
  setPesticide: {
    method: 'POST',
    path: '/api/counties/:county/pesticides',
    summary: '改农药表 Set a line of the pesticide table',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input({
      product: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S', description: '有效成分 active ingredient' }),
      nameEn: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }),
      crop: Type.Optional(Type.String({ maxLength: 40 })),
      kind: Type.Enum(['use', 'stop', 'ban']),
      intervalDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
      basis: Reason,
    }),
    answer: Pesticide,
    refusals: ['pesticide-banned', 'crop-needed', 'plot-crop-unknown', 'interval-needed'],
  },
});
