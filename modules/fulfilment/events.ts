import type { Event } from '#platform/outbox.ts';

/** A parcel was packed: each of its packs has its code. */
export type ParcelPacked = Event<'fulfilment.parcel-packed', { parcel: string; order: string }>;

/** A parcel left. */
export type ParcelSent = Event<'fulfilment.parcel-sent', { parcel: string; order: string }>;
