import Type from 'typebox';
import { platformRefusals, type RefusalTable } from '#platform/errors.ts';
import { contract } from '#platform/http/contract.ts';
import {
  County,
  Day,
  Fen,
  Grams,
  Id,
  Input,
  Instant,
  Month,
  Name,
  Nullable,
  Paged,
  PageQuery,
  Phone,
  Reason,
  RegionCode,
  SignedFen,
} from '#platform/http/schemas.ts';
import { afterSale, afterSaleRefusals } from './after-sale/after-sale.contract.ts';
import { byHandRefusals, byHandRoutes } from './bank/by-hand.contract.ts';
import { invoiceRefusals, invoices } from './invoice/invoice.contract.ts';
import { checkoutStates } from './orders/checkout-states.ts';
import { orderStates } from './orders/order-states.ts';
import { paymentStates } from './payment/payment-states.ts';
import { paymentMethods, paymentsRoutes } from './payment/payments.contract.ts';
import { refundStates } from './payment/refund-states.ts';
import { payoutRefusals, payoutRoutes } from './payouts/payouts.contract.ts';
import {
  CouponIds,
  CouponOffer,
  Discount,
  NextStep,
  priceRefusals,
  priceRefusalTexts,
  priceRoutes,
} from './prices/prices.contract.ts';
import { RecallNotice, recallLineRefusals, recallLineRoutes } from './recalls/recall-lines.contract.ts';
import { feeBearers } from './reconciliation/fee-bearer-kinds.ts';
import { reconciliationRefusals, reconciliationRoutes } from './reconciliation/reconciliation.contract.ts';

export * from './after-sale/after-sale.contract.ts';
export * from './invoice/invoice.contract.ts';
export { checkoutMoves, checkoutStates } from './orders/checkout-states.ts';
export { orderMoves, orderStates } from './orders/order-states.ts';
export { type PaymentState, paymentMoves, paymentStates } from './payment/payment-states.ts';
export { noticeKinds, paymentMethods } from './payment/payments.contract.ts';
export { refundMoves, refundStates } from './payment/refund-states.ts';
export {
  batchMoves,
  batchStates,
  lineMoves,
  lineStates,
  matterKinds,
  matterWords,
  payeeMoves,
  payeeStates,
  sharingMoves,
} from './payouts/payout-states.ts';
export { payeeKinds, payeeKindWords, payoutChannelWords } from './payouts/payouts.contract.ts';
export {
  bearers,
  bearerWords,
  discountKindWords,
  promotionKinds,
  promotionKindWords,
} from './prices/prices.contract.ts';
export {
  recallFinds,
  recallFindWords,
  recallLineMoves,
  recallLineStates,
} from './recalls/recall-line-states.ts';
export {
  differenceKinds,
  differenceKindWords,
  differenceMoves,
  differenceStates,
} from './reconciliation/difference-states.ts';
export { feeBearers, feeBearerWords } from './reconciliation/fee-bearer-kinds.ts';

/**
 * The parts that a settlement rule gives away, in the order in which they take: where a line cannot pay for all of them,
 * the later one gets what is left. The merchant keeps the rest.
 */
export const sharedParts = ['station', 'platform', 'fund', 'levy', 'household'] as const;
export const settlementParts = ['merchant', 'station', 'freight', 'platform', 'fund', 'levy', 'household'] as const;
export const settlementPartWords = {
  merchant: { zh: '商家·合作社', en: 'Merchant or cooperative' },
  station: { zh: '村级服务站', en: 'Village station' },
  freight: { zh: '快递运费', en: 'Freight' },
  platform: { zh: '平台', en: 'Platform' },
  fund: { zh: '公益金', en: 'Public fund' },
  levy: { zh: '非帮扶商品服务费', en: 'Fee on non-aid goods' },
  household: { zh: '农户分成', en: 'Share for households' },
} as const;

export const tradeRefusals = {
  ...payoutRefusals,
  ...afterSaleRefusals,
  ...invoiceRefusals,
  ...recallLineRefusals,
  'sku-not-on-sale': { status: 409, field: 'lines', zh: '「{name}」已下架', en: '"{name}" is no longer on sale' },
  'stock-short': {
    status: 409,
    field: 'lines',
    zh: '「{name}」只剩 {available} 件',
    en: 'Only {available} of "{name}" are left',
  },
  'lines-short': {
    status: 409,
    field: 'lines',
    zh: '有商品库存不足，请调整后再下单',
    en: 'Some lines are short of stock; please adjust them',
  },
  'desk-full': {
    status: 429,
    zh: '下单的人太多，请 {retryAfter} 秒后再试',
    en: 'Too many people are ordering; please try again in {retryAfter} seconds',
  },
  'address-not-found': { status: 404, field: 'address', zh: '没有这个收货地址', en: 'No such address' },
  'region-code-broken': platformRefusals['region-code-broken'],
  'freight-unknown': {
    status: 422,
    field: 'address',
    zh: '{county} 还没有送到这里的运费',
    en: 'County {county} has no freight to this place',
  },
  'price-changed': {
    status: 409,
    field: 'totalFen',
    zh: '价格有变，现在是 {total} 元，请确认',
    en: 'The price has changed; it is now ¥{total}',
  },
  'checkout-not-found': { status: 404, zh: '没有这次结算', en: 'No such checkout' },
  'checkout-closed': { status: 409, zh: '这次结算已超时或取消', en: 'This checkout has expired or was cancelled' },
  'checkout-paid': { status: 409, zh: '已经付过款了', en: 'Already paid' },
  'provider-unknown': { status: 404, field: 'provider', zh: '没有这种支付方式', en: 'No such payment provider' },
  'payment-method-unknown': {
    status: 422,
    field: 'method',
    zh: '不能用「{method}」这种方式付款',
    en: 'Cannot be paid by {method}',
  },
  'wechat-not-configured': { status: 409, zh: '这里还不能在微信里付款', en: 'Paying inside WeChat is not set up here' },
  'wechat-state-broken': {
    status: 409,
    zh: '微信授权已经失效，请重新打开付款页',
    en: 'This visit from WeChat is no longer good; please open the payment page again',
  },
  'wechat-code-refused': {
    status: 409,
    zh: '微信没有认出是谁打开的，请用别的方式付款',
    en: 'WeChat did not say who opened the page; please pay another way',
  },
  'openid-missing': { status: 422, field: 'openid', zh: '请在微信里打开付款', en: 'Open this in WeChat to pay' },
  'payment-provider-busy': {
    status: 503,
    zh: '支付机构没有回应，请过一会儿再试',
    en: 'The payment provider does not answer; please try again in a moment',
  },
  'payment-provider-refused': { status: 409, zh: '支付机构不接受：{why}', en: 'The payment provider refuses: {why}' },
  'refund-not-found': { status: 404, zh: '没有这笔退款', en: 'No such refund' },
  'refund-not-failed': { status: 409, zh: '这笔退款没有失败，不用重新退', en: 'This refund has not failed' },
  'payment-not-found': { status: 404, zh: '没有这笔付款', en: 'No such payment' },
  'notice-forged': { status: 401, zh: '通知签名不对', en: 'The notice’s signature is wrong' },
  'notice-broken': { status: 400, zh: '通知内容看不懂', en: 'The notice cannot be read' },
  'order-not-found': { status: 404, zh: '没有这张订单', en: 'No such order' },
  'promise-over': {
    status: 409,
    zh: '众筹已经结束，不能再撤回；没有送达的请找县里',
    en: 'The project is over and the pledge cannot be taken back; if nothing arrives, ask the county',
  },
  'order-move-not-allowed': {
    status: 409,
    zh: '订单现在是「{from}」，不能变成「{to}」',
    en: 'An order that is {from} cannot become {to}',
  },
  'lot-not-stockable': {
    status: 409,
    field: 'lot',
    zh: '批次 {lot} 不能上架（{why}）',
    en: 'Lot {lot} cannot be put on sale ({why})',
  },
  'lot-already-stocked': { status: 409, field: 'lot', zh: '批次 {lot} 已经上架', en: 'Lot {lot} is already on sale' },
  'lot-not-found': { status: 404, field: 'lot', zh: '没有这个批次', en: 'No such lot' },
  'parts-above-whole': {
    status: 422,
    field: 'stationBp',
    zh: '各部分加起来超过 100%',
    en: 'The parts are more than 100 %',
  },
  ...priceRefusalTexts,
  'bounds-crossed': {
    status: 422,
    field: 'bounds',
    zh: '每个部分只能设一组保底和封顶，保底不能高于封顶',
    en: 'A part has one floor and cap, and the floor is not above the cap',
  },
  'rule-ended': { status: 409, zh: '这条规则已经停用', en: 'This rule has ended' },
  'rules-changed': {
    status: 409,
    field: 'rules',
    zh: '规则已经变了，请看过新的再排',
    en: 'The rules have changed; look at them again before ordering them',
  },
  'statement-too-long': {
    status: 422,
    field: 'month',
    zh: '共 {total} 行，一张表放不下，请加上收款方或类别',
    en: '{total} rows are too many for one sheet; choose a payee or a part',
  },
  'line-not-found': { status: 404, field: 'lines', zh: '订单里没有这一行', en: 'The order has no such line' },
  'refund-empty': { status: 422, field: 'lines', zh: '没有要退的金额', en: 'There is nothing to give back' },
  'refund-too-large': {
    status: 409,
    field: 'lines',
    zh: '「{name}」最多还能退货款 {goods} 元、运费 {freight} 元',
    en: 'At most ¥{goods} for goods and ¥{freight} for freight can still be given back for "{name}"',
  },
  ...byHandRefusals,
  ...reconciliationRefusals,
} as const satisfies RefusalTable;

const Line = Type.Object({
  county: County,
  sku: Id,
  product: Id,
  /** who sells it */
  org: Id,
  orgName: Type.String(),
  nameZh: Type.String(),
  nameEn: Type.String(),
  skuNameZh: Type.String(),
  skuNameEn: Type.String(),
  pictureBase: Nullable(Type.String()),
  packs: Type.Integer(),
  netGrams: Type.Integer(),
  unitFen: Fen,
  goodsFen: Fen,
  available: Type.Integer(),
  onSale: Type.Boolean(),
});
export const Cart = Type.Object({
  counties: Type.Array(
    Type.Object({ county: County, countyName: Type.String(), lines: Type.Array(Line), goodsFen: Fen }),
  ),
  packs: Type.Integer(),
  goodsFen: Fen,
});
export const Address = Type.Object({
  id: Id,
  region: RegionCode,
  regionName: Type.String(),
  name: Type.String(),
  phone: Type.String(),
  street: Type.String(),
  isDefault: Type.Boolean(),
});
const AddressInput = Input({
  region: RegionCode,
  name: Name,
  phone: Phone,
  street: Type.String({ minLength: 2, maxLength: 120, pattern: '\\S' }),
  isDefault: Type.Optional(Type.Boolean()),
});
const LineInput = Input({ county: County, sku: Id, packs: Type.Integer({ minimum: 1, maximum: 999 }) });
const QuoteLine = Type.Object({ ...Line.properties, discountFen: Fen, discounts: Type.Array(Discount) });
export const Quote = Type.Object({
  orders: Type.Array(
    Type.Object({
      county: County,
      countyName: Type.String(),
      lines: Type.Array(QuoteLine),
      /** after discounts */
      goodsFen: Fen,
      discountFen: Fen,
      freightFen: Fen,
      coldFen: Fen,
      /** from which sum of goods on freight is free; without a destination only what is free wherever it goes */
      freeFromFen: Nullable(Fen),
      totalFen: Fen,
      grams: Grams,
      coupons: Type.Array(CouponOffer),
      /** full reductions that more goods would reach */
      next: Type.Array(NextStep),
      holdMinutes: Type.Integer(),
    }),
  ),
  goodsFen: Fen,
  discountFen: Fen,
  freightFen: Fen,
  /** false where no destination was given: freight is then neither counted nor promised */
  freightKnown: Type.Boolean(),
  totalFen: Fen,
});
export const OrderLine = Type.Object({
  id: Id,
  product: Id,
  sku: Id,
  org: Id,
  orgName: Type.String(),
  /** as it was placed; in English as it is called today, '' where nobody has said or it is called otherwise by now */
  name: Type.String(),
  skuName: Type.String(),
  nameEn: Type.String(),
  skuNameEn: Type.String(),
  pictureBase: Nullable(Type.String()),
  origin: RegionCode,
  originName: Type.String(),
  packs: Type.Integer(),
  /** of them refunded before they were packed */
  droppedPacks: Type.Integer(),
  packGrams: Type.Integer(),
  /** price and grams are an estimate until it is weighed at packing */
  byWeight: Type.Boolean(),
  unitFen: Fen,
  discountFen: Fen,
  discounts: Type.Array(Discount),
  goodsFen: Fen,
  freightFen: Fen,
  lots: Type.Array(Type.Object({ lot: Id, lotNumber: Type.String(), packs: Type.Integer() })),
});
const OrderMove = Type.Object({
  from: Nullable(Type.String()),
  to: Type.Enum(orderStates),
  reason: Nullable(Type.String()),
  at: Instant,
});
const SettlementPart = Type.Object({
  part: Type.Enum(settlementParts),
  line: Nullable(Id),
  orgName: Nullable(Type.String()),
  fen: Fen,
  /** what refunds took back after it was posted */
  backFen: Fen,
  state: Type.Enum(['held', 'posted', 'voided']),
  hold: Id,
  ruleName: Nullable(Type.String()),
});
export const OrderRow = Type.Object({
  county: County,
  countyName: Type.String(),
  id: Id,
  number: Type.String(),
  state: Type.Enum(orderStates),
  goodsFen: Fen,
  freightFen: Fen,
  totalFen: Fen,
  packs: Type.Integer(),
  /** what is in it, in one line */
  summary: Type.String(),
  summaryEn: Type.String(),
  pictureBase: Nullable(Type.String()),
  checkout: Id,
  /** null where nothing is ever sent: a pledge for thanks */
  shipRegion: Nullable(RegionCode),
  shipRegionName: Nullable(Type.String()),
  placedAt: Instant,
  paidAt: Nullable(Instant),
  /** goods in it are called back */
  recalled: Type.Boolean(),
  /** a project that its buyer backs with it; the pledge bears the order's id */
  promise: Nullable(Id),
});
export const Order = Type.Object({
  ...OrderRow.properties,
  /** whole for the buyer and for those who pack and send; masked for others; null where nothing is ever sent */
  contact: Nullable(
    Type.Object({ name: Type.String(), phone: Type.String(), street: Type.String(), regionName: Type.String() }),
  ),
  buyerNote: Nullable(Type.String()),
  /** what recalls say of goods in it, the newest first */
  recalls: Type.Array(RecallNotice),
  expiresAt: Instant,
  sentAt: Nullable(Instant),
  receivedAt: Nullable(Instant),
  closedAt: Nullable(Instant),
  lines: Type.Array(OrderLine),
  moves: Type.Array(OrderMove),
  /** who gets what of this order's money; for staff */
  parts: Type.Array(SettlementPart),
});
export const Checkout = Type.Object({
  id: Id,
  state: Type.Enum(checkoutStates),
  totalFen: Fen,
  expiresAt: Instant,
  payment: Nullable(
    Type.Object({ id: Id, provider: Type.String(), state: Type.Enum(paymentStates), sandbox: Type.Boolean() }),
  ),
  orders: Type.Array(OrderRow),
});
const Stock = Type.Object({
  sku: Id,
  skuName: Type.String(),
  product: Id,
  productName: Type.String(),
  lot: Id,
  lotNumber: Type.String(),
  org: Id,
  orgName: Type.String(),
  expiresOn: Day,
  onHand: Type.Integer(),
  reserved: Type.Integer(),
  state: Type.Enum(['on_sale', 'stopped', 'recalled']),
});
const SettlementBound = Input({
  part: Type.Enum(sharedParts),
  per: Type.Enum(['line', 'order']),
  floorFen: Nullable(Type.Integer({ minimum: 1, maximum: 100_000_000 })),
  capFen: Nullable(Type.Integer({ minimum: 0, maximum: 100_000_000 })),
});
const RuleFields = {
  position: Type.Integer({ minimum: 1, maximum: 9999 }),
  name: Name,
  basis: Type.String({ minLength: 2, maxLength: 300 }),
  org: Type.Optional(Nullable(Id)),
  category: Type.Optional(Nullable(Type.String({ maxLength: 40 }))),
  product: Type.Optional(Nullable(Id)),
  stationBp: Type.Integer({ minimum: 0, maximum: 10000 }),
  platformBp: Type.Integer({ minimum: 0, maximum: 10000 }),
  fundBp: Type.Integer({ minimum: 0, maximum: 10000 }),
  levyBp: Type.Optional(Type.Integer({ minimum: 0, maximum: 10000 })),
  householdBp: Type.Optional(Type.Integer({ minimum: 0, maximum: 10000 })),
  householdFenPerPack: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  bounds: Type.Optional(Type.Array(SettlementBound, { maxItems: 5 })),
  feeBearer: Type.Optional(Type.Enum(feeBearers)),
  validFrom: Day,
  validUntil: Type.Optional(Nullable(Day)),
};
const SettlementRule = Type.Object({
  id: Id,
  position: Type.Integer(),
  name: Type.String(),
  basis: Type.String(),
  org: Nullable(Id),
  orgName: Nullable(Type.String()),
  category: Nullable(Type.String()),
  product: Nullable(Id),
  productName: Nullable(Type.String()),
  stationBp: Type.Integer(),
  platformBp: Type.Integer(),
  fundBp: Type.Integer(),
  levyBp: Type.Integer(),
  householdBp: Type.Integer(),
  householdFenPerPack: Fen,
  bounds: Type.Array(SettlementBound),
  /** who bears what a provider keeps of a payment */
  feeBearer: Type.Enum(feeBearers),
  validFrom: Day,
  validUntil: Nullable(Day),
  /** the rule that it took the place of */
  replaces: Nullable(Id),
  /** when it stops to speak, whatever its validity */
  endsAt: Nullable(Instant),
});
/** Why a part is what it is: its share, fen per pack, a bound, what was left, or the freight as it was charged. */
export const partReasons = ['share', 'floor', 'cap', 'left', 'rest', 'freight'] as const;
const SettlementPreview = Type.Object({
  day: Day,
  goodsFen: Fen,
  /** of it discounts that county or platform would bear, on top of what the buyer pays */
  borneFen: Fen,
  freightFen: Fen,
  totalFen: Fen,
  lines: Type.Array(
    Type.Object({
      sku: Id,
      name: Type.String(),
      packs: Type.Integer(),
      /** those whose lot holds produce of the county's households */
      aidPacks: Type.Integer(),
      /** packs of which a lot is known; parts of others go by what is known */
      packsInStock: Type.Integer(),
      goodsFen: Fen,
      borneFen: Fen,
      rule: Nullable(SettlementRule),
      parts: Type.Array(
        Type.Object({
          part: Type.Enum(settlementParts),
          org: Nullable(Id),
          orgName: Nullable(Type.String()),
          fen: Fen,
          why: Type.Enum(partReasons),
        }),
      ),
    }),
  ),
  totals: Type.Array(Type.Object({ part: Type.Enum(settlementParts), fen: Fen })),
});
const FreightRule = Type.Object({
  id: Id,
  toRegion: Type.String(),
  toName: Type.String(),
  firstGrams: Grams,
  firstFen: Fen,
  stepGrams: Grams,
  stepFen: Fen,
  freeFromFen: Nullable(Fen),
  /** null: nothing cold is sent there */
  coldFirstFen: Nullable(Fen),
  coldStepFen: Fen,
  freeCoversCold: Type.Boolean(),
});
/**
 * Of a statement's row: what is held, posted, released by a refund while held, or taken back after it was posted; what
 * its owner bore of providers' fees; what arrived with it by batch or by sharing, and what of that came back.
 */
export const statementStates = ['held', 'posted', 'voided', 'reversed', 'fee', 'paid', 'returned'] as const;
export const statementStateWords = {
  held: { zh: '冻结', en: 'Held' },
  posted: { zh: '已入账', en: 'Posted' },
  voided: { zh: '退款撤销', en: 'Voided by refund' },
  reversed: { zh: '入账后退回', en: 'Taken back' },
  fee: { zh: '承担手续费', en: 'Fee borne' },
  paid: { zh: '已付出', en: 'Paid out' },
  returned: { zh: '付出后退回', en: 'Came back' },
} as const;
const StatementRow = Type.Object({
  /** null for a payment of a batch */
  order: Nullable(Id),
  orderNumber: Nullable(Type.String()),
  batch: Nullable(Id),
  batchNumber: Nullable(Type.String()),
  lineName: Nullable(Type.String()),
  packs: Nullable(Type.Integer()),
  part: Type.Enum(settlementParts),
  org: Nullable(Id),
  orgName: Nullable(Type.String()),
  ruleName: Nullable(Type.String()),
  state: Type.Enum(statementStates),
  /** below nothing where it was taken back or came back, or is a fee */
  fen: SignedFen,
  transfer: Id,
  at: Instant,
});
const StatementQuery = {
  month: Type.Optional(Month),
  org: Type.Optional(Id),
  part: Type.Optional(Type.Enum(settlementParts)),
  state: Type.Optional(Type.Enum(statementStates)),
};

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const mine = Type.Object({ id: Id });
const staff = ['merchant', 'keeper', 'operator', 'platform', 'courier', 'auditor'] as const;

export const trade = contract({
  ...payoutRoutes,
  ...priceRoutes,
  ...paymentsRoutes,
  ...byHandRoutes,
  ...reconciliationRoutes,

  ...afterSale,
  ...recallLineRoutes,
  ...invoices,
  cart: {
    method: 'GET',
    path: '/api/cart',
    summary: '购物车（访客凭 cookie）The cart, by cookie for guests',
    who: 'anyone',
    answer: Cart,
  },
  setCartLine: {
    method: 'PUT',
    path: '/api/cart/lines',
    summary: '放入、改数量、移除（0）Put, change, remove (0)',
    who: 'anyone',
    repeatable: true,
    body: Input({ county: County, sku: Id, packs: Type.Integer({ minimum: 0, maximum: 999 }) }),
    answer: Cart,
    refusals: ['sku-not-on-sale', 'stock-short'],
  },
  addToCart: {
    method: 'POST',
    path: '/api/cart/lines',
    summary: '再加几件 Add packs to a line',
    who: 'anyone',
    body: LineInput,
    answer: Cart,
    refusals: ['sku-not-on-sale', 'stock-short'],
  },
  addresses: {
    method: 'GET',
    path: '/api/addresses',
    summary: '我的收货地址 My addresses',
    who: 'signed-in',
    answer: Type.Array(Address),
  },
  addAddress: {
    method: 'POST',
    path: '/api/addresses',
    summary: '新增地址 Add an address',
    who: 'signed-in',
    body: AddressInput,
    answer: Address,
    refusals: ['region-code-broken'],
  },
  changeAddress: {
    method: 'PUT',
    path: '/api/addresses/:id',
    summary: '修改地址 Change an address',
    who: 'signed-in',
    repeatable: true,
    params: mine,
    body: AddressInput,
    answer: Address,
    refusals: ['address-not-found', 'region-code-broken'],
  },
  removeAddress: {
    method: 'DELETE',
    path: '/api/addresses/:id',
    summary: '删除地址 Remove an address',
    who: 'signed-in',
    repeatable: true,
    params: mine,
    refusals: ['address-not-found'],
  },
  quote: {
    method: 'POST',
    path: '/api/quotes',
    summary: '算价 Price lines for a destination',
    who: 'anyone',
    repeatable: true,
    body: Input({
      region: Type.Optional(RegionCode),
      lines: Type.Array(LineInput, { minItems: 1, maxItems: 100 }),
      /** left out, the best are chosen */
      coupons: Type.Optional(CouponIds),
    }),
    answer: Quote,
    refusals: ['region-code-broken', 'county-not-open', ...priceRefusals],
  },
  placeCheckout: {
    method: 'POST',
    path: '/api/checkouts',
    summary: '下单：每县一单，全成或全不成 Place: one order per county, all or nothing',
    who: 'signed-in',
    body: Input({
      lines: Type.Array(LineInput, { minItems: 1, maxItems: 100 }),
      address: Id,
      totalFen: Type.Optional(Fen),
      /** left out, none is used */
      coupons: Type.Optional(CouponIds),
      note: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    answer: Checkout,
    refusals: ['address-not-found', 'county-not-open', ...priceRefusals, 'price-changed', 'lines-short'],
  },
  checkout: {
    method: 'GET',
    path: '/api/checkouts/:id',
    summary: '一次结算 One checkout',
    who: 'signed-in',
    params: mine,
    answer: Checkout,
    refusals: ['checkout-not-found'],
  },
  pay: {
    method: 'POST',
    path: '/api/checkouts/:id/payments',
    summary: '发起付款 Start a payment',
    who: 'signed-in',
    params: mine,
    body: Input({
      provider: Type.String({ minLength: 1, maxLength: 20 }),
      /** the provider's first way when left out */
      method: Type.Optional(Type.Enum(paymentMethods)),
      /** who pays in WeChat; needed for jsapi */
      openid: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
      /** who will send the bank transfer */
      payerName: Type.Optional(Type.String({ maxLength: 120 })),
    }),
    answer: Type.Object({
      payment: Id,
      provider: Type.String(),
      method: Type.Enum(paymentMethods),
      amountFen: Fen,
      payPath: Type.String(),
      /** where the buyer goes on to pay */
      go: Type.Union([
        Type.Object({ kind: Type.Literal('page') }),
        Type.Object({ kind: Type.Literal('redirect'), url: Type.String() }),
        Type.Object({ kind: Type.Literal('qr'), text: Type.String() }),
        Type.Object({ kind: Type.Literal('jsapi'), fields: Type.Record(Type.String(), Type.String()) }),
      ]),
    }),
    refusals: [
      'provider-unknown',
      'payment-method-unknown',
      'openid-missing',
      'by-hand-one-county',
      'by-hand-not-offered',
      'checkout-not-found',
      'checkout-paid',
      'checkout-closed',
      'payment-provider-busy',
      'payment-provider-refused',
    ],
  },
  sandboxPay: {
    method: 'POST',
    path: '/api/sandbox/payments/:id/outcome',
    summary: '沙盒：让付款成功或失败 Sandbox: make a payment succeed or fail',
    who: 'signed-in',
    repeatable: true,
    params: mine,
    body: Input({ outcome: Type.Enum(['success', 'failure']) }),
    answer: Checkout,
    refusals: ['provider-unknown', 'payment-not-found', 'checkout-closed'],
  },
  askRefundAgain: {
    method: 'POST',
    path: '/api/counties/:county/refunds/:id/asking',
    summary: '重新退款 Ask for a refund again',
    who: ['operator', 'platform'],
    wholeCounty: true,
    params: one,
    answer: Type.Object({ id: Id, state: Type.Enum(refundStates) }),
    refusals: ['refund-not-found', 'refund-not-failed', 'payment-provider-busy'],
  },
  /** what can be paid with */
  paymentWays: {
    method: 'GET',
    path: '/api/payment-ways',
    summary: '支付方式 Ways to pay',
    who: 'anyone',
    answer: Type.Array(
      Type.Object({ provider: Type.String(), sandbox: Type.Boolean(), methods: Type.Array(Type.Enum(paymentMethods)) }),
    ),
  },
  /** raw body and headers; answered only after the notice is stored, in the words its provider wants */
  paymentNotice: {
    method: 'POST',
    path: '/api/payment-notices/:provider',
    summary: '支付通知 Notice from a payment provider',
    who: 'anyone',
    repeatable: true,
    raw: true,
    params: Type.Object({ provider: Type.String({ maxLength: 20 }) }),
    body: Type.String(),
    answer: Type.Object({ code: Type.String() }),
    refusals: ['provider-unknown', 'notice-forged', 'notice-broken', 'payment-not-found'],
  },

  myOrders: {
    method: 'GET',
    path: '/api/orders',
    summary: '我的订单 My orders',
    who: 'signed-in',
    query: Input({ ...PageQuery, state: Type.Optional(Type.Enum(orderStates)) }),
    answer: Paged(OrderRow),
  },
  order: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id',
    summary: '一张订单（本人或县内工作人员）One order, for its buyer or the county’s staff',
    who: 'signed-in',
    params: one,
    answer: Order,
    refusals: ['order-not-found'],
  },
  cancelOrder: {
    method: 'POST',
    path: '/api/counties/:county/orders/:id/cancellation',
    summary: '取消；已付款则退款 Cancel, with a refund if paid',
    who: 'signed-in',
    params: one,
    body: Input({ reason: Reason }),
    answer: Order,
    refusals: ['order-not-found', 'not-allowed', 'order-move-not-allowed', 'promise-over'],
  },
  orders: {
    method: 'GET',
    path: '/api/counties/:county/orders',
    summary: '订单管理 Orders of a county',
    who: staff,
    params: inCounty,
    query: Input({
      ...PageQuery,
      state: Type.Optional(Type.Enum(orderStates)),
      q: Type.Optional(Type.String({ maxLength: 40 })),
      from: Type.Optional(Day),
      to: Type.Optional(Day),
      /** false: without those that back a project, which wait for its end and not for a packer; true: only those */
      promised: Type.Optional(Type.Boolean()),
    }),
    answer: Paged(OrderRow),
  },

  availability: {
    method: 'GET',
    path: '/api/counties/:county/products/:id/availability',
    summary: '各规格还有几件 Packs left per SKU',
    who: 'anyone',
    params: one,
    answer: Type.Array(
      Type.Object({ sku: Id, available: Type.Integer(), sold: Type.Integer(), nearestExpiry: Nullable(Day) }),
    ),
  },
  stock: {
    method: 'GET',
    path: '/api/counties/:county/stock',
    summary: '库存 Stock by lot',
    who: staff,
    params: inCounty,
    query: Input({ ...PageQuery, sku: Type.Optional(Id), q: Type.Optional(Type.String({ maxLength: 40 })) }),
    answer: Paged(Stock),
  },
  stockLot: {
    method: 'POST',
    path: '/api/counties/:county/stock',
    summary: '成品批次上架 Put a packed lot on sale',
    who: ['merchant', 'operator'],
    params: inCounty,
    body: Input({ lot: Id }),
    answer: Stock,
    refusals: ['lot-not-found', 'lot-not-stockable', 'lot-already-stocked', 'operator-dishonest', 'not-allowed'],
  },

  settlementRules: {
    method: 'GET',
    path: '/api/counties/:county/settlement-rules',
    summary: '分账规则 Settlement rules',
    who: ['merchant', 'operator', 'platform', 'auditor', 'keeper'],
    params: inCounty,
    answer: Type.Array(SettlementRule),
  },
  addSettlementRule: {
    method: 'POST',
    path: '/api/counties/:county/settlement-rules',
    summary: '新增分账规则 Add a settlement rule',
    who: ['operator'],
    wholeCounty: true,
    params: inCounty,
    body: Input(RuleFields),
    answer: SettlementRule,
    refusals: ['parts-above-whole', 'bounds-crossed', 'not-found'],
  },
  /** ends the rule and begins another in its place */
  replaceSettlementRule: {
    method: 'POST',
    path: '/api/counties/:county/settlement-rules/:id/replacements',
    summary: '换一条规则：旧的停用，新的开始 Replace a rule: the old ends, the new begins',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ ...RuleFields, reason: Reason }),
    answer: SettlementRule,
    refusals: ['not-found', 'rule-ended', 'parts-above-whole', 'bounds-crossed'],
  },
  endSettlementRule: {
    method: 'POST',
    path: '/api/counties/:county/settlement-rules/:id/end',
    summary: '停用规则 End a rule',
    who: ['operator'],
    wholeCounty: true,
    params: one,
    body: Input({ reason: Reason }),
    answer: Type.Array(SettlementRule),
    refusals: ['not-found', 'rule-ended'],
  },
  orderSettlementRules: {
    method: 'PUT',
    path: '/api/counties/:county/settlement-rule-order',
    summary: '规则先后 The order in which rules are tried',
    who: ['operator'],
    wholeCounty: true,
    repeatable: true,
    params: inCounty,
    body: Input({ rules: Type.Array(Id, { maxItems: 500 }) }),
    answer: Type.Array(SettlementRule),
    refusals: ['rules-changed'],
  },
  previewSettlement: {
    method: 'POST',
    path: '/api/counties/:county/settlement-previews',
    summary: '这样一单会怎么分 What would this order give?',
    who: ['merchant', 'operator', 'platform', 'auditor', 'keeper'],
    repeatable: true,
    params: inCounty,
    body: Input({
      lines: Type.Array(Input({ sku: Id, packs: Type.Integer({ minimum: 1, maximum: 999 }) }), {
        minItems: 1,
        maxItems: 20,
      }),
      region: RegionCode,
      day: Type.Optional(Day),
    }),
    answer: SettlementPreview,
    refusals: ['county-not-open', 'region-code-broken', ...priceRefusals],
  },
  freightRules: {
    method: 'GET',
    path: '/api/counties/:county/freight-rules',
    summary: '运费表 Freight rules',
    who: 'anyone',
    params: inCounty,
    answer: Type.Array(FreightRule),
  },
  setFreightRule: {
    method: 'PUT',
    path: '/api/counties/:county/freight-rules',
    summary: '设置运费 Set freight to a region',
    who: ['operator'],
    wholeCounty: true,
    repeatable: true,
    params: inCounty,
    body: Input({
      toRegion: Type.String({ pattern: '^(\\d{2}|\\d{4}|\\d{6})?$' }),
      firstGrams: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
      firstFen: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
      stepGrams: Type.Integer({ minimum: 1, maximum: 100_000_000 }),
      stepFen: Type.Integer({ minimum: 0, maximum: 10_000_000 }),
      freeFromFen: Type.Optional(Nullable(Type.Integer({ minimum: 1, maximum: 100_000_000_000 }))),
      coldFirstFen: Type.Optional(Nullable(Type.Integer({ minimum: 0, maximum: 10_000_000 }))),
      coldStepFen: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
      freeCoversCold: Type.Optional(Type.Boolean()),
    }),
    answer: FreightRule,
    refusals: ['region-code-broken'],
  },
  statement: {
    method: 'GET',
    path: '/api/counties/:county/statements',
    summary: '结算单 Settlement statement of a month',
    who: ['merchant', 'keeper', 'operator', 'platform', 'courier', 'auditor'],
    params: inCounty,
    query: Input({ ...PageQuery, ...StatementQuery }),
    answer: Type.Object({
      month: Month,
      totals: Type.Array(
        Type.Object({
          part: Type.Enum(settlementParts),
          org: Nullable(Id),
          orgName: Nullable(Type.String()),
          heldFen: Fen,
          postedFen: Fen,
          voidedFen: Fen,
          /** taken back after it was posted */
          reversedFen: Fen,
          /** of providers' fees borne in the month, less what they gave back */
          feeFen: SignedFen,
          /** arrived with its owner in the month, whatever month it was earned in, less what came back */
          paidFen: SignedFen,
          /** what stands on the owner's account today, over all months; below nothing it owes */
          accountFen: Nullable(SignedFen),
        }),
      ),
      ...Paged(StatementRow).properties,
    }),
  },
  /** application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: totals and all rows, amounts in yuan */
  statementSheet: {
    method: 'GET',
    path: '/api/counties/:county/statements/sheet.xlsx',
    summary: '结算单 Excel Settlement statement as a workbook',
    who: ['merchant', 'keeper', 'operator', 'platform', 'courier', 'auditor'],
    params: inCounty,
    query: Input(StatementQuery),
    refusals: ['statement-too-long'],
  },
});
