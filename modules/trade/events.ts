import type { Event } from '#platform/outbox.ts';

/** What one line of a settled order moved, down to the lots its packs came from. */
export interface SettledLine {
  line: string;
  product: string;
  sku: string;
  org: string;
  /** what was paid for the packs and not given back, by the buyer and by those who bear a discount, in fen */
  goodsFen: number;
  /** this line's part of the order's freight that was not given back, in fen */
  freightFen: number;
  /** the share agreed for households on this line, in fen; already on the county's shop_share account */
  householdFen: number;
  /** net grams */
  lots: readonly { lot: string; packs: number; grams: number }[];
}

/** The order was received and its held money posted. */
export type OrderSettled = Event<
  'trade.order-settled',
  {
    order: string;
    /** when it was received, ISO 8601 */
    at: string;
    /** what it was a promise for: its households are that project's, not those whose produce is in the packs */
    promise: string | null;
    lines: readonly SettledLine[];
  }
>;

/** The whole of the order's money has gone back, at once or with the last of several refunds. */
export type OrderRefunded = Event<'trade.order-refunded', { order: string }>;

/** Some or all of the money of an order's lines goes back to the buyer; amounts in fen. */
export type LinesRefunded = Event<
  'trade.lines-refunded',
  {
    order: string;
    refund: string;
    /** the parts had been posted: what households had of them was laid out by the county */
    settled: boolean;
    lines: readonly { line: string; goodsFen: number; freightFen: number; householdFen: number }[];
  }
>;

/**
 * Packs of an order were refunded before they left: what waits of it may now be complete. Of a promise: what was packed
 * of a recalled lot is in stock again and is still owed.
 */
export type LinesDropped = Event<'trade.lines-dropped', { order: string }>;

/** Packs of products came, went or were reserved: pages that show what is left are out of date. */
export type StockChanged = Event<'trade.stock-changed', { products: readonly string[] }>;

/** One event for all products of an act, each named once. */
export const stockChanged = (county: number, products: Iterable<string>): StockChanged => ({
  type: 'trade.stock-changed',
  county,
  payload: { products: [...new Set(products)] },
});
