import type { Event } from '#platform/outbox.ts';

/** A county was opened: its shop exists from now on. */
export type CountyOpened = Event<'registry.county-opened', { name: string }>;

/** An organisation was registered or changed: pages that show its name are old. */
export type OrganisationChanged = Event<'registry.organisation-changed', { organisation: string }>;
