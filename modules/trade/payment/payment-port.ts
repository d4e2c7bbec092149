import type { Fen } from '#platform/money.ts';

/** What a provider tells us of one payment, after its signature was checked. */
export interface Notice {
  /** the provider's own number of this notice; a repeat bears the same one */
  id: string;
  /** our payment */
  payment: string;
  amountFen: Fen;
  outcome: 'success' | 'failure';
  /** the provider's number of the payment */
  providerNumber: string | null;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Everything the house asks of whoever moves a buyer's money. What is behind it may be slow, repeat itself, come late,
 * or fail; nothing in here touches the database.
 */
export interface PaymentProvider {
  readonly name: string;
  /** Nothing real is paid; every screen says so. */
  readonly sandbox: boolean;
  /** Begins a payment; the buyer goes on at `payPath`. */
  start(input: { payment: string; checkout: string; amountFen: Fen }): Promise<{ payPath: string }>;
  /**
   * Reads a notice from its raw body: the signature covers the bytes as they came, not what a parser made of them.
   *
   * @throws Refusal `notice-forged` | `notice-broken`
   */
  readNotice(raw: string, headers: Headers): Promise<Notice>;
  /** Gives money back. `refund` is ours and names the refund for ever: asked again, it is not paid again. */
  refund(input: {
    refund: string;
    payment: string;
    fen: Fen;
  }): Promise<{ outcome: 'done' } | { outcome: 'refused'; why: string }>;
}
