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
  RegionCode,
  Text,
} from '#platform/http/schemas.ts';
import { markRefusals, markRoutes } from './marks/marks.contract.ts';
import { productStates } from './products/product-states.ts';
import { storyRefusals, storyRoutes } from './stories/stories.contract.ts';

export { EXPIRES_SOON_DAYS, type MarkName, markKinds, markNames } from './marks/mark-kinds.ts';
export { type MarkState, markMoves, markStates } from './marks/mark-states.ts';
export { movesByHand, productMoves, productStates } from './products/product-states.ts';
export { type StoryState, storyMoves, storyStates } from './stories/story-states.ts';

export const storages = ['ambient', 'cool', 'chilled', 'frozen'] as const;
export const storageWords = {
  ambient: { zh: '常温', en: 'Ambient' },
  cool: { zh: '阴凉干燥', en: 'Cool and dry' },
  chilled: { zh: '冷藏 0–4℃', en: 'Chilled 0–4 °C' },
  frozen: { zh: '冷冻 −18℃', en: 'Frozen −18 °C' },
} as const;

export const catalogRefusals = {
  'product-not-found': { status: 404, zh: '没有这个商品', en: 'No such product' },
  'product-move-not-allowed': {
    status: 409,
    field: 'to',
    zh: '商品现在是「{from}」，不能变成「{to}」',
    en: 'A product in state {from} cannot become {to}',
  },
  'product-not-draft': {
    status: 409,
    zh: '商品现在是「{state}」，先改回草稿再修改',
    en: 'The product is {state}; bring it back to draft before changing it',
  },
  'product-changed-meanwhile': {
    status: 409,
    field: 'version',
    zh: '商品刚被别人改过，请刷新后再改',
    en: 'The product was changed meanwhile; please reload it',
  },
  'seller-unknown': {
    status: 422,
    field: 'org',
    zh: '本县没有这个商家或合作社，或已停用',
    en: 'The county has no such merchant or cooperative, or it is suspended',
  },
  'sku-not-found': { status: 404, zh: '没有这个规格', en: 'No such SKU' },
  'gross-below-net': {
    status: 422,
    field: 'grossGrams',
    zh: '毛重不能小于净重',
    en: 'The gross weight cannot be below the net weight',
  },
  'product-not-yours': { status: 403, zh: '这不是你们的商品', en: 'This product belongs to another organisation' },
  'product-needs-sku': {
    status: 409,
    field: 'skus',
    zh: '至少要有一个规格才能送审',
    en: 'At least one SKU is needed before review',
  },
  'product-needs-picture': {
    status: 409,
    field: 'pictures',
    zh: '至少要有一张图片才能送审',
    en: 'At least one picture is needed before review',
  },
  'product-needs-tests': {
    status: 409,
    zh: '上架要先做三项检验，请在检验页批准',
    en: 'A product goes on sale by its three tests; please approve it there',
  },
  'product-needs-reason': {
    status: 422,
    field: 'reason',
    zh: '退回或下架要写原因',
    en: 'A reason is needed to return or withdraw',
  },
  'price-zero': { status: 422, field: 'priceFen', zh: '价格必须大于零', en: 'The price must be above zero' },
  'price-far-above-reference': {
    status: 422,
    field: 'priceFen',
    zh: '每公斤 {perKg} 元，是当日参考价 {reference} 元的十倍以上',
    en: '¥{perKg} per kg is more than ten times the reference price of ¥{reference}',
  },
  'gtin-wrong': {
    status: 422,
    field: 'gtin',
    zh: '商品条码 {gtin} 校验位不对',
    en: 'GTIN {gtin} fails its check digit',
  },
  'gtin-in-house': {
    status: 422,
    field: 'gtin',
    zh: '商品条码 {gtin} 在店内码号段，不是自有条码；不填就由县里发码',
    en: 'GTIN {gtin} lies in the in-house range; leave it empty to be given one',
  },
  'gtin-fixed': {
    status: 409,
    field: 'gtin',
    zh: '规格的商品条码印出后不能改；换条码请新增规格',
    en: 'The GTIN of a SKU never changes once given; add a new SKU instead',
  },
  'net-fixed': {
    status: 409,
    field: 'netGrams',
    zh: '规格的净重不能改；换净重请新增规格',
    en: 'The net weight of a SKU never changes; add a new SKU instead',
  },
  'gtin-used-up': {
    status: 409,
    field: 'gtin',
    zh: '本县的店内码已用完，请填写自有商品条码',
    en: 'The county has no in-house GTIN left; please give your own',
  },
  'gtin-taken': { status: 409, field: 'gtin', zh: '商品条码 {gtin} 已被使用', en: 'GTIN {gtin} is taken' },
  'category-unknown': { status: 422, field: 'category', zh: '没有这个分类', en: 'No such category' },
  'crop-unknown': { status: 422, field: 'crop', zh: '没有这种作物', en: 'No such crop' },
  'village-outside-county': {
    status: 422,
    field: 'origin',
    zh: '产地村 {village} 不在 {county} 县内',
    en: 'Origin village {village} is not in county {county}',
  },
  'reference-price-odd': {
    status: 422,
    field: 'fenPerKg',
    zh: '与上一次参考价相差十倍以上，请核对',
    en: 'More than ten times away from the last reference price; please check',
  },
  'file-missing': { status: 400, field: 'file', zh: '没有收到图片文件', en: 'No picture file arrived' },
  'too-many-pictures': {
    status: 409,
    field: 'file',
    zh: '一个商品最多 9 张图片',
    en: 'A product has at most 9 pictures',
  },
  ...markRefusals,
  ...storyRefusals,
} as const satisfies RefusalTable;

const Category = Type.Object({
  code: Type.String(),
  parent: Nullable(Type.String()),
  nameZh: Type.String(),
  nameEn: Type.String(),
  picture: Type.String(),
});
export const Sku = Type.Object({
  id: Id,
  nameZh: Type.String(),
  nameEn: Type.String(),
  netGrams: Type.Integer(),
  grossGrams: Type.Integer(),
  grade: Type.String(),
  priceFen: Fen,
  gtin: Type.String(),
  onSale: Type.Boolean(),
});
/** base is the address without width; append `-320.webp`, `-800.webp` or `-1600.webp` */
const Picture = Type.Object({
  file: Id,
  base: Type.String(),
  altZh: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
});
export const ProductCard = Type.Object({
  county: County,
  id: Id,
  nameZh: Type.String(),
  nameEn: Type.String(),
  taglineZh: Type.String(),
  taglineEn: Type.String(),
  category: Type.String(),
  crop: Type.String(),
  /** empty where its seller names none */
  variety: Type.String(),
  org: Id,
  orgName: Type.String(),
  origin: RegionCode,
  originName: Type.String(),
  townshipName: Type.String(),
  harvestMonths: Type.Array(Type.Integer()),
  picture: Nullable(Picture),
  /** the cheapest SKU on sale, which a card shows */
  sku: Nullable(Sku),
});
export const Product = Type.Object({
  ...ProductCard.properties,
  storyZh: Type.String(),
  storyEn: Type.String(),
  storage: Type.Enum(storages),
  shelfLifeDays: Type.Integer(),
  state: Type.Enum(productStates),
  version: Type.Integer(),
  updatedAt: Instant,
  skus: Type.Array(Sku),
  pictures: Type.Array(Picture),
});
const ProductInput = Input({
  org: Id,
  crop: Type.String({ maxLength: 40 }),
  variety: Type.Optional(
    Type.String({ maxLength: 30, description: '品种，可不填 variety, where there is one to name' }),
  ),
  category: Type.String({ maxLength: 40 }),
  nameZh: Name,
  nameEn: Type.String({ maxLength: 80 }),
  taglineZh: Type.String({ maxLength: 80 }),
  taglineEn: Type.String({ maxLength: 120 }),
  storyZh: Text,
  storyEn: Text,
  origin: RegionCode,
  storage: Type.Enum(storages),
  shelfLifeDays: Type.Integer({ minimum: 1, maximum: 3650 }),
  harvestMonths: Type.Array(Type.Integer({ minimum: 1, maximum: 12 }), { uniqueItems: true, maxItems: 12 }),
});
const ProductChange = Input({
  ...ProductInput.properties,
  version: Type.Optional(Type.Integer({ minimum: 1, description: '改的是哪一版 the version that was read' })),
});
const SkuInput = Input({
  nameZh: Name,
  nameEn: Type.String({ maxLength: 80 }),
  netGrams: Type.Integer({ minimum: 1, maximum: 100_000 }),
  grossGrams: Type.Integer({ minimum: 1, maximum: 120_000 }),
  grade: Type.String({ minLength: 1, maxLength: 20 }),
  priceFen: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
  gtin: Type.Optional(
    Type.String({
      pattern: '^\\d{8,14}$',
      description: '有自有条码时填写；不填由县里发店内码 own GTIN, else an in-house one is given',
    }),
  ),
  onSale: Type.Boolean(),
});
const Move = Type.Object({
  id: Id,
  from: Type.Enum(productStates),
  to: Type.Enum(productStates),
  reason: Nullable(Type.String()),
  byName: Nullable(Type.String()),
  at: Instant,
});
export const ReferencePrice = Type.Object({
  crop: Type.String(),
  cropName: Type.String(),
  grade: Type.String(),
  day: Day,
  fenPerKg: Fen,
  floorFenPerKg: Nullable(Fen),
  source: Type.String(),
});

const staff = ['merchant', 'operator', 'platform', 'auditor'] as const;
const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });

export const catalog = contract({
  categories: {
    method: 'GET',
    path: '/api/categories',
    summary: '分类 Categories',
    who: 'anyone',
    answer: Type.Array(Category),
  },
  products: {
    method: 'GET',
    path: '/api/products',
    summary: '在售商品 Products on sale',
    who: 'anyone',
    query: Input({
      ...PageQuery,
      county: Type.Optional(County),
      category: Type.Optional(Type.String({ maxLength: 40 })),
      village: Type.Optional(RegionCode),
      q: Type.Optional(Type.String({ maxLength: 60, description: '中文、拼音或首字母 Chinese, pinyin or initials' })),
      sort: Type.Optional(Type.Enum(['season', 'price', 'new'])),
    }),
    answer: Paged(ProductCard),
  },
  product: {
    method: 'GET',
    path: '/api/counties/:county/products/:id',
    summary: '在售商品详情 A product on sale',
    who: 'anyone',
    params: one,
    answer: Product,
    refusals: ['product-not-found'],
  },

  catalogProducts: {
    method: 'GET',
    path: '/api/counties/:county/catalog',
    summary: '商品管理 Products of any state',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      q: Type.Optional(Type.String({ maxLength: 60 })),
      state: Type.Optional(Type.Enum(productStates)),
      org: Type.Optional(Id),
    }),
    answer: Paged(Product),
  },
  catalogProduct: {
    method: 'GET',
    path: '/api/counties/:county/catalog/:id',
    summary: '商品档案 A product of any state with its history',
    who: staff,
    params: one,
    answer: Type.Object({ product: Product, moves: Type.Array(Move) }),
    refusals: ['product-not-found'],
  },
  addProduct: {
    method: 'POST',
    path: '/api/counties/:county/catalog',
    summary: '新建商品 Draft a product',
    who: ['merchant', 'operator'],
    params: inCounty,
    body: ProductInput,
    answer: Product,
    refusals: ['product-not-yours', 'seller-unknown', 'village-outside-county', 'category-unknown', 'crop-unknown'],
  },
  changeProduct: {
    method: 'PUT',
    path: '/api/counties/:county/catalog/:id',
    summary: '修改商品 Change a product',
    who: ['merchant', 'operator'],
    params: one,
    body: ProductChange,
    answer: Product,
    refusals: [
      'product-not-found',
      'product-not-yours',
      'product-not-draft',
      'product-changed-meanwhile',
      'seller-unknown',
      'village-outside-county',
      'category-unknown',
      'crop-unknown',
    ],
  },
  addSku: {
    method: 'POST',
    path: '/api/counties/:county/catalog/:id/skus',
    summary: '新增规格 Add a SKU',
    who: ['merchant', 'operator'],
    params: one,
    body: SkuInput,
    answer: Sku,
    refusals: [
      'product-not-found',
      'product-not-yours',
      'gross-below-net',
      'price-zero',
      'price-far-above-reference',
      'gtin-wrong',
      'gtin-in-house',
      'gtin-taken',
      'gtin-used-up',
    ],
  },
  changeSku: {
    method: 'PUT',
    path: '/api/counties/:county/catalog/:id/skus/:sku',
    summary: '修改规格 Change a SKU',
    who: ['merchant', 'operator'],
    params: Type.Object({ county: County, id: Id, sku: Id }),
    body: SkuInput,
    answer: Sku,
    refusals: [
      'product-not-found',
      'product-not-yours',
      'sku-not-found',
      'gtin-fixed',
      'net-fixed',
      'gross-below-net',
      'price-zero',
      'price-far-above-reference',
    ],
  },
  addPicture: {
    method: 'POST',
    path: '/api/counties/:county/catalog/:id/pictures',
    summary: '上传图片 Upload a picture',
    who: ['merchant', 'operator'],
    upload: true,
    params: one,
    answer: Picture,
    refusals: [
      'product-not-found',
      'product-not-yours',
      'product-not-draft',
      'file-missing',
      'file-too-large',
      'file-type-not-allowed',
      'too-many-pictures',
    ],
  },
  removePicture: {
    method: 'DELETE',
    path: '/api/counties/:county/catalog/:id/pictures/:file',
    summary: '删除图片 Remove a picture',
    who: ['merchant', 'operator'],
    params: Type.Object({ county: County, id: Id, file: Id }),
    refusals: ['product-not-found', 'product-not-yours', 'product-not-draft'],
  },
  moveProduct: {
    method: 'POST',
    path: '/api/counties/:county/catalog/:id/moves',
    summary: '送审、退回、下架 Review, return, withdraw',
    who: ['merchant', 'operator'],
    params: one,
    body: Input({ to: Type.Enum(productStates), reason: Type.Optional(Reason) }),
    answer: Product,
    refusals: [
      'product-not-found',
      'product-not-yours',
      'product-move-not-allowed',
      'product-needs-sku',
      'product-needs-picture',
      'product-needs-reason',
      'product-needs-tests',
      'claim-without-certificate',
      'words-claim-mark',
      'operator-dishonest',
      'not-allowed',
    ],
  },

  ...markRoutes,
  ...storyRoutes,

  referencePrices: {
    method: 'GET',
    path: '/api/counties/:county/reference-prices',
    summary: '当日参考价 Reference prices in force on a day',
    who: 'anyone',
    params: inCounty,
    query: Input({ day: Type.Optional(Day), crop: Type.Optional(Type.String()) }),
    answer: Type.Array(ReferencePrice),
  },
  varieties: {
    method: 'GET',
    path: '/api/counties/:county/varieties',
    summary: '品种：本县知道的，按作物 Varieties that the county knows, by crop',
    who: 'anyone',
    params: inCounty,
    query: Input({ crop: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Type.Array(Type.Object({ crop: Type.String(), names: Type.Array(Type.String()) })),
  },
  setReferencePrice: {
    method: 'PUT',
    path: '/api/counties/:county/reference-prices',
    summary: '录入参考价 Enter a reference price',
    who: ['operator'],
    wholeCounty: true,
    repeatable: true,
    params: inCounty,
    body: Input({
      crop: Type.String({ maxLength: 40 }),
      grade: Type.String({ minLength: 1, maxLength: 20 }),
      day: Day,
      fenPerKg: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
      floorFenPerKg: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 }))),
      source: Name,
    }),
    answer: ReferencePrice,
    refusals: ['crop-unknown', 'reference-price-odd'],
  },
});
