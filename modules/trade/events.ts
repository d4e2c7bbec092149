import type { Event } from '#platform/outbox.ts';

/** An order's money has come in and is held. */
export type OrderPaid = Event<'trade.order-paid', { order: string }>;

/** What one line of a settled order moved, down to the lots its packs came from. */
export interface SettledLine {
  line: string;
  product: string;
  sku: string;
  org: string;
  /** what the buyer paid for the packs, in fen */
  goodsFen: number;
  /** this line's part of the order's freight, in fen */
  freightFen: number;
  /** the share agreed for households on this line, in fen; already on the county's shop_share account */
  householdFen: number;
  /** net grams */
  lots: readonly { lot: string; packs: number; grams: number }[];
}

/** The order was received and its held money posted. */
export type OrderSettled = Event<
  'trade.order-settled',
  { order: string /** when it was received, ISO 8601 */; at: string; lines: readonly SettledLine[] }
>;

/** The whole order was refunded: its holds are voided and its packs are back in stock. */
export type OrderRefunded = Event<'trade.order-refunded', { order: string }>;

/** Packs of products came, went or were reserved: pages that show what is left are out of date. */
export type StockChanged = Event<'trade.stock-changed', { products: readonly string[] }>;

/** One event for all products of an act, each named once. */
export const stockChanged = (county: number, products: Iterable<string>): StockChanged => ({
  type: 'trade.stock-changed',
  county,
  payload: { products: [...new Set(products)] },
});
