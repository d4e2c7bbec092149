import Type from 'typebox';
import { contract } from '#platform/http/contract.ts';
import { County, Day, Fen, Id, Input, Instant, Nullable, Paged, PageQuery } from '#platform/http/schemas.ts';
import { paymentStates } from './payment-states.ts';

/** Every way a buyer can pay, whatever the provider. */
export const paymentMethods = ['sandbox', 'jsapi', 'h5', 'native', 'wap', 'page', 'transfer', 'cash'] as const;

const inCounty = Type.Object({ county: County });
const one = Type.Object({ county: County, id: Id });
const office = ['operator', 'platform', 'auditor'] as const;

export const noticeKinds = ['waiting', 'trouble', 'applied'] as const;

const PaymentRow = Type.Object({
  id: Id,
  provider: Type.String(),
  method: Type.String(),
  state: Type.Enum(paymentStates),
  amountFen: Fen,
  providerNumber: Nullable(Type.String()),
  createdAt: Instant,
  paidAt: Nullable(Instant),
  /** of this county */
  orders: Type.Array(Type.Object({ id: Id, number: Type.String(), state: Type.String(), fen: Fen })),
});
const Notice = Type.Object({
  id: Id,
  provider: Type.String(),
  /** the provider's own number of it */
  notice: Type.String(),
  /** found by asking, not sent to us */
  asked: Type.Boolean(),
  payment: Nullable(Id),
  outcome: Nullable(Type.String()),
  receivedAt: Instant,
  appliedAt: Nullable(Instant),
});
const NoticeWhole = Type.Object({
  ...Notice.properties,
  /** as it came, with what is personal in it masked */
  body: Type.String(),
  headers: Type.Record(Type.String(), Type.String()),
});
const PaymentDetail = Type.Object({
  ...PaymentRow.properties,
  /** until when the provider takes money for it */
  expiresAt: Nullable(Instant),
  /** how often the provider was asked, when next, and what it last said against it */
  asks: Type.Integer(),
  askAt: Nullable(Instant),
  why: Nullable(Type.String()),
  counties: Type.Array(Type.Integer()),
  notices: Type.Array(NoticeWhole),
  refunds: Type.Array(
    Type.Object({
      id: Id,
      order: Nullable(Id),
      orderNumber: Nullable(Type.String()),
      fen: Fen,
      state: Type.String(),
      reason: Type.String(),
      why: Nullable(Type.String()),
      askedAt: Instant,
      doneAt: Nullable(Instant),
    }),
  ),
});

const way = { provider: Type.String(), method: Type.Enum(paymentMethods), sandbox: Type.Boolean() };

/** What a buyer needs on the page of a payment, and what the county's office sees of payments and notices. */
export const paymentsRoutes = contract({
  beginWechatSignIn: {
    method: 'POST',
    path: '/api/checkouts/:id/wechat-sign-in',
    summary: '在微信里付款前，问微信是谁打开的 Ask WeChat who opened the page, before paying inside it',
    who: 'signed-in',
    repeatable: true,
    params: Type.Object({ id: Id }),
    /** where the browser goes; it comes back to the payment's page with a code and the state */
    answer: Type.Object({ url: Type.String() }),
    refusals: ['checkout-not-found', 'wechat-not-configured'],
  },
  takeWechatCode: {
    method: 'POST',
    path: '/api/checkouts/:id/wechat-code',
    summary: '微信送回的授权码 The code that WeChat sent the browser back with',
    who: 'signed-in',
    repeatable: true,
    params: Type.Object({ id: Id }),
    body: Input({
      state: Type.String({ minLength: 1, maxLength: 128 }),
      code: Type.String({ minLength: 1, maxLength: 512 }),
    }),
    refusals: ['wechat-state-broken', 'wechat-code-refused', 'wechat-not-configured', 'payment-provider-busy'],
  },
  paySight: {
    method: 'GET',
    path: '/api/checkouts/:id/payment',
    summary: '付款页：能用的方式与这次付款的情形 Ways to pay a checkout, and how its payment stands',
    who: 'signed-in',
    params: Type.Object({ id: Id }),
    answer: Type.Object({
      ways: Type.Array(Type.Object(way)),
      payment: Nullable(
        Type.Object({
          id: Id,
          ...way,
          state: Type.Enum(paymentStates),
          startedAt: Instant,
          /** what the provider answered when it began */
          go: Nullable(Type.Unknown()),
          /** how much of it is on its way back or back */
          returnedFen: Fen,
          returned: Type.Boolean(),
        }),
      ),
      /** whether WeChat has told who the buyer is, which paying inside it needs; null where it is not asked */
      wechat: Nullable(Type.Enum(['known', 'unknown'])),
      /** the payment came when the time was over, and the packs were still there */
      late: Type.Boolean(),
      /** what is to be written on a transfer */
      transfer: Nullable(
        Type.Object({
          bankName: Type.String(),
          accountName: Type.String(),
          accountNumber: Type.String(),
          code: Type.String(),
          payerName: Nullable(Type.String()),
          /** of it has arrived and waits for the rest */
          arrivedFen: Fen,
        }),
      ),
      /** what is to be told at a station's counter */
      cash: Nullable(
        Type.Object({
          code: Type.String(),
          stations: Type.Array(Type.Object({ name: Type.String(), village: Type.String() })),
        }),
      ),
    }),
    refusals: ['checkout-not-found'],
  },
  askMine: {
    method: 'POST',
    path: '/api/checkouts/:id/payment/inquiry',
    summary: '买家：再问一次支付机构 The buyer asks again what became of the payment',
    who: 'signed-in',
    repeatable: true,
    // Each call asks the provider.
    perMinute: 12,
    params: Type.Object({ id: Id }),
    answer: Type.Object({ said: Nullable(Type.Enum(['success', 'failure', 'unknown'])) }),
    refusals: ['checkout-not-found'],
  },
  /** SVG, not JSON */
  paymentQr: {
    method: 'GET',
    path: '/api/checkouts/:id/payment/qr',
    summary: '付款二维码 The code that the payment app scans',
    who: 'signed-in',
    params: Type.Object({ id: Id }),
    refusals: ['checkout-not-found', 'payment-not-found'],
  },
  orderMoney: {
    method: 'GET',
    path: '/api/counties/:county/orders/:id/money',
    summary: '一张订单的钱：何时付、何时退 What was paid for an order and what went back',
    who: 'signed-in',
    params: one,
    answer: Type.Array(
      Type.Object({
        kind: Type.Enum(['paid', 'refund-asked', 'refund-done', 'refund-failed']),
        method: Type.Enum(paymentMethods),
        fen: Fen,
        reason: Nullable(Type.String()),
        at: Instant,
      }),
    ),
    refusals: ['order-not-found'],
  },
  payments: {
    method: 'GET',
    path: '/api/counties/:county/payments',
    summary: '付款流水 Payments that cover orders of a county',
    who: office,
    wholeCounty: true,
    params: inCounty,
    query: Input({
      ...PageQuery,
      /** order number, payment, provider's number or code */
      q: Type.Optional(Type.String({ maxLength: 64 })),
      provider: Type.Optional(Type.String({ maxLength: 20 })),
      state: Type.Optional(Type.Enum(paymentStates)),
      day: Type.Optional(Day),
    }),
    answer: Paged(PaymentRow),
  },
  payment: {
    method: 'GET',
    path: '/api/counties/:county/payments/:id',
    summary: '一笔付款，连同每一条通知 One payment with every notice of it',
    who: office,
    wholeCounty: true,
    params: one,
    answer: PaymentDetail,
    refusals: ['payment-not-found'],
  },
  askAgain: {
    method: 'POST',
    path: '/api/counties/:county/payments/:id/inquiry',
    summary: '再问一次支付机构 Ask the provider again',
    who: ['operator', 'platform'],
    wholeCounty: true,
    repeatable: true,
    params: one,
    answer: Type.Object({
      /** what the provider said; null: it did not answer */
      said: Nullable(Type.Enum(['success', 'failure', 'unknown'])),
      payment: PaymentDetail,
    }),
    refusals: ['payment-not-found', 'provider-unknown'],
  },
  notices: {
    method: 'GET',
    path: '/api/counties/:county/notices',
    summary: '支付通知 Notices about payments of a county',
    who: office,
    wholeCounty: true,
    params: inCounty,
    query: Input({
      ...PageQuery,
      kind: Type.Optional(Type.Enum(noticeKinds)),
      provider: Type.Optional(Type.String({ maxLength: 20 })),
      day: Type.Optional(Day),
    }),
    answer: Paged(Notice),
  },
});
