import type { County } from '#platform/ids.ts';
import type { Fen } from '#platform/money.ts';
import type { paymentMethods } from '../contract.ts';

/** How a buyer pays: in WeChat, in a phone's browser, by a code on another screen, at Alipay, by bank, at a counter. */
export type PaymentMethod = (typeof paymentMethods)[number];

/** One order that a payment covers. */
export interface PaymentOrder {
  county: County;
  order: string;
  /** the number people know it by */
  number: string;
  fen: Fen;
}

export interface StartInput {
  /** names the payment for ever: started again, it is still one payment */
  payment: string;
  checkout: string;
  amountFen: Fen;
  method: PaymentMethod;
  /** after this instant the provider takes no money for it */
  expiresAt: Date;
  /** what the buyer reads at the provider */
  description: string;
  clientIp: string | null;
  /** who pays, in the eyes of the provider; needed for `jsapi` */
  openid: string | null;
  /** one order per county, which a provider may combine */
  orders: readonly PaymentOrder[];
}

/** Where the buyer goes on. */
export type Started =
  /** the shop's own page of the checkout says what to do */
  | { kind: 'page' }
  /** to the provider */
  | { kind: 'redirect'; url: string }
  /** scans this text as a QR code */
  | { kind: 'qr'; text: string }
  /** the fields that WeChat's own script takes */
  | { kind: 'jsapi'; fields: Readonly<Record<string, string>> };

export interface PaymentNotice {
  kind: 'payment';
  /** the provider's own number of this notice; a repeat bears the same one */
  id: string;
  /** our payment */
  payment: string;
  amountFen: Fen;
  outcome: 'success' | 'failure';
  /** the provider's number of the payment */
  providerNumber: string | null;
}
export interface RefundNotice {
  kind: 'refund';
  id: string;
  /** the name under which the refund was asked for */
  refund: string;
  fen: Fen;
  outcome: 'done' | 'refused';
  why: string | null;
}
export interface PayoutNotice {
  kind: 'payout';
  id: string;
  payout: string;
  outcome: 'paid' | 'failed';
  why: string | null;
}
/** What a provider tells us, after its signature was checked; `other` is kept and changes nothing. */
export type Notice = PaymentNotice | RefundNotice | PayoutNotice | { kind: 'other'; id: string };

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export type PaymentAnswer =
  | { outcome: 'success'; amountFen: Fen; providerNumber: string | null }
  /** it did not come about and will not any more */
  | { outcome: 'failure' }
  /** not yet known, or never heard of */
  | { outcome: 'unknown' };

export type RefundAnswer =
  | { outcome: 'done' }
  /** taken, not yet done: to be asked for by `queryRefund` */
  | { outcome: 'pending' }
  /** `open`: the provider's own people can still finish it, so it must never be asked for under another name */
  | { outcome: 'refused'; why: string; open?: true };

/** One line of a provider's bill of a day. */
export interface BillRow {
  kind: 'payment' | 'refund';
  /** the provider's number of the payment or refund */
  number: string;
  /** our name for it */
  ours: string;
  /** our payment: of a refund, the one it goes back on */
  payment: string;
  fen: Fen;
  /** what the provider takes for it; negative where it gives some back */
  feeFen: Fen;
  at: Date;
}

/** The answer a provider wants to its notice. */
export interface NoticeReply {
  status: number;
  type: string;
  body: string;
}

/**
 * Everything the house asks of whoever moves a buyer's money. What is behind it may be slow, repeat itself, come late,
 * or fail; nothing in here writes to the database. A provider that does not answer, or whose answer cannot be
 * believed, throws {@link ProviderUnclear}: then nothing is known, and the same thing is asked again.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Nothing real is paid; every screen says so. */
  readonly sandbox: boolean;
  readonly methods: readonly PaymentMethod[];
  /**
   * Begins a payment.
   *
   * @throws Refusal `payment-provider-busy` | `payment-provider-refused`
   */
  start(input: StartInput): Promise<Started>;
  /**
   * Reads a notice from its raw body: the signature covers the bytes as they came, not what a parser made of them.
   *
   * @param receivedAt when it came: one that is much older is a replay, however often we read it again
   * @throws Refusal `notice-forged` | `notice-broken`
   */
  readNotice(raw: string, headers: Headers, receivedAt: Date): Promise<Notice>;
  /** What the provider hears once its notice is stored, or when it is to send it again; null: as any other client. */
  readonly replies: { stored: NoticeReply; failed(status: number, why: string): NoticeReply } | null;
  /** What became of a payment whose result is unclear. */
  query(payment: string): Promise<PaymentAnswer>;
  /** No money can come for this payment any more. @returns false when it has come already */
  close(payment: string): Promise<boolean>;
  /**
   * Gives money back. `refund` is ours and names the refund for ever: asked again, it is not paid again.
   *
   * @param input.order which order of the payment the money is of; null gives the whole payment back
   * @param input.totalFen what was paid by this payment, all orders together
   */
  refund(input: {
    refund: string;
    payment: string;
    order: string | null;
    fen: Fen;
    totalFen: Fen;
    reason: string;
  }): Promise<RefundAnswer>;
  queryRefund(refund: string, payment: string, order: string | null): Promise<RefundAnswer>;
  /** The bill of a day in China, YYYY-MM-DD; it is ready on the next morning. */
  bill(day: string): Promise<BillRow[]>;
  readonly sharing: Sharing | null;
  readonly payouts: Payouts | null;
}

/** Who can get a share of payments. */
export interface Receiver {
  /** merchant number, openid, or the account at Alipay */
  account: string;
  type: 'organisation' | 'person';
  /** as it is registered; organisations need it */
  name: string | null;
}
export interface SharePart {
  account: string;
  fen: Fen;
  outcome: 'pending' | 'success' | 'closed';
  why: string | null;
}
export type SharingAnswer =
  | { outcome: 'pending' | 'finished'; parts: readonly SharePart[] }
  /** nothing was shared; `again` when the same may succeed later */
  | { outcome: 'refused'; why: string; again: boolean };
/** Of which payment and order something is shared. */
export interface ShareOf {
  payment: string;
  county: County;
  order: string;
}

/** Sharing what a payment brought (分账): the provider keeps it frozen until it is shared out or let go. */
export interface Sharing {
  /** most that may be shared of one order, in hundredths of a percent */
  readonly maxBp: number;
  /** after so many days what is frozen goes to the merchant by itself */
  readonly frozenDays: number;
  addReceiver(receiver: Receiver): Promise<void>;
  removeReceiver(receiver: Receiver): Promise<void>;
  /** @param input.sharing names it for ever, as `refund` does; `finish` lets go of what is left */
  share(
    input: ShareOf & {
      sharing: string;
      receivers: readonly (Receiver & { fen: Fen; why: string })[];
      finish: boolean;
    },
  ): Promise<SharingAnswer>;
  query(input: ShareOf & { sharing: string }): Promise<SharingAnswer>;
  /** Lets go of what is frozen without sharing more. */
  unfreeze(input: ShareOf & { sharing: string; why: string }): Promise<SharingAnswer>;
  /** What of an order is still frozen and not shared. */
  unshared(of: ShareOf): Promise<Fen>;
  /** Takes a share back from an organisation, before a refund. */
  giveBack(
    input: ShareOf & { back: string; sharing: string; account: string; fen: Fen; why: string },
  ): Promise<RefundAnswer>;
  queryBack(input: ShareOf & { back: string; sharing: string }): Promise<RefundAnswer>;
}

export type PayoutAnswer =
  | { outcome: 'accepted' }
  /** the receiver has to press a button; `confirm` is what WeChat's script takes for that */
  | { outcome: 'waiting-confirm'; confirm: string | null }
  | { outcome: 'paid'; providerNumber: string | null }
  | { outcome: 'failed'; why: string }
  /** the provider knows of no such payout */
  | { outcome: 'unknown' };

/** Paying money out to a person (商家转账). */
export interface Payouts {
  /** @param input.payout names it for ever; never changed because an answer was unclear */
  pay(input: { payout: string; openid: string; name: string | null; fen: Fen; remark: string }): Promise<PayoutAnswer>;
  query(payout: string): Promise<PayoutAnswer>;
  /** Takes it back as long as the receiver has not confirmed. */
  cancel(payout: string): Promise<PayoutAnswer>;
}

/** Nothing is known of what was asked: no answer, an answer that cannot be believed, or "try again later". */
export class ProviderUnclear extends Error {
  override name = 'ProviderUnclear';
}
