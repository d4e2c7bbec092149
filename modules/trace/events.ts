import type { Event } from '#platform/outbox.ts';

/** What money moved to a household, and why: ids only, no person's data. */
interface HouseholdMoney {
  /** the note that is the evidence */
  purchase: string;
  lot: string;
  household: string;
  /** 12-digit village of the household, the key of row-level security */
  village: string;
  /** day of the note, YYYY-MM-DD in China */
  day: string;
  /** when the note was written (ISO 8601): delivery may come later, the fact does not */
  at: string;
  grams: number;
  /** what the household is paid, in whole fen; negative for a reversal */
  fen: number;
  /** the ledger's transfer that moved it */
  transfer: string;
}

/** A station weighed in produce: the household is paid or owed `fen`. */
export type PurchaseWeighed = Event<'trace.purchase-weighed', HouseholdMoney>;

/** A note was reversed by a second one with the same grams and fen, negative. */
export type PurchaseReversed = Event<'trace.purchase-reversed', HouseholdMoney & { reverses: string }>;

/** Raw lots became a packed lot of one SKU; not yet in stock. */
export type LotPacked = Event<'trace.lot-packed', { lot: string; sku: string; product: string }>;

/** A lot was called back with what was made of it: its lots are stopped; stock, orders and buyers are the floors above. */
export type LotRecalled = Event<'trace.lot-recalled', { recall: string }>;

/** A recall was a mistake: its lots can be sold again, but for those that another recall has. */
export type RecallLifted = Event<'trace.recall-lifted', { recall: string }>;
