import type { Event } from '#platform/outbox.ts';

/** A settled order's lines are written down: farm shares of these products and lots have changed. */
export type FarmShareChanged = Event<
  'benefit.farm-share-changed',
  { order: string; products: readonly string[]; lots: readonly string[] }
>;
