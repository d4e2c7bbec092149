import type { Event } from '#platform/outbox.ts';

/** Something a page shows of a product changed: its words, state, SKUs, prices or pictures. */
export type ProductChanged = Event<'catalog.product-changed', { product: string }>;

/** A brand certificate was approved or withdrawn: which marks products show may have changed. */
export type MarkMoved = Event<'catalog.mark-moved', { mark: string }>;
